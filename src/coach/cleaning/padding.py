"""Sentences that announce, invite or bid farewell and say nothing of the subject."""

from __future__ import annotations

from collections.abc import Sequence

from coach.cleaning.patterns import get_sentences
from coach.sentences import split_sentences

_CUT_OFF = "cut-off text"
_TEASER = 3  # sentences a cut-off teaser has at most


def find_padding(sentence: str) -> str:
    """Why a sentence says nothing of the subject, or nothing."""
    return next((why for pattern, why in get_sentences() if pattern.search(sentence)), "")


def split_padding(text: str, language: str = "en") -> Sequence[tuple[int, int, str]]:
    """Consecutive stretches of a paragraph that have the same reason, as start, end and reason (or nothing).

    A short paragraph that is cut off is no content as a whole: it is the teaser of a page.
    """
    spans = [(start, end, find_padding(text[start:end])) for start, end in split_sentences(text, language)]
    if len(spans) <= _TEASER and any(why == _CUT_OFF for _, _, why in spans):
        return [(spans[0][0], spans[-1][1], _CUT_OFF)]
    merged: list[tuple[int, int, str]] = []
    for start, end, why in spans:
        if merged and merged[-1][2] == why:
            merged[-1] = (merged[-1][0], end, why)
        else:
            merged.append((start, end, why))
    return merged
