"""`coach eval calibrate` and `judge`: what judges are worth, and what they say of a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coach.cli.state import State, json_option, read_settings
from coach.cli.text import one_line, write, write_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .calibrating import Calibration
    from .judging import Opinion
    from .labelled import Labelled

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_HEADINGS = ("judge", "claims", "unscored", "accuracy", "95 %", "balanced", "kappa", "passed", "missed", "ECE", "")
_judge = click.option(
    "--judge",
    "judges",
    multiple=True,
    metavar="NAME",
    help="words, deterministic, learned, judge:provider:name, ragas, deepeval; may be repeated.",
)


@click.command("calibrate")
@_judge
@click.option("--labels", type=FILE, help="Labelled claims of your own; those that ship by default.")
@click.option("--limit", type=click.IntRange(2), metavar="N", help="Only the first N claims.")
@click.option("--wrong", is_flag=True, help="Print each claim on which a judge and its label differ.")
@json_option
@click.pass_obj
def calibrate(state: State, judges: tuple[str, ...], labels: Path | None, limit: int | None, wrong: bool) -> int:
    """Tell how far judges of support agree with labels that people gave.

    ragas and deepeval are installed into environments of their own on first use, and judge with the model of
    COACH_MODEL=openai:NAME and COACH_MODEL_BASE_URL.
    """
    from .calibrating import calibrate
    from .judging import BUILT_IN, get_judge
    from .labelled import load_labels

    settings, claims = read_settings(), load_labels(labels).rows[:limit]
    opened = [get_judge(name, settings) for name in judges or BUILT_IN]  # all are checked before the first is asked
    found = []
    for name, judge in opened:
        opinions = judge(claims)
        found.append(calibrate(name, claims, opinions))
        if wrong and not state.json:
            _tell_wrong(name, claims, opinions)
    if state.json:
        write_json([_to_json(one) for one in found])
    else:
        _tell(found)
    return 0


def _to_json(found: Calibration) -> dict[str, Any]:
    from dataclasses import asdict

    return {**asdict(found), "trusted": found.trusted}


def _tell(found: Sequence[Calibration]) -> None:
    from .tables import figure, format_table

    write(format_table(_HEADINGS, [_to_cells(one) for one in found]))
    write("\npassed: unsupported claims called supported; missed: supported claims called unsupported")
    for one in found:
        if one.passed:
            write(f"{one.judge} passed: " + ", ".join(f"{kind} {count}" for kind, count in one.passed.items()))
        for why, count in one.why_unscored.items():
            write(f"{one.judge} left {count} unscored: {one_line(why, 200)}")
    for one in [c for c in found if c.bins]:
        write(f"\nReliability of {one.judge}: what it scored, and what share was supported")
        rows = [(f"{b.low:.1f} to {b.high:.1f}", str(b.claims), figure(b.score), figure(b.supported)) for b in one.bins]
        write(format_table(("score", "claims", "mean score", "supported"), rows))


def _to_cells(found: Calibration) -> tuple[str, ...]:
    from .tables import figure

    span = "-" if found.interval is None else f"{found.interval[0]:.3f} to {found.interval[1]:.3f}"
    counts = found.confusion
    return (
        found.judge,
        str(found.claims),
        str(found.unscored),
        figure(found.accuracy),
        span,
        figure(found.balanced),
        figure(found.kappa),
        f"{counts.passed} of {counts.passed + counts.caught}",
        f"{counts.missed} of {counts.missed + counts.kept}",
        figure(found.calibration_error),
        "" if found.trusted else "advisory",
    )


def _tell_wrong(name: str, claims: Sequence[Labelled], opinions: Sequence[Opinion]) -> None:
    for claim, opinion in zip(claims, opinions, strict=True):
        if opinion.supported is not None and opinion.supported != claim.supported:
            write(f"{name} {claim.id} [{claim.kind}]: {'passed' if opinion.supported else 'missed'}: {claim.claim}")
            write(f"    evidence: {one_line(' / '.join(claim.quotes), 300)}")
            write(f"    label: {claim.reason}. judge: {opinion.why or '-'}")


@click.command("judge")
@click.argument("run", type=FILE)
@_judge
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Only the first N claims.")
@json_option
@click.pass_obj
def judge(state: State, run: Path, judges: tuple[str, ...], limit: int | None) -> int:
    """Ask judges about every claim that the answers of RUN show: advice, beside how far each judge can be trusted."""
    from .calibrating import calibrate
    from .judging import get_judge
    from .judging_runs import claims_of, to_support
    from .labelled import load_labels
    from .run import read_run

    settings, claims, labels = read_settings(), claims_of(read_run(run))[:limit], load_labels().rows
    rows = []
    for name, ask in [get_judge(name, settings) for name in judges or ("words",)]:
        rows.append(to_support(name, ask(claims), calibrate(name, labels, ask(labels))))
    if state.json:
        from dataclasses import asdict

        write_json([asdict(row) for row in rows])
        return 0
    for row in rows:
        rate = "-" if row.supported is None else f"{row.supported:.3f}"
        span = "" if row.interval is None else f" ({row.interval[0]:.3f} to {row.interval[1]:.3f})"
        kappa = "-" if row.kappa is None else f"{row.kappa:.3f}"
        said = "" if row.trusted else ", advisory"
        write(
            f"{row.judge}: supported {rate}{span} of {row.claims} claims, {row.unscored} unscored; kappa {kappa}{said}"
        )
    return 0
