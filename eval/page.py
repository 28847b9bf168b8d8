"""A run as one self-contained page: what an outsider needs in order to believe or doubt a figure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from html import escape

from .charts import draw_bars, draw_curve, draw_histogram
from .comparing import Comparison, interval
from .curves import trace_reliability, trace_threshold
from .dataset import Dataset, Sample
from .metrics import rate_abstentions
from .run import Record, Run
from .stages import STAGES
from .summary import measure, to_rows
from .tables import HEADINGS, MOVED, figure, moved_rows, to_cells

HEADLINE = ("right", "fact_recall", "wrongly_declined", "wrongly_answered", "gold_cited", "retrieval_recall")
_STYLE = """
:root{color-scheme:light dark;--ink:#1c2330;--faint:#5d6675;--paper:#fff;--line:#d5dae2;--bar:#3566b8;--mark:#b4471f}
@media(prefers-color-scheme:dark){
:root{--ink:#e8ebf0;--faint:#a2abba;--paper:#14181f;--line:#343c49;--bar:#7ba7ee;--mark:#f0936c}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
body{max-width:62rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.2rem}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.88rem}
th,td{padding:.25rem .6rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
th:first-child,td:first-child{text-align:left}
td.prose{white-space:normal;text-align:left}
svg{max-width:36rem;width:100%;font:11px system-ui,sans-serif}
svg text{fill:var(--faint)}.bar{fill:var(--bar)}.line{fill:none;stroke:var(--bar);stroke-width:1.5}
.dot{fill:var(--bar)}.mark{fill:var(--mark)}.axis{fill:none;stroke:var(--line)}
details{border-bottom:1px solid var(--line);padding:.4rem 0}summary{cursor:pointer}
blockquote{margin:.4rem 0;padding-left:.8rem;border-left:3px solid var(--line);white-space:pre-wrap}
pre{overflow-x:auto;font-size:.8rem}.faint{color:var(--faint)}
"""


def to_html(dataset: Dataset, run: Run, comparison: Comparison | None = None) -> str:
    """One self-contained page: no script, nothing loaded from anywhere."""
    title = f"Evaluation: {dataset.name}"
    body = [
        f"<h1>{escape(title)}</h1>",
        _about(run),
        _headline(dataset, run, comparison),
        _kinds(run),
        _plots(dataset, run),
        _metrics(dataset, run),
        _moved(comparison) if comparison else "",
        _failures(dataset, run),
        f"<h2>What made this run</h2><pre>{escape(json.dumps(dict(run.header), indent=2, ensure_ascii=False))}</pre>",
    ]
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><style>{_STYLE}</style></head>'
        f"<body>{''.join(body)}</body></html>\n"
    )


def _about(run: Run) -> str:
    head = run.header
    facts = [f"{len(run.records)} questions", str(head.get("started", "")), f"revision {head.get('revision')}"]
    return f'<p class="faint">{escape(" - ".join(facts))}</p>'


def _headline(dataset: Dataset, run: Run, comparison: Comparison | None) -> str:
    moved = {m.name: m for m in comparison.moved} if comparison else {}
    rows = []
    for name in HEADLINE:
        found = interval(dataset, run.records, name)
        if found:
            middle, low, high = found
            change = f"{moved[name].difference:+.3f} ({moved[name].verdict})" if name in moved else ""
            rows.append((name, figure(middle), f"{low:.3f} to {high:.3f}", change))
    headings = ("metric", "value", "95 % interval", "against the baseline" if moved else "")
    return "<h2>Headline</h2>" + _table(headings, rows)


def _kinds(run: Run) -> str:
    rows = to_rows(run.records)
    bars = [(r.name, r.right / r.samples, f"{r.right} of {r.samples}") for r in rows if r.samples]
    table = _table(HEADINGS, [to_cells(row) for row in rows])
    return f"<h2>By kind of question</h2>{draw_bars(bars, 'Share of right answers by kind of question')}{table}"


def _plots(dataset: Dataset, run: Run) -> str:
    allowed = {s.id: s for s in dataset.samples if not s.abstain_ok}
    scored = [r for r in run.records if r.id in allowed and r.score.correct is not None]
    rates = rate_abstentions((not allowed[r.id].answerable, r.reply.abstained) for r in scored)
    here = [((rates.wrongly_declined or 0.0, rates.wrongly_answered or 0.0), "this run")]
    milliseconds = [1000 * r.reply.seconds for r in run.records if not r.reply.error]
    trade = draw_curve(
        trace_threshold(dataset, scored),
        "Wrongly answered against wrongly declined, for thresholds on the best passage's score, and this run",
        ("wrongly declined", "wrongly answered"),
        here,
    )
    reliability = draw_curve(
        trace_reliability(scored),
        "Share of claims supported by the verifier's score",
        ("verifier's score", "supported"),
    )
    return (
        "<h2>Answering or declining</h2>"
        f"<p>The line is what one threshold on the best passage's score would do.</p>{trade}"
        f"<h2>The verifier's scores</h2>{reliability}"
        f"<h2>Latency</h2>{draw_histogram(milliseconds, 'Questions by milliseconds', 'ms')}"
    )


def _metrics(dataset: Dataset, run: Run) -> str:
    rows = [(name, figure(value)) for name, value in measure(dataset, run.records).items()]
    return "<h2>All metrics</h2>" + _table(("metric", "value"), rows)


def _moved(comparison: Comparison) -> str:
    settings = [(n, str(a), str(b)) for n, (a, b) in comparison.settings.items()]
    changed = [("won", ", ".join(comparison.won)), ("lost", ", ".join(comparison.lost))]
    return (
        "<h2>Against the baseline</h2>"
        + _table(MOVED, moved_rows(comparison))
        + _table(("samples", ""), changed)
        + (_table(("setting", "before", "after"), settings) if settings else "")
    )


def _failures(dataset: Dataset, run: Run) -> str:
    by_id = {s.id: s for s in dataset.samples}
    failed = [(by_id[r.id], r) for r in run.records if r.score.correct is not True and r.id in by_id]
    counts = Counter(r.lost_at for _, r in failed if r.lost_at)
    stages = [(stage, str(counts[stage])) for stage in STAGES if counts[stage]]
    items = "".join(_failure(sample, record) for sample, record in failed)
    return f"<h2>Failed questions ({len(failed)})</h2>" + _table(("lost at", "questions"), stages) + items


def _failure(sample: Sample, record: Record) -> str:
    score, reply = record.score, record.reply
    why = ", ".join((*score.forbidden, *score.facts_missing)) or reply.error
    asked = "".join(f"<p>Earlier: {escape(turn)}</p>" for turn in sample.turns)
    gold = "".join(f"<li>{escape(g.document)}: {escape(g.quote)}</li>" for g in sample.gold)
    dropped = "".join(f"<li>{escape(d.text)} ({escape(d.why or d.verdict)})</li>" for d in reply.dropped)
    passages = "".join(
        f"<li>{escape(p.document)} {p.start}-{p.end}: {escape(p.text[:240])}</li>" for p in reply.passages
    )
    return (
        f"<details><summary>{escape(sample.id)} - {escape(score.outcome)}"
        f"{', lost at ' + escape(record.lost_at) if record.lost_at else ''} - {escape(sample.question[:90])}</summary>"
        f"{asked}<p>Question: {escape(sample.question)}</p><blockquote>{escape(reply.text)}</blockquote>"
        f"<p>Missing or forbidden: {escape(why)}</p>"
        f"<p>Gold sentences</p><ul>{gold}</ul><p>Dropped claims</p><ul>{dropped}</ul>"
        f"<p>Passages</p><ol>{passages}</ol></details>"
    )


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    head = "".join(f"<th>{escape(h)}</th>" for h in headings)
    body = "".join("<tr>" + "".join(f"<td{_kind(c)}>{escape(c)}</td>" for c in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'


def _kind(cell: str) -> str:
    return ' class="prose"' if len(cell) > 60 else ""
