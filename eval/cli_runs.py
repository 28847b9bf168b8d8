"""`coach eval compare`, `report` and `gate`: what a run means beside another one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach.cli.state import State, json_option, read_settings
from coach.cli.text import write, write_json

if TYPE_CHECKING:
    from .dataset import Dataset
    from .gating import Verdict
    from .run import Run

RUN = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("compare")
@click.argument("before", type=RUN)
@click.argument("after", type=RUN)
@json_option
@click.pass_obj
def compare_runs(state: State, before: Path, after: Path) -> int:
    """Tell what moved from run BEFORE to run AFTER, and how sure that is."""
    from .comparing import compare
    from .run import read_run
    from .tables import MOVED, format_table, moved_rows

    first, second = read_run(before), read_run(after)
    found = compare(_dataset_of(second), first, second)
    if state.json:
        from dataclasses import asdict

        write_json(asdict(found))
        return 0
    for name, (old, new) in found.settings.items():
        write(f"{name}: {old} -> {new}")
    write(format_table(MOVED, moved_rows(found)))
    write(f"\nbecame right: {', '.join(found.won) or 'none'}\nbecame wrong: {', '.join(found.lost) or 'none'}")
    if found.only_before or found.only_after:
        write(f"left out: {found.only_before} samples only in the first run, {found.only_after} only in the second")
    return 0


@click.command("report")
@click.argument("run", type=RUN)
@click.option("--against", type=RUN, help="An earlier run to compare with, instead of the committed baseline.")
@click.option("--folder", type=FOLDER, help="Write page, Markdown, JUnit and log into one folder.")
@click.option("--html", type=OUT, help="Write one self-contained page.")
@click.option("--markdown", type=OUT, help="Write Markdown.")
@click.option("--junit", type=OUT, help="Write JUnit XML.")
def report(run: Path, against: Path | None, folder: Path | None, **files: Path | None) -> int:
    """Write what RUN found, and what changed, as a page, as Markdown or as JUnit.

    Without an option, Markdown goes to the terminal.
    """
    from .exports import to_junit, to_markdown
    from .page import to_html
    from .reporting import find_comparison, write_reports
    from .run import read_run

    found = read_run(run)
    dataset = _dataset_of(found)
    comparison = find_comparison(dataset, found, against)
    if folder:
        write(str(write_reports(folder, dataset, found, comparison)))
    made = {
        "html": lambda: to_html(dataset, found, comparison),
        "markdown": lambda: to_markdown(dataset, found, comparison),
        "junit": lambda: to_junit(dataset, found),
    }
    for kind, path in files.items():
        if path:
            path.write_text(made[kind](), encoding="utf-8")
    if not folder and not any(files.values()):
        write(made["markdown"]())
    return 0


def _dataset_of(run: Run) -> Dataset:
    """The questions a run was asked; refused when the file has changed since, or nothing was asked yet."""
    from .dataset import DatasetError, load_dataset

    if not run.records:
        raise DatasetError("The run holds no answers yet.", remedy="Finish it with `coach eval run --out`.")

    path, name = (str(run.header.get(key) or "") for key in ("dataset_path", "dataset"))
    source = path if path and Path(path).is_file() else name
    dataset = load_dataset(source)
    if dataset.digest != run.header.get("dataset_digest"):
        raise DatasetError(f"{source} has changed since the run was made.", remedy="Run it again.")
    return dataset


@click.command("gate")
@click.argument("dataset", default="guides-dev")
@click.option("--baseline", type=OUT, help="The baseline; the committed one of DATASET by default.")
@click.option("--write", "rebase", is_flag=True, help="Set the baseline to what is measured now.")
@click.option("--out", type=OUT, help="Keep the log of the run; resumed if begun.")
@click.option("--report", "folder", type=FOLDER, help="Write page, Markdown, JUnit and log into this folder.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Questions asked at once.")
@json_option
@click.pass_obj
def gate(
    state: State, dataset: str, baseline: Path | None, rebase: bool, out: Path | None, folder: Path | None, workers: int
) -> int:
    """Fail (exit code 2) when answers to DATASET got worse than the committed baseline, and say at which stage."""
    from coach.cli.state import get_coach

    from .baseline import compare_with_baseline, get_baseline_path, load_baseline, make_baseline, save_baseline
    from .dataset import load_dataset
    from .gating import judge_run
    from .measuring import measure_all
    from .reporting import write_reports

    questions = load_dataset(dataset)
    path = baseline or get_baseline_path(questions.name)
    old = None if rebase else load_baseline(path)
    found = measure_all(get_coach(read_settings()), questions, out=out, workers=workers)
    if old is None:
        save_baseline(make_baseline(questions, found.run, found.documents, found.more), path)
        if folder:
            write_reports(folder, questions, found.run, None)
        write(f"The baseline {path} is set.")
        return 0
    verdict = judge_run(old, questions, found.run, found.documents, found.more)
    page = folder and write_reports(
        folder, questions, found.run, compare_with_baseline(old, questions, found.run), verdict
    )
    _tell(state, verdict, found.stale)
    if page and not state.json:
        write(f"Read all of it: {page}")
    return 0 if verdict.passed else 2


def _tell(state: State, verdict: Verdict, stale: int) -> None:
    from .tables import GATED, format_table, gated_rows

    if state.json:
        from dataclasses import asdict

        write_json({**asdict(verdict), "passed": verdict.passed, "stage": verdict.stage, "stale_labels": stale})
        return
    write(format_table(GATED, gated_rows(verdict)))
    if verdict.stages:
        write("\nQuestions that were right and are lost now, by the stage that lost them:")
        write("\n".join(f"  {stage}: {count}" for stage, count in verdict.stages.items()))
        write(f"  {', '.join(verdict.lost)}")
    if verdict.won:
        write(f"\nBecame right: {', '.join(verdict.won)}")
    _tell_corpus(verdict, stale)
    look = f" Look at {verdict.stage} first." if verdict.stage else ""
    write("\nPassed." if verdict.passed else f"\nNot passed.{look}")


def _tell_corpus(verdict: Verdict, stale: int) -> None:
    """Which guides differ, whether the labels still hold in them, and how to go on."""
    corpus = verdict.corpus
    if not corpus.differs:
        return
    write("\nThe guides are not those of the baseline.")
    for what in ("added", "removed", "changed"):
        if ids := getattr(corpus, what):
            write(f"  {what}: {', '.join(ids)}")
    if stale:
        write(f"{stale} labels do not hold in them any more; `coach eval check` lists them. Mend these first.")
    write("If the change is meant, set a new baseline: coach eval gate --write")
