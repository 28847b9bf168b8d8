"""Words and their stems, read the same way from questions and from guides."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_WORD = re.compile(r"[^\W_]+(?:['\-/][^\W_]+)*")


def find_words(text: str) -> list[str]:
    """Lower-case words of a text, hyphenated ones whole and in parts."""
    words: list[str] = []
    for match in _WORD.findall(text.lower().replace("\u2019", "'")):
        words.append(match)
        if "-" in match or "/" in match:
            words += [p for p in re.split(r"[-/]", match) if p]
    return words


def strip_possessive(word: str) -> str:
    """The word without a possessive 's."""
    return word[:-2] if word.endswith("'s") else word


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """Snowball English stem (Porter 2001) of a lower-case word."""
    return str(_stemmer().stemWord(word))


@lru_cache(maxsize=8192)
def find_stems(text: str) -> frozenset[str]:
    """Stems of all words of a text."""
    return frozenset(stem(strip_possessive(w)) for w in find_words(text))


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")
