"""Noticing that files changed, by looking at their times and sizes now and then."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

INTERVAL = 2.0  # seconds between two looks

Look = frozenset[tuple[str, int, int]]  # (path, time of the last change in ns, size) of every file


def look_at(paths: Sequence[Path]) -> Look:
    """What the files of the paths look like now; what cannot be looked at does not count."""
    return frozenset(seen for path in paths for seen in _look(path))


def wait_for_change(
    paths: Sequence[Path],
    seen: Look,
    *,
    interval: float = INTERVAL,
    sleep: Callable[[float], object] = time.sleep,
) -> Look:
    """Wait until the files differ from `seen`; return what they look like then.

    They must have held still for one interval, so that no file is read while an editor still writes it.
    """
    before = seen
    while True:
        sleep(interval)
        now = look_at(paths)
        if now == before and now != seen:
            return now
        before = now


def _look(path: Path) -> Iterator[tuple[str, int, int]]:
    files = (Path(place, name) for place, _, names in os.walk(path) for name in names) if path.is_dir() else (path,)
    for file in files:
        try:
            found = file.stat()
        except OSError:  # it went between two looks
            continue
        yield str(file), found.st_mtime_ns, found.st_size
