"""Fitting the decision to answer or to abstain: a logistic regression over `coach.retrieval.signals.Signals`.

It learns from questions that the guides cover, from questions that they do not, and from the covered ones asked
again with their evidence hidden, which is where a wrong answer looks most like a right one. A little it learns from
the teaching guides kept aside, each asked alone: there fair questions share no words with their answers and unfair
ones many, so that words alone do not decide. A second regression weighs what the reranker says of the best sentences
where the first leaves it open, and learns from odds that the first gave to questions it had not seen. Seeded and
small: it reads development questions, never the test part, and writes the weights with what made them and both ways
of being wrong. `coach eval fit-sufficiency` runs it.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from coach import Coach, Turn, build_coach
from coach.retrieval.signals import NAMES, Signals, read_signals
from coach.settings import Settings
from coach.sufficiency import WEIGHTS, is_open, read

from .dataset import Sample, load_dataset
from .teaching import TeachingGuide
from .teaching_set import write_set
from .variants import hide_evidence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Source = Literal["covered", "uncovered", "hidden", "aside_covered", "aside_uncovered"]
MASS: Mapping[Source, float] = {
    "covered": 1.0,
    "uncovered": 0.6,
    "hidden": 0.4,  # those may be half covered
    # More of these buys fairness to odd wordings with what is declined of the guides' own: at 0.1 the area for the
    # uncovered falls by 0.002, at 0.5 by 0.027.
    "aside_covered": 0.1,
    "aside_uncovered": 0.06,
}
# Wrongly declining is seen by every reader with a fair question, so the threshold is set by it, on the folds below;
# under the 5 % that is aimed at, because the signals themselves were thought out on these questions.
WRONGLY_DECLINED = 0.045
_SIGNS = {"rarest": -1, "short": 0}  # the others are the better the higher; of a short question nothing is known
_STRENGTH = 0.1  # inverse of the regularisation; chosen on the folds among 0.02, 0.1 and 0.5
_FAIR = ("covered", "aside_covered")
_CURVE = (0.0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.08, 0.12, 0.2)


@dataclass(frozen=True, slots=True)
class Labelled:
    """The signals of one question asked once, and what is known of it; the same question is one group."""

    signals: Signals
    logits: tuple[float, ...]  # of the best sentences, read beside the question
    source: Source
    group: str


def collect(coach: Coach, samples: Iterable[Sample]) -> Iterator[Labelled]:
    """Signals of every question with one clear label, and again with its evidence hidden where that is known."""
    for sample in samples:
        if sample.abstain_ok:
            continue
        yield Labelled(*_look(coach, sample), "covered" if sample.answerable else "uncovered", sample.question)
        if sample.answerable and sample.gold:
            yield Labelled(*_look(hide_evidence(coach, sample), sample), "hidden", sample.question)


def collect_aside(guides: Iterable[TeachingGuide], settings: Settings) -> Iterator[Labelled]:
    """Signals of the questions of each teaching guide, asked of that guide alone."""
    for guide in guides:
        with tempfile.TemporaryDirectory() as folder:
            corpus, questions = write_set([guide], Path(folder))
            alone = settings.model_copy(update={"corpus": corpus, "data_dir": Path(folder) / "data"})
            coach = build_coach(alone)
            for sample in load_dataset(questions).samples:
                source: Source = "aside_covered" if sample.answerable else "aside_uncovered"
                yield Labelled(*_look(coach, sample), source, f"{guide.title}: {sample.question}")


def _look(coach: Coach, sample: Sample) -> tuple[Signals, tuple[float, ...]]:
    found, weighed = coach.look_up(sample.question, history=tuple(Turn("user", t) for t in sample.turns))
    return read_signals(found, weighed), read(found, weighed)


def fit(rows: Sequence[Labelled], datasets: Sequence[str]) -> dict[str, Any]:
    """The weights file: standardised signals, and the figures of ten-fold cross-validation by question."""
    import numpy as np
    from sklearn.model_selection import GroupKFold
    from sklearn.preprocessing import StandardScaler

    features = np.array([[asdict(r.signals)[n] for n in NAMES] for r in rows])
    sources = np.array([r.source for r in rows])
    weights = sum((MASS[s] / max(1, (sources == s).sum())) * (sources == s) for s in MASS) * len(rows)
    covered, labels = sources == "covered", np.isin(sources, _FAIR)

    def train(chosen: NDArray[np.intp]) -> tuple[Any, Any]:
        scaler = StandardScaler().fit(features[chosen])
        return scaler, _train(scaler.transform(features[chosen]), labels[chosen], weights[chosen])

    groups = [r.group for r in rows]
    held_out = np.zeros(len(rows))
    for seen, unseen in GroupKFold(10).split(features, groups=groups):
        scaler, model = train(seen)
        held_out[unseen] = model.predict_proba(scaler.transform(features[unseen]))[:, 1]
    scaler, model = train(np.arange(len(rows)))
    read_rows = np.array([is_open(p) and bool(r.logits) for p, r in zip(held_out, rows, strict=True)])
    final, second = _weigh_reading(held_out, rows, read_rows, labels, weights)
    threshold = float(np.quantile(final[covered], WRONGLY_DECLINED))
    return {
        "made_by": "coach eval fit-sufficiency",
        "datasets": list(datasets),
        "questions": {s: int((sources == s).sum()) for s in MASS},
        "threshold": round(threshold, 3),
        "cross_validated": _measure(final, sources, threshold),
        "by_signals_alone": _measure(held_out, sources, float(np.quantile(held_out[covered], WRONGLY_DECLINED))),
        "read": {s: round(float(read_rows[sources == s].mean()), 3) for s in MASS if (sources == s).any()},
        "reading": {
            name: round(float(value), 4) for name, value in zip(("intercept", "odds", "highest"), second, strict=True)
        },
        "intercept": round(float(model.intercept_[0]), 4),
        "weights": _to_mapping(model.coef_[0]),
        "mean": _to_mapping(scaler.mean_),
        "scale": _to_mapping(scaler.scale_),
    }


def _weigh_reading(
    held_out: NDArray[Any],
    rows: Sequence[Labelled],
    chosen: NDArray[np.bool_],
    labels: NDArray[np.bool_],
    weights: NDArray[Any],
) -> tuple[NDArray[Any], list[float]]:
    """Probabilities of all rows once the chosen ones were read, by ten folds, and intercept and weights of reading."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold

    final, numbers = held_out.copy(), np.flatnonzero(chosen)
    if len(np.unique(labels[numbers])) < 2:
        return final, [0.0, 1.0, 0.0]  # nothing was read: the odds stay as they are
    odds = np.log(held_out / (1 - held_out))
    features = np.array([(odds[n], max(rows[n].logits)) for n in numbers])

    def train(seen: NDArray[np.intp]) -> Any:
        own = numbers[seen]
        return LogisticRegression(max_iter=2000).fit(features[seen], labels[own], sample_weight=weights[own])

    for seen, unseen in GroupKFold(10).split(features, groups=[rows[n].group for n in numbers]):
        final[numbers[unseen]] = train(seen).predict_proba(features[unseen])[:, 1]
    model = train(np.arange(len(numbers)))
    return final, [model.intercept_[0], *model.coef_[0]]


def _train(features: NDArray[Any], labels: NDArray[Any], weights: NDArray[Any]) -> Any:
    """A regression in which better evidence never speaks against answering.

    A signal that comes out with the wrong sign, as one may that says nearly the same as another, is left out.
    """
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    features = features.copy()
    signs = np.asarray([_SIGNS.get(name, 1) for name in NAMES])
    while True:
        model = LogisticRegression(C=_STRENGTH, max_iter=2000).fit(features, labels, sample_weight=weights)
        wrong = model.coef_[0] * signs < 0
        if not wrong.any():
            return model
        features[:, wrong] = 0.0  # its weight becomes 0 by the regularisation


def _measure(held_out: NDArray[Any], sources: NDArray[Any], threshold: float) -> dict[str, Any]:
    """Areas, both error rates at the threshold, and how one is bought with the other along the curve."""
    import numpy as np
    from sklearn.metrics import roc_auc_score

    by_source = {s: held_out[sources == s] for s in MASS}
    covered = by_source["covered"]
    against = {s: np.concatenate([covered, by_source[s]]) for s in ("uncovered", "hidden") if len(by_source[s])}
    areas = {s: roc_auc_score(np.arange(len(both)) < len(covered), both) for s, both in against.items()}
    limits = [threshold, *(float(np.quantile(covered, share)) for share in _CURVE)]
    points = [[round(float((v < t).mean()), 3) if len(v) else None for v in by_source.values()] for t in limits]
    return {
        **{f"auc_{s}": round(float(area), 3) for s, area in areas.items()},
        "declined": dict(zip(by_source, points[0], strict=True)),
        "curve_of_declined": {"columns": list(by_source), "points": points[1:]},
    }


def save(fitted: Mapping[str, Any], path: Path = WEIGHTS) -> None:
    """Write the weights file."""
    path.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")


def _to_mapping(values: Iterable[float]) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(NAMES, values, strict=True)}
