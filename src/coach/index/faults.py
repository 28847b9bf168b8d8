"""What goes wrong with a disk or a database, told as a StorageError with the place and the next step."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from coach.errors import StorageError

REBUILD = "Run `coach ingest --rebuild`."
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_NOT_A_FOLDER = frozenset({errno.ENOTDIR, errno.EEXIST, errno.EISDIR})


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Tell every failure to write below `folder` as a StorageError; what was there before is untouched."""
    try:
        yield
    except OSError as error:
        raise _from_os_error(error, folder) from error
    except sqlite3.Error as error:
        raise from_message(str(error), folder) from error


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Tell every failure to read one version of the index as a StorageError that asks for a rebuild."""
    try:
        yield
    except (OSError, EOFError, sqlite3.Error, ValueError, TypeError, KeyError) as error:
        if isinstance(error, OSError) and error.errno in _DENIED:
            raise _from_os_error(error, folder) from error
        raise damaged(folder, str(error)) from error


def damaged(folder: Path, reason: str) -> StorageError:
    """A version of the index that cannot be used as it is."""
    return StorageError(f"The index in {folder} is damaged: {_first_line(reason)}.", remedy=REBUILD)


def from_message(text: str, folder: Path) -> StorageError:
    """A StorageError from a database's message, where no error number is given."""
    lower = text.lower()
    if "full" in lower or "no space" in lower:
        return _full(folder)
    if "readonly" in lower or "read-only" in lower or "unable to open" in lower or "permission" in lower:
        return _denied(folder)
    return damaged(folder, text)


def _from_os_error(error: OSError, folder: Path) -> StorageError:
    if error.errno in _FULL:
        return _full(folder)
    if error.errno in _DENIED:
        return _denied(folder)
    if error.errno in _NOT_A_FOLDER:
        return StorageError(
            f"The data folder {folder} is not a folder.", remedy="Set COACH_DATA_DIR to another folder."
        )
    reason = error.strerror or str(error)
    return StorageError(f"The data folder {folder} cannot be used: {_first_line(reason)}.", remedy=REBUILD)


def _full(folder: Path) -> StorageError:
    return StorageError(
        f"There is no space left for the index in {folder}; what was indexed before is kept.",
        remedy="Free some space or set COACH_DATA_DIR to another folder.",
    )


def _denied(folder: Path) -> StorageError:
    return StorageError(
        f"The data folder {folder} cannot be written.",
        remedy="Give yourself the right to write there or set COACH_DATA_DIR to another folder.",
    )


def _first_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason given"])[0].rstrip(".")
