"""Paragraphs that several documents share, kept once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from coach.cleaning.page import find_words
from coach.types import Block, Document

_FEWEST_WORDS = 12  # shorter ones are too alike by nature
_SHINGLE = 5  # words
_SAME = 92.0  # rapidfuzz ratio of the words from which two paragraphs say the same
_SAME_HEADING = 85.0
_MOST_CANDIDATES = 50
_NEGATION = re.compile(r"\b(?:no|not|never|without|cannot|nor)\b|n't\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Kept:
    document: Document
    words: tuple[str, ...]
    heading: str
    marks: tuple[str, ...]


def mark_near_duplicates(documents: Iterable[Document]) -> Iterator[Document]:
    """The documents in their order, each paragraph that an earlier one holds marked and naming it.

    Two paragraphs are the same when nearly all words agree, and all figures, negations and the
    heading above do: "leads 5 to 8" and "leads 8 to 15" differ in one word and in what they say.
    """
    index: dict[int, list[_Kept]] = defaultdict(list)
    for document in documents:
        blocks = tuple(_mark(document, block, index) for block in document.blocks)
        yield document if blocks == document.blocks else replace(document, blocks=blocks)
        for block in blocks:
            _remember(document, block, index)


def _mark(document: Document, block: Block, index: dict[int, list[_Kept]]) -> Block:
    mine = _read(document, block)
    if mine is None:
        return block
    tried: set[int] = set()
    for shingle in _shingles(mine.words):
        for kept in index.get(shingle, ())[:_MOST_CANDIDATES]:
            if id(kept) not in tried and _says_the_same(mine, kept):
                return replace(block, citable=False, why=f"repeats {kept.document.title} ({kept.document.id})")
            tried.add(id(kept))
    return block


def _remember(document: Document, block: Block, index: dict[int, list[_Kept]]) -> None:
    mine = _read(document, block)
    if mine is not None:
        for shingle in _shingles(mine.words):
            index[shingle].append(mine)


def _read(document: Document, block: Block) -> _Kept | None:
    if block.kind != "paragraph" or not block.citable:
        return None
    text = document.text[block.start : block.end]
    words = tuple(find_words(text))
    if len(words) < _FEWEST_WORDS:
        return None
    marks = (*re.findall(r"\d[\d.,]*", text), f"negations: {len(_NEGATION.findall(text))}")
    return _Kept(document, words, block.headings[-1] if block.headings else "", marks)


def _says_the_same(mine: _Kept, kept: _Kept) -> bool:
    from rapidfuzz import fuzz

    if mine.document.id == kept.document.id or mine.marks != kept.marks:
        return False
    if mine.heading and kept.heading and fuzz.ratio(mine.heading.lower(), kept.heading.lower()) < _SAME_HEADING:
        return False
    return fuzz.ratio(mine.words, kept.words, score_cutoff=_SAME) >= _SAME


def _shingles(words: tuple[str, ...]) -> tuple[int, ...]:
    """Hashes of word runs; every other one is enough to meet a paragraph that shares nine words in ten."""
    return tuple(hash(words[i : i + _SHINGLE]) for i in range(0, len(words) - _SHINGLE + 1, 2))
