"""Progress on standard error: silent at first, then a bar for a person or a line now and then for a log."""

from __future__ import annotations

import sys
import threading
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
    """Progress that shows itself once the work has taken `patience` seconds, whatever it is at then."""
    shown = _Bar() if sys.stderr.isatty() else _Lines()
    timer = threading.Timer(patience, shown.reveal)
    timer.daemon = True
    timer.start()
    try:
        yield shown
    finally:
        timer.cancel()
        shown.close()


class _Shown:
    """What both ways of showing share: nothing is seen until `reveal`, then every change is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._latest = ("starting", 0, 0)
        self._revealed = False
        self._closed = False

    def __call__(self, stage: str, done: int, total: int) -> None:
        with self._lock:
            self._latest = (stage, done, total)
            if self._revealed:
                self._show(*self._latest)

    def reveal(self) -> None:
        with self._lock:
            if not self._closed:
                self._revealed = True
                self._show(*self._latest)

    def close(self) -> None:
        with self._lock:
            self._closed = True

    def _show(self, stage: str, done: int, total: int) -> None:
        raise NotImplementedError


class _Bar(_Shown):
    def __init__(self) -> None:
        super().__init__()
        self._bars: Bars | None = None
        self._tasks: dict[str, TaskID] = {}

    def _show(self, stage: str, done: int, total: int) -> None:
        if self._bars is None:
            self._bars = _start_bars()
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(_title(stage), total=total or None)
        self._bars.update(self._tasks[stage], completed=done, total=total or None)

    def close(self) -> None:
        super().close()
        if self._bars is not None:
            self._bars.stop()


def _start_bars() -> Bars:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(format_rate(task.speed))

    left = TimeRemainingColumn(compact=True, elapsed_when_finished=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), Rate(), left)
    bars = Bars(*columns, console=Console(stderr=True), transient=True)
    bars.start()
    return bars


def format_rate(speed: float | None) -> str:
    """Steps a second, or a minute where they are slow; nothing before it is known."""
    if not speed:
        return ""
    return f"{speed:.0f}/s" if speed >= 1 else f"{60 * speed:.0f}/min"


def format_left(seconds: float, done: int, left: int) -> str:
    """How long `left` steps will take when `done` took `seconds`; nothing where that cannot be told yet."""
    if done <= 0 or left <= 0:
        return ""
    wait = seconds * left / done
    return f", {wait / 60:.0f} min left" if wait >= 90 else f", {wait:.0f} s left"


class _Lines(_Shown):
    def __init__(self) -> None:
        super().__init__()
        self._told = ""
        self._next = 0.0
        self._began = (0.0, 0)  # when this stage was first told of, and how far it was then

    def _show(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        finished = total > 0 and done >= total
        if stage == self._told and now < self._next and not finished:
            return
        if stage != self._told:
            self._began = (now, done)
        self._told, self._next = stage, now + LINE_EVERY
        left = format_left(now - self._began[0], done - self._began[1], total - done)
        click.echo(f"{_title(stage)}: {done} of {total}{left}" if total else f"{_title(stage)} ...", err=True)


def _title(stage: str) -> str:
    return stage[:1].upper() + stage[1:]
