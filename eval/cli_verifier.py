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
@click.option("--answers", is_flag=True, help="Also claims about one passage put together as answers.")
@json_option
@click.pass_obj
def verify(
    state: State,
    folder: Path | None,
    verifiers: tuple[str, ...],
    only: tuple[str, ...],
    limit: int | None,
    guides: bool,
    answers: bool,
) -> int:
    """Judge labelled claims: of each set in FOLDER (JSON lines of evidence, claim, supported), and of the guides.

    Rows that the shipped verifier was trained on are left out. Without --verifier, the one of COACH_VERIFIER and the
    deterministic one are measured, beside word overlap and embedding similarity.
    """
    import torch

    from coach.cli.progress import show_progress

    from .verifying import GUIDES, average, get_ways, load_bent_guides, load_sets, measure_sets, measure_speed

    torch.set_num_threads(1)  # so that processor time is what one core needs
    settings = read_settings()
    coach = get_coach(settings)
    bent = load_bent_guides(coach, limit) if guides else []
    sets = load_sets(folder, limit, only, answers=answers) if folder else {}
    sets |= {GUIDES: bent} if bent else {}
    names = verifiers or tuple(dict.fromkeys(("deterministic", settings.verifier)))
    ways = get_ways(coach, names)
    with show_progress() as progress:
        told, kinds = measure_sets(sets, ways, progress)
    told += average(told)
    speeds = {name: measure_speed(bent[:_SPEED_ROWS], ways[name]) for name in names if bent}
    if state.json:
        write_json({"sets": [asdict(t) for t in told], "kinds": [asdict(k) for k in kinds], "speeds": speeds})
    else:
        _show(told, kinds, speeds)
    return 0


@click.command("train-verifier")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for the model; else the shipped.")
@click.option("--steps", type=click.IntRange(1), metavar="N", help="Batches of 32 pairs that teach the encoder.")
@click.option("--state", type=click.Path(dir_okay=False, path_type=Path), help="File to go on from when stopped.")
def train_verifier(folder: Path, out: Path | None, steps: int | None, state: Path | None) -> int:
    """Train the verifier that ships on the public sets in FOLDER and on the guides; seeded, about an hour on one core.

    Every few minutes it saves how far it is: started again after a stop, it goes on from there.
    """
    from dataclasses import replace

    import torch

    from coach.embedding import PACKAGED_MODEL, SentenceTransformerEmbedder
    from coach.paths import get_shipped_corpus
    from coach.verifying import entailing, learned
    from coach.verifying.plan import Plan
    from coach.verifying.training import Made, train
    from coach.vocabulary import load_vocabulary

    torch.set_num_threads(1)  # the same sums in the same order, whatever the machine
    home = out or learned.SHIPPED.parent
    home.mkdir(parents=True, exist_ok=True)
    saved = state or Path(read_settings().data_dir) / "train-verifier.safetensors"
    saved.parent.mkdir(parents=True, exist_ok=True)
    made = Made(home / learned.SHIPPED.name, home / entailing.SHIPPED.name, saved)
    plan = replace(Plan(), steps=steps) if steps else Plan()
    embedder = SentenceTransformerEmbedder(PACKAGED_MODEL, batch_size=32)
    trees = train(folder, get_shipped_corpus(), made, embedder, load_vocabulary(), write, plan=plan)
    saved.unlink(missing_ok=True)
    sizes = made.trees.stat().st_size, made.encoder.stat().st_size
    write(f"{len(trees.roots)} trees from {trees.about['examples']} examples, {sizes[0]} and {sizes[1]} bytes: {home}")
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
