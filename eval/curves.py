"""The points of the report's curves."""

from __future__ import annotations

from collections.abc import Sequence

from .dataset import Dataset
from .run import Record
from .support import covers

Point = tuple[float, float]


def trace_reliability(records: Sequence[Record], bins: int = 5) -> list[Point]:
    """How often claims are supported by the independent judge, against the score the verifier gave them.

    One point for each bin of scores that holds claims: (mean score, share supported).
    """
    filled: dict[int, list[tuple[float, bool]]] = {}
    for record in records:
        quotes = {c.marker: c.quote for c in record.reply.citations}
        for claim in record.reply.claims:
            premise = " ".join(quotes[m] for m in claim.citations if m in quotes)
            score = max(0.0, min(1.0, claim.score))
            filled.setdefault(min(bins - 1, int(score * bins)), []).append((score, covers(premise, claim.text)))
    return [
        (sum(s for s, _ in held) / len(held), sum(ok for _, ok in held) / len(held))
        for _, held in sorted(filled.items())
    ]


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
