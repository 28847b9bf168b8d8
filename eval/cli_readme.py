"""`coach eval readme`: whether the figures in the documentation are those that were measured."""

from __future__ import annotations

from pathlib import Path

import click

from coach.cli.text import write


@click.command("readme")
@click.option("--write", "rewrite", is_flag=True, help="Write the figures anew.")
@click.option(
    "--latency",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Record how long answers took in this log of a run.",
)
def readme(rewrite: bool, latency: Path | None) -> int:
    """Compare the figures in README.md and docs/peers.md with the baselines; exit code 2 when they differ."""
    from .readme import find_stale
    from .recorded import record_latency
    from .run import read_run

    if latency:
        record_latency(read_run(latency))
    stale = find_stale()
    for file, text in stale.items():
        if rewrite:
            file.write_text(text, encoding="utf-8")
        write(f"{file.name}: " + ("written anew." if rewrite else "its figures are not those on record."))
    if stale and not rewrite:
        write("Run `coach eval readme --write`.")
        return 2
    write("The figures are those on record.")
    return 0
