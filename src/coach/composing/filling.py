"""Filling an answer with sentences that each say something new, within a budget of words and sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from coach.composing.phrasing import phrase
from coach.quantities import find_quantities
from coach.retrieval.evidence import Weighed
from coach.retrieval.words import find_stems


@dataclass(frozen=True, slots=True)
class Group:
    """Sentences shown together, under a role's name where one is given."""

    sentences: tuple[Weighed, ...]
    role: str = ""


def fill(chosen: list[Weighed], candidates: Iterable[Weighed], words: int, count: int, overlap: float) -> list[Weighed]:
    """Add the best candidate while it says something new and the budget of words and sentences holds.

    Words of the question not yet spoken to count in a candidate's favour, so that every part of a
    question gets its turn (maximal marginal relevance, Carbonell and Goldstein 1998, over terms).
    """
    out, pool = list(chosen), list(candidates)
    used = sum(_length(w) for w in out)
    spoken: set[str] = {t for w in out for t in w.terms}
    while pool and len(out) < count:
        best = max(pool, key=lambda w: w.score + _NEW_TERM * min(2, len(w.terms - spoken)))
        pool.remove(best)
        if used + _length(best) > words or any(is_same(best, w, overlap) for w in out):
            continue
        out.append(best)
        used += _length(best)
        spoken |= best.terms
    return out


_NEW_TERM = 0.12


def _length(weighed: Weighed) -> int:
    """Words as they are shown, those that a fragment borrows from its headings among them."""
    return len(phrase(weighed.sentence).split())


def is_same(left: Weighed, right: Weighed, overlap: float) -> bool:
    """Whether two sentences say the same: nearly the same words, or the same figures of the same role."""
    one, other = find_stems(left.sentence.text), find_stems(right.sentence.text)  # the names of roles count here
    alike = len(one & other) / len(one | other) if one | other else 0.0
    if alike >= overlap:
        return True
    figures = _figures(left)
    same_guide = left.evidence.document_id == right.evidence.document_id
    return bool(figures) and same_guide and figures == _figures(right) and left.sentence.roles == right.sentence.roles


def _figures(weighed: Weighed) -> frozenset[tuple[float, float, str]]:
    return frozenset((q.low, q.high, q.unit) for q in find_quantities(weighed.sentence.text) if q.unit)
