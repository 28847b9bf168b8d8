"""The committed baseline: what a dataset measured once, question by question, and on which documents."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .comparing import Comparison, compare_values, to_values, to_values_by_id
from .dataset import Dataset, DatasetError
from .run import Record, Run
from .summary import Metrics, measure

KEPT_SETTINGS = ("style", "model", "verifier", "embedding_model")
# Speeds and token counts are left out, since they differ between machines and models.
UNKEPT = ("seconds", "tokens")


@dataclass(frozen=True, slots=True)
class Known:
    """One question in the baseline: the outcome, its part in each metric, and the answer, for reading side by side."""

    outcome: str
    right: bool | None
    values: Mapping[str, float] = field(default_factory=dict)
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a run once measured. `documents` gives a digest of each document's text by its id."""

    dataset: str
    dataset_digest: str
    documents: Mapping[str, str]
    fingerprint: str
    metrics: Mapping[str, float | None]
    samples: Mapping[str, Known] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def right(self) -> frozenset[str]:
        """The ids of the questions that were answered rightly."""
        return frozenset(i for i, known in self.samples.items() if known.right)


def digest_documents(texts: Mapping[str, str]) -> dict[str, str]:
    """The first 16 hex digits of the SHA-256 of each text, by id."""
    return {i: hashlib.sha256(texts[i].encode()).hexdigest()[:16] for i in sorted(texts)}


def make_baseline(
    dataset: Dataset, run: Run, documents: Mapping[str, str], more: Mapping[str, float | None] | None = None
) -> Baseline:
    """The baseline that a run would set. `more` holds metrics that do not come from the answers to questions."""
    metrics: Metrics = {**measure(dataset, run.records), **(more or {})}
    by_id = {s.id: s for s in dataset.samples}
    return Baseline(
        dataset.name,
        dataset.digest,
        dict(documents),
        str(run.header.get("fingerprint", "")),
        {name: value if value is None else round(value, 6) for name, value in metrics.items() if _is_kept(name)},
        {r.id: _to_known(r, to_values(by_id[r.id], r)) for r in run.records if r.id in by_id},
        {name: run.header.get("settings", {}).get(name) for name in KEPT_SETTINGS},
    )


def _is_kept(name: str) -> bool:
    return not name.startswith(UNKEPT)


def _to_known(record: Record, values: Mapping[str, float | None]) -> Known:
    kept = {name: round(v, 4) for name, v in values.items() if v is not None and _is_kept(name)}
    return Known(record.score.outcome, record.score.correct, kept, record.reply.text)


def get_baseline_path(name: str) -> Path:
    """Where the baseline of a dataset is kept."""
    return Path(__file__).parent / "baselines" / f"{name}.json"


def save_baseline(baseline: Baseline, path: Path) -> None:
    """Write a baseline, one entry a line, so that a change of it, answers and all, can be read as a difference."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(baseline), indent=1, sort_keys=True, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def load_baseline(path: Path) -> Baseline:
    """Read a baseline. Raises DatasetError when there is none, or it cannot be read."""
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        return Baseline(**{**row, "samples": {i: Known(**known) for i, known in row["samples"].items()}})
    except FileNotFoundError:
        raise DatasetError(f"There is no baseline {path}.", remedy="Set one with `coach eval gate --write`.") from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise DatasetError(f"The baseline {path} cannot be read: {error}.") from None


def find_baseline(dataset: Dataset) -> Baseline | None:
    """The committed baseline of a dataset, or None when there is none for these very questions."""
    path = get_baseline_path(dataset.name)
    if not path.is_file():
        return None
    found = load_baseline(path)
    return found if found.dataset_digest == dataset.digest else None


def compare_with_baseline(baseline: Baseline, dataset: Dataset, run: Run) -> Comparison:
    """What moved since the baseline, question by question; speeds are not in it."""
    now = {i: {n: v for n, v in values.items() if _is_kept(n)} for i, values in to_values_by_id(dataset, run).items()}
    settings = run.header.get("settings", {})
    return compare_values(
        {i: known.values for i, known in baseline.samples.items()},
        now,
        settings={n: (v, settings.get(n)) for n, v in baseline.settings.items() if v != settings.get(n)},
        earlier={i: known.answer for i, known in baseline.samples.items()},
    )
