"""Fitting which sentences answer best: pairwise logistic regression over `coach.retrieval.ranking`.

For every question of the datasets each sentence that is marked as answering it should win against each one that is
not, among those that retrieval brought up. Sentences that satisfy one of the facts asked for without being marked are
left out: they may answer as well. How much the reranker's logit moves the best of them is chosen on the same folds.
`coach eval fit-ranking` runs it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coach import Coach, Turn
from coach.retrieval.evidence import Weighed, weigh_by_hand
from coach.retrieval.ranking import NAMES, POOL, WEIGHTS, describe
from coach.sufficiency import READ
from coach.types import Sentence

from .dataset import Sample

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coach.retrieval.reranker import Reranker

_STRENGTH = 0.0003  # inverse of the regularisation; chosen on the folds among 0.0003, 0.001, 0.003 and 0.01
_WEIGHT = 100.0  # of one question against the regularisation, shared by its pairs
_FOLDS = 6
_CUTS = (1, 3, 5)
_READINGS = (0.0, 0.01, 0.02, 0.03, 0.04, 0.06)


@dataclass(frozen=True, slots=True)
class Labelled:
    """One question: the signals of its sentences (n, signals), which of them answer (1), do not (0), or may (-1)."""

    features: NDArray[Any]
    labels: NDArray[Any]
    prior: NDArray[Any]
    question: str
    sentences: tuple[Sentence, ...] = ()


def collect(coach: Coach, samples: Iterable[Sample]) -> Iterator[Labelled]:
    """What is known of the sentences of every question that has marked ones among those brought up."""
    import numpy as np

    for sample in samples:
        if not sample.answerable or not sample.gold:
            continue
        found, _ = coach.look_up(sample.question, history=tuple(Turn("user", t) for t in sample.turns))
        pool = weigh_by_hand(found)[:POOL]
        labels = np.array([_label(sample, w) for w in pool])
        if (labels == 1).any():
            prior = np.array([w.prior for w in pool])
            question = found.query.texts[0]
            yield Labelled(describe(found, pool), labels, prior, question, tuple(w.sentence for w in pool))


def _label(sample: Sample, weighed: Weighed) -> int:
    text = weighed.sentence.text
    if any(g.quote in text or text in g.quote for g in sample.gold):
        return 1
    return -1 if any(p.search(text) for f in sample.facts for p in f.any_of) else 0


def fit(rows: Sequence[Labelled], datasets: Sequence[str], reranker: Reranker | None = None) -> dict[str, Any]:
    """The weights file, with what cross-validation by question says of it beside the order by hand-set weights."""
    import numpy as np

    fold = np.random.default_rng(0).permutation(len(rows)) % _FOLDS
    scores: list[NDArray[Any]] = [np.zeros(0)] * len(rows)
    for n in range(_FOLDS):
        weights = _train([r for r, f in zip(rows, fold, strict=True) if f != n])
        for i in np.flatnonzero(fold == n):
            scores[i] = rows[i].features @ weights
    reading = choose_reading(rows, scores, reranker) if reranker else {0.0: {}}
    best = max(reading, key=lambda weight: reading[weight].get("reciprocal_rank", 0.0))
    return {
        "made_by": "coach eval fit-ranking",
        "datasets": list(datasets),
        "questions": len(rows),
        "cross_validated": {
            "by_hand": _measure(rows, [r.prior for r in rows]),
            "fitted": _measure(rows, scores),
            **{f"read_{weight}": figures for weight, figures in reading.items() if figures},
        },
        "reading": best,
        "weights": {name: round(float(w), 5) for name, w in zip(NAMES, _train(rows), strict=True)},
    }


def choose_reading(
    rows: Sequence[Labelled], scores: Sequence[NDArray[Any]], reranker: Reranker
) -> dict[float, dict[str, float]]:
    """How well each weight of the reranker's logits does on the best sentences by these scores."""
    import numpy as np

    logits = []
    for row, own in zip(rows, scores, strict=True):
        order = np.argsort(-own, kind="stable")[:READ]
        read = np.full(len(own), -np.inf)
        read[order] = reranker.score(row.question, [row.sentences[n] for n in order])
        logits.append(read)
    found = {}
    for weight in _READINGS:
        # Sentences that were not read stay behind the others, in their order.
        moved = [np.where(np.isinf(r), s - 1e3, s + weight * r) for s, r in zip(scores, logits, strict=True)]
        found[weight] = _measure(rows, moved)
    return found


def _train(rows: Sequence[Labelled]) -> NDArray[Any]:
    """Weights on the scale of the hand-set score: the spread inside a question is the same on average."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    pairs = [_pair(r) for r in rows]
    differences = np.concatenate(pairs)
    shares = np.concatenate([np.full(len(p), 1 / max(1, len(p))) for p in pairs])
    scale = differences.std(axis=0) + 1e-6
    both = np.concatenate([differences, -differences]) / scale
    wins = np.arange(len(both)) < len(differences)
    model = LogisticRegression(C=_STRENGTH, fit_intercept=False, max_iter=500)
    model.fit(both, wins, sample_weight=np.concatenate([shares, shares]) * _WEIGHT)
    weights: NDArray[Any] = model.coef_[0] / scale
    spread = np.mean([(r.features @ weights).std() for r in rows])
    return np.asarray(weights * (np.mean([r.prior.std() for r in rows]) / spread))


def _pair(row: Labelled) -> NDArray[Any]:
    """Differences of every sentence that answers with every one that does not."""
    answers, others = row.features[row.labels == 1], row.features[row.labels == 0]
    differences: NDArray[Any] = (answers[:, None, :] - others[None, :, :]).reshape(-1, row.features.shape[1])
    return differences


def _measure(rows: Sequence[Labelled], scores: Sequence[NDArray[Any]]) -> dict[str, float]:
    """Share of questions with an answering sentence among the first k, and the mean reciprocal rank of the first."""
    import numpy as np

    first = [
        int(np.flatnonzero(r.labels[np.argsort(-s, kind="stable")] == 1)[0]) for r, s in zip(rows, scores, strict=True)
    ]
    found = {f"hit@{k}": round(float(np.mean([f < k for f in first])), 3) for k in _CUTS}
    return {**found, "reciprocal_rank": round(float(np.mean([1 / (1 + f) for f in first])), 3)}


def save(fitted: Mapping[str, Any], path: Path = WEIGHTS) -> None:
    """Write the weights file."""
    path.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")
