"""Notes in one SQLite file: safe with several processes and against a kill, bounded in number, size and age."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from coach.errors import StorageError
from coach.feedback.entries import Entry, entry_from_line
from coach.settings import Settings

MOST = 2000  # notes; the oldest go first
_WAIT = 2.0  # seconds for another process that writes
# What is deleted is overwritten, and the file shrinks with it: a note that is gone is gone.
_SETUP = """
PRAGMA secure_delete = ON;
PRAGMA auto_vacuum = FULL;
CREATE TABLE IF NOT EXISTS entries (number INTEGER PRIMARY KEY, id TEXT UNIQUE, day TEXT, content TEXT);
"""


def get_store_path(settings: Settings) -> Path:
    """Where notes are kept when `COACH_FEEDBACK` is on."""
    return settings.data_dir / "feedback.sqlite3"


class FeedbackStore:
    """Notes by the id of the answer. Nothing is created until the first is written; the file is its owner's alone."""

    def __init__(self, path: Path, *, days: int = 90, most: int = MOST) -> None:
        """`days` is how old a note may get; both bounds are kept at every write."""
        self.path = path
        self._days = days
        self._most = most

    def put(self, entry: Entry) -> None:
        """Write a note, in place of the one with the same id. Raises StorageError when it cannot be written."""
        with self._open() as database:
            database.execute(
                "INSERT INTO entries (id, day, content) VALUES (?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET day = excluded.day, content = excluded.content",
                (entry.id, entry.day, entry.to_line()),
            )
            oldest = (datetime.now(UTC).date() - timedelta(days=self._days)).isoformat()
            database.execute("DELETE FROM entries WHERE day < ?", (oldest,))
            database.execute(
                "DELETE FROM entries WHERE number NOT IN (SELECT number FROM entries ORDER BY number DESC LIMIT ?)",
                (self._most,),
            )

    def get(self, id_: str) -> Entry | None:
        """The note on an answer, or None."""
        return next((e for e in self.entries() if e.id == id_), None)

    def entries(self) -> list[Entry]:
        """All notes, oldest first; none when there is no file. Raises StorageError for one that is not a store."""
        if not self.path.exists():
            return []
        with self._open() as database:
            rows = database.execute("SELECT content FROM entries ORDER BY number").fetchall()
        try:
            return [entry_from_line(content) for (content,) in rows]
        except (ValueError, KeyError, TypeError) as error:
            raise self._failure(error) from None

    def remove(self, ids: Iterable[str]) -> None:
        """Forget notes; ids without one are passed over."""
        if self.path.exists():
            with self._open() as database:
                database.executemany("DELETE FROM entries WHERE id = ?", [(i,) for i in ids])

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own for each use: they may not be shared between threads, and opening one is cheap."""
        try:
            if not self.path.exists():
                self._create()
            database = sqlite3.connect(self.path, timeout=_WAIT)
            try:
                database.executescript(_SETUP)
                with database:
                    yield database
            finally:
                database.close()
        except (OSError, sqlite3.Error) as error:
            raise self._failure(error) from None

    def _create(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):  # another process was quicker
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))

    def _failure(self, error: Exception) -> StorageError:
        return StorageError(
            f"The feedback in {self.path} cannot be read or written: {error}.",
            remedy="Make room or set its rights; if it is damaged, move it away.",
        )
