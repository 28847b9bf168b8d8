"""Mend the spelling of questions towards the words the guides use.

A word is left alone when the guides or the vocabulary hold it, or when it is ordinary English; so that a
question about salaries is never bent into one about something the guides do cover.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

_WORD = re.compile(r"[A-Za-z][a-z]{2,}(?![a-z]*['\u2019]t\b)")  # "aren" of "aren't" is no slip of "area"
# Share of English text below which a known word is more likely a slip ("planing") than meant.
_RARE = 3e-7


def expand_slang(text: str, slang: Mapping[str, str]) -> str:
    """Chat shorthand written out ("u" -> "you"); other words untouched."""
    if not slang:
        return text
    return _slang_pattern(tuple(slang)).sub(lambda m: slang[m.group(1).lower()], text)


@lru_cache(maxsize=4)
def _slang_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    joined = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return re.compile(rf"(?<![\w'])({joined})(?![\w'/])", re.IGNORECASE)


def mend_spelling(text: str, known: Collection[str]) -> str:
    """Replace misspelled words by the nearest of the `known` (lower-case) words; everything else stays."""
    return _WORD.sub(lambda m: _mend_word(m.group(), known), text)


def _mend_word(word: str, known: Collection[str]) -> str:
    lower = word.lower()
    if lower in known or len(lower) < 4 or _is_english(lower) or _is_plural_of_known(lower, known):
        return word
    return _nearest(lower, known) or _english_correction(lower) or word


def _is_plural_of_known(word: str, known: Collection[str]) -> bool:
    return word.endswith("s") and (word[:-1] in known or word[:-2] in known)


def _nearest(word: str, known: Collection[str]) -> str | None:
    """The closest known word with the same first letter, one slip away (two in long words)."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    limit = 1 if len(word) < 8 else 2
    near = [k for k in known if k[:1] == word[:1] and abs(len(k) - len(word)) <= limit and len(k) > 3]
    found = process.extract(word, near, scorer=OSA.distance, score_cutoff=limit, limit=None)
    # Of equally near words the longer wins: letters are dropped more often than added.
    return min(found, key=lambda f: (f[1], -len(f[0]), f[0]))[0] if found else None


@lru_cache(maxsize=8192)
def get_surprise(word: str) -> float:
    """How telling a word is in English at large: 0.15 for everyday words to 1 for rare or unknown ones.

    The surprisal -ln(p) of its share of running text, scaled so that "stop" is low and "visa" is high.
    """
    share = _english().word_usage_frequency(word)
    return min(1.0, max(0.15, (-math.log(share) - 7.5) / 4)) if share > 0 else 1.0


def _is_english(word: str) -> bool:
    spell = _english()
    return word in spell and spell.word_usage_frequency(word) >= _RARE


@lru_cache(maxsize=4096)
def _english_correction(word: str) -> str | None:
    """Ordinary English one slip away, for words the guides need not hold ("frist" -> "first")."""
    spell = _english()
    if word in spell:
        return None
    best = spell.correction(word)
    return best if best and best != word and spell.word_usage_frequency(best) > 1e-5 else None


@lru_cache(maxsize=1)
def _english() -> Any:
    from spellchecker import SpellChecker

    return SpellChecker(distance=1)
