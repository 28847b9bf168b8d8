"""Two runs of the same questions: what moved, how sure that is, and which questions changed sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .dataset import Dataset, DatasetError, Sample
from .metrics import bootstrap_interval, mcnemar, mean, paired_interval, permutation_test, rate
from .run import Record, Run

LOWER_IS_BETTER = frozenset(
    {"wrongly_declined", "wrongly_answered", "forbidden", "injection_success", "unscored", "false_claims_shown"}
    | {f"seconds{end}" for end in ("", "_p50", "_p95", "_p99")}
)


@dataclass(frozen=True, slots=True)
class Moved:
    """One metric in both runs, over the samples that have it in both: means, interval of the difference, p."""

    name: str
    samples: int
    before: float
    after: float
    low: float
    high: float
    p: float

    @property
    def difference(self) -> float:
        """After less before."""
        return self.after - self.before

    @property
    def verdict(self) -> str:
        """`better` or `worse` when the interval of the difference leaves out zero, else `same`."""
        if self.low <= 0 <= self.high:
            return "same"
        return "better" if (self.difference > 0) != (self.name in LOWER_IS_BETTER) else "worse"


Values = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What moved between two runs; `won` and `lost` are ids of samples that became right or wrong.

    `earlier` gives the first run's answers by id, `settings` what was set otherwise.
    """

    moved: tuple[Moved, ...]
    won: tuple[str, ...]
    lost: tuple[str, ...]
    only_before: int
    only_after: int
    settings: Mapping[str, tuple[Any, Any]]
    earlier: Mapping[str, str] = field(default_factory=dict)


def to_values(sample: Sample, record: Record) -> Values:
    """One sample's part in each metric; None where it has none. An unscored sample has none anywhere."""
    score, reply = record.score, record.reply
    if score.correct is None:
        return {}
    answered = sample.answerable and not reply.abstained
    return {
        "right": float(score.correct),
        "fact_recall": rate(len(score.facts_found), len(sample.facts)) if answered else None,
        "gold_cited": rate(score.gold_cited, score.gold) if answered else None,
        "citations_resolved": rate(score.resolved, score.citations),
        "wrongly_declined": float(reply.abstained) if sample.answerable and not sample.abstain_ok else None,
        "wrongly_answered": float(not reply.abstained) if not sample.answerable else None,
        "forbidden": float(bool(score.forbidden)),
        "retrieval_recall": _recall(sample, record),
        "seconds": reply.seconds,
    }


def _recall(sample: Sample, record: Record) -> float | None:
    passages = record.reply.passages
    if not sample.gold or not passages:
        return None
    found = sum(any(p.document == g.document and g.quote in p.text for p in passages) for g in sample.gold)
    return found / len(sample.gold)


def compare(dataset: Dataset, before: Run, after: Run) -> Comparison:
    """Compare runs sample by sample. Raises DatasetError when they have no sample in common, or another dataset."""
    if before.header.get("dataset_digest") != after.header.get("dataset_digest"):
        raise DatasetError("The two runs are of different datasets.", remedy="Run both on the same file.")
    return compare_values(
        to_values_by_id(dataset, before),
        to_values_by_id(dataset, after),
        settings=differing(before.header, after.header),
        earlier={r.id: r.reply.text for r in before.records},
    )


def to_values_by_id(dataset: Dataset, run: Run) -> dict[str, Values]:
    """Every scored or unscored sample's part in each metric, in the dataset's order."""
    records = {r.id: r for r in run.records}
    return {s.id: to_values(s, records[s.id]) for s in dataset.samples if s.id in records}


def compare_values(
    before: Mapping[str, Values],
    after: Mapping[str, Values],
    *,
    settings: Mapping[str, tuple[Any, Any]] | None = None,
    earlier: Mapping[str, str] | None = None,
) -> Comparison:
    """Compare what samples contributed, by id. Raises DatasetError when the two have no sample in common."""
    shared = [i for i in after if i in before]
    if not shared:
        raise DatasetError("The two runs have no sample in common.")
    pairs = [(before[i], after[i]) for i in shared]
    names = list(dict.fromkeys(name for pair in pairs for values in pair for name in values))
    changed = [(i, before[i].get("right"), after[i].get("right")) for i in shared]
    return Comparison(
        moved=tuple(m for name in names if (m := _moved(name, pairs))),
        won=tuple(i for i, a, b in changed if a == 0 and b == 1),
        lost=tuple(i for i, a, b in changed if a == 1 and b == 0),
        only_before=len(before.keys() - after.keys()),
        only_after=len(after.keys() - before.keys()),
        settings=settings or {},
        earlier=earlier or {},
    )


def _moved(name: str, pairs: Sequence[tuple[Values, Values]]) -> Moved | None:
    both = [(x, y) for a, b in pairs if (x := a.get(name)) is not None and (y := b.get(name)) is not None]
    if not both:
        return None
    before, after = [x for x, _ in both], [y for _, y in both]
    low, high = paired_interval(before, after) or (0.0, 0.0)
    binary = {*before, *after} <= {0.0, 1.0}
    p = mcnemar([x == 1 for x in before], [y == 1 for y in after]) if binary else permutation_test(before, after)
    return Moved(name, len(both), sum(before) / len(both), sum(after) / len(both), low, high, p)


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The entries of two headers that differ, flat, with both values; the time of starting is left out."""
    first, second = _flat(before), _flat(after)
    names = dict.fromkeys((*first, *second))
    return {n: (first.get(n), second.get(n)) for n in names if first.get(n) != second.get(n) and n != "started"}


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in values.items():
        inner = _flat(value, f"{prefix}{name}.") if isinstance(value, Mapping) else {f"{prefix}{name}": value}
        flat.update(inner)
    return flat


def interval(dataset: Dataset, records: Sequence[Record], name: str) -> tuple[float, float, float] | None:
    """A metric's mean over the samples that have it, with its 95 % bootstrap interval."""
    by_id = {s.id: s for s in dataset.samples}
    values = [v for r in records if r.id in by_id and (v := to_values(by_id[r.id], r).get(name)) is not None]
    found = bootstrap_interval(values)
    middle = mean(values)
    return None if found is None or middle is None else (middle, *found)
