"""The documents and chunks of one version of the index, in an SQLite file.

Chunks are numbered by `row` in the order (collection, document, place), which is also their order in
the word index; `first_sentence` is where a chunk's rows start in the sentence vectors.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from coach.index.records import get_content_hash, get_digest, to_chunk, to_document, to_json
from coach.types import Chunk, Document, DocumentSummary

FILE = "documents.sqlite"
_SCHEMA = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY, collection TEXT NOT NULL, digest TEXT NOT NULL, text_digest TEXT NOT NULL,
    title TEXT, source TEXT, summary TEXT, language TEXT, updated TEXT, topics TEXT, path TEXT,
    characters INTEGER NOT NULL, chunks INTEGER NOT NULL, data TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE chunks (
    id TEXT PRIMARY KEY, document_id TEXT NOT NULL, collection TEXT NOT NULL, hash TEXT NOT NULL,
    start INTEGER NOT NULL, sentences INTEGER NOT NULL, row INTEGER, first_sentence INTEGER, data TEXT NOT NULL
);
"""
_NUMBER = """
CREATE TEMP TABLE places AS SELECT rowid AS place, sentences,
    row_number() OVER (ORDER BY collection, document_id, start, id) - 1 AS row FROM chunks;
CREATE TEMP TABLE ranges AS SELECT place, row, sum(sentences) OVER (ORDER BY row) - sentences AS first FROM places;
CREATE UNIQUE INDEX temp.ranges_place ON ranges (place);
UPDATE chunks SET row = (SELECT row FROM ranges WHERE place = chunks.rowid),
    first_sentence = (SELECT first FROM ranges WHERE place = chunks.rowid);
DROP TABLE ranges; DROP TABLE places;
CREATE UNIQUE INDEX chunks_row ON chunks (row);
CREATE INDEX chunks_hash ON chunks (hash);
CREATE INDEX documents_collection ON documents (collection);
"""


_LISTED = tuple(f.name for f in fields(DocumentSummary))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a chunk's vectors stand: its id, and its range of rows among the sentence vectors."""

    chunk_id: str
    first_sentence: int
    sentences: int


class Catalogue:
    """One file of documents and chunks, opened to write while it is made and only to read afterwards."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the file of a version; raises sqlite3.Error, or FileNotFoundError when it is missing."""
        path = folder / FILE
        if not create and not path.is_file():
            raise FileNotFoundError(2, "the file of documents is missing", str(path))
        # A finished version never changes, so SQLite may skip its locks: a read-only disk is fine.
        mode = "mode=rwc" if create else "mode=ro&immutable=1"
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, check_same_thread=False)
        if create:
            self._connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCHEMA)

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            self._connection.close()

    def add(self, document: Document, chunks: Sequence[Chunk]) -> None:
        """Store one document and its chunks; raises sqlite3.IntegrityError when an id is taken."""
        d, data = document, to_json(document)
        listed = (d.title, d.source, d.summary, d.language, d.updated, json.dumps(d.topics), d.path)
        keys = (d.id, d.collection, get_digest(data), get_digest(d.text))
        rows = [
            (c.id, c.document_id, d.collection, get_content_hash(c), c.start, len(c.sentences), to_json(c))
            for c in chunks
        ]
        with self._lock:
            self._connection.execute(
                f"INSERT INTO documents VALUES ({','.join('?' * 14)})",
                (*keys, *listed, len(d.text), len(chunks), data),
            )
            self._connection.executemany(
                "INSERT INTO chunks (id, document_id, collection, hash, start, sentences, data) VALUES (?,?,?,?,?,?,?)",
                rows,
            )

    def copy(self, folder: Path, ids: Iterable[str]) -> None:
        """Take over documents and their chunks, as they stand, from the finished version in `folder`."""
        source, wanted = f"{(folder / FILE).absolute().as_uri()}?mode=ro&immutable=1", json.dumps(list(ids))
        names = "id, document_id, collection, hash, start, sentences, data"
        with self._lock:
            self._connection.commit()
            self._connection.execute("ATTACH ? AS live", (source,))
            self._connection.execute(
                "INSERT INTO documents SELECT * FROM live.documents WHERE id IN (SELECT value FROM json_each(?))",
                (wanted,),
            )
            self._connection.execute(
                f"INSERT INTO chunks ({names}) SELECT {names} FROM live.chunks "
                "WHERE document_id IN (SELECT value FROM json_each(?))",
                (wanted,),
            )
            self._connection.commit()
            self._connection.execute("DETACH live")

    def number(self) -> None:
        """Give every chunk its row and its range of sentence rows, once all are in."""
        with self._lock:
            self._connection.commit()
            self._connection.executescript(_NUMBER)
            self._connection.commit()

    def get_digests(self) -> dict[str, tuple[str, str]]:
        """Every document's id -> (collection, digest of all its fields)."""
        return {i: (c, d) for i, c, d in self._rows("SELECT id, collection, digest FROM documents")}

    def get_text_digests(self) -> list[tuple[str, str, str]]:
        """(collection, document id, text digest) of every document."""
        return [(c, i, t) for c, i, t in self._rows("SELECT collection, id, text_digest FROM documents")]

    def count(self) -> dict[str, tuple[int, int]]:
        """Documents and chunks by collection; collections without documents are not listed."""
        rows = self._rows("SELECT collection, count(*), sum(chunks) FROM documents GROUP BY collection")
        return {c: (d, n) for c, d, n in rows}

    def count_chunks(self) -> tuple[int, int]:
        """Chunks and their sentences in all."""
        ((chunks, sentences),) = self._rows("SELECT count(*), coalesce(sum(sentences), 0) FROM chunks")
        return chunks, sentences

    def summarise(self, collection: str | None) -> list[DocumentSummary]:
        """What a listing shows, ordered by collection, then title."""
        where, values = ("WHERE collection = ?", (collection,)) if collection is not None else ("", ())
        rows = self._rows(f"SELECT {', '.join(_LISTED)} FROM documents {where} ORDER BY collection, title, id", values)
        plain = (dict(zip(_LISTED, row, strict=True)) for row in rows)
        return [DocumentSummary(**p | {"topics": tuple(json.loads(p["topics"]))}) for p in plain]

    def get_document(self, document_id: str) -> Document | None:
        """The Document, or None."""
        rows = self._rows("SELECT data FROM documents WHERE id = ?", (document_id,))
        return to_document(rows[0][0]) if rows else None

    def get_chunk(self, chunk_id: str) -> Chunk | None:
        """The Chunk, or None."""
        rows = self._rows("SELECT data FROM chunks WHERE id = ?", (chunk_id,))
        return to_chunk(rows[0][0]) if rows else None

    def get_place(self, chunk_id: str) -> Place | None:
        """Where the sentence vectors of a chunk stand, or None."""
        rows = self._rows("SELECT id, first_sentence, sentences FROM chunks WHERE id = ?", (chunk_id,))
        return Place(*rows[0]) if rows else None

    def find_places(self, hashes: Iterable[str]) -> dict[str, Place]:
        """Content hash -> a chunk that has exactly this content, for those that are here."""
        wanted = json.dumps(list(hashes))
        rows = self._rows(
            "SELECT hash, id, first_sentence, sentences FROM chunks WHERE hash IN (SELECT value FROM json_each(?))",
            (wanted,),
        )
        return {h: Place(i, f, s) for h, i, f, s in rows}

    def get_rows(self) -> list[tuple[str, str]]:
        """(chunk id, collection) of every chunk by row."""
        return [(i, c) for i, c in self._rows("SELECT id, collection FROM chunks ORDER BY row")]

    def iterate(self, size: int) -> Iterator[list[tuple[str, Chunk]]]:
        """(content hash, Chunk) of every chunk by row, in groups of at most `size`."""
        for first in range(0, self.count_chunks()[0], size):
            rows = self._rows(
                "SELECT hash, data FROM chunks WHERE row >= ? AND row < ? ORDER BY row", (first, first + size)
            )
            yield [(h, to_chunk(data)) for h, data in rows]

    def _rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(query, values).fetchall()
