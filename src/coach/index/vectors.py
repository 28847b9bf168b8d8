"""Vectors of chunks in Chroma: what is the same wherever it runs. Only this module and the two homes know Chroma.

Each version of the index has a Chroma collection of its own. Scores are cosine similarities, higher is
better; Chroma's distances and its own embedding functions never leave or enter here.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from coach.errors import StorageError
from coach.index.faults import REBUILD

# A search looks at 200 candidates rather than Chroma's 100: at 20,000 clustered vectors it then finds 99.8 % of the
# true 50 nearest in 2 ms. A denser graph finds 99.9 % but takes twice as long to build.
_GRAPH = {"space": "cosine", "ef_search": 200}
_BATCH = 1000
_Faults = Callable[[], AbstractContextManager[None]]
opening = threading.Lock()  # Chroma's registry of open folders is not safe for threads
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
        with opening:
            if self._is_open:
                self._is_open = False
                self._client.close()
                if self._borrowed:
                    self._borrowed.cleanup()


def close_retired() -> None:
    """Close what finalizers handed over; not to be called inside `opening`."""
    with suppress(IndexError):
        while True:
            _retired.popleft().close()


def get_collection(client: Any, name: str, create: bool) -> Any:
    """Chroma's collection of this name, made or found; closes the client when that fails."""
    try:
        if create:
            return client.create_collection(name, embedding_function=None, configuration={"hnsw": _GRAPH})
        return client.get_collection(name, embedding_function=None)
    except BaseException:
        client.close()
        raise


def get_client_settings() -> Any:
    """Chroma's own settings: no telemetry, nothing from a .env file that lies in the working directory."""
    from chromadb.config import Settings

    return Settings(_env_file=None, anonymized_telemetry=False)  # type: ignore[call-arg]
