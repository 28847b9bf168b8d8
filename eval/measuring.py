"""Everything the gate looks at, measured once: the index, the answers to all questions, and a model that lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from . import targets
from .asking import run_logged
from .baseline import digest_documents
from .curves import bin_scores
from .dataset import Dataset
from .labels import check_labels
from .lies import measure_gate, to_metrics
from .probing import probe_index
from .run import Run
from .summary import Metrics

if TYPE_CHECKING:
    from coach import Coach


@dataclass(frozen=True, slots=True)
class Found:
    """The run, metrics that do not come from it, a digest of each document, and how many labels no longer hold."""

    run: Run
    more: Metrics
    documents: Mapping[str, str]
    stale: int


def measure_all(coach: Coach, dataset: Dataset, *, out: Path | None = None, workers: int = 1) -> Found:
    """Measure a Coach in the quoted style: the only one that is the same on every machine."""
    run = run_logged(dataset, targets.from_coach(coach, style="quoted"), out=out, workers=workers)
    lies = measure_gate(coach, dataset.samples)
    run = replace(run, header={**run.header, "reliability": bin_scores(lies.scores)})
    more = {**probe_index(coach, dataset), **to_metrics(lies)}
    texts = {d.id: coach.document(d.id).text for d in coach.documents()}
    return Found(run, more, digest_documents(texts), len(check_labels(dataset, texts)))
