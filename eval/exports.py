"""A run as Markdown, for a pull request, and as JUnit, for a build server."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from .comparing import Comparison
from .dataset import Dataset
from .gating import Verdict
from .run import Record, Run
from .summary import measure, to_rows
from .tables import GATED, HEADINGS, MOVED, figure, gated_rows, moved_rows, share, to_cells


def to_markdown(
    dataset: Dataset, run: Run, comparison: Comparison | None = None, verdict: Verdict | None = None
) -> str:
    """What changed and the tables of the page, for a pull request."""
    blocks = [f"# Evaluation: {dataset.name}"]
    if verdict:
        look = f" Look at {verdict.stage} first." if verdict.stage else ""
        blocks.append("**The gate is open.**" if verdict.passed else f"**The gate is closed.**{look}")
        worse = [row for row, gated in zip(gated_rows(verdict), verdict.gated, strict=True) if not gated.passed]
        blocks += [to_markdown_table(GATED, worse)] if worse else []
    if comparison:
        blocks.append(_list_changes(dataset, comparison))
    blocks += [
        to_markdown_table(HEADINGS, [to_cells(row) for row in to_rows(run.records)]),
        to_markdown_table(("metric", "value"), [(n, figure(v)) for n, v in measure(dataset, run.records).items()]),
    ]
    if comparison:
        blocks += ["## Against the baseline", to_markdown_table(MOVED, moved_rows(comparison))]
    failed = [r for r in run.records if r.score.correct is not True]
    blocks.append(f"## Failed questions: {len(failed)} ({share(len(failed), len(run.records))})")
    return "\n\n".join(blocks) + "\n" + _list(failed)


def _list_changes(dataset: Dataset, comparison: Comparison) -> str:
    asked = {s.id: " ".join(s.question.split())[:100] for s in dataset.samples}
    lines = [
        f"- {what}: `{i}` {asked.get(i, '')}"
        for what, ids in (("got worse", comparison.lost), ("got better", comparison.won))
        for i in ids
    ]
    return "\n".join(["## What changed", "", *(lines or ["No question changed sides."])])


def _list(failed: Sequence[Record]) -> str:
    lines = [f"- `{r.id}`: {r.score.outcome}{', lost at ' + r.lost_at if r.lost_at else ''}" for r in failed]
    return "\n" + "\n".join(lines) + "\n" if lines else ""


def to_markdown_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown, the first column to the left and the others to the right."""
    lines = [headings, ["---", *["---:"] * (len(headings) - 1)], *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def to_junit(dataset: Dataset, run: Run) -> str:
    """The run as JUnit XML, a test case for each sample; a sample that could not be scored is an error."""
    suites = ElementTree.Element("testsuites", name=dataset.name)
    for row in to_rows(run.records)[:-1]:
        records = [r for r in run.records if r.kind == row.name]
        failures = row.samples - row.right - row.unscored
        suite = ElementTree.SubElement(
            suites, "testsuite", name=row.name, tests=str(row.samples), failures=str(failures), errors=str(row.unscored)
        )
        for record in records:
            _add_case(suite, record)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _add_case(suite: ElementTree.Element, record: Record) -> None:
    case = ElementTree.SubElement(
        suite, "testcase", classname=record.kind, name=record.id, time=f"{record.reply.seconds:.3f}"
    )
    if record.score.correct is None:
        ElementTree.SubElement(case, "error", message=_plain(record.reply.error))
    elif not record.score.correct:
        words = ", ".join((*record.score.forbidden, *record.score.facts_missing))
        failure = ElementTree.SubElement(case, "failure", message=f"{record.score.outcome} {_plain(words)}".strip())
        failure.text = _plain(record.reply.text)


def _plain(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(c for c in text if c.isprintable() or c in "\n\t")
