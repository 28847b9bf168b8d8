"""Tables as plain text: aligned columns for a terminal, a log or a diff."""

from __future__ import annotations

from collections.abc import Sequence

from .comparing import Comparison
from .gating import LOOK_AT, Verdict
from .summary import Metrics, Row

HEADINGS = (
    "kind",
    "asked",
    "right",
    "declined rightly",
    "wrongly declined",
    "wrongly answered",
    "facts missing",
    "forbidden",
    "too long",
    "cited claims",
    "citations that resolve",
    "p50 ms",
    "p95 ms",
)


def to_cells(row: Row) -> tuple[str, ...]:
    """One row as strings, in the order of HEADINGS."""
    return (
        row.name,
        str(row.samples),
        f"{row.right} ({share(row.right, row.samples - row.unscored)})",
        str(row.declined_rightly),
        str(row.wrongly_declined),
        str(row.wrongly_answered),
        str(row.facts_missing),
        str(row.forbidden),
        str(row.too_long),
        f"{row.cited}/{row.claims}",
        f"{row.resolved}/{row.citations}",
        milliseconds(row.p50),
        milliseconds(row.p95),
    )


def share(part: int, whole: int) -> str:
    """A whole percentage; a dash where there is nothing to divide by."""
    return f"{100 * part / whole:.0f} %" if whole else "-"


def milliseconds(seconds: float | None) -> str:
    """Seconds as whole milliseconds."""
    return "-" if seconds is None else f"{1000 * seconds:.0f}"


def figure(value: float | None) -> str:
    """A metric with three digits; a dash where there was nothing to measure."""
    return "-" if value is None else f"{value:.3f}"


def format_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell; the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    lines = [_line(headings, widths), "  ".join("-" * width for width in widths)]
    return "\n".join([*lines, *(_line(row, widths) for row in rows)])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first = cells[0].ljust(widths[0])
    others = [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
    return "  ".join([first, *others]).rstrip()


def format_rows(rows: Sequence[Row]) -> str:
    """The table of a run."""
    unscored = sum(r.unscored for r in rows if r.name == "all")
    table = format_table(HEADINGS, [to_cells(row) for row in rows])
    return f"{table}\n{unscored} could not be scored." if unscored else table


def format_metrics(metrics: Metrics) -> str:
    """One metric a line."""
    return format_table(("metric", "value"), [(name, figure(value)) for name, value in metrics.items()])


MOVED = ("metric", "samples", "before", "after", "difference", "95 % interval", "p", "verdict")


def moved_rows(comparison: Comparison) -> list[tuple[str, ...]]:
    """The lines of a comparison's table, in the order of MOVED."""
    return [
        (
            m.name,
            str(m.samples),
            figure(m.before),
            figure(m.after),
            f"{m.difference:+.3f}",
            f"{m.low:+.3f} to {m.high:+.3f}",
            f"{m.p:.3f}",
            m.verdict,
        )
        for m in comparison.moved
    ]


GATED = ("metric", "baseline", "now", "slack", "", "stage")


def gated_rows(verdict: Verdict) -> list[tuple[str, ...]]:
    """The lines of the gate's table, in the order of GATED; the stage stands where a metric got worse."""
    return [
        (
            g.name,
            figure(g.before),
            figure(g.after),
            f"{g.slack:.3f}",
            "ok" if g.passed else "worse",
            "" if g.passed else LOOK_AT.get(g.name, "see below"),
        )
        for g in verdict.gated
    ]
