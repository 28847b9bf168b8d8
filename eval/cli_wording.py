"""`coach eval reworded`: the sentences of a run that are not a guide's own words, to be read by a person."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from coach.cli.state import State, json_option
from coach.cli.text import write, write_json


@click.command("reworded")
@click.argument("run", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
@click.pass_obj
def reworded(state: State, run: Path) -> int:
    """List each sentence that RUN showed in other words than the guides', beside its quotes, for reading by hand."""
    from .run import read_run
    from .wording import read_wordings

    told = [(record.id, worded) for record in read_run(run).records for worded in read_wordings(record.reply)]
    others = [(sample, worded) for sample, worded in told if worded.wording != "verbatim"]
    if state.json:
        write_json(
            [
                {"sample": sample, "wording": w.wording, "text": w.text, "quotes": [q.quote for q in w.quotes]}
                for sample, w in others
            ]
        )
        return 0
    for sample, worded in others:
        write(f"{sample} [{worded.wording}]")
        for quote in worded.quotes:
            write(f"  - {quote.quote}")
        write(f"  + {worded.text}\n")
    counts = Counter(worded.wording for _, worded in told)
    write(f"{len(told)} sentences: " + ", ".join(f"{count} {wording}" for wording, count in counts.most_common()) + ".")
    return 0
