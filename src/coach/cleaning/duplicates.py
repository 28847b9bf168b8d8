"""Paragraphs that several documents share, kept once."""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from coach.cleaning.page import find_words
from coach.types import Block, Document

_FEWEST_WORDS = 12  # shorter ones are too alike by nature
_SHINGLE = 4  # words
_SKETCH = 4  # smallest hashes of a paragraph's shingles that it is found by (Broder's bottom-k sketch)
_SAME = 92.0  # rapidfuzz ratio of the words from which two paragraphs say the same
_SAME_HEADING = 85.0
_MOST_CANDIDATES = 50
_NEGATION = re.compile(r"\b(?:no|not|never|without|cannot|nor)\b|n't\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Paragraph:
    document: Document
    block: Block

    @property
    def text(self) -> str:
        return self.document.text[self.block.start : self.block.end]

    @property
    def heading(self) -> str:
        return self.block.headings[-1].lower() if self.block.headings else ""

    @property
    def marks(self) -> tuple[str, ...]:
        """What must agree to the letter: figures in their order, and how many negations there are."""
        return (*re.findall(r"\d[\d.,]*", self.text), f"{len(_NEGATION.findall(self.text))} negations")


def mark_near_duplicates(documents: Iterable[Document]) -> Iterator[Document]:
    """The documents in their order, each paragraph that an earlier one holds marked and naming it.

    Two paragraphs are the same when nearly all words agree, and all figures, negations and the
    heading above do: "leads 5 to 8" and "leads 8 to 15" differ in one word and in what they say.
    """
    index: dict[int, list[_Paragraph]] = defaultdict(list)
    for document in documents:
        found = [_find(_Paragraph(document, block), index) for block in document.blocks]
        blocks = tuple(_mark(b, first) if first else b for b, (first, _) in zip(document.blocks, found, strict=True))
        for block, (first, sketch) in zip(document.blocks, found, strict=True):
            for key in sketch if first is None else ():
                index[key].append(_Paragraph(document, block))
        yield document if blocks == document.blocks else replace(document, blocks=blocks)


def _mark(block: Block, first: _Paragraph) -> Block:
    return replace(block, citable=False, why=f"repeats {first.document.title} ({first.document.id})")


def _find(mine: _Paragraph, index: dict[int, list[_Paragraph]]) -> tuple[_Paragraph | None, tuple[int, ...]]:
    """The paragraph of an earlier document that says the same, and the keys this one is found by."""
    if mine.block.kind != "paragraph" or not mine.block.citable:
        return None, ()
    words = find_words(mine.text)
    if len(words) < _FEWEST_WORDS:
        return None, ()
    sketch = _sketch(words)
    candidates = {id(c): c for key in sketch for c in index.get(key, ())[:_MOST_CANDIDATES]}
    same = (c for c in candidates.values() if c.document is not mine.document and _say_the_same(mine, c, words))
    return next(same, None), sketch


def _say_the_same(mine: _Paragraph, other: _Paragraph, words: list[str]) -> bool:
    from rapidfuzz import fuzz

    if mine.marks != other.marks:
        return False
    if mine.heading and other.heading and fuzz.ratio(mine.heading, other.heading) < _SAME_HEADING:
        return False
    return fuzz.ratio(words, find_words(other.text), score_cutoff=_SAME) >= _SAME


def _sketch(words: list[str]) -> tuple[int, ...]:
    """The smallest hashes of the word runs: paragraphs that share most of their runs share some of these."""
    hashes = {zlib.crc32(" ".join(words[i : i + _SHINGLE]).encode()) for i in range(len(words) - _SHINGLE + 1)}
    return tuple(sorted(hashes)[:_SKETCH])
