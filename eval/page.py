"""A run as one self-contained page: first what changed, then how good it is, then every failure in full."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

from .charts import draw_bars, draw_curve, draw_histogram, draw_intervals
from .comparing import Comparison, Moved, interval
from .curves import trace_reliability, trace_threshold
from .dataset import Dataset
from .gating import Verdict
from .metrics import percentile, rate_abstentions
from .page_parts import to_figure, to_page, to_table
from .page_questions import show_changes, show_failures
from .run import Record, Run
from .summary import Metrics, measure, to_rows
from .tables import GATED, HEADINGS, MOVED, figure, gated_rows, moved_rows, share, to_cells

HEADLINE = {
    "right": "right answers",
    "fact_recall": "facts found",
    "wrongly_declined": "wrongly declined",
    "wrongly_answered": "wrongly answered",
    "gold_cited": "gold sentences cited",
    "retrieval_recall": "gold sentences retrieved",
}


def to_html(dataset: Dataset, run: Run, comparison: Comparison | None = None, verdict: Verdict | None = None) -> str:
    """The page. `comparison` is with an earlier run or the baseline, `verdict` what the gate said of this run."""
    title = f"Evaluation: {dataset.name}"
    metrics = measure(dataset, run.records)
    failed = sum(r.score.correct is not True for r in run.records)
    sections = [
        ("changes", "What changed", show_changes(dataset, run, comparison) if comparison else ""),
        ("headline", "Headline", _headline(dataset, run, comparison)),
        ("kinds", "By kind of question", _kinds(run)),
        ("decisions", "Decisions, scores and speed", _plots(dataset, run)),
        ("failures", f"Failed questions ({failed})", show_failures(dataset, run)),
        ("metrics", "All metrics", _metrics(metrics, comparison, verdict)),
        ("made", "What made this run", _header(run)),
    ]
    shown = [(name, heading, inner) for name, heading, inner in sections if inner]
    links = "".join(f'<a href="#{name}">{escape(heading)}</a>' for name, heading, _ in shown)
    body = [
        f"<h1>{escape(title)}</h1>",
        _about(run),
        f"<nav>{links}</nav>",
        _tell(verdict) if verdict else "",
        _tiles(run, metrics, comparison),
        *(f'<section id="{name}"><h2>{escape(heading)}</h2>{inner}</section>' for name, heading, inner in shown),
    ]
    return to_page(title, body)


def _about(run: Run) -> str:
    head = run.header
    revision = str(head.get("revision") or "")
    facts = [f"{len(run.records)} questions", str(head.get("started", ""))]
    if revision:
        facts.append(f"revision {revision[:12]}")
    if revision.endswith("+changes"):
        facts.append("with changes that are not committed")
    return f'<p class="faint">{escape(", ".join(f for f in facts if f))}</p>'


def _tell(verdict: Verdict) -> str:
    """The gate's word at the top, for the reader who has ten seconds."""
    if verdict.passed:
        told = "No metric is worse than the baseline by more than its slack."
        return f'<div class="verdict"><strong>The gate is open.</strong> {told}</div>'
    lines = [f"{g.name}: {figure(g.before)} before, {figure(g.after)} now" for g in verdict.worse]
    look = f" Look at <b>{escape(verdict.stage)}</b> first." if verdict.stage else ""
    corpus = "".join(
        f"<p>Guides {what}: {escape(', '.join(ids))}.</p>"
        for what, ids in (
            ("added", verdict.corpus.added),
            ("removed", verdict.corpus.removed),
            ("changed", verdict.corpus.changed),
        )
        if ids
    )
    again = "<p>If that is meant, set a new baseline: <code>coach eval gate --write</code></p>" if corpus else ""
    told = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return f'<div class="verdict bad"><strong>The gate is closed.</strong>{look}{told}{corpus}{again}</div>'


def _tiles(run: Run, metrics: Metrics, comparison: Comparison | None) -> str:
    right = sum(r.score.correct is True for r in run.records)
    seconds = metrics["seconds_p50"]
    tiles = [
        (share(right, len(run.records)), f"right, {right} of {len(run.records)}"),
        (figure(metrics["wrongly_declined"]), "wrongly declined"),
        (figure(metrics["wrongly_answered"]), "wrongly answered"),
        (figure(metrics["citations_resolved"]), "citations that resolve"),
        ("-" if seconds is None else f"{1000 * seconds:.0f} ms", "median time to an answer"),
    ]
    if comparison:
        tiles.insert(1, (f"+{len(comparison.won)} / -{len(comparison.lost)}", "became right / wrong"))
    inner = "".join(f'<div class="tile"><b>{escape(v)}</b><span>{escape(words)}</span></div>' for v, words in tiles)
    return f'<div class="tiles">{inner}</div>'


def _headline(dataset: Dataset, run: Run, comparison: Comparison | None) -> str:
    moved = {m.name: m for m in comparison.moved} if comparison else {}
    found = {name: i for name in HEADLINE if (i := interval(dataset, run.records, name))}
    lines = [
        (HEADLINE[name], value, low, high, moved[name].before if name in moved else None)
        for name, (value, low, high) in found.items()
    ]
    cells = [
        (HEADLINE[name], figure(value), f"{low:.3f} to {high:.3f}", *_movement(moved.get(name)))
        for name, (value, low, high) in found.items()
    ]
    caption = "The dot is this run, the pale line its 95 % interval, the upright mark the baseline."
    drawn = draw_intervals(lines, "Headline metrics with their 95 % intervals") if lines else ""
    headings = ("metric", "value", "95 % interval", "baseline", "difference", "its 95 % interval", "")
    return to_figure("This run and the baseline", drawn, caption) + to_table(headings, cells)


def _movement(moved: Moved | None) -> tuple[str, str, str, str]:
    if moved is None:
        return "-", "-", "-", ""
    return figure(moved.before), f"{moved.difference:+.3f}", f"{moved.low:+.3f} to {moved.high:+.3f}", moved.verdict


def _kinds(run: Run) -> str:
    rows = to_rows(run.records)
    bars = [(r.name, r.right / r.samples, f"{r.right} of {r.samples}") for r in rows if r.samples]
    drawn = draw_bars(bars, "Share of right answers by kind of question")
    table = to_table(HEADINGS, [to_cells(row) for row in rows], total=True)
    return to_figure("Right answers", drawn, "The share of questions of each kind that were answered rightly.") + table


def _plots(dataset: Dataset, run: Run) -> str:
    allowed = {s.id: s for s in dataset.samples if not s.abstain_ok}
    scored = [r for r in run.records if r.id in allowed and r.score.correct is not None]
    rates = rate_abstentions((not allowed[r.id].answerable, r.reply.abstained) for r in scored)
    here = [((rates.wrongly_declined or 0.0, rates.wrongly_answered or 0.0), "this run")]
    trade = draw_curve(
        trace_threshold(dataset, scored),
        "Wrongly answered against wrongly declined, for thresholds on the best passage's score, and this run",
        ("wrongly declined", "wrongly answered"),
        here,
    )
    figures = [
        to_figure(
            "Answering or declining",
            trade,
            "Towards the lower left is better. The line is all that a single threshold on the best passage's score "
            "could choose from; the mark is what this run decided.",
        ),
        _reliability(run, scored),
        _latency(run.records),
    ]
    return f'<div class="plots">{"".join(figures)}</div>'


def _reliability(run: Run, scored: Sequence[Record]) -> str:
    """From sentences whose truth is known, where a lying model was asked; else from the claims that were shown."""
    known = run.header.get("reliability") or ()
    points = [(score, true) for score, true, _ in known] or trace_reliability(scored)
    truth = "were true" if known else "supported by the independent judge"
    drawn = draw_curve(points, f"Share of sentences that {truth}, by score", ("verifier's score", truth), diagonal=True)
    sentences = sum(count for *_, count in known)
    told = (
        f"{sentences} sentences of a model that lies on purpose, by the score the verifier gave them, and the share "
        "that was true."
        if known
        else "Claims that were shown, by the verifier's score, and the share the independent judge finds supported."
    )
    return to_figure("The verifier's scores", drawn, f"{told} On the dashed line a score means what it says.")


def _latency(records: Sequence[Record]) -> str:
    times = [1000 * r.reply.seconds for r in records if not r.reply.error]
    marks = [(v, f"p{100 * s:.0f} {v:.0f} ms") for s in (0.5, 0.95) if (v := percentile(times, s)) is not None]
    drawn = draw_histogram(times, "Questions by milliseconds to an answer", "ms", marks)
    return to_figure("Time to an answer", drawn, "Questions by the time their answer took, and two percentiles.")


def _metrics(metrics: Metrics, comparison: Comparison | None, verdict: Verdict | None) -> str:
    tables = [to_table(("metric", "value"), [(name, figure(value)) for name, value in metrics.items()])]
    if comparison:
        tables.append("<h3>Against the baseline</h3>" + to_table(MOVED, moved_rows(comparison)))
        settings = [(n, str(a), str(b)) for n, (a, b) in comparison.settings.items()]
        tables.append(to_table(("setting", "before", "now"), settings))
    if verdict:
        tables.append("<h3>At the gate</h3>" + to_table(GATED, gated_rows(verdict)))
    return "".join(tables)


def _header(run: Run) -> str:
    written = json.dumps(dict(run.header), indent=2, ensure_ascii=False, default=str)
    return f"<details><summary>Settings, versions, machine and revision</summary><pre>{escape(written)}</pre></details>"
