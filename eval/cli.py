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
    from .targets import Target

DEFAULT = "guides-dev"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def group() -> None:
    """Measure how right and how well-founded answers are."""


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
@click.option("--style", type=click.Choice(["auto", "quoted", "written"]), default="auto", show_default=True)
@click.option("--collection", metavar="NAME", help="Look only into this collection.")
@click.option("--top-k", type=click.IntRange(1, 50), metavar="N", help="Passages to retrieve.")
@click.option("--url", metavar="URL", help="Measure a server instead of this Coach.")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only questions of this kind; may be repeated.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Only the first N questions.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Questions asked at once.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Log of the run; resumed if begun.")
@click.option("--answers", type=click.Path(dir_okay=False, path_type=Path), help="Write id, answer and abstained.")
@click.option("--failures", is_flag=True, help="Print each question that failed.")
@json_option
@click.pass_obj
def run(state: State, /, dataset: str, facts_file: str | None, **options: Any) -> int:
    """Ask every question of DATASET (a file, or the name of one that ships) and score the answers."""
    from .dataset import load_dataset
    from .summary import measure, to_rows
    from .tables import format_metrics, format_rows

    questions = _narrow(load_dataset(facts_file or dataset), options["kinds"], options["limit"])
    target = _target(options)
    records = _run(questions, target, options["out"], options["workers"])
    if options["answers"]:
        _write_answers(options["answers"], records)
    metrics = measure(questions, records)
    if state.json:
        from dataclasses import asdict

        write_json({"rows": [asdict(row) for row in to_rows(records)], "metrics": metrics})
        return 0
    if options["failures"]:
        _tell_failures(questions, records)
    write(format_rows(to_rows(records)))
    write()
    write(format_metrics(metrics))
    return 0


def _narrow(dataset: Dataset, kinds: Sequence[str], limit: int | None) -> Dataset:
    from dataclasses import replace

    from .dataset import DatasetError

    samples = [s for s in dataset.samples if not kinds or s.kind in kinds][:limit]
    if not samples:
        known = ", ".join(sorted({s.kind for s in dataset.samples}))
        raise DatasetError("No question of that kind.", remedy=f"The kinds of {dataset.name} are {known}.")
    return replace(dataset, samples=tuple(samples))


def _target(options: dict[str, Any]) -> Target:
    from .targets import from_coach, from_url

    how = {name: options[name] for name in ("style", "collection", "top_k")}
    if options["url"]:
        return from_url(options["url"], **how)
    from coach.cli.state import get_coach

    return from_coach(get_coach(read_settings()), **how)


def _run(dataset: Dataset, target: Target, out: Path | None, workers: int) -> list[Record]:
    """Ask what has not been asked yet, writing each record as it comes."""
    from coach.cli.progress import show_progress

    from .run import make_header, open_log, record_to_line, run_samples, write_run
    from .stages import attribute

    header = make_header(dataset, target, workers=workers)
    done: dict[str, Record] = {}
    if out:
        log, begun = open_log(out, header)
        done = {r.id: r for r in log.records}
        if begun:
            write(f"{len(done)} of {len(dataset.samples)} are done already.", err=True)
        write_run(log, out)
    todo = [s for s in dataset.samples if s.id not in done]

    def finish(sample: Any, record: Record) -> Record:
        from dataclasses import replace

        return replace(record, lost_at=attribute(sample, record, target))

    with show_progress() as progress:
        for record in run_samples(todo, target, workers=workers, finish=finish, progress=progress):
            done[record.id] = record
            if out:
                with out.open("a", encoding="utf-8") as file:
                    file.write(record_to_line(record) + "\n")
    return [done[s.id] for s in dataset.samples]


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
