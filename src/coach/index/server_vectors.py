"""Vectors on a Chroma server, in a collection named after each version."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from coach.errors import SettingsError, StorageError, VectorServerError
from coach.index.faults import REBUILD
from coach.index.vectors import VectorIndex, close_retired, get_client_settings, get_collection, opening

_PREFIX = "coach-"
_ANSWER_SECONDS = 30.0


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
        rest = parts.path.strip("/") or parts.query or parts.fragment or parts.username
        if parts.scheme not in ("http", "https") or not parts.hostname or rest:
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
        close_retired()
        with opening, self._faults():
            client = self._connect()
            return VectorIndex(client, get_collection(client, _PREFIX + folder.name, create), self._faults)

    def _connect(self) -> Any:
        import chromadb
        import httpx

        httpx.get(f"{self._address}/api/v2/heartbeat", timeout=_ANSWER_SECONDS / 6).raise_for_status()
        client = chromadb.HttpClient(self._host, self._port, self._secure, settings=get_client_settings())
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


def _bad_address(url: str) -> SettingsError:
    shown = url.rsplit("@", 1)[-1]  # an address may hold a password
    return SettingsError(
        f"COACH_CHROMA_URL cannot be used: {shown} is not the address of a server.",
        remedy="Write it like http://127.0.0.1:8000, without a path or a password.",
    )
