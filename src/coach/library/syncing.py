"""Bringing a collection up to date with files, saying beforehand what that would do, and taking documents out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from coach.cleaning import mark_near_duplicates
from coach.errors import IndexMissingError
from coach.index import IndexStore
from coach.index.records import get_digest, to_json
from coach.library.collecting import collect
from coach.types import Block, Chunk, Document, Progress, Refusal, SyncReport

Cut = Callable[[Document], Sequence[Chunk]]


def sync_paths(
    store: IndexStore,
    paths: Sequence[Path],
    *,
    collection: str,
    rebuild: bool = False,
    progress: Progress | None = None,
) -> SyncReport:
    """Make what the paths hold the whole of a collection; when it raises, the index is as it was."""
    collected = collect(paths, collection=collection, progress=progress)
    return store.sync(
        collected.documents,
        collection=collection,
        refused=collected.refused,
        rebuild=rebuild,
        progress=without_reading(progress),
    )


def preview_paths(
    store: IndexStore, paths: Sequence[Path], *, collection: str, cut: Cut, progress: Progress | None = None
) -> SyncReport:
    """What `sync_paths` would do; nothing is written and nothing embedded."""
    collected = collect(paths, collection=collection, progress=progress)
    return preview(store, collected.documents, collection=collection, cut=cut, refused=collected.refused)


def preview(
    store: IndexStore,
    documents: Iterable[Document],
    *,
    collection: str,
    cut: Cut,
    refused: Sequence[Refusal] = (),
) -> SyncReport:
    """What a sync of these documents would report; the fingerprint is that of the index as it stands.

    `refused` may fill while the documents are read. Raises what opening the index raises, but for a
    missing one, to which everything would be added.
    """
    started = time.monotonic()
    known, fingerprint = _get_known(store)
    kinds: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": []}
    clashes: list[Refusal] = []
    chunks = 0
    for document in documents:
        holder, digest = known.get(document.id, (collection, ""))
        if holder != collection:
            place = document.path or document.id
            clashes.append(
                Refusal(place, f"The collection {holder} already holds a document with the id {document.id}.")
            )
            continue
        document = replace(document, collection=collection)
        kinds["added" if not digest else "unchanged" if digest == get_digest(to_json(document)) else "changed"].append(
            document.id
        )
        chunks += len(cut(document))
    seen = {i for ids in kinds.values() for i in ids}
    return SyncReport(
        added=tuple(kinds["added"]),
        changed=tuple(kinds["changed"]),
        removed=tuple(sorted(i for i, (c, _) in known.items() if c == collection and i not in seen)),
        unchanged=tuple(kinds["unchanged"]),
        refused=(*refused, *clashes),
        chunks=chunks,
        fingerprint=fingerprint,
        seconds=time.monotonic() - started,
    )


def remove_documents(
    store: IndexStore, ids: Iterable[str], *, progress: Progress | None = None
) -> dict[str, SyncReport]:
    """Take documents out of the index, whatever collections they are in; no later answer rests on them.

    NotFoundError when one does not exist, and then none is removed.
    """
    reader = store.reader()
    gone: dict[str, set[str]] = {}
    for document_id in ids:
        gone.setdefault(reader.document(document_id).collection, set()).add(document_id)
    return {
        collection: store.sync(
            _remaining(store, collection, removed), collection=collection, progress=without_reading(progress)
        )
        for collection, removed in gone.items()
    }


def without_reading(progress: Progress | None) -> Progress | None:
    """Progress without the index's own count of documents read, where the reading of files is shown already."""
    if progress is None:
        return None
    show = progress
    return lambda stage, done, total: show(stage, done, total) if total else None


def _get_known(store: IndexStore) -> tuple[dict[str, tuple[str, str]], str]:
    """(document id -> (collection, digest), fingerprint) of the index, empty before there is one."""
    try:
        reader = store.reader()
    except IndexMissingError:
        return {}, ""
    return reader.catalogue.get_digests(), reader.fingerprint


def _remaining(store: IndexStore, collection: str, removed: set[str]) -> Iterator[Document]:
    """The documents that stay. Lazy on purpose: they are read once the sync holds the writer's lock."""
    reader = store.reader()
    kept = (s.id for s in reader.documents(collection) if s.id not in removed)
    yield from mark_near_duplicates(_free_repeats(reader.document(i), removed) for i in kept)


def _free_repeats(document: Document, removed: set[str]) -> Document:
    """A paragraph that was left out because a removed document says the same is the one to quote now."""
    blocks = tuple(_free(block, removed) for block in document.blocks)
    return document if blocks == document.blocks else replace(document, blocks=blocks)


def _free(block: Block, removed: set[str]) -> Block:
    repeats = block.why.startswith("repeats ") and any(block.why.endswith(f"({i})") for i in removed)
    return replace(block, citable=True, why="") if repeats else block
