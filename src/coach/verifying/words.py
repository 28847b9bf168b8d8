"""Words as the checks compare them: one spelling, one stem, opposites and equivalents known."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

import Stemmer

from coach.verifying.lexicon import LIGHT, OPPOSITES, PHRASES, SAME, STOP

_SIGNS = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-")
    | dict.fromkeys("\u2018\u2019\u201b\u2032`", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u2033\u00ab\u00bb", '"')
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff*_", "")
)
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_PHRASE = re.compile(rf"\b(?:{'|'.join(PHRASES)})\b")
_GLUED = re.compile(
    r"(?<=\d)(?=(?:mg|kg|km|cm|mm|ml|gb|mb|kb|tb|kwh|mph|ghz|mhz|khz|hz|hrs?|mins?|secs?|yrs?|pm|am)\b)"
)
_RHYTHMS = frozenset("hourly daily weekly monthly quarterly yearly annually annual".split())
_STEMMER = Stemmer.Stemmer("english")
_BRITISH = ((re.compile(r"is(e|es|ed|ing|ation|ations|er|ers)$"), r"iz\1"), (re.compile(r"(?<=[a-z]{3})our"), "or"))


def normalise(text: str) -> str:
    """One spelling for comparing: lower case, plain dashes and quotes, single blanks, no emphasis, "320 mg"."""
    plain = " ".join(unicodedata.normalize("NFKC", text).translate(_SIGNS).casefold().split())
    plain = _GLUED.sub(" ", plain)
    return _PHRASE.sub(lambda m: PHRASES[m.group()], plain)


def tokenise(normal: str) -> list[tuple[str, int, int]]:
    """Words of a normalised text with their offsets; a possessive 's is no part of its word."""
    found = ((m.group(), m.start(), m.end()) for m in _TOKEN.finditer(normal))
    return [(word.removesuffix("'s"), start, end) for word, start, end in found]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The Snowball stem of a lower-case word in American spelling; "monthly" is not what "months" are."""
    if word in _RHYTHMS:
        return word
    if len(word) > 5:
        for british, american in _BRITISH:
            word = british.sub(american, word)
    return str(_STEMMER.stemWord(word))


def is_content(word: str) -> bool:
    """Whether a word carries a fact: neither a function word nor a number."""
    return word not in STOP and not word.isdigit() and len(word) > 1


def get_same(one: str) -> frozenset[str]:
    """Stems that may stand for this stem, itself among them."""
    return _GROUPS.get(one, frozenset((one,)))


def get_opposites(one: str) -> frozenset[str]:
    """Stems that say the contrary of this stem."""
    return _CONTRARY.get(one, frozenset())


def _index_groups() -> Mapping[str, frozenset[str]]:
    index: dict[str, frozenset[str]] = {}
    for line in SAME:
        group = frozenset(map(stem, line.split()))
        for one in group:
            index[one] = index.get(one, frozenset()) | group
    return index


def _index_opposites() -> Mapping[str, frozenset[str]]:
    index: dict[str, frozenset[str]] = {}
    for pair in OPPOSITES:
        left, right = (stem(word) for word in pair.split())
        index[left] = index.get(left, frozenset()) | {right}
        index[right] = index.get(right, frozenset()) | {left}
    return index


_GROUPS = _index_groups()
_CONTRARY = _index_opposites()
LIGHT_STEMS = frozenset(map(stem, LIGHT))
