"""`coach bench`: speed and memory on this machine."""

from __future__ import annotations

import click

from coach.cli.state import State, json_option, read_settings
from coach.cli.text import write, write_json


@click.command()
@click.option("--ingest", is_flag=True, help="Measure only how fast pages are read and cut.")
@click.option("--pages", type=click.IntRange(1, 100_000), default=2_000, metavar="N", help="How many pages for that.")
@json_option
@click.pass_obj
def bench(state: State, ingest: bool, pages: int) -> int:
    """Measure speed and memory on this machine.

    It takes about a minute and leaves your own index alone.
    """
    from coach import bench

    settings = read_settings()
    rows = bench.run_ingest_bench(settings, pages) if ingest else bench.run_bench(settings)
    if state.json:
        write_json(rows)
        return 0
    widths = {key: max(len(row[key]) for row in rows) for key in ("what", "value")}
    for row in rows:
        write(f"{row['what']:<{widths['what']}}  {row['value']:>{widths['value']}}  {row['aim']}")
    return 0
