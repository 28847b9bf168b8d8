"""Quantities in a sentence: "five to eight", "5-8" and "5 to 8" are one range of the same things.

A quantity keeps the numbers as stated, how they are bounded ("at least", "up to", "or more") and
what is counted. Durations are brought to months, everything else keeps its unit as a stem.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from coach.verifying.lexicon import STOP
from coach.verifying.words import stem

Bound = Literal["", "about", "min", "above", "max", "below"]

_TEENS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
_ONES = dict(zip(f"{_TEENS} seventeen eighteen nineteen".split(), range(20), strict=True))
_TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_SUFFIXES = {"k": 1000, "m": 10**6, "mn": 10**6, "bn": 10**9}
_ORDINALS = dict(
    zip(
        """second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
        sixteenth seventeenth eighteenth nineteenth twentieth""".split(),
        range(2, 21),
        strict=True,
    )
)
_LATER = {"twenty-first": 21, "twenty first": 21, "thirtieth": 30}
_CENTURY, _DECADE = 100, 10  # years
_FIRST_YEAR, _LAST_YEAR = 1000, 2100
_MONTHS_IN = {"day": 1 / 30, "week": 7 / 30, "month": 1.0, "quarter": 3.0, "year": 12.0, "yr": 12.0, "decad": 120.0}
_PERSONS = frozenset(map(stem, "engineer developer programmer coder people person member head folk individual".split()))
_PERCENT = {"%", "percent", "percentag", "pct"}

_SCALE = "|".join(_SCALES)
_DIGIT = "|".join(list(_ONES)[1:10])
_SMALL = rf"(?:(?:{'|'.join(_TENS)})(?:[\s-](?:{_DIGIT})\b)?|(?:{'|'.join(sorted(_ONES, key=len, reverse=True))}))"
_SPOKEN = rf"(?:{_SMALL}|an?(?=[\s-](?:{_SCALE})\b))\b(?:[\s-](?:{_SCALE})\b(?:\s(?:and\s)?{_SMALL}\b)?)*"
_SCALAR = re.compile(
    rf"(?<![\w.,/])(?:(?P<currency>[$€£])\s?)?(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:(?P<suffix>k|m|mn|bn)(?!\w)|[\s-]?(?P<scale>{_SCALE})\b)?(?!\d|[a-wyz]|x[a-z])|\b(?P<spoken>{_SPOKEN})\b"
)
_RANKED = r"(?!-(?!most\b|least\b|\w+est\b))"  # "second-most", but not "second-hand"
_ORDINAL = re.compile(rf"\b(?:(?P<digits>\d+)(?:st|nd|rd|th)|(?P<spoken>{'|'.join((*_LATER, *_ORDINALS))}))\b{_RANKED}")
_MONTH = "january|february|march|april|may|june|july|august|september|october|november|december"
_DAY_AFTER, _DAY_BEFORE = re.compile(rf"\b(?:{_MONTH}) $"), re.compile(rf" (?:of )?(?:{_MONTH})\b")
_YEARS = re.compile(r"(?<![\w.,/])(?:the )?(?P<first>1\d|20)(?P<rest>\d0)(?:\s?'\s?)?s\b")
_IDIOM = re.compile(
    r"\bone[- ]on[- ]ones?\b|\b1[:-]1s?\b|\b1-on-1s?\b|\b24/7\b|\bno one\b|\bone another\b|\bthe one\b|\bone's\b"
    r"|\b(?:this|that|which|any|every|each|some|not) one\b|\btwenty questions\b"
)
_BEFORE: Mapping[Bound, str] = {
    "min": "at least|no fewer than|no less than|not less than|not fewer than|minimum of",
    "max": "at most|up to|no more than|not more than|maximum of|as many as|as much as|as far as|no longer than",
    "above": "more than|over|above|upwards of|greater than|exceeding|beyond|in excess of",
    "below": "less than|fewer than|under|below",
    "about": "about|around|roughly|approximately|nearly|almost|circa|some|perhaps|~",
}
_AFTER: Mapping[Bound, str] = {
    "min": r"\+|or more|and more|or above|and above|and up|or greater|plus\b|and beyond|at least|at minimum",
    "max": "or fewer|or less|or under|at most|at maximum|tops",
    "about": "or so",
}
_PRECEDED = {bound: re.compile(rf"(?:^|(?<=[\s(-]))(?:{forms})\s?$") for bound, forms in _BEFORE.items()}
_FOLLOWED = {bound: re.compile(rf",?\s?(?:[a-z]+,?\s)?(?:{forms})(?!\w)") for bound, forms in _AFTER.items()}
_JOINT = re.compile(
    rf"(?:\s?%|-?\s?[a-z]+)??\s?(?:-to-|--?|\bto\b|\bthrough\b|\buntil\b|\bor\b|\band\b)\s?(?:(?:{_BEFORE['max']})\s)?[$€£]?"
)
_NEXT = re.compile(r"[\s-]?([a-z]+(?:'s)?|%)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number or range as a sentence states it; `start:end` are offsets in the normalised text."""

    numbers: tuple[float, ...]
    bound: Bound
    unit: str  # stem of what is counted, "month" for durations, "%", a currency sign, "ordinal", "years", "" if unknown
    start: int
    end: int

    def __str__(self) -> str:
        """How a person would read it."""
        return " to ".join(f"{n:g}" for n in self.numbers)


@dataclass(frozen=True, slots=True)
class _Scalar:
    value: float
    start: int
    end: int
    currency: str
    spoken: bool


def find_quantities(normal: str) -> tuple[Quantity, ...]:
    """Every quantity of a normalised text, in order; "one" counts only with a unit of time, a bound or a range."""
    text = _IDIOM.sub(lambda m: "_" * len(m.group()), normal)
    ordinals = [m for m in _ORDINAL.finditer(text) if not text[: m.start()].endswith(("a ", "split "))]
    decades = list(_YEARS.finditer(text))
    taken = [m.span() for m in (*ordinals, *decades)]
    scalars = [
        _read_scalar(m) for m in _SCALAR.finditer(text) if not any(a < m.end() and m.start() < b for a, b in taken)
    ]
    found: list[Quantity] = []
    while scalars:
        group = scalars[:2] if len(scalars) > 1 and _are_range(scalars[0], scalars[1], text) else scalars[:1]
        scalars = scalars[len(group) :]
        quantity = _measure(group, text)
        if not _is_pronoun(group, quantity):
            found.append(quantity)
    found += [*(_read_ordinal(m, text) for m in ordinals), *map(_read_years, decades)]
    return tuple(sorted(found, key=lambda q: q.start))


def entails(evidence: Quantity, claim: Quantity) -> bool:
    """Whether the evidence's quantity says the claim's: same numbers, no bound added or taken away.

    Of a range, either end may be said alone with its bound ("at least 5", "up to 8"), and what lies above or below a
    number close by may be said to do so ("fewer than ten" of 5 to 8).
    """
    if claim.unit == "years":
        return _lies_within(evidence, claim)
    if not same_unit(claim.unit, evidence.unit):
        return False
    if _equal(claim.numbers, evidence.numbers):
        return claim.bound == evidence.bound or (evidence.bound, claim.bound) in _WEAKENED
    if _follows(evidence, claim):
        return True
    if len(claim.numbers) == 1 and len(evidence.numbers) == 2:
        low, high = evidence.numbers
        lower = claim.bound == "min" and _equal(claim.numbers, (low,))
        upper = claim.bound == "max" and evidence.bound != "min" and _equal(claim.numbers, (high,))
        return lower or upper or (_is_year(claim) and claim.numbers[0] in evidence.numbers and low >= _FIRST_YEAR)
    return False


def _follows(evidence: Quantity, claim: Quantity) -> bool:
    """Whether all that the evidence counts lies on the claim's side of its bound, by less than half or double."""
    if claim.unit in ("", "ordinal") or len(claim.numbers) > 1 or evidence.bound:  # a stated bound is said as it is
        return False
    limit, low, high = claim.numbers[0], evidence.numbers[0], evidence.numbers[-1]
    lower, upper = claim.bound in ("min", "above"), claim.bound in ("max", "below")
    return (lower and limit < low <= 2 * limit) or (upper and limit / 2 <= high < limit)


def _is_year(quantity: Quantity) -> bool:
    """Whether it is a year by itself: of a span of years, each end is one."""
    return (quantity.unit, quantity.bound) == ("", "") and _FIRST_YEAR <= quantity.numbers[0] <= _LAST_YEAR


def _lies_within(evidence: Quantity, claim: Quantity) -> bool:
    """Whether the evidence names a year of the decade or the century that the claim names."""
    first, last = claim.numbers
    return evidence.unit in ("", "years") and all(first <= n <= last for n in evidence.numbers)


def same_unit(left: str, right: str) -> bool:
    """Whether two units may count the same things; an unknown unit may be any but a percentage or an ordinal."""
    if left == right or {left, right} <= _PERSONS:
        return True
    return "" in (left, right) and not {"%", "ordinal", "years"} & {left, right}


_WEAKENED = {("", "about"), ("about", ""), ("above", "min"), ("below", "max")}


def _equal(left: Sequence[float], right: Sequence[float]) -> bool:
    return len(left) == len(right) and all(abs(a - b) <= 1e-6 * abs(b) for a, b in zip(left, right, strict=True))


def _read_scalar(match: re.Match[str]) -> _Scalar:
    spoken = match["spoken"]
    if spoken:
        return _Scalar(_value_of(re.split(r"[\s-]", spoken)), match.start(), match.end(), "", True)
    scale = _SUFFIXES.get(match["suffix"] or "") or _SCALES.get(match["scale"] or "") or 1
    value = float(match["digits"].replace(",", "")) * scale
    return _Scalar(value, match.start(), match.end(), match["currency"] or "", False)


def _value_of(words: Sequence[str]) -> float:
    """Read number words: "one hundred and twenty" is 120, "two thousand" 2000, "a dozen" 12."""
    total = current = 0
    for word in words:
        if word in _SCALES:
            current = (current or 1) * _SCALES[word]
            if current >= 1000:
                total, current = total + current, 0
        else:
            current += _ONES.get(word, 0) + _TENS.get(word, 0)
    return float(total + current)


def _read_ordinal(match: re.Match[str], text: str) -> Quantity:
    """A rank, or a day of a month, which is as often written without its ending ("June 7th", "June 7")."""
    value = float(match["digits"] or (_ORDINALS | _LATER)[match["spoken"]])
    is_day = _DAY_AFTER.search(text, 0, match.start()) or _DAY_BEFORE.match(text, match.end())
    return Quantity((value,), "", "" if is_day else "ordinal", match.start(), match.end())


def _read_years(match: re.Match[str]) -> Quantity:
    """A decade ("the 1920s") or, where it may be one, a century ("the 1700s")."""
    first = float(match["first"] + match["rest"])
    span = _CENTURY if first % _CENTURY == 0 else _DECADE
    return Quantity((first, first + span - 1), "", "years", match.start(), match.end())


def _are_range(first: _Scalar, second: _Scalar, text: str) -> bool:
    """Tell ranges ("5 to 8", "between 5 and 8") from two numbers ("in 5 and 8", and whatever falls)."""
    joint = _JOINT.fullmatch(text, first.end, second.start)
    if joint is None or first.value >= second.value:
        return False
    return not joint.group().rstrip().endswith("and") or text[: first.start].endswith("between ")


def _measure(group: Sequence[_Scalar], text: str) -> Quantity:
    start, end = group[0].start, group[-1].end
    before, after = text[:start].removesuffix("between "), text[end:]
    followed = (b for b, p in _FOLLOWED.items() if p.match(after))
    preceded = (b for b, p in _PRECEDED.items() if p.search(before))
    bound: Bound = next(itertools.chain(followed, preceded), "")
    unit = group[-1].currency or group[0].currency or _find_unit(after, group)
    factor = _MONTHS_IN.get(unit, 1.0)
    numbers = tuple(s.value * factor for s in group)
    return Quantity(numbers, bound, "month" if unit in _MONTHS_IN else unit, start, end)


def _find_unit(after: str, group: Sequence[_Scalar]) -> str:
    """The plural, unit of time or percent sign among the next words, as a stem."""
    for pattern in _FOLLOWED.values():
        plain = pattern.match(after)
        if plain and not re.match(r",?\s?[a-z]+,?\s(?=or |and |at |plus|tops)", after):
            after = after[plain.end() :]
            break
    if (
        len(group) == 1
        and not group[0].spoken
        and 1900 <= group[0].value <= 2100
        and group[0].end - group[0].start == 4
    ):
        return ""
    position = 0
    for _ in range(4):
        match = _NEXT.match(after, position)
        if match is None or (match[1] in STOP and match[1] not in ("of", "more", "other", "own")):
            return ""
        one = "%" if match[1] in _PERCENT or after.startswith(" per cent") else stem(match[1].removesuffix("'s"))
        if one == "%" or one in _MONTHS_IN or _is_plural(match[1]):
            return one
        position = match.end()
    return ""


def _is_plural(word: str) -> bool:
    return (word.endswith("s") and not word.endswith(("ss", "us", "is"))) or word in ("people", "staff", "men", "women")


def _is_pronoun(group: Sequence[_Scalar], quantity: Quantity) -> bool:
    only_one = len(group) == 1 and group[0].spoken and group[0].value == 1
    return only_one and quantity.unit not in ("month", "%") and quantity.bound in ("", "about", "above")
