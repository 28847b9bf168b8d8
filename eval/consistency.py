"""Whether the same question asked otherwise gets the same answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .metrics import mean, rate
from .replies import Reply
from .run import Record


@dataclass(frozen=True, slots=True)
class Consistency:
    """Two runs of the same questions, worded or placed differently; None where there is nothing to compare.

    `decided` is the share of questions that both answer or both decline, `judged` the share that both get right or both
    get wrong, `cited` the mean likeness of what the answers cite. Unscored samples are left out.
    """

    questions: int
    decided: float | None
    judged: float | None
    cited: float | None


def measure_consistency(before: Sequence[Record], after: Sequence[Record]) -> Consistency:
    """Compare by the ids of the samples."""
    first = {r.id: r for r in before if r.score.correct is not None}
    pairs = [(first[r.id], r) for r in after if r.id in first and r.score.correct is not None]
    return Consistency(
        len(pairs),
        rate(sum(a.reply.abstained == b.reply.abstained for a, b in pairs), len(pairs)),
        rate(sum(a.score.correct == b.score.correct for a, b in pairs), len(pairs)),
        mean(cite_alike(a.reply, b.reply) for a, b in pairs),
    )


def cite_alike(first: Reply, second: Reply) -> float | None:
    """The Jaccard likeness of the quotes two answers cite, shared / all; None when neither cites anything."""
    one, other = ({(c.document, c.quote) for c in reply.citations} for reply in (first, second))
    return rate(len(one & other), len(one | other))
