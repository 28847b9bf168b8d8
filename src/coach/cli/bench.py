"""`coach bench`: speed and memory on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from coach.cli.state import State, json_option, read_settings
from coach.cli.text import write, write_json

if TYPE_CHECKING:
    from coach.bench_ingest import Row
    from coach.settings import Settings


@click.command()
@click.option("--ingest", is_flag=True, help="Measure only how fast each format is read and cut.")
@click.option("--pages", type=click.IntRange(1, 100_000), default=2_000, metavar="N", help="How many pages for that.")
@click.option(
    "--scale",
    type=click.IntRange(1, 10_000),
    metavar="MB",
    help="Measure only what a folder this large takes.",
)
@click.option(
    "--written", is_flag=True, help="Measure only how models that misbehave, and a sentence on its way, fare."
)
@json_option
@click.pass_obj
def bench(state: State, ingest: bool, pages: int, scale: int | None, written: bool) -> int:
    """Measure speed and memory on this machine.

    It takes about a minute and leaves your own index alone.
    """
    rows = _measure_written(read_settings()) if written else _measure(read_settings(), pages if ingest else None, scale)
    if state.json:
        write_json(rows)
        return 0
    widths = {key: max(len(row[key]) for row in rows) for key in ("what", "value")}
    for row in rows:
        write(f"{row['what']:<{widths['what']}}  {row['value']:>{widths['value']}}  {row['aim']}")
    return 0


def _measure(settings: Settings, pages: int | None, megabytes: int | None) -> list[Row]:
    from coach import bench, bench_ingest

    if megabytes is not None:
        return bench_ingest.run_scale_bench(megabytes)
    return bench.run_bench(settings) if pages is None else bench_ingest.run_ingest_bench(settings, pages)


def _measure_written(settings: Settings) -> list[Row]:
    from coach.bench_writing import run_writing_bench

    return run_writing_bench(settings)
