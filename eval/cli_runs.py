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
@click.option("--against", type=RUN, help="An earlier run to compare with.")
@click.option("--html", type=OUT, help="Write one self-contained page.")
@click.option("--markdown", type=OUT, help="Write Markdown.")
@click.option("--junit", type=OUT, help="Write JUnit XML.")
def report(run: Path, against: Path | None, html: Path | None, markdown: Path | None, junit: Path | None) -> int:
    """Write what RUN found as a page, as Markdown or as JUnit; as Markdown to the terminal without an option."""
    from .comparing import compare
    from .exports import to_junit, to_markdown
    from .page import to_html
    from .run import read_run

    found = read_run(run)
    dataset = _dataset_of(found)
    comparison = compare(dataset, read_run(against), found) if against else None
    if html:
        html.write_text(to_html(dataset, found, comparison), encoding="utf-8")
    if junit:
        junit.write_text(to_junit(dataset, found), encoding="utf-8")
    text = to_markdown(dataset, found, comparison)
    if markdown:
        markdown.write_text(text, encoding="utf-8")
    elif not html and not junit:
        write(text)
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
@click.option("--out", type=OUT, help="Keep the log of the run.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Questions asked at once.")
@json_option
@click.pass_obj
def gate(state: State, dataset: str, baseline: Path | None, rebase: bool, out: Path | None, workers: int) -> int:
    """Fail (exit code 2) when answers to DATASET got worse than the committed baseline."""
    from coach.cli.state import get_coach

    from .asking import run_logged
    from .dataset import load_dataset
    from .gating import digest_documents, get_baseline_path, judge_run, load_baseline, make_baseline, save_baseline
    from .labels import check_labels
    from .lies import measure_gate, to_metrics
    from .targets import from_coach

    questions = load_dataset(dataset)
    path = baseline or get_baseline_path(questions.name)
    old = None if rebase else load_baseline(path)
    coach = get_coach(read_settings())
    run = run_logged(questions, from_coach(coach, style="quoted"), out=out, workers=workers)
    more = to_metrics(measure_gate(coach, questions.samples))
    texts = {d.id: coach.document(d.id).text for d in coach.documents()}
    digest = digest_documents(texts)
    if old is None:
        save_baseline(make_baseline(questions, run, digest, more), path)
        write(f"The baseline {path} is set.")
        return 0
    verdict = judge_run(old, questions, run, digest, more)
    if state.json:
        from dataclasses import asdict

        write_json({**asdict(verdict), "passed": verdict.passed})
    else:
        _tell(verdict, len(check_labels(questions, texts)))
    return 0 if verdict.passed else 2


def _tell(verdict: Verdict, stale: int) -> None:
    from .gating import LOOK_AT
    from .tables import figure, format_table

    rows = [
        (
            g.name,
            figure(g.before),
            figure(g.after),
            f"{g.slack:.3f}",
            "ok" if g.passed else "WORSE",
            "" if g.passed else LOOK_AT.get(g.name, "see below"),
        )
        for g in verdict.gated
    ]
    write(format_table(("metric", "baseline", "now", "slack", "", "stage"), rows))
    if verdict.stages:
        write("\nQuestions that were right and are lost now, by the stage that lost them:")
        write("\n".join(f"  {stage}: {count}" for stage, count in verdict.stages.items()))
        write(f"  {', '.join(verdict.lost)}")
    if verdict.won:
        write(f"\nBecame right: {', '.join(verdict.won)}")
    if verdict.documents_changed:
        write("\nThe documents are not those of the baseline.")
        if stale:
            write(f"{stale} labels no longer stand in them; `coach eval check` lists them.")
        write("If the change is meant, set a new baseline: coach eval gate --write")
    write("\nPassed." if verdict.passed else "\nNot passed.")
