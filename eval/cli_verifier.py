"""`coach eval verify` and `train-verifier`: how well claims are told apart, and the model that does so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach.cli.state import State, get_coach, json_option, read_settings
from coach.cli.text import write, write_json

if TYPE_CHECKING:
    from .verifying import KindTold, Told

_SPEED_ROWS = 100  # claims that are timed one by one


@click.command("verify")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--verifier", "verifiers", multiple=True, metavar="NAME", help="As in COACH_VERIFIER; may be repeated.")
@click.option("--set", "only", multiple=True, metavar="NAME", help="Only this set; may be repeated.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most N rows of each set.")
@click.option("--guides/--no-guides", default=True, show_default=True, help="Bent sentences of the guides too.")
@json_option
@click.pass_obj
def verify(
    state: State,
    folder: Path | None,
    verifiers: tuple[str, ...],
    only: tuple[str, ...],
    limit: int | None,
    guides: bool,
) -> int:
    """Judge labelled claims: of each set in FOLDER (JSON lines of evidence, claim, supported), and of the guides.

    Rows that the shipped verifier was trained on are left out. Without --verifier, the one of COACH_VERIFIER and the
    deterministic one are measured, beside word overlap and embedding similarity.
    """
    import torch

    from coach.cli.progress import show_progress

    from .verifying import GUIDES, get_ways, load_bent_guides, load_sets, measure_sets, measure_speed

    torch.set_num_threads(1)  # so that processor time is what one core needs
    settings = read_settings()
    coach = get_coach(settings)
    bent = load_bent_guides(coach, limit) if guides else []
    sets = (load_sets(folder, limit, only) if folder else {}) | ({GUIDES: bent} if bent else {})
    names = verifiers or tuple(dict.fromkeys(("deterministic", settings.verifier)))
    ways = get_ways(coach, names)
    with show_progress() as progress:
        told, kinds = measure_sets(sets, ways, progress)
    speeds = {name: measure_speed(bent[:_SPEED_ROWS], ways[name]) for name in names if bent}
    if state.json:
        write_json({"sets": [asdict(t) for t in told], "kinds": [asdict(k) for k in kinds], "speeds": speeds})
    else:
        _show(told, kinds, speeds)
    return 0


@click.command("train-verifier")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where the model goes; else the shipped.")
def train_verifier(folder: Path, out: Path | None) -> int:
    """Train the verifier that ships on the public sets in FOLDER and on the guides; seeded, about ten minutes."""
    from coach.embedding import SentenceTransformerEmbedder
    from coach.paths import get_shipped_corpus
    from coach.verifying.learned import SHIPPED
    from coach.verifying.training import train
    from coach.vocabulary import load_vocabulary

    target = out or SHIPPED
    embedder = SentenceTransformerEmbedder(batch_size=64)
    trees = train(folder, get_shipped_corpus(), target, embedder, load_vocabulary(), write)
    write(f"{len(trees.roots)} trees from {trees.about['examples']} examples: {target} ({target.stat().st_size} bytes)")
    return 0


def _show(told: Sequence[Told], kinds: Sequence[KindTold], speeds: dict[str, float | None]) -> None:
    from .tables import figure, format_table

    headings = ("set", "way", "rows", "AUC", "balanced", "true kept", "false passed", "F1 of false", "ms")
    write(
        format_table(
            headings,
            [
                (
                    *(t.source, t.way, str(t.rows)),
                    *map(figure, (t.area, t.balanced, t.kept, t.passed, t.f1)),
                    f"{t.milliseconds:.1f}",
                )
                for t in told
            ],
        )
        if told
        else "No set was found there."
    )
    if kinds:
        ways = list(dict.fromkeys(k.way for k in kinds))
        wrong = {(k.supported, k.kind, k.way): k.wrong for k in kinds}
        rows = {(k.supported, k.kind): k.rows for k in kinds}
        cells = [
            (f"{'true' if true else 'false'}: {kind}", str(count), *(str(wrong[true, kind, way]) for way in ways))
            for (true, kind), count in rows.items()
        ]
        write("\nJudged wrong, by kind:")
        write(format_table(("kind", "rows", *ways), cells))
    for name, speed in speeds.items():
        write(f"\n{name}: {figure(speed)} ms of processor time for a claim by itself (median, one thread).")
