"""Whether two sentences take different positions on the same matter without a number in it.

Both speak of the same subject, and either they hold phrases of the two sides of a question in
`vocabulary/contraries.toml`, said of the same thing; or one affirms what the other denies; or they are the same
sentence but for a word and its opposite.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from coach.composing.stances import Interest, Stance, find_shared
from coach.verifying.reading import Reading, is_weighty
from coach.verifying.words import get_opposites, stem
from coach.vocabulary.contraries import Contrary

_SHARED = 2  # content words two sentences without a role must have in common
_STOPS = re.compile(r"[,;:.()]|\b(?:and|but|with|which|who|that|because|is|are|was|were)\b")


def compare_positions(left: Stance, right: Stance, interest: Interest | None) -> str:
    """What the sentences differ on, or ""; with an `interest`, only what a question asks about."""
    if left.subject != right.subject or not _share_matter(left, right):
        return ""
    for n, contrary in enumerate(left.contraries):
        if left.sides[n] + right.sides[n] == 1 and are_contrary(left, right, n, contrary, interest):
            return contrary.aspect
    if interest and not interest.is_met(left, right):
        return ""
    if _is_denied(left, right, interest) or _is_denied(right, left, interest):
        return "whether that is so"
    return "which of the two it is" if _are_opposite(left, right, interest) else ""


def _share_matter(left: Stance, right: Stance) -> bool:
    shared = find_shared(left.weighty, right.weighty)
    if left.subject:
        return bool(shared)
    return len(shared) >= max(_SHARED, min(3, min(len(left.weighty), len(right.weighty)) / 2))


def are_contrary(left: Stance, right: Stance, n: int, contrary: Contrary, interest: Interest | None) -> bool:
    """Whether two contrary phrases are said of the same: all of it, two words of it, or one that the question names."""
    if interest and not _is_asked(contrary, interest, left, right):
        return False
    if contrary.is_loose:  # said of the role and of nothing else, so the role is what has to be asked about
        return bool(left.subject if interest is None else left.subject & interest.roles)
    for one, other in itertools.product(left.phrases[n], right.phrases[n]):
        mine, yours = _object(left.reading, one), _object(right.reading, other)
        shared = find_shared(mine, yours)
        if shared and (mine == yours or len(shared) >= _SHARED or (interest and shared & interest.focus)):
            return True
    return False


def _is_asked(contrary: Contrary, interest: Interest, left: Stance, right: Stance) -> bool:
    """Whether a question has a word that asks for this difference, and is about what the sentences are about."""
    asked = frozenset(map(stem, contrary.asked))
    if not contrary.is_loose and not interest.is_touched(left, right, asked):
        return False
    return bool(asked & interest.words) and interest.is_met(left, right, asked)


def _object(reading: Reading, match: re.Match[str]) -> frozenset[str]:
    """The words of weight a phrase stands before, or after when its clause ends there ("as a whole")."""
    words = [w for w in reading.words if is_weighty(w.stem) and not match.start() <= w.start < match.end()]
    stop = _STOPS.search(reading.normal, match.end())
    end = stop.start() if stop else len(reading.normal)
    after = [w.stem for w in words if match.end() <= w.start < end][:4]
    return frozenset(after or [w.stem for w in words if w.start < match.start()][-2:])


def _is_denied(one: Stance, other: Stance, interest: Interest | None) -> bool:
    """Whether one sentence denies of the subject what the other, without any denial, affirms of it."""
    if other.denies:
        return False
    affirmed = frozenset(w.stem for w in other.reading.words)
    for denial in one.reading.denials:
        core = _weigh(denial) - {"longer"}
        if interest and not core & interest.focus:
            continue
        alone = len(core) > 1 and not one.subject  # "never wash mushrooms"
        if core and core <= affirmed and (alone or find_shared(_weigh(one.reading.stems - denial), affirmed)):
            return True
    return False


def _are_opposite(left: Stance, right: Stance, interest: Interest | None) -> bool:
    """Whether the sentences are the same but for a word and its opposite."""
    if left.denies or right.denies:
        return False
    mine = left.weighty - find_shared(left.weighty, right.weighty)
    yours = right.weighty - find_shared(right.weighty, left.weighty)
    same = len(left.weighty) - len(mine)
    if interest and not (left.weighty | right.weighty) & interest.focus:
        return False
    return same >= _SHARED + 1 and max(len(mine), len(yours)) <= _SHARED and any(get_opposites(a) & yours for a in mine)


def _weigh(stems: Iterable[str]) -> frozenset[str]:
    return frozenset(s for s in stems if is_weighty(s))
