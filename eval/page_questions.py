"""The questions on a report's page: those that changed sides, and every one that failed, with all that explains it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from .comparing import Comparison
from .dataset import Dataset, Sample
from .page_parts import to_list, to_tag
from .replies import Reply
from .run import Record, Run
from .stages import STAGES

_SHORT = 200  # characters of a question that fit over a folded entry
_NEAR = 400  # characters of a passage that are shown
_OUTCOMES = {
    "answered": "answered rightly",
    "declined": "declined rightly",
    "partly_declined": "answered, saying what is not covered",
    "wrongly_declined": "declined, though the guides cover it",
    "wrongly_answered": "answered, though the guides do not cover it",
    "facts_missing": "facts are missing",
    "forbidden": "says what it must not",
    "too_long": "too long to be an answer",
    "unscored": "could not be scored",
}
_STAGES = {
    "corpus": "the sentence that answers it is not in the documents",
    "chunking": "no chunk holds the sentence that answers it",
    "retrieval": "the passage that answers it was not found",
    "composing": "the evidence was at hand and not said, or too much was said",
    "gate": "something was drafted and dropped",
    "abstention": "declined or answered against what the guides cover",
    "": "could not be told from the gold sentences",
}
Pair = tuple[Sample, Record]


def show_changes(dataset: Dataset, run: Run, comparison: Comparison) -> str:
    """What became wrong, then what became right, each with both answers."""
    pairs = {s.id: (s, r) for s, r in _pairs(dataset, run)}
    parts = []
    for heading, ids, kind in (("Got worse", comparison.lost, "bad"), ("Got better", comparison.won, "good")):
        shown = [_show_change(*pairs[i], comparison.earlier.get(i, ""), kind) for i in ids if i in pairs]
        parts.append(f"<h3>{heading}: {len(shown)}</h3>" + "".join(shown))
    if not comparison.lost and not comparison.won:
        return "<p>No question changed sides.</p>"
    return "".join(parts)


def _show_change(sample: Sample, record: Record, earlier: str, kind: str) -> str:
    now = _OUTCOMES.get(record.score.outcome, record.score.outcome)
    answers = (
        f'<div class="pair"><div><h3>Before</h3>{_quote(earlier)}</div>'
        f"<div><h3>Now</h3>{_quote(record.reply.text or record.reply.error)}</div></div>"
    )
    return _fold(sample, to_tag(now, kind) + _lost_tag(record), answers + _explain(sample, record))


def show_failures(dataset: Dataset, run: Run) -> str:
    """Every failed question under the stage that lost it, the early stages first."""
    failed = [(s, r) for s, r in _pairs(dataset, run) if r.score.correct is not True]
    parts = []
    for stage in (*STAGES, ""):
        these = [(s, r) for s, r in failed if r.lost_at == stage]
        if these:
            name = f"Lost at {stage}" if stage else "Stage unknown"
            parts.append(f"<h3>{name}: {len(these)}</h3><p class='note'>{escape(_STAGES[stage])}</p>")
            parts += [_show_failure(s, r) for s, r in these]
    return "".join(parts) or "<p>None.</p>"


def _show_failure(sample: Sample, record: Record) -> str:
    outcome = _OUTCOMES.get(record.score.outcome, record.score.outcome)
    answer = f"<h3>Answer</h3>{_quote(record.reply.text or record.reply.error)}"
    return _fold(sample, to_tag(outcome, "bad") + _lost_tag(record), answer + _explain(sample, record))


def _pairs(dataset: Dataset, run: Run) -> list[Pair]:
    by_id = {s.id: s for s in dataset.samples}
    return [(by_id[r.id], r) for r in run.records if r.id in by_id]


def _fold(sample: Sample, tags: str, inside: str) -> str:
    turns = "".join(f"<p class='note'>Asked before: {escape(turn)}</p>" for turn in sample.turns)
    whole = f"<p>{escape(sample.question)}</p>" if len(sample.question) > _SHORT else ""
    return (
        f"<details><summary>{escape(sample.question[:_SHORT])}<br>{tags}{to_tag(sample.id)}</summary>"
        f'<div class="inside">{turns}{whole}{inside}</div></details>'
    )


def _lost_tag(record: Record) -> str:
    return to_tag(f"lost at {record.lost_at}") if record.lost_at else ""


def _quote(text: str) -> str:
    return f"<blockquote>{escape(text)}</blockquote>" if text else "<p class='note'>Nothing is recorded.</p>"


def _explain(sample: Sample, record: Record) -> str:
    """What was expected and what the product had before it."""
    gold = to_list(f"{g.document}: {g.quote}" for g in sample.gold)
    return (
        _show_facts(sample, record)
        + (f"<h3>Sentences that answer it</h3>{gold}" if gold else "")
        + _show_dropped(record.reply)
        + _show_passages(record.reply)
    )


def _show_facts(sample: Sample, record: Record) -> str:
    score = record.score
    if not sample.answerable:
        told = "<p>It should be declined: the guides do not answer it.</p>"
    else:
        missing = [f.name for f in sample.facts if f.name in score.facts_missing]
        found = to_list(f"{name} (found)" for name in score.facts_found)
        told = found + to_list((f"{name} (missing)" for name in missing), mark="missing")
    forbidden = to_list((f"must not say: {words}" for words in score.forbidden), mark="missing")
    return f"<h3>Expected</h3>{told}{forbidden}"


def _show_dropped(reply: Reply) -> str:
    dropped = to_list(f"{d.text} ({d.why or d.verdict})" for d in reply.dropped)
    return f"<h3>Dropped claims</h3>{dropped}" if dropped else ""


def _show_passages(reply: Reply) -> str:
    passages: Sequence[str] = [
        f"{p.document}, {p.start} to {p.end}: {' '.join(p.text.split())[:_NEAR]}" for p in reply.passages
    ]
    if not passages:
        return ""
    inside = f'<div class="inside">{to_list(passages, "ol")}</div>'
    return f"<details><summary>{len(passages)} passages, best first</summary>{inside}</details>"
