"""`coach ingest`: make the index say what files and folders say."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coach.cli.progress import show_progress
from coach.cli.state import State, json_option, read_settings
from coach.cli.text import to_json, write, write_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from coach.index import IndexStore
    from coach.settings import Settings
    from coach.types import SyncReport

MOST_LISTED = 50  # ids of one kind that a person is shown


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option("--collection", metavar="NAME", help="The collection they become; by default named after PATH.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
@click.option("--rebuild", is_flag=True, help="Embed everything anew, whatever made the index.")
@click.option("--watch", is_flag=True, help="Go on until Ctrl-C, and again whenever a file changes.")
@json_option
@click.pass_obj
def ingest(
    state: State, paths: tuple[Path, ...], collection: str | None, dry_run: bool, rebuild: bool, watch: bool
) -> int:
    """Bring the index up to date with a folder of guides.

    PATH is a folder, a file or a ZIP file; several become one collection together. What they hold becomes
    the whole collection: documents that are gone from them are removed. A file that cannot be read is
    refused by name and stops nothing. Without PATH it is the folder of COACH_CORPUS, or else the guides
    that ship.
    """
    from coach.cli.collections import choose_collection

    if dry_run and (rebuild or watch):
        raise click.UsageError("--dry-run goes neither with --rebuild nor with --watch.")
    settings = read_settings()
    settings = settings.model_copy(update={"collection": choose_collection(paths, collection, settings)})
    if watch:
        return _watch(state, settings, paths, rebuild)
    _show(state, settings.collection, _sync(settings, paths, rebuild=rebuild, dry_run=dry_run), dry_run=dry_run)
    return 0


def _sync(settings: Settings, paths: Sequence[Path], **options: Any) -> SyncReport:
    from coach.build import sync_corpus

    with show_progress() as progress:
        return sync_corpus(settings, paths=paths, progress=progress, **options)


def _watch(state: State, settings: Settings, paths: Sequence[Path], rebuild: bool) -> int:
    """Sync now and after every change. What goes wrong later is told, and tried again after the next change."""
    from coach.build import open_store
    from coach.errors import CoachError, RetryError
    from coach.library.watching import look_at, wait_for_change

    watched, store = paths or (settings.corpus,), open_store(settings)
    seen = look_at(watched)
    try:
        with heed_interrupts() as pause:
            _show_sync(state, settings, watched, store, rebuild)
            write(f"Watching {', '.join(map(str, watched))}; Ctrl-C ends it.", err=True)
            while True:
                seen = wait_for_change(watched, seen, sleep=pause)
                try:
                    _show_sync(state, settings, watched, store, False)
                except CoachError as error:
                    write(str(error), err=True)
                    if isinstance(error, RetryError):
                        seen = frozenset()
    except KeyboardInterrupt:
        write("Stopped watching.", err=True)
        return 0


@contextmanager
def heed_interrupts() -> Iterator[Callable[[float], None]]:
    """A pause of some seconds that no interrupt is lost before: what raises one inside a destructor is swallowed."""
    interrupted = threading.Event()

    def interrupt(*_: object) -> None:
        interrupted.set()
        raise KeyboardInterrupt

    def pause(seconds: float) -> None:
        if interrupted.wait(seconds):
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield pause
    finally:
        signal.signal(signal.SIGINT, before)


def _show_sync(state: State, settings: Settings, paths: Sequence[Path], store: IndexStore, rebuild: bool) -> None:
    report = _sync(settings, paths, store=store, rebuild=rebuild)
    _show(state, settings.collection, report, one_line=True)


def _show(state: State, collection: str, report: SyncReport, *, dry_run: bool = False, one_line: bool = False) -> None:
    if not state.json:
        show_report(collection, report, dry_run=dry_run)
        return
    found = report_to_plain(collection, report, dry_run=dry_run)
    if one_line:  # a stream of objects, one for each sync
        click.echo(to_json(found))
    else:
        write_json(found)


def report_to_plain(collection: str, report: SyncReport, *, dry_run: bool = False) -> dict[str, Any]:
    """A report as JSON values, with the collection it is about and whether anything was written."""
    from coach.wire import report_to_json

    return {"collection": collection, "dry_run": dry_run, **report_to_json(report)}


def show_report(collection: str, report: SyncReport, *, dry_run: bool = False) -> None:
    """Counts on one line, then what was added, changed and removed, and on standard error what was refused."""
    counts = ", ".join(f"{len(getattr(report, kind))} {kind}" for kind in ("added", "changed", "removed", "unchanged"))
    size = f"{report.chunks} passages in {report.seconds:.1f} s"
    end = "; nothing was written, this was a trial" if dry_run else ""
    write(f"{counts}, {len(report.refused)} refused: {size}, collection {collection}{end}.")
    for kind in ("added", "changed", "removed"):
        ids = getattr(report, kind)
        for document_id in ids[:MOST_LISTED]:
            write(f"  {kind} {document_id}")
        if len(ids) > MOST_LISTED:
            write(f"  and {len(ids) - MOST_LISTED} more {kind}; --json lists all")
    for refusal in report.refused:
        write(f"  refused {refusal.path}: {refusal.reason}", err=True)
