"""Bringing the index up to date: what changed, a new version built beside the live one, and the swap."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coach.embedding import Embedder
from coach.errors import CoachError
from coach.index.catalogue import Catalogue
from coach.index.faults import damaged, reading, writing
from coach.index.learned import OutlineBuilder
from coach.index.lexical import LexicalBuilder
from coach.index.manifest import Counts, Manifest, Recipe, get_fingerprint, write_manifest
from coach.index.reader import IndexReader
from coach.index.records import get_digest, get_embedded_sentences, to_json
from coach.index.sentence_vectors import SentenceWriter
from coach.index.vectors import VectorIndex, VectorStore
from coach.index.versions import create_version, discard_version, publish
from coach.types import Chunk, Document, Progress, Refusal, SyncReport
from coach.vocabulary import Vocabulary

# Chunks embedded together with their sentences: some 2,000 texts, enough to sort well by length.
_GROUP = 256
_Rows = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a build needs besides the documents."""

    root: Path
    recipe: Recipe
    embedder: Embedder
    vocabulary: Vocabulary
    vectors: VectorStore
    chunk: Callable[[Document], Sequence[Chunk]]
    progress: Progress
    obstacle: CoachError | None = None  # raised as soon as something has to be written


@dataclass(frozen=True, slots=True)
class Live:
    """The version in use: its documents, and the reader when its chunks and vectors may be taken over.

    `reader` is None in a rebuild, where only the documents of other collections are worth keeping.
    """

    folder: Path
    catalogue: Catalogue
    manifest: Manifest | None
    reader: IndexReader | None


@dataclass(slots=True)
class _Changes:
    """What the documents of a sync turn out to be, by id."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


class _Draft:
    """A version being built; its folder appears with the first document written to it."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop

    @cached_property
    def folder(self) -> Path:
        if self._shop.obstacle:
            raise self._shop.obstacle
        return create_version(self._shop.root)

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue(self.folder, create=True)

    def close(self) -> None:
        if "catalogue" in self.__dict__:
            self.catalogue.close()

    def discard(self) -> None:
        self.close()
        if "folder" in self.__dict__:
            discard_version(self.folder, self._shop.vectors.drop)


def build_version(
    shop: Workshop, live: Live | None, documents: Iterable[Document], collection: str, refused: Iterable[Refusal]
) -> SyncReport:
    """Make `documents` the whole of `collection`; the caller holds the writer's lock.

    Readers see nothing of it before the last step. When it raises, or is killed, the live version is as it was.
    """
    started, draft = time.monotonic(), _Draft(shop)
    try:
        changes = _take_in(shop, live, documents, collection, draft)
        changes.refused[:0] = refused
        manifest = _get_unchanged(shop, live, changes, collection)
        if manifest is None:
            with writing(shop.root):
                manifest = _complete(shop, live, changes, collection, draft)
    except BaseException:
        draft.discard()
        raise
    draft.close()
    return _report(changes, manifest, collection, time.monotonic() - started)


def _take_in(
    shop: Workshop, live: Live | None, documents: Iterable[Document], collection: str, draft: _Draft
) -> _Changes:
    """Sort the documents by what they are to the live version and write down the new and changed ones."""
    with reading(live.folder if live else shop.root):
        known = live.catalogue.get_digests() if live else {}
    changes, seen = _Changes(), set[str]()
    keeps_chunks = _can_keep_chunks(shop, live)
    for document in documents:
        if refusal := _refuse(document, collection, seen, known):
            changes.refused.append(refusal)
            continue
        seen.add(document.id)
        document = replace(document, collection=collection)
        digest = known.get(document.id, ("", ""))[1]
        same = digest == get_digest(to_json(document))
        (changes.unchanged if same else changes.changed if digest else changes.added).append(document.id)
        if not (same and keeps_chunks):
            chunks = shop.chunk(document)
            with writing(shop.root):
                draft.catalogue.add(document, chunks)
        shop.progress("Reading", len(seen), 0)
    changes.removed = sorted(i for i, (c, _) in known.items() if c == collection and i not in seen)
    return changes


def _refuse(document: Document, collection: str, seen: set[str], known: dict[str, tuple[str, str]]) -> Refusal | None:
    place = document.path or document.id
    if document.id in seen:
        return Refusal(place, f"Another document of this collection has the same id, {document.id}.")
    holder = known.get(document.id, (collection, ""))[0]
    if holder != collection:
        return Refusal(place, f"The collection {holder} already holds a document with the id {document.id}.")
    return None


def _can_keep_chunks(shop: Workshop, live: Live | None) -> bool:
    return live is not None and live.reader is not None and live.reader.manifest.recipe == shop.recipe


def _get_unchanged(shop: Workshop, live: Live | None, changes: _Changes, collection: str) -> Manifest | None:
    """The live manifest when it already says everything, else None."""
    if live is None or live.manifest is None or not _can_keep_chunks(shop, live):
        return None
    is_same = not (changes.added or changes.changed or changes.removed) and collection in live.manifest.collections
    return live.manifest if is_same else None


def _complete(shop: Workshop, live: Live | None, changes: _Changes, collection: str, draft: _Draft) -> Manifest:
    """Fill the draft with everything that stays, add vectors and words, check it, and make it current."""
    if live:
        _carry_over(shop, live, changes, collection, draft)
    draft.catalogue.number()
    index = shop.vectors.create(draft.folder)
    try:
        _add_vectors(shop, live, draft, index)
    finally:
        index.close()
    manifest = _describe(shop, live, collection, draft)
    draft.close()
    write_manifest(manifest, draft.folder)
    _check(shop, draft.folder, manifest)
    publish(shop.root, draft.folder.name)
    return manifest


def _carry_over(shop: Workshop, live: Live, changes: _Changes, collection: str, draft: _Draft) -> None:
    """Other collections and unchanged documents: as they stand, or cut anew when the recipe is another."""
    others = [i for i, (c, _) in live.catalogue.get_digests().items() if c != collection]
    if _can_keep_chunks(shop, live):
        draft.catalogue.copy(live.folder, [*others, *changes.unchanged])
        return
    for document_id in others:
        document = live.catalogue.get_document(document_id)
        if document is not None:
            draft.catalogue.add(document, shop.chunk(document))


def _add_vectors(shop: Workshop, live: Live | None, draft: _Draft, index: VectorIndex) -> None:
    total, sentences = draft.catalogue.count_chunks()
    words, outlines, done = LexicalBuilder(), OutlineBuilder(), 0
    with SentenceWriter(draft.folder, sentences, shop.embedder.dimension) as writer:
        shop.progress("Embedding", 0, total)
        for group in draft.catalogue.iterate(_GROUP):
            vectors = _get_vectors(shop, live.reader if live else None, group)
            chunks = [chunk for _, chunk in group]
            index.add(
                [c.id for c in chunks],
                np.stack([v[0] for v in vectors]),
                [(c.document_id, c.collection) for c in chunks],
            )
            writer.add(np.concatenate([v[1:] for v in vectors]))
            for chunk in chunks:
                words.add(chunk.embedded_text)
                outlines.add(chunk)
            done += len(group)
            shop.progress("Embedding", done, total)
    words.save(draft.folder)
    outlines.save(draft.folder, shop.vocabulary)


def _get_vectors(shop: Workshop, reader: IndexReader | None, group: list[tuple[str, Chunk]]) -> list[_Rows]:
    """For each chunk its own row, then those of its sentences: taken over where the content is the same."""
    ready = reader.find_vectors([h for h, _ in group]) if reader else {}
    texts = {h: [c.embedded_text, *get_embedded_sentences(c)] for h, c in group if h not in ready}
    # Chunks overlap and repeat each other's sentences: each text is embedded once.
    numbers = {text: n for n, text in enumerate(dict.fromkeys(t for parts in texts.values() for t in parts))}
    rows = shop.embedder.embed(list(numbers)) if numbers else np.empty((0, 0), dtype=np.float32)
    return [ready[h] if h in ready else rows[[numbers[t] for t in texts[h]]] for h, _ in group]


def _describe(shop: Workshop, live: Live | None, collection: str, draft: _Draft) -> Manifest:
    counts = {collection: (0, 0)}
    if live and live.manifest:
        counts |= dict.fromkeys(live.manifest.collections, (0, 0))
    counts |= draft.catalogue.count()
    return Manifest(
        version=draft.folder.name,
        replaces=live.folder.name if live else "",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        fingerprint=get_fingerprint(shop.recipe, draft.catalogue.get_text_digests()),
        recipe=shop.recipe,
        dimension=shop.embedder.dimension,
        sentences=draft.catalogue.count_chunks()[1],
        collections={name: Counts(*c) for name, c in sorted(counts.items())},
    )


def _check(shop: Workshop, folder: Path, manifest: Manifest) -> None:
    """Open the draft as a reader would, and count; StorageError when something did not arrive on the disk."""
    reader = IndexReader(folder, manifest, shop.vectors, shop.vocabulary)
    try:
        found = reader.open_vectors().count()
        if found != manifest.chunks:
            raise damaged(folder, f"it holds {found} vectors instead of {manifest.chunks}")
    finally:
        reader.close()


def _report(changes: _Changes, manifest: Manifest, collection: str, seconds: float) -> SyncReport:
    return SyncReport(
        added=tuple(changes.added),
        changed=tuple(changes.changed),
        removed=tuple(changes.removed),
        unchanged=tuple(changes.unchanged),
        refused=tuple(changes.refused),
        chunks=manifest.collections[collection].chunks,
        fingerprint=manifest.fingerprint,
        seconds=seconds,
    )
