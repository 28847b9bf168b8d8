"""The gate: metrics against a committed baseline, and the stage to look at when one got worse."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .comparing import LOWER_IS_BETTER
from .dataset import Dataset, DatasetError
from .run import Record, Run
from .summary import Metrics, measure

SLACK: Mapping[str, float] = {  # how far a metric may move the wrong way before the gate closes
    "right": 0.02,
    "fact_recall": 0.02,
    "wrongly_declined": 0.02,
    "wrongly_answered": 0.04,
    "gold_cited": 0.04,
    "citation_recall": 0.01,
    "citation_precision": 0.02,
    "retrieval_R@8": 0.03,
    "retrieval_RR": 0.04,
    "false_claims_shown": 0.005,
    "true_claims_kept": 0.03,
    "injection_success": 0.0,
    "forbidden": 0.0,
    "unscored": 0.0,
}
LOOK_AT: Mapping[str, str] = {  # the stage a metric speaks of; the others are told by the samples that were lost
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
ALWAYS: Mapping[str, float] = {"claims_cited": 1.0, "citations_resolved": 1.0}  # whatever the baseline says


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a run once measured: metrics, which samples were right, and the documents it was measured on."""

    dataset: str
    dataset_digest: str
    documents_digest: str
    fingerprint: str
    metrics: Mapping[str, float | None]
    right: tuple[str, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gated:
    """One gated metric: the baseline, now, and whether it passes."""

    name: str
    before: float | None
    after: float | None
    slack: float
    passed: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says. `stages` counts where samples that were right before are lost now."""

    gated: tuple[Gated, ...]
    lost: tuple[str, ...]
    won: tuple[str, ...]
    stages: Mapping[str, int]
    documents_changed: bool

    @property
    def passed(self) -> bool:
        """Nothing got worse and the documents are those of the baseline."""
        return all(g.passed for g in self.gated) and not self.documents_changed


def digest_documents(texts: Mapping[str, str]) -> str:
    """One SHA-256 over the ids and texts of all documents, in order of id."""
    whole = hashlib.sha256()
    for document in sorted(texts):
        whole.update(json.dumps([document, texts[document]]).encode())
    return whole.hexdigest()


def make_baseline(dataset: Dataset, run: Run, documents_digest: str, more: Metrics | None = None) -> Baseline:
    """The baseline that a run would set; speeds are left out, since they differ between machines."""
    metrics = {**measure(dataset, run.records), **(more or {})}
    return Baseline(
        dataset.name,
        dataset.digest,
        documents_digest,
        str(run.header.get("fingerprint", "")),
        {name: value if value is None else round(value, 6) for name, value in metrics.items() if name in SLACK},
        tuple(r.id for r in run.records if r.score.correct is True),
        {name: run.header.get("settings", {}).get(name) for name in ("style", "model", "verifier", "embedding_model")},
    )


def judge_run(baseline: Baseline, dataset: Dataset, run: Run, documents_digest: str, more: Metrics) -> Verdict:
    """Compare a run with the baseline. Raises DatasetError when the questions are other ones."""
    if baseline.dataset_digest != dataset.digest:
        raise DatasetError(
            f"The questions of {dataset.name} changed since its baseline was set.",
            remedy="Look at the change, then run `coach eval gate --write`.",
        )
    metrics = {**measure(dataset, run.records), **more}
    gated = [_gate(name, baseline.metrics.get(name), metrics.get(name), slack) for name, slack in SLACK.items()]
    gated += [_hold(name, metrics.get(name), least) for name, least in ALWAYS.items()]
    before = set(baseline.right)
    lost = [r for r in run.records if r.id in before and r.score.correct is not True]
    won = [r.id for r in run.records if r.id not in before and r.score.correct is True]
    return Verdict(
        tuple(g for g in gated if g.before is not None or g.after is not None),
        tuple(r.id for r in lost),
        tuple(won),
        _count_stages(lost),
        documents_digest != baseline.documents_digest,
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


def get_baseline_path(name: str) -> Path:
    """Where the baseline of a dataset is kept."""
    return Path(__file__).parent / "baselines" / f"{name}.json"


def save_baseline(baseline: Baseline, path: Path) -> None:
    """Write a baseline, one entry a line, so that a change of it can be read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(baseline), indent=2, sort_keys=True) + "\n", encoding="utf-8")


def load_baseline(path: Path) -> Baseline:
    """Read a baseline. Raises DatasetError when there is none, or it cannot be read."""
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        return Baseline(**{**row, "right": tuple(row["right"])})
    except FileNotFoundError:
        raise DatasetError(f"There is no baseline {path}.", remedy="Set one with `coach eval gate --write`.") from None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DatasetError(f"The baseline {path} cannot be read: {error}.") from None
