"""Whether two sentences give different numbers for the same thing.

They do when both numbers are said of the same subject and the same doing, count the same kind of thing, and neither
range holds the other: "5 to 8 engineers" and "about 6" agree, "5 to 8" and "10 to 12" do not.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace

from coach.composing.stances import Stance, find_shared
from coach.verifying.numbers import Quantity, same_unit
from coach.verifying.reading import Clause, Reading, is_weighty
from coach.verifying.words import get_same

_SHARED = 2  # content words two sentences without a role must have in common
_VAGUE = re.compile(
    r"\b(?:several|many|some|a (?:few|couple of|number of)) "
    r"(?:decades|years|quarters|months|weeks|days|hours|minutes)\b"
)
_SLACK = 0.1  # share of a number by which two roundings of it may lie apart
_NARROWING = frozenset("with without in on for at under of to from".split())
_HOURS_IN = {"second": 1 / 3600, "minut": 1 / 60, "hour": 1.0, "hr": 1.0}  # longer times are months already
_TIME, _SUM, _OTHER = "the length of time", "the sum", "the number"
_NAMES = {"hour": _TIME, "month": _TIME, "%": "the share", "$": _SUM, "€": _SUM, "£": _SUM}
FIGURES = frozenset((*_NAMES.values(), _OTHER))


def compare_figures(left: Stance, right: Stance) -> str:
    """What the numbers are of ("the length of time"), or "" when no two of them differ."""
    for mine in left.reading.clauses:
        for yours in right.reading.clauses:
            for a in mine.quantities:
                for b in yours.quantities:
                    if are_rivals(a, b) and _say_the_same(left.reading, mine, a, right.reading, yours, b):
                        return _NAMES.get(_to_hours(a).unit, _OTHER)
    return _TIME if is_vague_against_exact(left, right) else ""


def is_vague_against_exact(left: Stance, right: Stance) -> bool:
    """Whether one says "several years" of a matter where the other has a number: no contradiction, but not the same."""
    if not left.subject or left.subject != right.subject:
        return False
    shared = find_shared(left.weighty, right.weighty)
    return len(shared) > _SHARED and any(_is_vague(a) and _times(b) for a, b in ((left, right), (right, left)))


def _is_vague(stance: Stance) -> bool:
    return bool(_VAGUE.search(stance.reading.normal)) and not _times(stance)


def _times(stance: Stance) -> bool:
    """Whether it says how long, in a number."""
    return any(_to_hours(q).unit in ("hour", "month") for q in stance.reading.quantities)


def are_rivals(left: Quantity, right: Quantity) -> bool:
    """Whether two quantities count the same kind of thing and cannot both be meant."""
    left, right = _to_hours(left), _to_hours(right)
    if not left.unit or not right.unit or "ordinal" in (left.unit, right.unit) or not same_unit(left.unit, right.unit):
        return False
    if left.bound == right.bound and left.bound in ("min", "max", "above", "below"):
        return not math.isclose(left.numbers[0], right.numbers[0], rel_tol=_SLACK)
    (a, b), (c, d) = _span(left), _span(right)
    slack = _SLACK * max(a, c)
    return not ((a - slack <= c and d <= b + slack) or (c - slack <= a and b <= d + slack))


def _to_hours(quantity: Quantity) -> Quantity:
    """Seconds and minutes as hours, so that 120 minutes are 2 hours."""
    factor = _HOURS_IN.get(quantity.unit)
    if factor is None:
        return quantity
    return replace(quantity, numbers=tuple(n * factor for n in quantity.numbers), unit="hour")


def _span(quantity: Quantity) -> tuple[float, float]:
    low, high = quantity.numbers[0], quantity.numbers[-1]
    if quantity.bound in ("min", "above"):
        return low, math.inf
    if quantity.bound in ("max", "below"):
        return (0.0 if len(quantity.numbers) == 1 else low), high
    return low, high


def _say_the_same(left: Reading, mine: Clause, a: Quantity, right: Reading, yours: Clause, b: Quantity) -> bool:
    """Whether the clauses of two numbers say the same thing of the same subject but for the number."""
    if mine.subject != yours.subject:
        return False
    own, other = _matter(mine, a), _matter(yours, b)
    shared = find_shared(own, other)
    if not mine.subject:
        enough = len(shared) >= _SHARED and 4 * len(shared) >= 3 * min(len(own), len(other))
        return enough and not _narrows(left, right) and not _narrows(right, left)
    doing, also = _doing(mine, a), _doing(yours, b)
    if doing and also:
        return bool(get_same(doing) & get_same(also))
    return bool(shared) or left.context == right.context


def _matter(clause: Clause, quantity: Quantity) -> frozenset[str]:
    """Content words of a clause but for what is counted."""
    return frozenset(s for s in clause.stems if is_weighty(s) and s != quantity.unit)


def _doing(clause: Clause, quantity: Quantity) -> str:
    """The first word of weight between a role and the number, mostly what the role does; "" for none."""
    at = max((w.start for w in clause.words if w.stem.startswith("@") and w.start < quantity.start), default=None)
    after = [w.stem for w in clause.words if at is not None and at < w.start < quantity.start and is_weighty(w.stem)]
    return after[0] if after else ""


def _narrows(one: Reading, other: Reading) -> bool:
    """Whether one sentence speaks of a part of what the other does: "brown rice", "rubbing with alcohol"."""
    if any(w.after in _NARROWING and not get_same(w.stem) & other.covering for w in one.words):
        return True
    for first, second in zip(one.words, one.words[1:], strict=False):
        modifies = second.start - first.end <= 1 and get_same(second.stem) & other.covering
        verbal = re.match(r"[a-z]+ing\b", one.normal[first.start :])
        if modifies and not verbal and not get_same(first.stem) & other.covering:
            return True
    return False
