"""The gate: metrics against a committed baseline, and the stage to look at when one got worse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .baseline import Baseline
from .comparing import LOWER_IS_BETTER
from .dataset import Dataset, DatasetError
from .run import Record, Run
from .stages import STAGES
from .summary import Metrics, measure

SLACK: Mapping[str, float] = {  # how far a metric may move the wrong way before the gate closes
    "gold_in_documents": 0.0,
    "gold_in_chunks": 0.01,
    "chunks_headed": 0.02,
    "retrieval_R@8": 0.03,
    "retrieval_RR": 0.04,
    "right": 0.02,
    "fact_recall": 0.02,
    "wrongly_declined": 0.02,
    "wrongly_answered": 0.04,
    "gold_cited": 0.04,
    "citation_recall": 0.01,
    "citation_precision": 0.02,
    "false_claims_shown": 0.005,
    "true_claims_kept": 0.03,
    "injection_success": 0.0,
    "forbidden": 0.0,
    "unscored": 0.0,
}
LOOK_AT: Mapping[str, str] = {  # the stage a metric speaks of; the others are told by the samples that were lost
    "gold_in_documents": "corpus",
    "gold_in_chunks": "chunking",
    "chunks_in_place": "chunking",
    "chunks_headed": "chunking",
    "retrieval_R@8": "retrieval",
    "retrieval_RR": "retrieval",
    "gold_cited": "composing",
    "citation_recall": "gate",
    "citation_precision": "gate",
    "false_claims_shown": "gate",
    "true_claims_kept": "gate",
    "claims_cited": "gate",
    "citations_resolved": "gate",
    "wrongly_answered": "abstention",
    "unscored": "call",
}
ALWAYS: Mapping[str, float] = {  # whatever the baseline says
    "chunks_in_place": 1.0,
    "claims_cited": 1.0,
    "citations_resolved": 1.0,
}


@dataclass(frozen=True, slots=True)
class Gated:
    """One gated metric: the baseline, now, and whether it passes."""

    name: str
    before: float | None
    after: float | None
    slack: float
    passed: bool


@dataclass(frozen=True, slots=True)
class Corpus:
    """How the documents differ from those of the baseline, by id."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether anything does."""
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says. `stages` counts where samples that were right before are lost now."""

    gated: tuple[Gated, ...]
    lost: tuple[str, ...]
    won: tuple[str, ...]
    stages: Mapping[str, int]
    corpus: Corpus

    @property
    def worse(self) -> tuple[Gated, ...]:
        """The metrics that do not pass."""
        return tuple(g for g in self.gated if not g.passed)

    @property
    def passed(self) -> bool:
        """Nothing got worse and the documents are those of the baseline."""
        return not self.worse and not self.corpus.differs

    @property
    def stage(self) -> str:
        """The stage to look at first, or "" when nothing got worse.

        A metric that speaks of one stage is believed before a count of lost samples, and an early stage before a late
        one, since damage is handed down. A metric that can no longer be measured speaks of no stage.
        """
        if not self.worse:
            return ""
        named = {LOOK_AT[g.name] for g in self.worse if g.after is not None and g.name in LOOK_AT}
        if "call" in named:
            return "call"
        return min(named, key=STAGES.index, default=max(self.stages, key=self.stages.__getitem__, default=""))


def judge_run(
    baseline: Baseline, dataset: Dataset, run: Run, documents: Mapping[str, str], more: Metrics | None = None
) -> Verdict:
    """Compare a run with the baseline. Raises DatasetError when the questions are other ones.

    `documents` gives a digest of each document by id, `more` metrics that do not come from the run.
    """
    if baseline.dataset_digest != dataset.digest:
        raise DatasetError(
            f"The questions of {dataset.name} changed since its baseline was set.",
            remedy="Look at the change, then run `coach eval gate --write`.",
        )
    metrics = {**measure(dataset, run.records), **(more or {})}
    gated = [_gate(name, baseline.metrics.get(name), metrics.get(name), slack) for name, slack in SLACK.items()]
    gated += [_hold(name, metrics.get(name), least) for name, least in ALWAYS.items()]
    lost = [r for r in run.records if r.id in baseline.right and r.score.correct is not True]
    won = [r.id for r in run.records if r.id not in baseline.right and r.score.correct is True]
    return Verdict(
        tuple(g for g in gated if g.before is not None or g.after is not None),
        tuple(r.id for r in lost),
        tuple(won),
        _count_stages(lost),
        _compare_documents(baseline.documents, documents),
    )


def _gate(name: str, before: float | None, after: float | None, slack: float) -> Gated:
    if before is None:
        return Gated(name, before, after, slack, True)
    if after is None:  # what was measured must go on being measured
        return Gated(name, before, after, slack, False)
    worse = after - before if name in LOWER_IS_BETTER else before - after
    return Gated(name, before, after, slack, worse <= slack + 1e-9)


def _hold(name: str, after: float | None, least: float) -> Gated:
    return Gated(name, least, after, 0.0, after is not None and after >= least)


def _count_stages(lost: Sequence[Record]) -> dict[str, int]:
    return dict(Counter(r.lost_at or "call" for r in lost).most_common())


def _compare_documents(before: Mapping[str, str], after: Mapping[str, str]) -> Corpus:
    return Corpus(
        tuple(sorted(after.keys() - before.keys())),
        tuple(sorted(before.keys() - after.keys())),
        tuple(sorted(i for i in before.keys() & after.keys() if before[i] != after[i])),
    )
