"""Cutting text into sentences with exact spans; sentencex finds them, abbreviations it misses are mended."""

from __future__ import annotations

import re

_WINDOW = 20_000  # characters
_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character, which sentencex cannot read
# Abbreviations that never end a sentence, and those that do not when a number or a small letter follows.
_NEVER_LAST = re.compile(r"(?:^|[\s(\[])(?:vs|e\.g|i\.e|cf|eg|ie|w\.r\.t)\.$", re.IGNORECASE)
_BEFORE_NUMBER = re.compile(
    r"(?:^|[\s(\[])(?:approx|ca|no|nr|fig|incl|excl|est|max|min|avg|vol|sec|ch|p|pp|art|dept|al|resp)\.$", re.IGNORECASE
)


def split_sentences(text: str, language: str = "en") -> list[tuple[int, int]]:
    """Spans of the sentences of a text, in order; nothing but whitespace lies outside or between them.

    A blank line always ends a sentence. Offsets count code points.
    """
    text = _SURROGATE.sub("\ufffd", text)
    spans: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = _cut(text, start)
        found = _split_window(text, start, end, language)
        if end < len(text) and len(found) > 1:
            end = found.pop()[0]  # the last one may go on behind the window
        for span in found:
            _append(spans, text, *span)
        start = end
    return spans


def _cut(text: str, start: int) -> int:
    """The end of a stretch of text that sentencex is given at once: its time grows with the square."""
    if len(text) - start <= _WINDOW:
        return len(text)
    blank = text.rfind(" ", start + 1, start + _WINDOW)
    return blank if blank > 0 else start + _WINDOW


def _split_window(text: str, start: int, end: int, language: str) -> list[tuple[int, int]]:
    from sentencex import segment

    found: list[tuple[int, int]] = []
    position = start
    for part in segment(language, text[start:end]):
        # The parts of a text are a partition of it, but line ends between them may be dropped.
        place = text.find(part, position, end)
        if place < 0:  # never seen; the rest stays whole rather than be lost
            break
        if text[position:place].strip():
            place = position
        position = max(place + len(part), position)
        found.append((place, position))
    return [*found, (position, end)] if text[position:end].strip() else found


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
