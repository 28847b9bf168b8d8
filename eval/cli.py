"""`coach eval`: run, check and compare. Importing it loads click and nothing heavy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coach.cli.state import State, json_option, read_settings
from coach.cli.text import write, write_json

if TYPE_CHECKING:
    from .dataset import Dataset
    from .run import Record

from .cli_curate import curate
from .cli_judges import calibrate, judge
from .cli_peers import peers
from .cli_readme import readme
from .cli_runs import compare_runs, gate, report
from .cli_studies import ablate, bench, fit_ranking, fit_sufficiency, lies, perturb, sweep
from .cli_teaching import teach_embedder, teach_reranker, teaching_set
from .cli_verifier import train_verifier, verify
from .cli_wording import reworded

DEFAULT = "guides-dev"


class _Group(click.Group):
    """Lists its commands in the order of work, each with its whole first sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, c.get_short_help_str(limit=200)) for name, c in self.commands.items()])


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
def group() -> None:
    """Measure how right and how well-founded answers are.

    `coach eval gate --report FOLDER` does it all: asks, compares with the baseline, writes a page, and fails when
    answers got worse.
    """


@group.command("check")
@click.argument("dataset", default=DEFAULT)
@json_option
@click.pass_obj
def check(state: State, dataset: str) -> int:
    """Find labels of DATASET that the documents no longer bear out."""
    from coach import build_coach

    from .dataset import load_dataset
    from .labels import check_labels

    questions = load_dataset(dataset)
    coach = build_coach(read_settings())
    stale = check_labels(questions, {d.id: coach.document(d.id).text for d in coach.documents()})
    if state.json:
        write_json([{"sample": s.sample, "fault": s.fault, "detail": s.detail} for s in stale])
    else:
        for one in stale:
            write(f"{one.sample}: {one.fault}: {one.detail}")
        write(f"{len(questions.samples)} samples, {len(stale)} labels that do not hold.")
    return 2 if stale else 0


@group.command("run")
@click.argument("dataset", default=DEFAULT)
@click.option("--facts-file", metavar="FILE", help="A file of questions and facts instead of DATASET.")
@click.option(
    "--style",
    type=click.Choice(["auto", "quoted", "written"]),
    default="auto",
    show_default=True,
    help="Quote the guides, or let a model write.",
)
@click.option("--model", metavar="NAME", help="Model that writes, as COACH_MODEL names it.")
@click.option("--verifier", metavar="NAME", help="Verifier, as COACH_VERIFIER names it.")
@click.option("--collection", metavar="NAME", help="Look only into this collection.")
@click.option("--top-k", type=click.IntRange(1, 50), metavar="N", help="Passages to retrieve.")
@click.option("--url", metavar="URL", help="Measure a server instead of this Coach.")
@click.option(
    "--timeout",
    type=click.FloatRange(0, 3600, min_open=True),
    metavar="SECONDS",
    help="With --url: wait this long for an answer (60).",
)
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only questions of this kind; may be repeated.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Only the first N questions.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Questions asked at once.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Log of the run; resumed if begun.")
@click.option("--answers", type=click.Path(dir_okay=False, path_type=Path), help="Write id, answer and abstained.")
@click.option("--failures", is_flag=True, help="Print each question that failed.")
@json_option
@click.pass_obj
def run(state: State, /, dataset: str, facts_file: str | None, **options: Any) -> int:
    """Ask every question of DATASET (a file, or the name of one that ships) and score the answers.

    All other settings come from COACH_* variables and stand in the log. `coach eval report` makes a page of it.
    """
    from .asking import narrow, open_target, run_logged
    from .dataset import load_dataset
    from .summary import measure, to_rows
    from .tables import format_metrics, format_rows

    questions = narrow(load_dataset(facts_file or dataset), options["kinds"], options["limit"])
    records = run_logged(questions, open_target(options), out=options["out"], workers=options["workers"]).records
    if options["answers"]:
        _write_answers(options["answers"], records)
    metrics = measure(questions, records)
    if state.json:
        from dataclasses import asdict

        write_json({"rows": [asdict(row) for row in to_rows(records)], "metrics": metrics})
        return _code(records)
    if options["failures"]:
        _tell_failures(questions, records)
    write(format_rows(to_rows(records)))
    write()
    write(format_metrics(metrics))
    return _code(records)


def _code(records: Sequence[Record]) -> int:
    """A run in which no question could be scored says nothing, and must not look like a success."""
    if all(r.score.correct is None for r in records):
        write("\nNo question could be scored. The first failed with: " + records[0].reply.error, err=True)
        return 2
    return 0


_COMMANDS = (
    compare_runs,
    reworded,
    report,
    gate,
    readme,
    peers,
    ablate,
    sweep,
    perturb,
    lies,
    bench,
    verify,
    calibrate,
    judge,
    curate,
    teach_embedder,
    teach_reranker,
    teaching_set,
    fit_ranking,
    fit_sufficiency,
    train_verifier,
)
for command in _COMMANDS:
    group.add_command(command)


def _write_answers(path: Path, records: Sequence[Record]) -> None:
    import json

    rows = [{"id": r.id, "answer": r.reply.text, "abstained": r.reply.abstained} for r in records]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def _tell_failures(dataset: Dataset, records: Sequence[Record]) -> None:
    questions = {s.id: s.question for s in dataset.samples}
    for record in records:
        if record.score.correct is not True:
            score = record.score
            why = ", ".join((*score.forbidden, *score.facts_missing)) or record.reply.error
            write(f"{record.id} [{score.outcome}{', lost at ' + record.lost_at if record.lost_at else ''}] {why}")
            write(f"  Q: {questions[record.id]}")
            write(f"  A: {record.reply.text}\n")
