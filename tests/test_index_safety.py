"""The index when things go wrong: killed builds, two writers, full and read-only disks, damage, crowds of readers."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

from coach.errors import CoachError, IndexBusyError, StorageError
from coach.index import IndexStore
from coach.index.fakes import WordEmbedder
from coach.settings import Settings
from coach.types import Block, Document
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()

# Run in a process of its own: syncs 30 documents and kills itself, without any clean-up, at the step named.
KILLED = """
import os, signal, sys
from pathlib import Path
import coach.index.versions as versions
from coach.index import IndexStore
from coach.index.fakes import WordEmbedder
from coach.settings import Settings
from coach.types import Block, Document
from coach.vocabulary import load_vocabulary

folder, stage, at = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
die = lambda: os.kill(os.getpid(), signal.SIGKILL)
if stage == "Swapping":
    versions.os.replace = lambda *_: die()

def watch(name, done, total):
    if name == stage and (done == at or at < 0 < done == total):
        die()

def make(n):
    text = f"Version two of number {n} is about boats. " * 40
    return Document(f"d{n}", f"D{n}", "x", text, (Block("paragraph", 0, len(text), (f"D{n}",)),))

store = IndexStore(Settings(data_dir=folder), WordEmbedder(), load_vocabulary())
store.sync((make(n) for n in range(30)), collection="guides", progress=watch)
print("finished")
"""


def make_documents(count: int, words: str = "Kites need wind.") -> list[Document]:
    texts = [f"{words} This is number {n}." for n in range(count)]
    return [
        Document(f"d{n}", f"D{n}", "x", t, (Block("paragraph", 0, len(t), (f"D{n}",)),)) for n, t in enumerate(texts)
    ]


def make_store(folder: Path, embedder: WordEmbedder | None = None) -> IndexStore:
    return IndexStore(Settings(data_dir=folder), embedder or WordEmbedder(), VOCABULARY)


def check_whole(store: IndexStore, count: int) -> str:
    """Every part of the index answers and agrees with the others; returns the fingerprint."""
    reader = store.reader()
    ids = {d.id for d in reader.documents()}
    assert len(ids) == count
    dense = reader.search_dense(WordEmbedder().embed(["number"])[0], 1000)
    lexical = reader.search_lexical("number", 1000)
    assert {h.chunk_id for h in dense} == {h.chunk_id for h in lexical}
    chunks = reader.chunks([h.chunk_id for h in dense])
    assert len(chunks) == reader.chunk_count
    assert {c.document_id for c in chunks} == ids
    for chunk in chunks:
        assert reader.document(chunk.document_id).text[chunk.start : chunk.end] == chunk.text
        assert len(reader.sentence_vectors(chunk.id)) == len(chunk.sentences)
    return reader.fingerprint


def run_killed(folder: Path, stage: str, at: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), stage, str(at)], capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert "finished" not in done.stdout


@pytest.mark.parametrize(("stage", "at"), [("Reading", 17), ("Embedding", 0), ("Embedding", -1), ("Swapping", 0)])
def test_a_killed_build_leaves_the_index_as_it_was(tmp_path: Path, stage: str, at: int) -> None:
    store = make_store(tmp_path)
    store.sync(make_documents(5), collection="guides")
    fingerprint, version = store.reader().fingerprint, store.reader().manifest.version
    run_killed(tmp_path, stage, at)
    left = [p.name for p in (tmp_path / "index").iterdir() if p.is_dir()]
    assert len(left) == 2, "the killed build got as far as a folder"
    assert check_whole(make_store(tmp_path), 5) == fingerprint
    store.sync(make_documents(5), collection="guides")
    assert [p.name for p in (tmp_path / "index").iterdir() if p.is_dir()] == [version]
    assert not list((tmp_path / "index").glob("*.tmp"))
    store.sync(make_documents(6), collection="guides")
    check_whole(store, 6)


def test_a_first_build_that_is_killed_leaves_nothing_indexed(tmp_path: Path) -> None:
    run_killed(tmp_path, "Embedding", 0)
    store = make_store(tmp_path)
    with pytest.raises(CoachError, match="Nothing is indexed"):
        store.reader()
    store.sync(make_documents(3), collection="guides")
    check_whole(store, 3)


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    store.sync(make_documents(3), collection="guides")
    with FileLock(tmp_path / "index" / "write.lock"):
        with pytest.raises(IndexBusyError, match="Try again"):
            store.sync(make_documents(4), collection="guides")
        assert len(store.sync(make_documents(3), collection="guides").unchanged) == 3
        check_whole(store, 3)
    assert store.sync(make_documents(4), collection="guides").added == ("d3",)


def test_a_writer_in_another_thread_of_the_same_process_counts(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    inside, leave = threading.Event(), threading.Event()

    def wait(*_: object) -> None:
        inside.set()
        leave.wait(30)

    first = threading.Thread(target=lambda: store.sync(make_documents(2), collection="guides", progress=wait))
    first.start()
    assert inside.wait(30)
    try:
        with pytest.raises(IndexBusyError):
            store.sync(make_documents(4), collection="guides")
    finally:
        leave.set()
        first.join()
    check_whole(store, 2)


def test_a_file_in_place_of_the_data_folder_is_named(tmp_path: Path) -> None:
    place = tmp_path / "data"
    place.write_text("in the way")
    with pytest.raises(StorageError, match=r"data.* is not a folder.*COACH_DATA_DIR"):
        make_store(place).sync(make_documents(1), collection="guides")
    with pytest.raises(CoachError, match="coach ingest"):
        make_store(place).reader()
    assert place.read_text() == "in the way"


@pytest.mark.parametrize(
    ("number", "message"),
    [(errno.ENOSPC, "no space left"), (errno.EACCES, "cannot be written"), (errno.EIO, "cannot be used")],
)
@pytest.mark.parametrize("seam", ["documents", "sentences", "words", "pointer"])
def test_a_disk_that_refuses_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, message: str, seam: str
) -> None:
    store = make_store(tmp_path)
    store.sync(make_documents(3), collection="guides")
    fingerprint = store.reader().fingerprint

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), str(tmp_path))

    target = {
        "documents": "coach.index.build.create_version",
        "sentences": "coach.index.sentence_vectors.SentenceWriter.add",
        "words": "coach.index.lexical.LexicalBuilder.save",
        "pointer": "coach.index.versions.os.replace",
    }[seam]
    with monkeypatch.context() as patch:
        patch.setattr(target, refuse)
        with pytest.raises(StorageError, match=message) as caught:
            store.sync(make_documents(9), collection="guides")
    assert str(tmp_path) in str(caught.value)
    assert check_whole(make_store(tmp_path), 3) == fingerprint
    assert len([p for p in (tmp_path / "index").iterdir() if p.is_dir()]) == 1, "the draft was removed"
    assert len(store.sync(make_documents(9), collection="guides").added) == 6


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[Path]:
    """A file system mounted at `folder`; skips where that is not allowed."""
    folder.mkdir(exist_ok=True)
    if os.name != "posix" or subprocess.run(["mount", *options, folder], capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.parametrize("spare", [0, 60, 300, 700])  # KiB: the disk fills up at another step each time
def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path, spare: int) -> None:
    with mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=4m", "none") as folder:
        store = make_store(folder)
        store.sync(make_documents(3), collection="guides")
        fingerprint = store.reader().fingerprint
        room = os.statvfs(folder)
        (folder / "ballast").write_bytes(b"x" * (room.f_bavail * room.f_frsize - spare * 1024))
        with pytest.raises(StorageError, match="no space left") as caught:
            store.sync(make_documents(400, "Kites need wind and boats need water. " * 5), collection="guides")
        assert str(folder) in str(caught.value)
        assert check_whole(make_store(folder), 3) == fingerprint
        (folder / "ballast").unlink()
        store.sync(make_documents(5), collection="guides")
        check_whole(store, 5)


def test_a_read_only_disk_answers_and_refuses_changes(tmp_path: Path) -> None:
    source = tmp_path / "written"
    make_store(source).sync(make_documents(3), collection="guides")
    with mounted(tmp_path / "mounted", "--bind", str(source)) as folder:
        subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
        store = make_store(folder)
        check_whole(store, 3)
        assert len(store.sync(make_documents(3), collection="guides").unchanged) == 3
        with pytest.raises(StorageError, match=r"cannot be written.*COACH_DATA_DIR"):
            store.sync(make_documents(4), collection="guides")
        check_whole(store, 3)


PARTS = (
    "documents.sqlite",
    "manifest.json",
    "sentences.npy",
    "words.json",
    "chroma/chroma.sqlite3",
    "bm25/data.csc.index.npy",
)


@pytest.mark.parametrize("harm", ["missing", "empty", "garbage"])
@pytest.mark.parametrize("part", PARTS)
def test_damage_is_told_and_healed_by_a_rebuild(tmp_path: Path, part: str, harm: str) -> None:
    store = make_store(tmp_path)
    store.sync(make_documents(3), collection="guides")
    path = tmp_path / "index" / store.reader().manifest.version / part
    if harm == "missing":
        path.unlink()
    else:
        path.write_bytes(b"" if harm == "empty" else b"\x00garbage\xff" * 50)
    damaged = make_store(tmp_path)
    with pytest.raises(StorageError, match="coach ingest --rebuild") as caught:
        check_whole(damaged, 3)
        damaged.reader().word_counts()
    assert "Traceback" not in str(caught.value)
    report = damaged.sync(make_documents(3), collection="guides", rebuild=True)
    assert report.chunks == 3
    check_whole(damaged, 3)


@pytest.mark.parametrize("pointer", ["", "../../etc", "20260101T000000-00000000", "\x00\xff"])
def test_a_pointer_to_nowhere_is_damage(tmp_path: Path, pointer: str) -> None:
    store = make_store(tmp_path)
    store.sync(make_documents(3), collection="guides")
    (tmp_path / "index" / "CURRENT").write_bytes(pointer.encode("latin-1"))
    for call in (store.reader, lambda: store.sync(make_documents(3), collection="guides")):
        with pytest.raises(StorageError, match="--rebuild"):
            call()
    store.sync(make_documents(3), collection="guides", rebuild=True)
    check_whole(store, 3)


def test_other_collections_survive_a_rebuild_of_damaged_vectors(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    store.sync(make_documents(3), collection="guides")
    text = "My own number."
    own = Document("own", "Own", "x", text, (Block("paragraph", 0, len(text), ("Own",)),))
    store.sync([own], collection="uploads")
    shutil.rmtree(tmp_path / "index" / store.reader().manifest.version / "chroma")
    store.sync(make_documents(3), collection="guides", rebuild=True)
    check_whole(store, 4)


def test_readers_never_see_a_mixture_while_the_index_is_replaced(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    store.sync(make_documents(4, "Zero."), collection="guides")
    faults: list[BaseException] = []
    stop = threading.Event()

    def read() -> None:
        try:
            while not stop.is_set():
                reader = store.reader()
                hits = reader.search_dense(WordEmbedder().embed(["number"])[0], 50)
                texts = {c.text.split(".")[0] for c in reader.chunks([h.chunk_id for h in hits])}
                words = {
                    c.text.split(".")[0]
                    for c in reader.chunks([h.chunk_id for h in reader.search_lexical("number", 50)])
                }
                assert len(texts) == 1, "all chunks are of one version"
                assert texts == words
        except BaseException as error:
            faults.append(error)

    readers = [threading.Thread(target=read) for _ in range(6)]
    for thread in readers:
        thread.start()
    for word in ("One", "Two", "Three", "Four", "Five"):
        store.sync(make_documents(4, f"{word}."), collection="guides")
    stop.set()
    for thread in readers:
        thread.join(30)
    assert not faults, faults[0]
    assert store.reader().chunks([store.reader().search_lexical("number", 1)[0].chunk_id])[0].text.startswith("Five")


def test_several_processes_read_at_once(tmp_path: Path) -> None:
    make_store(tmp_path).sync(make_documents(20), collection="guides")
    script = KILLED.split("store = ")[0] + (
        "reader = IndexStore(Settings(data_dir=folder), WordEmbedder(), load_vocabulary()).reader()\n"
        "for _ in range(50): assert len(reader.search_dense(WordEmbedder().embed(['number'])[0], 20)) == 20\n"
        "print('whole')"
    )
    command = [sys.executable, "-c", script, str(tmp_path), "none", "0"]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    for process in started:
        out, err = process.communicate(timeout=120)
        assert out.strip() == "whole", err
        assert err == "", "reading is silent, also at the end"
