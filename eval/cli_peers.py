"""`coach eval peers`: Coach beside other products."""

from __future__ import annotations

from pathlib import Path

import click

from coach.cli.state import State, json_option, read_settings
from coach.cli.text import write, write_json

from .peers.environments import NAMES


@click.command("peers")
@click.argument("dataset", default="guides-test")
@click.option("--only", type=click.Choice(NAMES), multiple=True, help="Only this product; may be repeated.")
@click.option("--per-kind", type=click.IntRange(1), metavar="N", help="At most N questions of each kind.")
@click.option("--top-k", type=click.IntRange(1, 50), default=4, show_default=True, help="Passages for each product.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports/peers"),
    show_default=True,
    help="Folder of the logs; taken up when begun.",
)
@click.option("--write", "record", is_flag=True, help="Keep the figures for docs/peers.md and the README.")
@json_option
@click.pass_obj
def peers(
    state: State, dataset: str, only: tuple[str, ...], per_kind: int | None, top_k: int, out: Path, record: bool
) -> int:
    """Ask the questions of DATASET of LangChain, LlamaIndex and Haystack as well, with the same models.

    Each is installed in an environment of its own on first use, with exact pins. The chat model is the one that
    COACH_MODEL=openai:NAME and COACH_MODEL_BASE_URL name, or else SmolLM2 on this machine.
    """
    from coach.cli.state import get_coach
    from coach.errors import FixError

    from .dataset import load_dataset
    from .peers.study import choose, compare_products

    questions, coach = choose(load_dataset(dataset), per_kind), get_coach(read_settings())
    out.mkdir(parents=True, exist_ok=True)
    names = only or NAMES
    found = list(
        compare_products(questions, coach, out, names=names, top_k=top_k, tell=lambda words: write(words, err=True))
    )
    if not found:
        raise FixError("No product could be asked.", remedy="Look at what each said above.")
    if record:
        from .recorded import record_peers

        record_peers(found, questions, coach, top_k)
    if state.json:
        from dataclasses import asdict

        write_json([asdict(one) for one in found])
    else:
        from .recorded import PEER_HEADINGS, to_peer_rows
        from .tables import format_table

        write(format_table(PEER_HEADINGS, to_peer_rows(found)))
    return 0
