"""`coach bench`: speed and memory on this machine."""

from __future__ import annotations

import click

from coach.cli.state import State, json_option, read_settings
from coach.cli.text import write, write_json


@click.command()
@json_option
@click.pass_obj
def bench(state: State) -> int:
    """Measure speed and memory on this machine.

    It takes about a minute and leaves your own index alone.
    """
    from coach.bench import run_bench

    rows = run_bench(read_settings())
    if state.json:
        write_json(rows)
        return 0
    widths = {key: max(len(row[key]) for row in rows) for key in ("what", "value")}
    for row in rows:
        write(f"{row['what']:<{widths['what']}}  {row['value']:>{widths['value']}}  {row['aim']}")
    return 0
