"""From evidence to shown claims: a model's draft where one is set up, else the guides' own sentences.

Whoever drafts, every sentence passes the gate, and nothing else reaches a reader. A large model answers from numbered
evidence; a small one puts chosen sentences into plainer words. What a model leaves out or is refused, the guides' own
sentences say, and the answer tells so.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, dropwhile, islice
from typing import TYPE_CHECKING

from coach.composing.correcting import Correction, put_first
from coach.composing.covering import find_missing
from coach.composing.disagreeing import Difference, Differences, add_to_written, lay_out
from coach.composing.outlining import list_headings
from coach.composing.quoting import QuotingComposer
from coach.composing.rewriting import choose, rewrite
from coach.composing.stances import StanceMemory
from coach.composing.sweeping import sweep
from coach.composing.written import build_second_request, write
from coach.errors import ModelError
from coach.gaps import to_connective
from coach.grounding import ground
from coach.model.base import Call, Usage, get_reader_left
from coach.types import Draft, DroppedClaim, Evidence, Judgement, Shown, Style
from coach.verifying.base import read_with

if TYPE_CHECKING:
    from coach.model.base import ChatModel
    from coach.retrieval.evidence import Weighed
    from coach.retrieval.retriever import Retrieved
    from coach.settings import Settings
    from coach.verifying import Verifier
    from coach.vocabulary import Vocabulary

_EVIDENCE = 12  # sentences a model is shown
_AGAIN = 0.3  # share of the time for an answer that must be left for a model to be asked again
_UNSUPPORTED = "The model's draft did not hold against the guides, so this answer quotes them."
_QUOTES_INSTEAD = "This answer quotes the guides instead."
_REST_QUOTED = "The rest of this answer quotes the guides."
_PART_QUOTED = "Part of this answer quotes the guides, since the model's draft left it out or did not hold."
_NO_BETTER = "The model had no better words, so this answer quotes the guides."
_CUT_SHORT = "The answer stops where the model stopped."


@dataclass
class Receipt:
    """What writing one answer came to: who wrote it, what a reader should know of that, what it took."""

    model: str = ""  # the model whose sentences are shown; "" when the guides are quoted
    notice: str = ""
    difference: Difference | None = None  # on which the guides say different things
    correction: Correction | None = None  # what the guides say against something the question takes for granted
    gap: str = ""  # what the answer has to say first that the guides do not say, one of `coach.gaps.GAPS`
    timings: dict[str, float] = field(default_factory=dict)  # milliseconds by stage
    usage: Usage = field(default_factory=Usage)

    def add_time(self, stage: str, started: float) -> None:
        """Add the time since `started` to a stage."""
        self.timings[stage] = self.timings.get(stage, 0.0) + since(started)


@dataclass
class _Page:
    """A written answer on its way: what can be quoted, what the gate said so far, and whose draft is before it."""

    question: str
    quotes: Sequence[Draft]
    whole: Sequence[Draft]  # the quotes, and where the guides differ
    call: Call
    vocabulary: Vocabulary
    shown: list[Shown] = field(default_factory=list)
    dropped: list[DroppedClaim] = field(default_factory=list)
    by_model: bool = False
    failure: ModelError | None = None
    quoted: bool = False


@dataclass(frozen=True)
class _TimedVerifier:
    """A verifier whose time goes on the receipt: drafts come while it waits, so nothing around it can be timed."""

    inner: Verifier
    receipt: Receipt

    @property
    def name(self) -> str:
        return self.inner.name

    def verify(self, pairs: Sequence[tuple[str, Sequence[Evidence]]]) -> list[Judgement]:
        started = time.perf_counter()
        judged = self.inner.verify(pairs)
        self.receipt.add_time("verify", started)
        return judged


class Writer:
    """Drafts and checks; holds no state of a question."""

    def __init__(self, verifier: Verifier, model: ChatModel | None, settings: Settings, stances: StanceMemory) -> None:
        """Keep the parts; without a model every answer quotes."""
        self._differences = Differences(stances)
        self._verifier = verifier
        self._model = model
        self._settings = settings

    def write(
        self, question: str, found: Retrieved, weighed: Sequence[Weighed], style: Style, receipt: Receipt
    ) -> Generator[Shown | DroppedClaim]:
        """Claims as they are shown or dropped; the guides' own sentences stand in for what a model does not give."""
        started = time.perf_counter()
        quotes = list_headings(found, weighed) or sweep(found, weighed)
        quotes = quotes or QuotingComposer(found.vocabulary).compose(found.query, weighed)
        if receipt.correction:
            quotes = put_first(receipt.correction, quotes)
        elif not receipt.gap:  # an answer that opens with what is missing has said enough of the guides
            receipt.difference = self._differences.find(found, weighed, quotes)
        whole = lay_out(quotes, receipt.difference)
        receipt.add_time("draft", started)
        if self._model is None or style == "quoted":
            yield from self._ground(whole, found, receipt)
            return
        call = Call(time.monotonic() + self._settings.model_timeout, usage=receipt.usage, left=get_reader_left())
        page, rewriting = _Page(question, quotes, whole, call, found.vocabulary), self._is_rewriting(self._model)
        evidence = _choose_evidence(quotes, weighed)
        drafts = self._rewrite(self._model, page) if rewriting else self._draft(self._model, question, evidence, page)
        if not rewriting:
            drafts = add_to_written(drafts, receipt.difference, is_due=lambda: bool(receipt.model))
        for event in self._ground(drafts, found, receipt):
            if isinstance(event, Shown):
                page.shown.append(event)
                receipt.model = self._model.name if page.by_model else receipt.model
            else:
                page.dropped.append(event)
            yield event
        receipt.timings["draft"] = since(started) - receipt.timings.get("verify", 0.0)
        receipt.notice = _tell(page, receipt, rewriting=rewriting)

    def _draft(self, model: ChatModel, question: str, evidence: list[Evidence], page: _Page) -> Iterator[Draft]:
        """Drafts one by one: each is asked for when the gate has dealt with the one before."""
        page.by_model = True
        try:
            yield from self._answer(model, question, evidence, page)
        except ModelError as error:
            page.failure = error
        page.by_model = False
        rest = find_missing(page.quotes, page.shown) if page.shown else page.whole
        for number, quote in enumerate(rest):
            page.quoted = True
            yield replace(quote, break_before=max(quote.break_before, 2 if number == 0 and page.shown else 0))

    def _answer(self, model: ChatModel, question: str, evidence: list[Evidence], page: _Page) -> Iterator[Draft]:
        """The model's draft, and once more what it left out."""
        yield from write(question, evidence, model, page.call)
        missing = [e for quote in find_missing(page.quotes, page.shown) for e in quote.evidence]
        if missing and page.call.remaining > _AGAIN * self._settings.model_timeout:
            again = build_second_request(question, evidence, page.dropped, missing)
            yield from write(question, evidence, model, page.call, again)

    def _rewrite(self, model: ChatModel, page: _Page) -> Iterator[Draft]:
        """Each chosen sentence in the model's words, or as it stands where those do not keep it or the gate refuses."""
        chosen = choose(page.whole, page.vocabulary)
        for number, quote in enumerate(page.whole):
            new = self._put_otherwise(model, quote, page) if number in chosen and not page.failure else None
            if new:
                page.by_model = True
                refused = len(page.dropped)
                yield new
                page.by_model = False
                if len(page.dropped) == refused:
                    continue
            yield quote

    def _put_otherwise(self, model: ChatModel, quote: Draft, page: _Page) -> Draft | None:
        try:
            return rewrite(quote, page.question, model, page.call, page.vocabulary)
        except ModelError as error:
            page.failure = error
            return None

    def _is_rewriting(self, model: ChatModel) -> bool:
        if self._settings.model_task != "auto":
            return self._settings.model_task == "rewrite"
        return bool(getattr(getattr(model, "inner", model), "is_small", False))

    def _ground(self, drafts: Iterable[Draft], found: Retrieved, receipt: Receipt) -> Iterator[Shown | DroppedClaim]:
        verifier = _TimedVerifier(read_with(self._verifier, found.vocabulary), receipt)
        names = [r.name for r in found.vocabulary.roles.values()]
        if receipt.gap:
            opening = Draft(to_connective(receipt.gap), connective=True)
            rest = dropwhile(lambda d: d.connective, drafts)  # of two openings the gap is the one that must be said
            drafts = [opening, *rest] if isinstance(drafts, Sequence) else chain([opening], rest)
        yield from ground(drafts, verifier=verifier, get_document=found.reader.document, role_names=names)


def _choose_evidence(quotes: Sequence[Draft], weighed: Sequence[Weighed]) -> list[Evidence]:
    """What a model is shown: what would be quoted, then the next best."""
    chosen = dict.fromkeys(e for quote in quotes for e in quote.evidence)
    others = (w.evidence for w in weighed if w.evidence not in chosen)
    return [*chosen, *islice(others, max(0, _EVIDENCE - len(chosen)))]


def _tell(page: _Page, receipt: Receipt, *, rewriting: bool) -> str:
    """What a reader should know of how the answer was written."""
    if page.failure:
        kept = _REST_QUOTED if page.quoted or rewriting else _CUT_SHORT
        return f"{page.failure.message} {kept if receipt.model else _QUOTES_INSTEAD}"
    if not receipt.model:
        return _NO_BETTER if rewriting and not page.dropped else _UNSUPPORTED
    return _PART_QUOTED if page.quoted else ""


def since(started: float) -> float:
    """Milliseconds since a reading of `time.perf_counter`."""
    return round(1000 * (time.perf_counter() - started), 2)
