"""What a written answer still lacks of what the guides' own sentences would have said."""

from __future__ import annotations

from collections.abc import Sequence

from coach.quantities import find_quantities
from coach.retrieval.words import find_stems
from coach.types import Draft, Shown

_ENOUGH = 0.6  # share of a sentence's stems that must have been said for its content to count as said


def find_missing(quotes: Sequence[Draft], shown: Sequence[Shown]) -> list[Draft]:
    """The quotes an answer cannot do without and that nothing shown stands for, in order.

    It needs the sentence that leads, each side of a comparison, and half of a list; the rest is left to the writer.
    """
    needed = _find_needed(quotes)
    missing = [q for q in needed if not _is_covered(q, shown)]
    listed = [q for q in needed if _is_item(q)]
    if listed and sum(q in listed for q in missing) * 2 <= len(listed):
        return [q for q in missing if q not in listed]
    return missing


def _find_needed(quotes: Sequence[Draft]) -> list[Draft]:
    telling = [q for q in quotes if not q.connective]
    return [q for n, q in enumerate(telling) if n == 0 or _is_item(q) or "**" in q.lead]


def _is_item(quote: Draft) -> bool:
    return bool(quote.lead) and "**" not in quote.lead


def _is_covered(quote: Draft, shown: Sequence[Shown]) -> bool:
    """Whether something shown cites the same words, or says the same numbers and most of the words."""
    places = {(e.document_id, e.sentence.start, e.sentence.end) for e in quote.evidence}
    cited = {c.marker: (c.document_id, c.start, c.end) for s in shown for c in s.citations}
    citing = [s.claim for s in shown if places & {cited[m] for m in s.claim.citations if m in cited}]
    said = " ".join(c.text for c in citing) if citing else " ".join(s.claim.text for s in shown)
    return _numbers(quote.text) <= _numbers(said) and (bool(citing) or _share(quote.text, said) >= _ENOUGH)


def _numbers(text: str) -> set[tuple[float, float]]:
    return {(q.low, q.high) for q in find_quantities(text)}


def _share(text: str, said: str) -> float:
    own = find_stems(text)
    return len(own & find_stems(said)) / len(own) if own else 1.0
