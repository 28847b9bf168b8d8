"""Vectors in a Chroma database inside the version's own folder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from coach.errors import CoachError, StorageError
from coach.index.faults import REBUILD, damaged, from_message
from coach.index.vectors import VectorIndex, close_retired, get_client_settings, get_collection, opening

FOLDER = "chroma"


class EmbeddedVectors:
    """Vectors in a Chroma database inside the version's own folder."""

    kind = "embedded"

    def create(self, folder: Path) -> VectorIndex:
        """Start the empty vectors of the version in `folder`."""
        return self._open(folder, create=True)

    def open(self, folder: Path) -> VectorIndex:
        """The vectors of a finished version; StorageError when they are not there."""
        if not (folder / FOLDER / "chroma.sqlite3").is_file():
            raise damaged(folder, "its vectors are missing")
        return self._open(folder, create=False)

    def drop(self, version: str) -> None:
        """Nothing is kept outside the folder."""

    def _open(self, folder: Path, *, create: bool) -> VectorIndex:
        close_retired()
        with opening:
            try:
                with _faults(folder):
                    return _connect_to_folder(folder / FOLDER, create, folder)
            except StorageError as error:
                if create or error.remedy == REBUILD:
                    raise
            # Chroma writes to its files whenever it opens them: on a full or read-only disk it reads a copy.
            borrowed = tempfile.TemporaryDirectory(prefix="coach-vectors-", ignore_cleanup_errors=True)
            with _faults(folder):
                place = Path(shutil.copytree(folder / FOLDER, Path(borrowed.name) / FOLDER))
                return _connect_to_folder(place, create, folder, borrowed)


@contextmanager
def _faults(folder: Path) -> Iterator[None]:
    try:
        yield
    except (CoachError, MemoryError):
        raise
    except BaseException as error:
        # A panic of Chroma's core is not an Exception; nothing else of that sort is ours to translate.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise from_message(str(error) or type(error).__name__, folder) from error


def _connect_to_folder(place: Path, create: bool, folder: Path, borrowed: Any = None) -> VectorIndex:
    import chromadb

    try:
        client = chromadb.PersistentClient(place, settings=get_client_settings())
    except BaseException:
        _forget(str(place))
        raise
    collection = get_collection(client, "chunks", create)
    return VectorIndex(client, collection, lambda: _faults(folder), borrowed)


def _forget(place: str) -> None:
    """Chroma keeps a client that failed to start and hands it out again, even after the fault is gone."""
    from chromadb.api.shared_system_client import SharedSystemClient as Registry

    if place not in Registry._identifier_to_refcount:  # none that works is in use
        Registry._identifier_to_system.pop(place, None)
