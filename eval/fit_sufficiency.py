"""Fitting the decision to answer or to abstain: a logistic regression over `coach.sufficiency.Signals`.

Seeded and small: it reads the development questions, never the test part, and writes the weights file with
what made it. `coach eval fit-sufficiency` runs it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from coach import Coach, Turn
from coach.sufficiency import WEIGHTS, Signals, read_signals

THRESHOLD = 0.35  # wrongly declining is seen by every reader with a fair question; set on the folds below
_SEED = 7


def collect(coach: Coach, rows: Iterable[Mapping[str, Any]]) -> list[tuple[Signals, bool]]:
    """Signals and the label "the guides cover it" for every question that has one clear label."""
    pairs = []
    for row in rows:
        if "question" not in row or row.get("abstain_ok"):
            continue
        history = tuple(Turn("user", t) for t in row.get("turns") or ())
        found, weighed = coach.look_up(row["question"], history=history)
        pairs.append((read_signals(found, weighed), row["expect"] != "abstain"))
    return pairs


def fit(pairs: Sequence[tuple[Signals, bool]], datasets: Sequence[str]) -> dict[str, Any]:
    """The weights file: standardised features, balanced classes, and the figures of ten-fold cross-validation."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    names = list(asdict(pairs[0][0]))
    features = np.array([[asdict(s)[n] for n in names] for s, _ in pairs])
    labels = np.array([covered for _, covered in pairs])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, class_weight="balanced"))
    folds = StratifiedKFold(10, shuffle=True, random_state=_SEED)
    held_out = cross_val_predict(model, features, labels, cv=folds, method="predict_proba")[:, 1]
    model.fit(features, labels)
    scaler, regression = model[0], model[-1]
    return {
        "made_by": "coach eval fit-sufficiency",
        "datasets": list(datasets),
        "questions": len(pairs),
        "threshold": THRESHOLD,
        "cross_validated": {
            "auc": round(float(roc_auc_score(labels, held_out)), 3),
            "answered_when_covered": round(float((held_out[labels] >= THRESHOLD).mean()), 3),
            "declined_when_not": round(float((held_out[~labels] < THRESHOLD).mean()), 3),
        },
        "intercept": round(float(regression.intercept_[0]), 4),
        "weights": _to_mapping(names, regression.coef_[0]),
        "mean": _to_mapping(names, scaler.mean_),
        "scale": _to_mapping(names, scaler.scale_),
    }


def save(fitted: Mapping[str, Any], path: Path = WEIGHTS) -> None:
    """Write the weights file."""
    path.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")


def _to_mapping(names: Sequence[str], values: Iterable[float]) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}
