"""A run written down for its readers: a page for people, Markdown for a pull request, JUnit for a build server."""

from __future__ import annotations

from pathlib import Path

from .baseline import compare_with_baseline, find_baseline
from .comparing import Comparison, compare
from .dataset import Dataset
from .exports import to_junit, to_markdown
from .gating import Verdict
from .page import to_html
from .run import Run, read_run, write_run


def find_comparison(dataset: Dataset, run: Run, against: Path | None = None) -> Comparison | None:
    """With an earlier run when one is named, else with the committed baseline of these questions when there is one.

    None when nothing can be compared: no baseline, or one that shares no question with the run.
    """
    if against is not None:
        return compare(dataset, read_run(against), run)
    baseline = find_baseline(dataset)
    if baseline is None or not baseline.samples.keys() & {r.id for r in run.records}:
        return None
    return compare_with_baseline(baseline, dataset, run)


def write_reports(
    folder: Path, dataset: Dataset, run: Run, comparison: Comparison | None, verdict: Verdict | None = None
) -> Path:
    """Write `index.html`, `summary.md`, `junit.xml` and the log `run.jsonl` into a folder; the path of the page."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "index.html"
    page.write_text(to_html(dataset, run, comparison, verdict), encoding="utf-8")
    (folder / "summary.md").write_text(to_markdown(dataset, run, comparison, verdict), encoding="utf-8")
    (folder / "junit.xml").write_text(to_junit(dataset, run), encoding="utf-8")
    write_run(run, folder / "run.jsonl")
    return page
