"""A Coach with one part taken away or replaced, for finding out what the part is worth."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from coach import Coach
from coach.types import Chunk, Evidence, Judgement, Passage, Verdict

from .dataset import Sample
from .rebuilding import drop_headings, forget_vocabulary

Change = Callable[[Coach], Coach]


class ConstantVerifier:
    """Says the same of every claim: a gate that is always open, or always closed."""

    def __init__(self, verdict: Verdict) -> None:
        """Keep the one verdict."""
        self.name = f"always {verdict}"
        self._verdict = verdict

    def verify(self, pairs: Sequence[tuple[str, Sequence[Evidence]]]) -> list[Judgement]:
        """The same judgement for each pair."""
        score = 1.0 if self._verdict == "supported" else 0.0
        return [Judgement(self._verdict, score, self.name) for _ in pairs]


def with_parts(coach: Coach, **parts: Any) -> Coach:
    """The same Coach with some of its parts replaced."""
    return Coach(replace(coach.parts, **parts))


def tune(coach: Coach, **knobs: Any) -> Coach:
    """The same Coach with other knobs of retrieval."""
    from coach.retrieval.retriever import HybridRetriever

    parts = coach.parts
    retriever = parts.retriever
    tuned = HybridRetriever(parts.store, retriever._embedder, replace(retriever._tuning, **knobs))
    return with_parts(coach, retriever=tuned)


VARIANTS: Mapping[str, Change] = {
    "whole": lambda coach: coach,
    "dense only": lambda coach: tune(coach, lexical=False),
    "BM25 only": lambda coach: tune(coach, dense=False),
    "no weight for roles": lambda coach: tune(coach, same_role=1.0, other_role=1.0),
    "no weight for topics": lambda coach: tune(coach, same_dimension=1.0),
    "no share per guide": lambda coach: tune(coach, per_document=1.0),
    "no headings": drop_headings,
    "no vocabulary": forget_vocabulary,
    "verifier always yes": lambda coach: with_parts(coach, verifier=ConstantVerifier("supported")),
    "verifier always no": lambda coach: with_parts(coach, verifier=ConstantVerifier("not_enough_info")),
}


class HidingRetriever:
    """A retriever that does not see some chunks, as if their guides had never been written."""

    def __init__(self, inner: Any, hidden: Callable[[Chunk], bool]) -> None:
        """Wrap the retriever of a Coach."""
        self._inner = inner
        self._hidden = hidden

    def search(self, question: str, collection: str | None = None) -> Any:
        """What the inner retriever finds, without the hidden chunks."""
        found = self._inner.search(question, collection)
        return replace(found, passages=tuple(p for p in found.passages if not self._hidden(p.chunk)))

    def warm(self) -> None:
        """Load what the inner one loads."""
        self._inner.warm()

    def prepare(self, questions: Iterable[str]) -> None:
        """Embed questions ahead, as the inner one does."""
        self._inner.prepare(questions)

    def retrieve(self, question: str, top_k: int = 8, collection: str | None = None) -> list[Passage]:
        """The same for passages alone."""
        found = self._inner.retrieve(question, min(50, 4 * top_k), collection)
        return [p for p in found if not self._hidden(p.chunk)][:top_k]


ALIKE = 0.35  # share of two sentences' words that both have, from which they may be saying the same


def hide_evidence(coach: Coach, sample: Sample) -> Coach:
    """The same Coach, blind to every chunk that holds a gold sentence of the sample, or a sentence that says as much.

    A part of an answer is hidden as well: a comparison of which one side is left is not answered by that side. A
    sentence says as much when it states a fact that a gold sentence states, in much the same words, or all the facts.
    """
    facts = [f for f in sample.facts if f.required] or list(sample.facts)
    quotes = [g.quote for g in sample.gold]

    def states(text: str) -> bool:
        patterns = [[p for p in f.any_of if p.search(text)] for f in facts]
        if facts and all(patterns):
            return True
        stating = (q for q in quotes if any(p.search(q) for found in patterns for p in found))
        return any(_likeness(text, quote) >= ALIKE for quote in stating)

    def hidden(chunk: Chunk) -> bool:
        return any(quote in chunk.text for quote in quotes) or any(states(s.text) for s in chunk.sentences)

    return with_parts(coach, retriever=HidingRetriever(coach.parts.retriever, hidden))


def _likeness(left: str, right: str) -> float:
    """Shared words over all words of two sentences (Jaccard 1901), words of fewer than three letters aside."""
    mine, theirs = ({w for w in re.findall(r"[a-z0-9]+", text.lower()) if len(w) > 2} for text in (left, right))
    return len(mine & theirs) / max(1, len(mine | theirs))


def hide_guides(coach: Coach, sample: Sample) -> Coach:
    """The same Coach, without the guides that hold a gold sentence of the sample."""
    documents = {g.document for g in sample.gold}
    return with_parts(
        coach, retriever=HidingRetriever(coach.parts.retriever, lambda chunk: chunk.document_id in documents)
    )
