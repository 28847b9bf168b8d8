"""Numbers in prose with what they count: "typically 5 to 8 engineers", "2-5 years", "at most fifteen people"."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

Unit = Literal["people", "duration", "frequency", "percent", "money", "count", "date"]

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_VALUES: dict[str, int] = {w: i for i, w in enumerate(_SMALL)} | {w: 10 * i for i, w in enumerate(_TENS, 2)}
_VALUES |= {"hundred": 100, "dozen": 12, "thousand": 1000}
_WORD_NUMBER = "|".join(sorted(_VALUES, key=len, reverse=True))
_NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?|(?:{_WORD_NUMBER})(?:[- ](?:{_WORD_NUMBER}))?\b)"
_UNIT_WORDS: dict[Unit, tuple[str, ...]] = {
    "people": ("engineer", "people", "person", "developer", "report", "member", "head", "dev", "employee"),
    "duration": ("year", "yr", "month", "week", "day", "hour", "minute", "quarter", "second", "decade"),
    "percent": ("%", "percent", "per cent"),
    "money": ("dollar", "euro", "pound", "usd", "eur", "k"),
}
_UNITS: dict[str, Unit] = {word: unit for unit, words in _UNIT_WORDS.items() for word in words}
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_QUANTITY = re.compile(
    rf"(?P<bound>at least|more than|over|at most|up to|no more than|fewer than|less than|under|≤|<=|≥|>=)?\s*"
    rf"(?P<money>[$€£])?(?<![\w.])(?P<low>{_NUMBER})(?P<plus>\+)?"
    rf"(?:\s*(?:-|–|—|‑|to|and|or)\s*(?P<high>{_NUMBER})(?P<open>\+)?)?"
    rf"(?P<more>\s*(?:\+|plus\b|or more\b|and more\b|and up\b))?"
    rf"(?:[\s-]*(?:(?:(?!(?:that|which|whom?|where|when)\b)[a-z]+\s+){{0,2}}?)(?P<unit>{_UNIT})(?:s\b|\b|(?<=%)))?",
    re.IGNORECASE,
)
_VAGUE = re.compile(r"\b(?:several|multiple|many|few|a few|multi)[- ](?:years?|months?|weeks?)\b", re.IGNORECASE)
_FREQUENCY = re.compile(
    r"\b(?:regular(?:ly)?|daily|weekly|bi-?weekly|fortnightly|monthly|quarterly|annual(?:ly)?|yearly"
    r"|once an? \w+|twice an? \w+|per (?:day|week|month|quarter|year)"
    r"|every (?:\w+ )?(?:day|week|month|quarter|year)s?)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:1[0-9]|20)\d\d\b|\b\d{1,2}(?:st|nd|rd|th)[- ]century\b|\b\d{3,4} (?:BCE?|CE|AD)\b"
    r"|\b(?:January|February|March|April|May|June|July|August|September|October|November|December) \d"
)
_OPEN_BELOW = frozenset(("at most", "up to", "no more than", "fewer than", "less than", "under", "≤", "<="))
_OPEN_ABOVE = frozenset(("at least", "more than", "over", "≥", ">="))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number or range with its unit; open ends are infinite (0 below, inf above)."""

    low: float
    high: float
    unit: Unit | None
    noun: str
    start: int
    end: int

    def holds(self, value: float) -> bool:
        """Whether a value lies in the range, ends included."""
        return self.low <= value <= self.high


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """Every number or range of the text, in order; words and digits alike."""
    return tuple(_read(m) for m in _QUANTITY.finditer(text))


def find_frequencies(text: str) -> tuple[str, ...]:
    """Words that say how often ("quarterly", "every two weeks"), lower-case."""
    return tuple(m.group().lower() for m in _FREQUENCY.finditer(text))


def find_vague_durations(text: str) -> tuple[str, ...]:
    """Words for a length of time without a number ("several years", "multi-year"), lower-case."""
    return tuple(m.group().lower() for m in _VAGUE.finditer(text))


def find_dates(text: str) -> tuple[str, ...]:
    """Years, centuries and days of the calendar, as written."""
    return tuple(m.group() for m in _DATE.finditer(text))


def to_number(text: str) -> float:
    """The value of digits or number words ("twenty-five", "1,000")."""
    plain = text.lower().replace(",", "")
    if re.fullmatch(r"\d+(?:\.\d+)?", plain):
        return float(plain)
    total = 0
    for word in re.split(r"[- ]", plain):
        value = _VALUES[word]
        total = max(total, 1) * value if word in ("hundred", "thousand", "dozen") else total + value
    return float(total)


def _read(match: re.Match[str]) -> Quantity:
    low = to_number(match["low"])
    high = to_number(match["high"]) if match["high"] else low
    bound = (match["bound"] or "").lower()
    if match["plus"] or match["open"] or match["more"] or bound in _OPEN_ABOVE:
        high = math.inf
    if bound in _OPEN_BELOW:
        low, high = 0.0, low
    noun = (match["unit"] or "").lower()
    unit: Unit | None = "money" if match["money"] else _UNITS.get(noun)
    return Quantity(min(low, high), max(low, high), unit, noun, match.start("low"), match.end())
