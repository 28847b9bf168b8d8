"""Cutting text into sentences with exact spans; sentencex finds them, abbreviations it misses are mended."""

from __future__ import annotations

import re

# Abbreviations that never end a sentence, and those that do not when a number or a small letter follows.
_NEVER_LAST = re.compile(r"(?:^|[\s(\[])(?:vs|e\.g|i\.e|cf|eg|ie|w\.r\.t)\.$", re.IGNORECASE)
_BEFORE_NUMBER = re.compile(
    r"(?:^|[\s(\[])(?:approx|ca|no|nr|fig|incl|excl|est|max|min|avg|vol|sec|ch|p|pp|art|dept|al|resp)\.$", re.IGNORECASE
)


def split_sentences(text: str, language: str = "en") -> list[tuple[int, int]]:
    """Spans of the sentences of a text, in order; nothing but whitespace lies outside or between them.

    A blank line always ends a sentence. Offsets count code points.
    """
    from sentencex import segment

    spans: list[tuple[int, int]] = []
    position = 0
    for part in segment(language, text):
        # The parts of a text are a partition of it, but line ends between them may be dropped.
        start = text.find(part, position)
        if start < 0:  # never seen; the rest stays whole rather than be lost
            break
        if text[position:start].strip():
            start = position
        position = max(start + len(part), position)
        _append(spans, text, start, position)
    _append(spans, text, position, len(text))
    return spans


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    part = text[start:end]
    start, end = start + len(part) - len(part.lstrip()), start + len(part.rstrip())
    if start >= end:
        return
    if spans and _continues(text, spans[-1], start):
        spans[-1] = (spans[-1][0], end)
    else:
        spans.append((start, end))


def _continues(text: str, before: tuple[int, int], start: int) -> bool:
    """Whether the text at `start` still belongs to the sentence before it."""
    if "\n\n" in text[before[1] : start]:
        return False
    end, first = text[before[0] : before[1]], text[start]
    if _NEVER_LAST.search(end):
        return True
    return bool(first.isdigit() and _BEFORE_NUMBER.search(end)) or (first.islower() and end.endswith("."))
