"""One version of the index, read: documents, chunks, and search by meaning and by words."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from coach.errors import IndexMismatchError, NotFoundError
from coach.index.catalogue import Catalogue, Place
from coach.index.faults import REBUILD, reading
from coach.index.learned import load_learned
from coach.index.lexical import LexicalSearch, load_word_counts
from coach.index.manifest import Manifest
from coach.index.sentence_vectors import load_sentence_vectors
from coach.index.vectors import VectorIndex, VectorStore
from coach.types import Chunk, Document, DocumentSummary, Hit, Sentence
from coach.vocabulary import Vocabulary
from coach.vocabulary.learning import extend

_CHUNKS_KEPT, _DOCUMENTS_KEPT, _LISTS_KEPT = 2048, 64, 16
_Key = TypeVar("_Key", bound=Hashable)
_Found = TypeVar("_Found")


class IndexReader:
    """An immutable snapshot, safe for threads; it goes on answering after the index was replaced.

    Every method raises StorageError when the version turns out to be damaged.
    """

    def __init__(self, folder: Path, manifest: Manifest, vectors: VectorStore, vocabulary: Vocabulary) -> None:
        """Open the version in `folder`; StorageError when a part of it is missing or does not fit."""
        self.manifest = manifest
        self._folder = folder
        self._store = vectors
        self._lock = threading.RLock()
        self._vectors: VectorIndex | None = None
        with reading(folder):
            self.catalogue = Catalogue(folder)
            self._sentences = load_sentence_vectors(folder)
            self._rows = self.catalogue.get_rows()
            self._lexical = LexicalSearch(folder, self._rows)
            self._given, self.vocabulary = vocabulary, extend(vocabulary, load_learned(folder))
            self._check()
        self._get_chunk = _remember(_CHUNKS_KEPT, self._read_chunk, "chunk", folder)
        self._get_place = _remember(_CHUNKS_KEPT, self.catalogue.get_place, "chunk", folder)
        self._get_document = _remember(_DOCUMENTS_KEPT, self.catalogue.get_document, "document", folder)
        self._get_summaries = _remember(_LISTS_KEPT, self.catalogue.summarise, "collection", folder)

    def close(self) -> None:
        """Release the files now instead of when the last user lets go; nothing can be read afterwards."""
        with self._lock:
            self.catalogue.close()
            if self._vectors is not None:
                self._vectors.close()

    @property
    def fingerprint(self) -> str:
        """16 hex digits over documents, chunking, vocabulary and embedding model."""
        return self.manifest.fingerprint

    @property
    def chunk_count(self) -> int:
        """Chunks in all collections."""
        return self.manifest.chunks

    def documents(self, collection: str | None = None) -> list[DocumentSummary]:
        """Summaries by collection and title; NotFoundError for a collection that does not exist."""
        self._require(collection)
        return list(self._get_summaries(collection))

    def document(self, document_id: str) -> Document:
        """The whole Document; NotFoundError when there is none of this id."""
        return self._get_document(document_id)

    def chunks(self, ids: Sequence[str]) -> list[Chunk]:
        """The chunks in the order of `ids`; NotFoundError when one does not exist."""
        return [self._get_chunk(i) for i in ids]

    def iterate_chunks(self) -> Iterator[Chunk]:
        """Every chunk, ordered by collection, document and place."""
        return (self._get_chunk(chunk_id) for chunk_id, _ in self._rows)

    def search_dense(self, vector: NDArray[np.float32], top_k: int, collection: str | None = None) -> list[Hit]:
        """The chunks nearest to a unit vector of shape (dimension,), by cosine similarity, best first."""
        self._require(collection)
        vector = np.asarray(vector, dtype=np.float32).reshape(-1)
        if vector.size != self.manifest.dimension:
            raise IndexMismatchError(
                f"The index holds vectors of {self.manifest.dimension} numbers, the question's has {vector.size}.",
                remedy=REBUILD,
            )
        top_k = min(top_k, self.chunk_count)
        if top_k <= 0:
            return []
        return [Hit(i, s) for i, s in self.open_vectors().search(vector, top_k, self._narrow(collection))]

    def search_lexical(self, text: str, top_k: int, collection: str | None = None) -> list[Hit]:
        """The chunks that share stems with `text`, by BM25 score (always positive), best first."""
        self._require(collection)
        hits = self._lexical.search(text, max(top_k, 0), self._narrow(collection))
        return [Hit(i, s) for i, s in hits]

    def sentence_vectors(self, chunk_id: str) -> NDArray[np.float32]:
        """Unit rows of shape (sentences of the chunk, dimension), rounded to half precision."""
        return self._get_sentences(self._get_place(chunk_id))

    def find_vectors(self, hashes: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Content hash -> the row of a chunk with this content, then the rows of its sentences, where there is one."""
        with reading(self._folder):
            places = self.catalogue.find_places(hashes)
        found = list(places.items())
        if not found:
            return {}
        rows = self.open_vectors().get([place.chunk_id for _, place in found])
        return {h: np.concatenate([row[None], self._get_sentences(p)]) for (h, p), row in zip(found, rows, strict=True)}

    def word_counts(self) -> Mapping[str, int]:
        """Lower-case word (see `split_words`) -> number of chunks that hold it."""
        return self._word_counts

    def open_vectors(self) -> VectorIndex:
        """The vectors of this version, opened once, on first use."""
        with self._lock:
            if self._vectors is None:
                self._vectors = self._store.open(self._folder)
                weakref.finalize(self, self._vectors.retire)
            return self._vectors

    @cached_property
    def _word_counts(self) -> Mapping[str, int]:
        with reading(self._folder):
            return MappingProxyType(load_word_counts(self._folder))

    def _read_chunk(self, chunk_id: str) -> Chunk | None:
        """A chunk as it was cut, its sentences annotated anew where the documents have taught more words."""
        chunk = self.catalogue.get_chunk(chunk_id)
        if chunk is None or self.vocabulary is self._given:
            return chunk
        sentences = tuple(self._annotate(s) for s in chunk.sentences)
        roles = dict.fromkeys(r for s in sentences for r in s.roles)
        dimensions = dict.fromkeys(d for s in sentences for d in s.dimensions)
        return replace(chunk, sentences=sentences, roles=tuple(roles), dimensions=tuple(dimensions))

    def _annotate(self, sentence: Sentence) -> Sentence:
        note = self.vocabulary.annotate(sentence.headings, sentence.text)
        return replace(sentence, roles=note.roles, mentions=note.mentions, dimensions=note.dimensions)

    def _get_sentences(self, place: Place) -> NDArray[np.float32]:
        return self._sentences[place.first_sentence : place.first_sentence + place.sentences].astype(np.float32)

    def _check(self) -> None:
        held = self.catalogue.count_chunks()
        told = (self.manifest.chunks, self.manifest.sentences)
        if held != told:
            raise ValueError(f"it holds {held[0]} chunks and {held[1]} sentences instead of {told[0]} and {told[1]}")
        shape = (self.manifest.sentences, self.manifest.dimension)
        if self._sentences.shape != shape:
            raise ValueError(f"its sentence vectors have the shape {self._sentences.shape} instead of {shape}")

    def _require(self, collection: str | None) -> None:
        if collection is not None and collection not in self.manifest.collections:
            raise _not_found("collection", collection)

    def _narrow(self, collection: str | None) -> str | None:
        """None when the collection is all there is: a filter makes a search slower."""
        counts = self.manifest.collections
        return None if collection is None or counts[collection].chunks == self.chunk_count else collection


def _remember(size: int, get: Callable[[_Key], _Found | None], what: str, folder: Path) -> Callable[[_Key], _Found]:
    """`get` with its last `size` results kept, NotFoundError for None and StorageError for a fault."""

    @lru_cache(size)
    def look_up(key: _Key) -> _Found:
        with reading(folder):
            found = get(key)
        if found is None:
            raise _not_found(what, str(key))
        return found

    return look_up


def _not_found(what: str, name: str) -> NotFoundError:
    return NotFoundError(f"There is no {what} {name[:200]!r} in the index.", remedy="Run `coach documents` for a list.")
