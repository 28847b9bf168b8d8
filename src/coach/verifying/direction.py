"""Who does what to whom: the same words round a common pivot, with their sides exchanged."""

from __future__ import annotations

from collections.abc import Sequence

from coach.verifying.reading import Reading, Word


def find_swap(claim: Reading, evidence: Reading) -> str:
    """Name the word around which claim and evidence have exchanged their sides, or return "".

    "A reports to B" and "B reports to A" share the pivot "report" with nothing on the same side.
    Parts of an enumeration may change places, and so may the sides of a passive.
    """
    if (" by " in claim.normal) != (" by " in evidence.normal):
        return ""
    common = {w.stem for w in claim.words} & {w.stem for w in evidence.words}
    mine = [w for w in claim.words if w.stem in common]
    theirs = [w for w in evidence.words if w.stem in common]
    return next((p.stem for n, p in enumerate(mine) if _is_pivot(p) and _is_swapped(n, mine, theirs)), "")


def _is_pivot(word: Word) -> bool:
    return not word.stem.startswith("@")


def _is_swapped(position: int, claim: Sequence[Word], evidence: Sequence[Word]) -> bool:
    """Whether every place of the pivot in the evidence has the claim's sides exchanged."""
    pivot = claim[position].stem
    left, right = _names(claim[:position]), _names(claim[position + 1 :])
    if pivot in left | right or not left or not right:
        return False
    places = [n for n, w in enumerate(evidence) if w.stem == pivot]
    if any(evidence[n].listed for n in places) and claim[position].listed:
        return False
    return all(_sides_exchanged(left, right, _names(evidence[:n]), _names(evidence[n + 1 :])) for n in places)


def _sides_exchanged(left: set[str], right: set[str], before: set[str], after: set[str]) -> bool:
    straight = len(left & before) + len(right & after)
    crossed = len(left & after) + len(right & before)
    return straight == 0 and bool(left & after) and bool(right & before) and crossed >= 2


def _names(words: Sequence[Word]) -> set[str]:
    return {w.stem for w in words}
