"""Vectors of chunks in Chroma, embedded or on a server: the only module that knows Chroma.

Each version of the index has a collection of its own. Scores are cosine similarities, higher is
better; Chroma's distances and its own embedding functions never leave or enter here.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from coach.errors import CoachError, SettingsError, StorageError, VectorServerError
from coach.index.faults import REBUILD, damaged, from_message

FOLDER = "chroma"
_PREFIX = "coach-"
# A search looks at 200 candidates rather than Chroma's 100: at 20,000 clustered vectors it then finds 99.8 % of the
# true 50 nearest in 2 ms. A denser graph finds 99.9 % but takes twice as long to build.
_GRAPH = {"space": "cosine", "ef_search": 200}
_BATCH = 1000
_ANSWER_SECONDS = 30.0
_Faults = Callable[[], AbstractContextManager[None]]
_opening = threading.Lock()  # Chroma's registry of open folders is not safe for threads
_retired: deque[VectorIndex] = deque()


class VectorStore(Protocol):
    """Where the vectors of all versions live."""

    kind: str

    def create(self, folder: Path) -> VectorIndex:
        """Start the empty vectors of the version in `folder`."""

    def open(self, folder: Path) -> VectorIndex:
        """The vectors of a finished version; StorageError when they are not there."""

    def drop(self, version: str) -> None:
        """Delete what of a version is kept outside its folder, if anything is."""


class VectorIndex:
    """The vectors of one version, by chunk id. Safe for threads once they are all added."""

    def __init__(self, client: Any, collection: Any, faults: _Faults, borrowed: Any = None) -> None:
        """Wrap a Chroma collection; `faults` translates its errors, `borrowed` is a folder to remove at the end."""
        self._client, self._collection, self._faults, self._borrowed = client, collection, faults, borrowed
        self._is_open = True

    def add(self, ids: Sequence[str], vectors: NDArray[np.float32], labels: Sequence[tuple[str, str]]) -> None:
        """Add unit rows with their labels of (document id, collection)."""
        metadata = [{"document_id": d, "collection": c} for d, c in labels]
        with self._faults():
            for i in range(0, len(ids), _BATCH):
                part = slice(i, i + _BATCH)
                self._collection.add(ids=list(ids[part]), embeddings=vectors[part], metadatas=metadata[part])

    def get(self, ids: Sequence[str]) -> NDArray[np.float32]:
        """The rows of these chunks, in order; StorageError when one is missing."""
        rows: dict[str, Any] = {}
        with self._faults():
            for i in range(0, len(ids), _BATCH):
                found = self._collection.get(ids=sorted(set(ids[i : i + _BATCH])), include=["embeddings"])
                rows.update(zip(found["ids"], found["embeddings"], strict=True))
        if missing := [i for i in ids if i not in rows]:
            raise StorageError(f"The index has lost the vector of chunk {missing[0]}.", remedy=REBUILD)
        return np.array([rows[i] for i in ids], dtype=np.float32)

    def search(self, vector: NDArray[np.float32], top_k: int, collection: str | None) -> list[tuple[str, float]]:
        """(chunk id, cosine similarity) of the nearest chunks, best first; ties by id."""
        where: Any = None if collection is None else {"collection": collection}
        with self._faults():
            found = self._collection.query(
                query_embeddings=[vector], n_results=top_k, where=where, include=["distances"]
            )
        hits = zip(found["ids"][0], found["distances"][0], strict=True)
        return sorted(((i, 1.0 - float(d)) for i, d in hits), key=lambda hit: (-hit[1], hit[0]))

    def count(self) -> int:
        """Vectors held."""
        with self._faults():
            return int(self._collection.count())

    def retire(self) -> None:
        """Have this closed by the next one to open vectors.

        For finalizers: they run wherever the collector does, also inside Chroma's locks and ours, where
        closing would wait for ever.
        """
        _retired.append(self)

    def close(self) -> None:
        """Release the files or connections; calling it twice is harmless."""
        with _opening:
            if self._is_open:
                self._is_open = False
                self._client.close()
                if self._borrowed:
                    self._borrowed.cleanup()


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
        _close_retired()
        with _opening:
            try:
                with _embedded_faults(folder):
                    return _connect_to_folder(folder / FOLDER, create, folder)
            except StorageError as error:
                if create or error.remedy == REBUILD:
                    raise
            # Chroma writes to its files whenever it opens them: on a full or read-only disk it reads a copy.
            borrowed = tempfile.TemporaryDirectory(prefix="coach-vectors-", ignore_cleanup_errors=True)
            with _embedded_faults(folder):
                place = Path(shutil.copytree(folder / FOLDER, Path(borrowed.name) / FOLDER))
                return _connect_to_folder(place, create, folder, borrowed)


class ServerVectors:
    """Vectors on a Chroma server, in a collection named after each version."""

    kind = "server"

    def __init__(self, url: str) -> None:
        """Read the address; SettingsError when it is not one. Nothing is contacted yet."""
        try:
            parts = urlsplit(url)
            self._port = parts.port or (443 if parts.scheme == "https" else 8000)
        except ValueError:
            raise _bad_address(url) from None
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
            raise _bad_address(url)
        self._host, self._secure = parts.hostname, parts.scheme == "https"
        host = f"[{self._host}]" if ":" in self._host else self._host
        self._address = f"{parts.scheme}://{host}:{self._port}"

    def create(self, folder: Path) -> VectorIndex:
        """Start the empty collection of the version in `folder`."""
        return self._open(folder, create=True)

    def open(self, folder: Path) -> VectorIndex:
        """The collection of a finished version; StorageError when the server does not have it."""
        return self._open(folder, create=False)

    def drop(self, version: str) -> None:
        """Delete the version's collection, if there is one."""
        from chromadb.errors import NotFoundError

        with self._faults():
            client = self._connect()
            try:
                client.delete_collection(_PREFIX + version)
            except NotFoundError:
                pass
            finally:
                client.close()

    def _open(self, folder: Path, *, create: bool) -> VectorIndex:
        _close_retired()
        with _opening, self._faults():
            client = self._connect()
            return VectorIndex(client, _get_collection(client, _PREFIX + folder.name, create), self._faults)

    def _connect(self) -> Any:
        import chromadb
        import httpx

        httpx.get(f"{self._address}/api/v2/heartbeat", timeout=_ANSWER_SECONDS / 6).raise_for_status()
        client = chromadb.HttpClient(self._host, self._port, self._secure, settings=_get_client_settings())
        # Chroma waits without end by default: a server that hangs would hang every question.
        session = getattr(getattr(client, "_server", None), "_session", None)
        if session is not None:
            session.timeout = httpx.Timeout(_ANSWER_SECONDS)
        return client

    @contextmanager
    def _faults(self) -> Iterator[None]:
        import httpx
        from chromadb.errors import ChromaError, NotFoundError

        try:
            yield
        except NotFoundError as error:
            raise StorageError(
                f"The Chroma server at {self._address} does not have the vectors of this index.", remedy=REBUILD
            ) from error
        except (httpx.HTTPError, ChromaError, ValueError) as error:
            raise VectorServerError(
                f"The Chroma server at {self._address} does not answer as it should: {type(error).__name__}.",
                remedy="Start it, or unset COACH_CHROMA_URL to keep the vectors in the data folder.",
            ) from error


def get_vector_store(chroma_url: str | None) -> VectorStore:
    """Vectors on the server named, or embedded when none is; SettingsError for an address that is none."""
    return EmbeddedVectors() if chroma_url is None else ServerVectors(chroma_url)


def _close_retired() -> None:
    with suppress(IndexError):
        while True:
            _retired.popleft().close()


@contextmanager
def _embedded_faults(folder: Path) -> Iterator[None]:
    try:
        yield
    except (CoachError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # Chroma's core panics with classes that are not Exceptions
        raise from_message(str(error) or type(error).__name__, folder) from error


def _connect_to_folder(place: Path, create: bool, folder: Path, borrowed: Any = None) -> VectorIndex:
    import chromadb

    try:
        client = chromadb.PersistentClient(place, settings=_get_client_settings())
    except BaseException:
        _forget(str(place))
        raise
    collection = _get_collection(client, "chunks", create)
    return VectorIndex(client, collection, lambda: _embedded_faults(folder), borrowed)


def _forget(place: str) -> None:
    """Chroma keeps a client that failed to start and hands it out again, even after the fault is gone."""
    from chromadb.api.shared_system_client import SharedSystemClient as Registry

    if place not in Registry._identifier_to_refcount:  # none that works is in use
        Registry._identifier_to_system.pop(place, None)


def _get_collection(client: Any, name: str, create: bool) -> Any:
    try:
        if create:
            return client.create_collection(name, embedding_function=None, configuration={"hnsw": _GRAPH})
        return client.get_collection(name, embedding_function=None)
    except BaseException:
        client.close()
        raise


def _get_client_settings() -> Any:
    from chromadb.config import Settings

    # No telemetry, and no settings from a .env file that happens to lie in the working directory.
    return Settings(_env_file=None, anonymized_telemetry=False)  # type: ignore[call-arg]


def _bad_address(url: str) -> SettingsError:
    shown = url.rsplit("@", 1)[-1]  # an address may hold a password
    return SettingsError(
        f"COACH_CHROMA_URL cannot be used: {shown} is not the address of a server.",
        remedy="Write it like http://127.0.0.1:8000, without a path.",
    )
