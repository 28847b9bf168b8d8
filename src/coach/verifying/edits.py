"""A claim that is a quote but for a few words: what was changed, told from what was merely moved.

The words of both are laid side by side, function words too. Two words that took each other's places, a word replaced
by its opposite and a negation put in or left out change what is said; a phrase moved to the front, or the parts of an
enumeration in another order, do not.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from coach.verifying.polarity import mask_idioms
from coach.verifying.words import get_opposites, is_content, stem, tokenise

NEAR = 0.7  # share of words in the same order from which a claim is a quote with something changed
_LONGEST = 4  # words of a part that changes places
_SKIPPED = frozenset("a an the".split())
_DENIALS = frozenset(
    """not never no cannot rarely seldom hardly scarcely barely nobody none nothing nowhere neither nor without
    lack lacks lacking unable""".split()
)
# What comes or goes with a denial and claims nothing without it.
_BESIDE = frozenset(
    """do does did is are was were be been has have had can will would should longer with any some always often all
    every everybody everyone somebody someone people everything something both either or able usually""".split()
)
_EVEN = re.compile(r"\b(?:and|or|with|alongside|together|versus|vs|between|both|same|equals?|differ\w*|resembles?)\b")
_OPENED = re.compile(r":[^,;:]*$")
_ENDS = re.compile(r"^\W*$|^\W*[,;./&]|^\W*(?:and|or|nor)\b")
_BEGINS = re.compile(r"(?:^|[,;:/&]|\b(?:and|or|nor)\b)\W*(?:\b(?:a|an|the|its|their|his|her|every|each)\s)?\W*$")


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    stem: str
    begins: bool  # nothing of its part of an enumeration stands before it
    ends: bool
    opened: bool  # a colon has opened its enumeration, so that where its part begins is known


@dataclass(frozen=True, slots=True)
class _Edit:
    """What stands in the claim where the quote has something else, with the places of both."""

    kind: str
    old: tuple[_Token, ...]
    new: tuple[_Token, ...]
    start: int  # in the quote
    end: int


@lru_cache(maxsize=4096)
def _tokenise(normal: str) -> tuple[_Token, ...]:
    normal = normal.replace("n't", " not")
    found = [t for t in tokenise(normal) if t[0] not in _SKIPPED]
    return tuple(
        _Token(
            word,
            stem(word),
            bool(_BEGINS.search(normal[:start])),
            bool(_ENDS.search(normal[end:])),
            bool(_OPENED.search(normal[:start])),
        )
        for word, start, end in found
    )


@lru_cache(maxsize=4096)
def _compare(claim: str, quote: str) -> tuple[_Edit, ...]:
    """The edits that make a claim of a quote."""
    mine, theirs = _tokenise(claim), _tokenise(quote)
    codes = SequenceMatcher(None, _spell(theirs), _spell(mine), autojunk=False).get_opcodes()
    return tuple(_Edit(kind, theirs[a:b], mine[c:d], a, b) for kind, a, b, c, d in codes if kind != "equal")


def _is_near(claim: str, edits: Sequence[_Edit], known: Sequence[_Edit] = ()) -> bool:
    """Whether most of a claim's words are the quote's in order, counting what was only exchanged."""
    size = len(_tokenise(claim))
    strange = sum(len(e.new) for e in edits) - sum(len(e.new) for e in known)
    return size - strange >= NEAR * size > 0


def is_near(claim: str, quote: str) -> bool:
    """Whether a claim is a quote with a few words changed; both are normalised texts."""
    return _is_near(claim, _compare(claim, quote))


def find_exchange(claim: str, quote: str) -> str:
    """A part of the quote that has taken the place of another, which stands in its own; "" if there is none.

    Both are normalised texts. Whole parts of one enumeration may change places, and so may the sides of what is even
    ("works with", "differs from").
    """
    edits = _compare(claim, quote)
    for first, second in itertools.combinations([e for e in edits if e.kind == "replace"], 2):
        if _are_exchanged(first, second) and not _may_exchange(first, second, quote):
            return " ".join(t.word for t in first.new) if _is_near(claim, edits, (first, second)) else ""
    turned = (
        (a, b) for a, b in itertools.pairwise(edits) if _are_turned(a, b, quote) and _is_near(claim, edits, (a, b))
    )
    return next(((b.old or b.new)[-1].word for a, b in turned), "")


def _are_exchanged(first: _Edit, second: _Edit) -> bool:
    if max(len(first.old), len(second.old)) > _LONGEST or not any(is_content(t.word) for t in first.old):
        return False
    return _spell(first.old) == _spell(second.new) and _spell(second.old) == _spell(first.new)


def _are_turned(first: _Edit, second: _Edit, quote: str) -> bool:
    """Whether "x then y" became "y then x", laid side by side as "then y" gone and "y then" come."""
    gone, come = first.old or second.old, _spell(first.new or second.new)
    if {first.kind, second.kind} != {"insert", "delete"} or second.start - first.end > _LONGEST or len(gone) > _LONGEST:
        return False
    turns = (n for n in range(1, len(gone)) if _spell((*gone[n:], *gone[:n])) == come != _spell(gone))
    turn = next(turns, 0)
    kept = _tokenise(quote)[first.end : second.start]
    whole = gone[0].begins and gone[turn - 1].ends and gone[turn].begins and gone[-1].ends
    whole = whole and kept[-1].ends and not _is_glued(kept[0])
    return turn > 0 and not whole and _EVEN.search(" ".join(t.word for t in gone)) is None


def _spell(tokens: Sequence[_Token]) -> tuple[str, ...]:
    return tuple(t.stem for t in tokens)


def _may_exchange(first: _Edit, second: _Edit, quote: str) -> bool:
    between = " ".join(t.word for t in _tokenise(quote)[first.end : second.start])
    even = _EVEN.search(between) is not None or (first.old[-1].ends and second.old[0].begins)
    whole = any(e.old[0].begins and e.old[-1].ends for e in (first, second))
    return even and whole and not _is_glued(first.old[0])


def _is_glued(first: _Token) -> bool:
    """Whether it stands within the first part of an enumeration, and does not open it."""
    return first.opened and not first.begins


def find_flip(claim: str, quote: str) -> str:
    """A word replaced by its opposite, or a negation put in or left out, with the same words on both sides; or ""."""
    size, edits = len(_tokenise(mask_idioms(quote))), _compare(mask_idioms(claim), mask_idioms(quote))
    flips = ((edit, word) for edit in edits if (word := _find_flip(edit, size)))
    return next((word for edit, word in flips if _is_near(claim, edits, (edit,))), "")


def _find_flip(edit: _Edit, size: int) -> str:
    """The word that turns the meaning round; a denial at the end of a quote denies nothing ("No." of a number)."""
    if len(edit.old) == len(edit.new) == 1 and edit.new[0].stem in get_opposites(edit.old[0].stem):
        return edit.new[0].word
    old, new = ({t.word for t in part} for part in (edit.old, edit.new))
    denial = (old | new) & _DENIALS
    lone = edit.end < size and old | new <= _DENIALS | _BESIDE and bool(old & _DENIALS) != bool(new & _DENIALS)
    return min(denial, default="") if lone else ""
