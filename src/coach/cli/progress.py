"""Progress on standard error: silent at first, then a bar for a person or a line now and then for a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from coach.types import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

PATIENCE = 2.0  # seconds of work nobody needs to be told of
LINE_EVERY = 5.0  # seconds between two lines of one stage


@contextmanager
def show_progress(patience: float = PATIENCE) -> Iterator[Progress]:
    """Progress that shows itself once the work has taken `patience` seconds."""
    shown = _Bar(patience) if sys.stderr.isatty() else _Lines(patience)
    try:
        yield shown
    finally:
        shown.close()


class _Bar:
    def __init__(self, patience: float) -> None:
        self._shows_from = time.monotonic() + patience
        self._bars: Bars | None = None
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        if time.monotonic() < self._shows_from:
            return
        if self._bars is None:
            self._bars = _start_bars()
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(_title(stage), total=total or None)
        self._bars.update(self._tasks[stage], completed=done, total=total or None)

    def close(self) -> None:
        if self._bars is not None:
            self._bars.stop()


def _start_bars() -> Bars:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    bars = Bars(*columns, console=Console(stderr=True))
    bars.start()
    return bars


class _Lines:
    def __init__(self, patience: float) -> None:
        self._next = time.monotonic() + patience
        self._stage = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        finished = stage == self._stage and total > 0 and done >= total
        if now < self._next and not finished:
            return
        self._stage, self._next = ("", now) if finished else (stage, now + LINE_EVERY)
        click.echo(f"{_title(stage)}: {done} of {total}" if total else f"{_title(stage)} ...", err=True)

    def close(self) -> None:
        """Nothing is open."""


def _title(stage: str) -> str:
    return stage[:1].upper() + stage[1:]
