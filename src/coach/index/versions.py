"""Versions of the index as folders, and the pointer file that names the one in use.

A version is written whole into a folder of its own and becomes current by replacing the pointer in
one step, so a reader sees the old index or the new one and never a mixture.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from coach.errors import CoachError, IndexBusyError, RetryError
from coach.index.faults import writing

POINTER = "CURRENT"
_LOCK = "write.lock"
Stamp = tuple[int, int, int]


def get_current(root: Path) -> str | None:
    """The version in use, or None when nothing was ever indexed; raises OSError."""
    try:
        name = (root / POINTER).read_text(encoding="utf-8", errors="replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return name if _is_version(name) else ""


def get_stamp(root: Path) -> Stamp | None:
    """What changes whenever the pointer is replaced: its inode, time and size."""
    try:
        found = os.stat(root / POINTER)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def create_version(root: Path) -> Path:
    """A new empty folder that no reader looks at yet."""
    folder = root / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    folder.mkdir()
    return folder


def publish(root: Path, version: str) -> None:
    """Make a complete version the current one; it is on the disk before the pointer names it."""
    for path in sorted((root / version).rglob("*")):
        _flush(path)
    _flush(root / version)
    draft = root / f"{POINTER}.{secrets.token_hex(4)}.tmp"
    draft.write_text(version + "\n", encoding="utf-8")
    _flush(draft)
    os.replace(draft, root / POINTER)
    _flush(root)


def sweep(root: Path, keep: set[str], drop: Callable[[str], None]) -> None:
    """Delete what killed builds left and the versions not in `keep`; `drop(version)` frees vectors kept elsewhere."""
    for path in root.iterdir():
        if path.is_dir() and _is_version(path.name) and path.name not in keep:
            discard_version(path, drop)
        elif path.name.startswith(f"{POINTER}.") and path.suffix == ".tmp":
            path.unlink(missing_ok=True)


def discard_version(folder: Path, drop: Callable[[str], None]) -> None:
    """Delete a version, vectors kept elsewhere first; its folder stays as a reminder while those cannot be reached."""
    with suppress(RetryError):
        drop(folder.name)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def write_lock(root: Path) -> Iterator[CoachError | None]:
    """Be the only writer below `root`, in this process and all others.

    Yields None, or what to raise once something has to be written after all: IndexBusyError beside
    another writer, StorageError in a folder that is only to be read. To find that nothing changed needs no lock.
    """
    try:
        lock = _acquire(root)
    except CoachError as error:
        yield error
        return
    try:
        yield None
    finally:
        lock.release()


def _acquire(root: Path) -> BaseFileLock:
    with writing(root):
        root.mkdir(parents=True, exist_ok=True)
        # A lock object of its own for each writer: one shared by a process would let its threads in together.
        lock = FileLock(root / _LOCK, timeout=0, is_singleton=False, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            raise IndexBusyError(
                f"Another process is writing the index in {root}.", remedy="Try again when it has finished."
            ) from None
        return lock


def _is_version(name: str) -> bool:
    return len(name) == 24 and name[8] == "T" and name[15] == "-" and name.replace("-", "").isalnum()


def _flush(path: Path) -> None:
    if os.name == "nt" and path.is_dir():  # a folder cannot be opened there
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
