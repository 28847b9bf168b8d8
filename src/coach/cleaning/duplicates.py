"""Paragraphs that several documents share, kept once."""

from __future__ import annotations

import re
import sqlite3
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from coach.cleaning.page import find_words
from coach.errors import StorageError
from coach.types import Block, Document

_FEWEST_WORDS = 12  # shorter ones are too alike by nature
_SHINGLE = 4  # words
_SKETCH = 4  # smallest hashes of a paragraph's shingles that it is found by (Broder's bottom-k sketch)
_SAME = 92.0  # rapidfuzz ratio of the words from which two paragraphs say the same
_SAME_HEADING = 85.0
_MOST_CANDIDATES = 50
_NEGATION = re.compile(r"\b(?:no|not|never|without|cannot|nor)\b|n't\b", re.IGNORECASE)
_FIGURE = re.compile(r"\d[\d.,]*")

# A database without a name is SQLite's own temporary file: what does not fit its cache goes to the disk, and the
# file is gone when it is closed, however the process ends.
_NAMELESS = ""
_SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000;
CREATE TABLE documents (number INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE paragraphs (
    number INTEGER PRIMARY KEY, document INTEGER NOT NULL, marks INTEGER NOT NULL, heading TEXT NOT NULL,
    words BLOB NOT NULL
);
CREATE TABLE sketches (key INTEGER, paragraph INTEGER, PRIMARY KEY (key, paragraph)) WITHOUT ROWID;
"""
_BY_KEY = f"SELECT * FROM (SELECT paragraph FROM sketches WHERE key = ? ORDER BY paragraph LIMIT {_MOST_CANDIDATES})"
_SEARCH = """
SELECT documents.name, paragraphs.heading, paragraphs.words FROM paragraphs
JOIN documents ON documents.number = paragraphs.document
WHERE paragraphs.number IN ({keys}) AND paragraphs.marks = ? ORDER BY paragraphs.number
"""


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """What two paragraphs are compared by; `words` are hashes, in order, and `marks` must agree to the letter."""

    words: array[int]
    heading: str
    marks: int
    sketch: tuple[int, ...]


def mark_near_duplicates(documents: Iterable[Document]) -> Iterator[Document]:
    """The documents in their order, each paragraph that an earlier one holds marked and naming it.

    Two paragraphs are the same when nearly all words agree, and all figures, negations and the
    heading above do: "leads 5 to 8" and "leads 8 to 15" differ in one word and in what they say.
    What was seen is kept in a temporary file, so that memory does not grow with the documents;
    StorageError when there is no room for it.
    """
    with closing(sqlite3.connect(_NAMELESS, check_same_thread=False)) as seen:
        seen.executescript(_SCHEMA)
        for document in documents:
            yield _mark_repeats(document, seen)


def _mark_repeats(document: Document, seen: sqlite3.Connection) -> Document:
    paragraphs = [_read(document, block) for block in document.blocks]
    try:
        found = [_find(p, seen) if p else "" for p in paragraphs]
        _remember(document, [p for p, first in zip(paragraphs, found, strict=True) if p and not first], seen)
    except sqlite3.Error as error:
        raise StorageError(
            f"The temporary files that pages are compared by cannot be written: {error}.",
            remedy="Free some space, or set TMPDIR to a folder with more.",
        ) from error
    if not any(found):
        return document
    blocks = (_mark(b, first) if first else b for b, first in zip(document.blocks, found, strict=True))
    return replace(document, blocks=tuple(blocks))


def _mark(block: Block, first: str) -> Block:
    return replace(block, citable=False, why=f"repeats {first}")


def _read(document: Document, block: Block) -> _Paragraph | None:
    """The paragraph as it is compared, or None for one that never is."""
    if block.kind != "paragraph" or not block.citable:
        return None
    text = document.text[block.start : block.end]
    words = find_words(text)
    if len(words) < _FEWEST_WORDS:
        return None
    marks = (*_FIGURE.findall(text), f"{len(_NEGATION.findall(text))} negations")
    return _Paragraph(
        words=array("I", [zlib.crc32(word.encode("utf-8", "replace")) for word in words]),
        heading=block.headings[-1].lower() if block.headings else "",
        marks=zlib.crc32(" ".join(marks).encode()),
        sketch=_sketch(words),
    )


def _find(mine: _Paragraph, seen: sqlite3.Connection) -> str:
    """Title and id of the earliest document with a paragraph that says the same, or nothing."""
    query = _SEARCH.format(keys=" UNION ".join([_BY_KEY] * len(mine.sketch)))
    for name, heading, words in seen.execute(query, (*mine.sketch, mine.marks)):
        if _say_the_same(mine, heading, array("I", words)):
            return str(name)
    return ""


def _say_the_same(mine: _Paragraph, heading: str, words: array[int]) -> bool:
    from rapidfuzz import fuzz

    if mine.heading and heading and fuzz.ratio(mine.heading, heading) < _SAME_HEADING:
        return False
    return mine.words == words or fuzz.ratio(list(mine.words), list(words), score_cutoff=_SAME) >= _SAME


def _remember(document: Document, paragraphs: Sequence[_Paragraph], seen: sqlite3.Connection) -> None:
    if not paragraphs:
        return
    name = f"{document.title} ({document.id})"
    number = seen.execute("INSERT INTO documents (name) VALUES (?)", (name,)).lastrowid
    for paragraph in paragraphs:
        row = (number, paragraph.marks, paragraph.heading, paragraph.words.tobytes())
        added = seen.execute("INSERT INTO paragraphs (document, marks, heading, words) VALUES (?, ?, ?, ?)", row)
        seen.executemany("INSERT INTO sketches VALUES (?, ?)", [(key, added.lastrowid) for key in paragraph.sketch])


def _sketch(words: Sequence[str]) -> tuple[int, ...]:
    """The smallest hashes of the word runs: paragraphs that share most of their runs share some of these."""
    runs = (" ".join(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1))
    hashes = {zlib.crc32(run.encode("utf-8", "replace")) for run in runs}
    return tuple(sorted(hashes)[:_SKETCH])
