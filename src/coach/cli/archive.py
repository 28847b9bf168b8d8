"""`coach export` and `coach import`: all collections into one ZIP file, and back."""

from __future__ import annotations

from pathlib import Path

import click

from coach.cli.ingest import report_to_plain, show_report
from coach.cli.progress import show_progress
from coach.cli.state import State, json_option, read_settings
from coach.cli.text import write, write_json


@click.command("export")
@click.argument("archive", metavar="ARCHIVE.zip", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def export(state: State, archive: Path) -> int:
    """Back up all collections into one ZIP file.

    It holds the documents' text, structure and metadata as JSON lines, and no vectors: they are made anew
    by `coach import`.
    """
    from coach.build import open_store
    from coach.library.archive import write_archive

    manifest = write_archive(archive, open_store(read_settings()).reader())
    if state.json:
        write_json(manifest.model_dump(mode="json"))
        return 0
    for part in manifest.collections:
        write(f"{part.documents} of {part.name}")
    write(f"Written to {archive}.")
    return 0


@click.command("import")
@click.argument("archive", metavar="ARCHIVE.zip", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check the archive, say what would happen and write nothing.")
@json_option
@click.pass_obj
def import_(state: State, archive: Path, dry_run: bool) -> int:
    """Bring back the collections of a backup.

    Each collection in the archive becomes what the archive holds of it; others are left alone. All of the
    archive is checked before anything is written.
    """
    from coach.build import get_cut, open_store
    from coach.library.archive import open_archive
    from coach.library.restoring import restore

    settings = read_settings()
    with open_archive(archive) as opened, show_progress() as progress:
        cut = get_cut(settings) if dry_run else None
        reports = restore(open_store(settings), opened, trial=cut, progress=progress)
    if state.json:
        write_json([report_to_plain(name, report, dry_run=dry_run) for name, report in reports.items()])
        return 0
    for name, report in reports.items():
        show_report(name, report, dry_run=dry_run)
    if settings.collection in reports:
        write(f"The collection {settings.collection} goes on following the folder {settings.corpus}.", err=True)
    return 0
