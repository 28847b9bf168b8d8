"""Which stage lost a sample that failed, told from its gold sentences.

The stages in the order a sentence passes them: `corpus` (it is not in the documents), `chunking` (no chunk holds it, so
even its own words do not find it), `retrieval` (its chunk is not among the candidates), `composing` (it was at hand and
nothing was drafted from it), `gate` (it was drafted and dropped), `abstention` (the question was declined, or should
have been).
"""

from __future__ import annotations

from .dataset import Gold, Sample
from .run import Record
from .scorers import is_cited
from .targets import Target

STAGES = ("corpus", "chunking", "retrieval", "composing", "gate", "abstention")
CANDIDATES = 32  # passages a question's answer may be drawn from
PROBE = 10  # passages among which a sentence must find its own chunk


def attribute(sample: Sample, record: Record, target: Target) -> str:
    """The stage that lost a failed sample, or "" for one that did not fail.

    A fact is lost where the gold sentence that got furthest was lost, a sample where the first of its missing
    facts was lost.
    """
    outcome = record.score.outcome
    if record.score.correct is not False:
        return ""
    if outcome in ("wrongly_answered", "forbidden") and not sample.answerable:
        return "abstention"
    if outcome in ("too_long", "forbidden") or not sample.gold:
        return "abstention" if outcome == "wrongly_declined" else "composing"
    lost = [_lost_fact(golds, sample, record, target) for golds in _missing(sample, record)]
    return min(lost, key=STAGES.index, default="composing")


def _missing(sample: Sample, record: Record) -> list[list[Gold]]:
    """The gold sentences of each fact that the answer lacks; facts that need not be there count when no other does."""
    if record.reply.abstained:
        return [list(sample.gold)]
    facts = [f for f in sample.facts if f.name in record.score.facts_missing]
    facts = [f for f in facts if f.required] or facts
    bearers = [[g for g in sample.gold if any(p.search(g.quote) for p in f.any_of)] for f in facts]
    return [golds for golds in bearers if golds]


def _lost_fact(golds: list[Gold], sample: Sample, record: Record, target: Target) -> str:
    return max((_lost_gold(gold, sample, record, target) for gold in golds), key=STAGES.index)


def _lost_gold(gold: Gold, sample: Sample, record: Record, target: Target) -> str:
    text = target.text(gold.document)
    if text is None or gold.quote not in text:
        return "corpus"
    reply = record.reply
    if reply.abstained and reply.dropped:  # something was drafted, and none of it came through
        return "gate"
    if any(gold.quote in d.text or d.text in gold.quote for d in reply.dropped):
        return "gate"
    if not _is_candidate(gold, sample, record, target):
        return "retrieval" if _finds(gold, gold.quote, PROBE, target) else "chunking"
    if is_cited(gold.document, gold.quote, reply.citations):
        return "composing"
    return "abstention" if reply.abstained else "composing"


def _is_candidate(gold: Gold, sample: Sample, record: Record, target: Target) -> bool:
    reply = record.reply
    if is_cited(gold.document, gold.quote, reply.citations):
        return True
    if any(p.document == gold.document and gold.quote in p.text for p in reply.passages):
        return True
    return _finds(gold, reply.standalone or sample.question, CANDIDATES, target)


def _finds(gold: Gold, words: str, top_k: int, target: Target) -> bool:
    """Whether a search for the words finds a passage that holds the sentence; True where nothing can be searched."""
    if target.search is None:
        return True
    return any(p.document == gold.document and gold.quote in p.text for p in target.search(words, top_k))
