"""The same words in another order: roles that changed places, and words on the other side of a common one."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence

from coach.verifying.reading import Reading, Word
from coach.verifying.words import LIGHT_STEMS, get_same

_SEQUENCE = re.compile(r"\b(?:then|next|finally|afterwards|followed by|in (?:this|that) order)\b")

_NO_COMPARISON = re.compile(
    r"\b(?:rather|other) than\b|\b(?:more|less|fewer|later|earlier|over) than (?:\d|(?:an?|one|two|half|any\w*)\b)"
)
_COMPARISON = re.compile(r"\b(?:than|(?<!or )(?:more|less|fewer)|prefer\w*|instead|exceed\w*|outweigh\w*)\b")


def compares_anew(claim: Reading, evidence: Sequence[Reading]) -> bool:
    """Whether a claim says that something is more so "than" another, and no piece of evidence compares anything.

    The words of both may stand there, and which is more so follows from them at best.
    """
    compared = re.search(r"\bthan\b", _NO_COMPARISON.sub("", claim.normal)) is not None
    return compared and not any(_COMPARISON.search(e.normal) for e in evidence)


def find_swap(claim: Reading, evidence: Reading) -> str:
    """Name a word round which claim and evidence have their words on other sides, or return "".

    Often the claim then says something else, and often the same in another way ("regular feedback from the manager"
    for "the manager gives feedback regularly"). Parts of an enumeration may change places, and so may the sides of a
    passive.
    """
    if _differ_in_voice(claim, evidence):
        return ""
    displaced = _find_displaced(claim, evidence)
    if displaced:
        return displaced
    common = {w.stem for w in claim.words} & {w.stem for w in evidence.words}
    mine = [w for w in claim.words if w.stem in common]
    theirs = [w for w in evidence.words if w.stem in common]
    return next((p.stem for n, p in enumerate(mine) if _is_pivot(p) and _is_swapped(n, mine, theirs)), "")


def find_exchanged_roles(claim: Reading, evidence: Reading) -> str:
    """A role that claim and evidence name in another order, and not as parts of one enumeration; or ""."""
    if _differ_in_voice(claim, evidence):
        return ""
    pairs = itertools.product(claim.clauses, evidence.clauses)
    in_turn = _SEQUENCE.search(claim.normal) is not None
    exchanged = next((r for a, b in pairs if (r := _find_exchanged_roles(a.words, b.words, in_turn))), "")
    return exchanged or (_find_exchanged_roles(claim.words, evidence.words, in_turn) if in_turn else "")


def _differ_in_voice(claim: Reading, evidence: Reading) -> bool:
    return (" by " in claim.normal) != (" by " in evidence.normal)


def _find_exchanged_roles(claim: Sequence[Word], evidence: Sequence[Word], in_turn: bool) -> str:
    """Two roles that changed places and prepositions; those joined by "and" or "or" may, if not said to follow."""
    mine, theirs = _find_single_roles(claim), _find_single_roles(evidence)
    both = [w for stem, w in mine.items() if stem in theirs]
    for first, second in itertools.pairwise(both):
        before, after = theirs[second.stem], theirs[first.stem]
        kept = bool(first.after or second.after) and (first.after, second.after) == (after.after, before.after)
        joined = not in_turn and ((first.listed and second.listed) or (before.listed and after.listed))
        if before.start < after.start and not kept and not joined:
            return first.stem
    return ""


def _find_single_roles(words: Sequence[Word]) -> dict[str, Word]:
    """Roles named once, in order."""
    counts = Counter(w.stem for w in words)
    return {w.stem: w for w in words if w.stem.startswith("@") and counts[w.stem] == 1}


def _find_displaced(claim: Reading, evidence: Reading) -> str:
    """A word of the evidence that stands, between the same two neighbours, where the evidence has another."""
    mine, theirs = (_framed(reading) for reading in (claim, evidence))
    places: dict[tuple[str, str], set[str]] = {}
    for before, word, after in zip(theirs, theirs[1:], theirs[2:], strict=False):
        places.setdefault((before.stem, after.stem), set()).add(word.stem)
    listed = {w.stem for w in theirs if w.listed}
    for before, word, after in zip(mine, mine[1:], mine[2:], strict=False):
        others = places.get((before.stem, after.stem), set())
        replaced = others - get_same(word.stem) if word.stem not in others else set()
        enumerated = word.listed and replaced <= listed
        if replaced and not enumerated and get_same(word.stem) & evidence.covering:
            return word.stem
    return ""


def _framed(reading: Reading) -> list[Word]:
    """The words that count, between a mark for the start of the sentence and one for its end."""
    edge = Word("", 0, 0, False, False)
    return [edge, *(w for w in reading.words if w.stem not in LIGHT_STEMS), edge]


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
