"""The points of the report's curves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .dataset import Dataset
from .run import Record
from .support import covers

Point = tuple[float, float]


def bin_scores(scored: Iterable[tuple[float, bool]], bins: int = 10) -> list[tuple[float, float, int]]:
    """Scores from 0 to 1 with what was true, in bins of equal width: (mean score, share true, how many).

    The reliability diagram of DeGroot and Fienberg (1983); bins that hold nothing are left out.
    """
    filled: dict[int, list[tuple[float, bool]]] = {}
    for score, true in scored:
        kept = max(0.0, min(1.0, score))
        filled.setdefault(min(bins - 1, int(kept * bins)), []).append((kept, true))
    return [
        (sum(s for s, _ in held) / len(held), sum(ok for _, ok in held) / len(held), len(held))
        for _, held in sorted(filled.items())
    ]


def trace_reliability(records: Sequence[Record], bins: int = 5) -> list[Point]:
    """How often shown claims are supported by the independent judge, against the score the verifier gave them."""
    scored = []
    for record in records:
        quotes = {c.marker: c.quote for c in record.reply.citations}
        for claim in record.reply.claims:
            premise = " ".join(quotes[m] for m in claim.citations if m in quotes)
            scored.append((claim.score, covers(premise, claim.text)))
    return [(score, share) for score, share, _ in bin_scores(scored, bins)]


def trace_threshold(dataset: Dataset, records: Sequence[Record]) -> list[Point]:
    """What one threshold on the best passage's score would do instead: (wrongly declined, wrongly answered).

    The curve a product without any further evidence of coverage could choose its point from.
    """
    answerable = {s.id: s.answerable for s in dataset.samples if not s.abstain_ok}
    scored = [(r.reply.passages[0].score, answerable[r.id]) for r in records if r.reply.passages and r.id in answerable]
    covered = [s for s, due in scored if due]
    uncovered = [s for s, due in scored if not due]
    if not covered or not uncovered:
        return []
    cuts = [float("-inf"), *sorted({s for s, _ in scored}), float("inf")]
    return [
        (sum(s < cut for s in covered) / len(covered), sum(s >= cut for s in uncovered) / len(uncovered))
        for cut in cuts
    ]
