"""A document as the detectors see it: blocks with their words, and the reasons found so far."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from coach.types import Block

_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")


@dataclass(slots=True)
class Page:
    """Blocks, their words, and a reason for each block that is no content (empty while none is known)."""

    title: str
    blocks: tuple[Block, ...]
    words: tuple[str, ...]
    reasons: list[str] = field(default_factory=list)

    def mark(self, indices: Iterable[int], why: str) -> None:
        """Give a reason to blocks that have none yet."""
        for index in indices:
            self.reasons[index] = self.reasons[index] or why

    def is_heading(self, index: int) -> bool:
        """Whether the block is a heading."""
        return self.blocks[index].kind == "heading"

    def headings(self) -> Iterator[int]:
        """Indices of the headings, in order."""
        return (index for index, block in enumerate(self.blocks) if block.kind == "heading")

    def below(self, heading: int) -> range:
        """Indices of everything under a heading, up to the next one of its level or above."""
        level = self.blocks[heading].level
        end = heading + 1
        while end < len(self.blocks) and not (self.is_heading(end) and self.blocks[end].level <= level):
            end += 1
        return range(heading + 1, end)

    def has_text_below(self, index: int) -> bool:
        """Whether a list, a table, a sentence or a heading of a lower level follows the block."""
        if index + 1 >= len(self.blocks):
            return False
        kind = self.blocks[index + 1].kind
        if kind == "heading" and self.is_heading(index):
            return self.blocks[index + 1].level > self.blocks[index].level
        return kind in ("item", "row", "code") or (kind == "paragraph" and ends_like_a_sentence(self.words[index + 1]))


Detector = Callable[[Page], None]


def open_page(title: str, text: str, blocks: Sequence[Block]) -> Page:
    """A page whose blocks carry the reasons they came with."""
    words = tuple(text[b.start : b.end] for b in blocks)
    return Page(title, tuple(blocks), words, [b.why if not b.citable else "" for b in blocks])


def find_words(text: str) -> list[str]:
    """The words of a text, lower-case."""
    return [w.lower() for w in _WORD.findall(text)]


def ends_like_a_sentence(text: str) -> bool:
    """Whether a text ends with a sentence's punctuation, quotes and brackets aside."""
    return text.rstrip("\"')]\u201d\u2019 ").endswith((".", "!", "?", "\u2026"))
