"""From evidence to shown claims: a model's draft where one is set up, else the guides' own sentences.

Whoever drafts, every sentence passes the gate, and nothing else reaches a reader.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, dropwhile
from typing import TYPE_CHECKING

from coach.composing.disagreeing import Difference, Differences, add_to_written, lay_out
from coach.composing.outlining import list_headings
from coach.composing.quoting import QuotingComposer
from coach.composing.written import write
from coach.errors import ModelError
from coach.gaps import to_connective
from coach.grounding import ground
from coach.types import Draft, DroppedClaim, Shown, Style
from coach.verifying.base import read_with

if TYPE_CHECKING:
    from coach.model.chat import ChatModel
    from coach.retrieval.evidence import Weighed
    from coach.retrieval.retriever import Retrieved
    from coach.verifying import Verifier

_EVIDENCE = 12  # sentences a model is shown
_UNSUPPORTED = "The model's draft did not hold against the guides, so this answer quotes them."
_QUOTES_INSTEAD = "This answer quotes the guides instead."
_CUT_SHORT = "The answer stops where the model stopped."


@dataclass
class Receipt:
    """What writing one answer came to: who wrote it, what a reader should know of that, and how long it took."""

    model: str = ""  # the model whose sentences are shown; "" when the guides are quoted
    notice: str = ""
    difference: Difference | None = None  # on which the guides say different things
    gap: str = ""  # what the answer has to say first that the guides do not say, one of `coach.gaps.GAPS`
    timings: dict[str, float] = field(default_factory=dict)  # milliseconds by stage

    def add_time(self, stage: str, started: float) -> None:
        """Add the time since `started` to a stage."""
        self.timings[stage] = self.timings.get(stage, 0.0) + since(started)


class Writer:
    """Drafts and checks; holds no state of a question."""

    def __init__(self, verifier: Verifier, model: ChatModel | None) -> None:
        """Keep the parts; without a model every answer quotes."""
        self._differences = Differences()
        self._verifier = verifier
        self._model = model

    def write(
        self, question: str, found: Retrieved, weighed: Sequence[Weighed], style: Style, receipt: Receipt
    ) -> Iterator[Shown | DroppedClaim]:
        """Claims as they are shown or dropped; the quoting composer answers when nothing of a model's draft held."""
        started = time.perf_counter()
        quotes = list_headings(found, weighed) or QuotingComposer(found.vocabulary).compose(found.query, weighed)
        receipt.difference = self._differences.find(found, weighed, quotes)
        receipt.add_time("draft", started)
        if self._model is not None and style != "quoted":
            yield from self._write_with_model(self._model, question, found, weighed, receipt)
        if not receipt.model:
            yield from self._ground(lay_out(quotes, receipt.difference), found, receipt)

    def _write_with_model(
        self, model: ChatModel, question: str, found: Retrieved, weighed: Sequence[Weighed], receipt: Receipt
    ) -> Iterator[Shown | DroppedClaim]:
        started = time.perf_counter()
        receipt.notice = _UNSUPPORTED
        try:
            drafts = write(question, [w.evidence for w in weighed[:_EVIDENCE]], model)
            drafts = add_to_written(drafts, receipt.difference, is_due=lambda: bool(receipt.model))
            for event in self._ground(drafts, found, receipt):
                if isinstance(event, Shown):
                    receipt.model, receipt.notice = model.name, ""
                yield event
        except ModelError as error:
            receipt.notice = f"{error.message} {_CUT_SHORT if receipt.model else _QUOTES_INSTEAD}"
        receipt.add_time("draft", started)

    def _ground(self, drafts: Iterable[Draft], found: Retrieved, receipt: Receipt) -> Iterator[Shown | DroppedClaim]:
        started = time.perf_counter()
        names = [r.name for r in found.vocabulary.roles.values()]
        if receipt.gap:
            opening = Draft(to_connective(receipt.gap), connective=True)
            rest = dropwhile(lambda d: d.connective, drafts)  # of two openings the gap is the one that must be said
            drafts = [opening, *rest] if isinstance(drafts, Sequence) else chain([opening], rest)
        yield from ground(
            drafts,
            verifier=read_with(self._verifier, found.vocabulary),
            get_document=found.reader.document,
            role_names=names,
        )
        receipt.add_time("verify", started)


def since(started: float) -> float:
    """Milliseconds since a reading of `time.perf_counter`."""
    return round(1000 * (time.perf_counter() - started), 2)
