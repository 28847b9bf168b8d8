"""The chain: a question in, a cited answer or an honest abstention out.

Each stage is a plain function or a small protocol; this module only puts them in order. `Coach.stream` is
the whole of it, `Coach.ask` its last event, `Coach.runnable` the same as a LangChain Runnable.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from coach.composing.correcting import find_correction
from coach.composing.disagreeing import report
from coach.composing.restating import restate
from coach.composing.stances import StanceMemory
from coach.errors import FixError, NotFoundError, QuestionError
from coach.gaps import GAPS
from coach.grounding import Grounded, assemble
from coach.offering import Offers
from coach.orders import drop_commands_from, find_asked
from coach.retrieval.evidence import Weighed, weigh_evidence
from coach.retrieval.followup import resolve
from coach.retrieval.ranking import rank_read
from coach.retrieval.retriever import HybridRetriever, Retrieved, diversify
from coach.settings import Settings
from coach.sufficiency import decide, set_quantity_aside
from coach.types import (
    Abstention,
    Answer,
    Document,
    DocumentSummary,
    DroppedClaim,
    Finished,
    Found,
    Passage,
    Question,
    Reason,
    Shown,
    Style,
    Turn,
)
from coach.vocabulary import Vocabulary
from coach.writing import Receipt, Writer, since

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from coach.index import IndexReader, IndexStore
    from coach.model.base import ChatModel, Usage
    from coach.verifying import Verifier

_MESSAGES: Mapping[Reason, str] = {
    "off_topic": "That is outside what the guides are about, so there is nothing here to answer it from.",
    "not_covered": "The guides do not cover this, so there is no answer to give that would rest on them.",
    "needs_context": "The question leaves open what it is about; name the role or the topic and ask again.",
}


@dataclass(frozen=True)
class Parts:
    """What a Coach is made of; `build_coach` picks the implementations."""

    settings: Settings
    store: IndexStore
    vocabulary: Vocabulary
    retriever: HybridRetriever
    verifier: Verifier
    model: ChatModel | None = None


@dataclass
class _Turn:
    """One question on its way through the chain."""

    question: Question
    standalone: str
    found: Retrieved
    weighed: list[Weighed]
    started: float
    passages: tuple[Passage, ...]  # those shown to the reader
    receipt: Receipt
    asks: bool = True  # whether anything is left of the question without orders to the assistant


class Coach:
    """Answers questions from the guides, every sentence with the exact words it rests on."""

    def __init__(self, parts: Parts) -> None:
        """Take the parts; nothing is loaded until the first question."""
        self._parts = parts
        self._stances = StanceMemory()
        self._writer = Writer(parts.verifier, parts.model, parts.settings, self._stances)
        self._offers = Offers(parts.retriever)

    @property
    def parts(self) -> Parts:
        """What this Coach is made of, for those who measure it with a part exchanged."""
        return self._parts

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._parts.settings

    @property
    def store(self) -> IndexStore:
        """The index behind this Coach."""
        return self._parts.store

    @property
    def fingerprint(self) -> str:
        """The state of guides, chunking and embedding model that answers rest on."""
        return self._reader().fingerprint

    @property
    def runnable(self) -> Runnable[Any, Answer | Abstention]:
        """The chain for LangChain users: takes a string, a dict of `ask`'s arguments, or a Question."""
        from coach.runnable import CoachRunnable

        return CoachRunnable(self)

    def ask(
        self,
        question: str | Question,
        *,
        history: Sequence[Turn] = (),
        profile: Mapping[str, Any] | None = None,
        style: Style = "auto",
        collection: str | None = None,
        top_k: int | None = None,
    ) -> Answer | Abstention:
        """Answer a question, or abstain with a reason.

        Raises QuestionError for a question that cannot be asked, FixError for a style that is not set up,
        NotFoundError for an unknown collection, and what the index raises.
        """
        events = self.stream(
            question, history=history, profile=profile, style=style, collection=collection, top_k=top_k
        )
        return next(e.result for e in events if isinstance(e, Finished))

    def stream(
        self,
        question: str | Question,
        *,
        history: Sequence[Turn] = (),
        profile: Mapping[str, Any] | None = None,
        style: Style = "auto",
        collection: str | None = None,
        top_k: int | None = None,
    ) -> Iterator[Found | Shown | Finished]:
        """The same as `ask`, as it happens: passages, each claim once verified, then the whole."""
        if isinstance(question, str):
            question = Question(question, tuple(history), profile, style, collection, top_k)
        self._check(question)
        return self._run(question)

    def search(self, question: str, top_k: int | None = None, collection: str | None = None) -> list[Passage]:
        """The passages nearest to a question, best first, without answering it."""
        self._check(Question(question, collection=collection))
        return self._parts.retriever.retrieve(question, top_k or self.settings.top_k, collection)

    def look_up(self, question: str, *, history: Sequence[Turn] = ()) -> tuple[Retrieved, list[Weighed]]:
        """What retrieval brings up for a question and how each sentence weighs, before anything is decided."""
        turn = self._retrieve(Question(question, tuple(history)))
        return turn.found, turn.weighed

    def documents(self, collection: str | None = None) -> list[DocumentSummary]:
        """What is indexed, in order of id; NotFoundError for an unknown collection."""
        if collection is not None:
            self._require_collection(collection)
        return self._reader().documents(collection)

    def document(self, document_id: str) -> Document:
        """One document whole; NotFoundError when there is none of that id."""
        return self._reader().document(document_id)

    def starters(self) -> tuple[str, ...]:
        """Questions to begin with: those of the vocabulary that the guides at hand really answer."""
        return tuple(q for q in self._parts.vocabulary.starters if isinstance(self.ask(q, style="quoted"), Answer))

    def warm(self) -> None:
        """Load the embedding model, open the index and look up what it offers, so that no reader waits for that."""
        self._parts.retriever.warm()
        find_asked("warm up", lambda _: None)  # compiles the patterns that tell orders, a third of a second
        self._offers.warm(self._reader())

    def _reader(self) -> IndexReader:
        return self._parts.store.reader()

    def _check(self, question: Question) -> None:
        """Refuse what cannot be asked, each with one sentence."""
        text = question.text
        if not any(c.isalnum() for c in text):
            raise QuestionError(
                "The question is empty.", remedy="Ask it in words, for example: What does a director do?"
            )
        if len(text) > self.settings.max_question:
            raise QuestionError(
                f"The question has {len(text):,} characters; at most {self.settings.max_question:,} are read.",
                remedy="Shorten it to what you want to know.",
            )
        if question.style == "written" and self._parts.model is None:
            raise FixError(
                "No model is set up to write answers.", remedy="Set COACH_MODEL, or ask with style auto or quoted."
            )
        if question.collection is not None:
            self._require_collection(question.collection)

    def _require_collection(self, name: str) -> None:
        known = self._reader().manifest.collections
        if name not in known:
            raise NotFoundError(
                f"There is no collection {name[:80]!r}; there is {', '.join(sorted(known))}.",
                remedy="Name one of these, or none to ask them all.",
            )

    def _run(self, question: Question) -> Iterator[Found | Shown | Finished]:
        turn = self._retrieve(question)
        yield Found(turn.passages)
        decision = decide(turn.found, turn.weighed)
        turn.weighed = rank_read(turn.weighed, decision.logits)
        reason = decision.reason if turn.asks else "off_topic"
        # A premise that does not hold is answered whatever was asked on its strength.
        is_corrected = turn.asks and self._correct(turn, is_covered=reason is None and not decision.gap)
        if reason and not is_corrected:
            yield Finished(self._abstain(turn, reason, ()))
            return
        if decision.gap and not is_corrected:
            turn.receipt.gap, turn.found = decision.gap, set_quantity_aside(turn.found)
            turn.weighed = weigh_evidence(turn.found)
        events: list[Shown | DroppedClaim] = []
        writing = self._writer.write(turn.standalone, turn.found, turn.weighed, question.style, turn.receipt)
        with closing(writing):  # a reader who leaves stops the model
            for event in writing:
                events.append(event)
                if isinstance(event, Shown):
                    yield event
        grounded = assemble(events)
        if grounded.claims:
            yield Finished(self._answer(turn, grounded))
        else:
            yield Finished(self._abstain(turn, "not_covered", grounded.dropped))

    def _retrieve(self, question: Question) -> _Turn:
        started, receipt = time.perf_counter(), Receipt()
        history = question.history[-self.settings.max_history :] if self.settings.max_history else ()
        asked = find_asked(question.text, partial(self._judge, question.collection))
        recall = partial(self._recall_offers, question.collection)
        said = drop_commands_from(history)
        standalone = resolve(asked or question.text, said, self._reader().vocabulary, recall)
        if question.style != "quoted":
            standalone = self._restate(asked or question.text, said, standalone, receipt.usage)
        found = self._parts.retriever.search(standalone, question.collection)
        weighed = weigh_evidence(found)
        passages = tuple(diversify(found.passages, question.top_k or self.settings.top_k))
        receipt.add_time("retrieve", started)
        return _Turn(question, standalone, found, weighed, started, passages, receipt, asks=bool(asked))

    def _judge(self, collection: str | None, text: str) -> Reason | None:
        """Why the guides have no answer to a text asked alone, or None."""
        found = self._parts.retriever.search(text, collection)
        return decide(found, weigh_evidence(found)).reason

    def _correct(self, turn: _Turn, *, is_covered: bool) -> bool:
        """Whether the guides refute what the question rests on; if they cover nothing else of it, answer to that."""
        search = partial(self._parts.retriever.search, collection=turn.question.collection)
        correction = turn.receipt.correction = find_correction(turn.found, search, self._stances)
        if correction and not is_covered:
            turn.found, turn.weighed = correction.found, list(correction.weighed)
        return correction is not None

    def _restate(self, asked: str, history: Sequence[Turn], standalone: str, usage: Usage) -> str:
        """A follow-up as a model would ask it alone; a model file's replies are too slow and loose for that."""
        model = self._parts.model
        if model is None or model.name.startswith("gguf:") or not history or standalone == asked.strip():
            return standalone
        return restate(asked, history, standalone, model, self._reader().vocabulary, usage)

    def _answer(self, turn: _Turn, grounded: Grounded) -> Answer:
        receipt = turn.receipt
        return Answer(
            id=uuid.uuid4().hex[:16],
            question=turn.question.text,
            standalone_question=turn.standalone,
            text=grounded.text,
            claims=grounded.claims,
            citations=grounded.citations,
            style="written" if receipt.model else "quoted",
            model=receipt.model or "quoting",
            fingerprint=turn.found.reader.fingerprint,
            disagreements=report(receipt.difference, grounded),
            follow_ups=self._offers.pick(turn.question, turn.standalone, turn.found, turn.weighed, grounded.citations),
            dropped_claims=grounded.dropped,
            notice=receipt.notice,
            gap=receipt.gap and f"{GAPS[receipt.gap]}.",
            usage=self._count(receipt),
            timings_ms=_total(turn),
        )

    def _count(self, receipt: Receipt) -> dict[str, Any]:
        return receipt.usage.to_receipt(self.settings.model_input_price, self.settings.model_output_price)

    def _abstain(self, turn: _Turn, reason: Reason, dropped: tuple[DroppedClaim, ...]) -> Abstention:
        return Abstention(
            id=uuid.uuid4().hex[:16],
            question=turn.question.text,
            standalone_question=turn.standalone,
            reason=reason,
            message=_MESSAGES[reason],
            fingerprint=turn.found.reader.fingerprint,
            searched=turn.found.query.texts,
            nearest=turn.passages[:3],
            try_instead=self._offer_instead(turn, reason),
            dropped_claims=dropped,
            usage=self._count(turn.receipt),
            timings_ms=_total(turn),
        )

    def _offer_instead(self, turn: _Turn, reason: Reason) -> tuple[str, ...]:
        """Off the field, what a newcomer would ask; on it, or in a field without such questions, what lies nearest."""
        starters = self._parts.vocabulary.starters if reason == "off_topic" else ()
        chosen = self._offers.choose(starters, turn.question, turn.found)
        return chosen or self._offers.pick(turn.question, turn.standalone, turn.found, turn.weighed)

    def _recall_offers(self, collection: str | None, history: Sequence[Turn]) -> tuple[str, ...]:
        """The questions that were offered with the last answer of a conversation."""
        last = max((n for n, t in enumerate(history) if t.role == "user" and t.content.strip()), default=None)
        if last is None:
            return ()
        question = Question(history[last].content, tuple(history[:last]), None, "quoted", collection)
        result = next(e.result for e in self._run(question) if isinstance(e, Finished))
        return result.follow_ups if isinstance(result, Answer) else result.try_instead


def _total(turn: _Turn) -> dict[str, float]:
    return {"retrieve": 0.0, "draft": 0.0, "verify": 0.0} | turn.receipt.timings | {"total": since(turn.started)}


def to_question(value: str | Mapping[str, Any] | Question) -> Question:
    """A Question from what LangChain users pass: a string, a dict of `ask`'s arguments, or a Question."""
    if isinstance(value, Question):
        return value
    if isinstance(value, str):
        return Question(value)
    fields = dict(value)
    text = fields.pop("question", "") or fields.pop("input", "")
    history = tuple(t if isinstance(t, Turn) else Turn(**t) for t in fields.pop("history", ()))
    return replace(Question(str(text), history), **fields)
