"""The homes of vectors where they differ: addresses, silent and wrong servers, what is left behind, hidden readers."""

from __future__ import annotations

import gc
import http.server
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

from coach.errors import IndexMismatchError, IndexMissingError, SettingsError, StorageError, VectorServerError
from coach.index import IndexStore
from coach.index.embedded_vectors import EmbeddedVectors
from coach.index.fakes import WordEmbedder
from coach.index.server_vectors import ServerVectors
from coach.settings import Settings
from coach.types import Block, Document
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


def get_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Chroma server of its own."""
    port, folder = get_free_port(), tmp_path_factory.mktemp("server")
    command = [Path(sys.executable).parent / "chroma", "run", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen([*command, "--path", folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                httpx.get(f"http://127.0.0.1:{port}/api/v2/heartbeat", timeout=1)
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def make_store(folder: Path, address: str | None) -> IndexStore:
    return IndexStore(Settings(data_dir=folder, chroma_url=address), WordEmbedder(), VOCABULARY)


def make_documents(count: int) -> list[Document]:
    texts = [f"Kites need wind. Number {n}." for n in range(count)]
    return [
        Document(f"d{n}", f"D{n}", "x", t, (Block("paragraph", 0, len(t), (f"D{n}",)),)) for n, t in enumerate(texts)
    ]


def list_collections(address: str) -> set[str]:
    import chromadb

    port = int(address.rsplit(":", 1)[1])
    return {c.name for c in chromadb.HttpClient("127.0.0.1", port).list_collections()}


@pytest.mark.parametrize(
    "address",
    [
        "localhost:8000",
        "ftp://host",
        "http://",
        "http://host:port",
        "http://host/path",
        "http://u:secret@host",
        "/data",
    ],
)
def test_an_address_that_is_none_is_a_setting_to_correct(address: str) -> None:
    with pytest.raises(SettingsError, match="COACH_CHROMA_URL") as caught:
        ServerVectors(address)
    assert "secret" not in str(caught.value)


def test_a_server_that_is_not_there_is_named_and_may_come_back(tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{get_free_port()}"
    store = make_store(tmp_path, address)
    with pytest.raises(VectorServerError, match=rf"{address}.*COACH_CHROMA_URL"):
        store.sync(make_documents(2), collection="guides")
    with pytest.raises(IndexMissingError):
        store.reader()
    embedded = make_store(tmp_path, None)
    embedded.sync(make_documents(2), collection="guides")
    left = [p.name for p in (tmp_path / "index").iterdir() if p.is_dir()]
    assert left == [embedded.reader().manifest.version]


def test_a_server_that_never_answers_does_not_hang_a_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coach.index.server_vectors._ANSWER_SECONDS", 1.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        started = time.monotonic()
        with pytest.raises(VectorServerError, match=address):
            ServerVectors(address).open(tmp_path)
        assert time.monotonic() - started < 20


def test_a_server_of_another_kind_is_told_apart(tmp_path: Path) -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{other.server_port}"
        with pytest.raises(VectorServerError, match=address):
            ServerVectors(address).open(tmp_path)
        other.shutdown()


def test_the_server_keeps_only_the_versions_that_are_kept(tmp_path: Path, server: str) -> None:
    before = list_collections(server)
    store = make_store(tmp_path, server)
    for count in (1, 2, 3, 4):
        store.sync(make_documents(count), collection="guides")
    store.sync(make_documents(4), collection="guides")
    manifest = store.reader().manifest
    assert list_collections(server) - before == {f"coach-{manifest.version}", f"coach-{manifest.replaces}"}


def test_a_build_that_fails_frees_its_collection_at_the_next_sync(
    tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = list_collections(server)
    store = make_store(tmp_path, server)

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("coach.index.lexical.LexicalBuilder.save", refuse)
        with pytest.raises(StorageError):
            store.sync(make_documents(2), collection="guides")
    store.sync(make_documents(2), collection="guides")
    assert list_collections(server) - before == {f"coach-{store.reader().manifest.version}"}


def test_vectors_that_another_server_holds_are_not_found_here(tmp_path: Path, server: str) -> None:
    import chromadb

    store = make_store(tmp_path, server)
    store.sync(make_documents(2), collection="guides")
    client = chromadb.HttpClient("127.0.0.1", int(server.rsplit(":", 1)[1]))
    client.delete_collection(f"coach-{store.reader().manifest.version}")
    with pytest.raises(StorageError, match=rf"{server}.*--rebuild"):
        make_store(tmp_path, server).reader().search_dense(np.ones(64, dtype=np.float32), 5)
    store.sync(make_documents(2), collection="guides", rebuild=True)
    assert len(store.reader().search_dense(np.ones(64, dtype=np.float32), 5)) == 2


def test_moving_between_homes_needs_a_rebuild(tmp_path: Path, server: str) -> None:
    make_store(tmp_path, None).sync(make_documents(2), collection="guides")
    moved = make_store(tmp_path, server)
    with pytest.raises(IndexMismatchError, match=r"embedded.*server.*--rebuild"):
        moved.reader()
    moved.sync(make_documents(2), collection="guides", rebuild=True)
    assert len(moved.reader().search_dense(np.ones(64, dtype=np.float32), 5)) == 2


def test_a_reader_collected_while_another_is_opened_does_not_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Finalizers run wherever the collector does; one that took the opening lock waited for itself."""
    store = make_store(tmp_path, None)
    store.sync(make_documents(2), collection="guides")
    dropped = make_store(tmp_path, None).reader()
    dropped.open_vectors()
    held = [dropped]

    def collect(*_: object) -> object:
        held.clear()
        gc.collect()
        return original()

    from coach.index import embedded_vectors

    original = embedded_vectors.get_client_settings
    monkeypatch.setattr(embedded_vectors, "get_client_settings", collect)
    del dropped
    done = threading.Event()
    folder = tmp_path / "index" / store.reader().manifest.version
    worker = threading.Thread(target=lambda: (EmbeddedVectors().open(folder).close(), done.set()), daemon=True)
    worker.start()
    assert done.wait(20)
