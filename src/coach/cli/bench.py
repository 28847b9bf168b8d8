"""`coach bench`: speed and memory on this machine."""

from __future__ import annotations

import click

from coach.cli.state import State, json_option, read_settings
from coach.cli.text import write, write_json


@click.command()
@json_option
@click.pass_obj
def bench(state: State) -> int:
    """Measure speed and memory on this machine."""
    from coach.bench import run_bench

    rows = run_bench(read_settings())
    if state.json:
        write_json([dict(row) for row in rows])
        return 0
    for row in rows:
        write("  ".join(str(value) for value in row.values()))
    return 0
