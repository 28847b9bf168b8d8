"""`coach ingest`: make the index say what a folder of guides says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach.cli.progress import show_progress
from coach.cli.state import State, json_option, read_settings
from coach.cli.text import write, write_json

if TYPE_CHECKING:
    from coach.types import SyncReport


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--collection", metavar="NAME", help="The collection the folder becomes.")
@click.option("--rebuild", is_flag=True, help="Embed everything anew, whatever made the index.")
@json_option
@click.pass_obj
def ingest(state: State, folder: Path | None, collection: str | None, rebuild: bool) -> int:
    """Bring the index up to date with a folder of guides.

    Without FOLDER it is the one of COACH_CORPUS, or else the guides that ship. The folder becomes the
    whole collection: documents that are gone from it are removed. A file that cannot be read is
    refused by name and stops nothing.
    """
    from coach.build import sync_corpus

    settings = read_settings(corpus=folder, collection=collection)
    with show_progress() as progress:
        report = sync_corpus(settings, rebuild=rebuild, progress=progress)
    if state.json:
        from coach.wire import report_to_json

        write_json(report_to_json(report))
    else:
        _show(report)
    return 0


def _show(report: SyncReport) -> None:
    counts = ", ".join(f"{len(getattr(report, kind))} {kind}" for kind in ("added", "changed", "removed", "unchanged"))
    write(f"{counts}, {len(report.refused)} refused: {report.chunks} passages in {report.seconds:.1f} s.")
    for refusal in report.refused:
        write(f"  refused {refusal.path}: {refusal.reason}", err=True)
