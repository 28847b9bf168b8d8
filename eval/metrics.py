"""Metrics as pure functions. A metric that has nothing to measure is None, never 0 or 1."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass


def rate(part: int, whole: int) -> float | None:
    """`part / whole`, or None when there is no whole."""
    return part / whole if whole else None


def mean(values: Iterable[float | None]) -> float | None:
    """The mean of the values that are not None."""
    known = [v for v in values if v is not None]
    return sum(known) / len(known) if known else None


def harmonic(first: float | None, second: float | None) -> float | None:
    """F1 of a precision and a recall."""
    if first is None or second is None:
        return None
    return 2 * first * second / (first + second) if first + second else 0.0


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which `share` (0 to 1) of the values lie, interpolated linearly between neighbours."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


@dataclass(frozen=True, slots=True)
class AbstentionRates:
    """Declining as a decision: how well it is made, and the two ways of being wrong, always together."""

    precision: float | None  # of the declined, how many had to be
    recall: float | None  # of those that had to be declined, how many were
    f1: float | None
    wrongly_declined: float | None  # of the answerable, how many were declined
    wrongly_answered: float | None  # of the unanswerable, how many were answered


def rate_abstentions(decisions: Iterable[tuple[bool, bool]]) -> AbstentionRates:
    """Rates from pairs of (should be declined, was declined)."""
    counts = {(due, done): 0 for due in (True, False) for done in (True, False)}
    for decision in decisions:
        counts[decision] += 1
    precision = rate(counts[True, True], counts[True, True] + counts[False, True])
    recall = rate(counts[True, True], counts[True, True] + counts[True, False])
    return AbstentionRates(
        precision,
        recall,
        harmonic(precision, recall),
        rate(counts[False, True], counts[False, True] + counts[False, False]),
        rate(counts[True, False], counts[True, True] + counts[True, False]),
    )


@dataclass(frozen=True, slots=True)
class CitationRates:
    """How far statements rest on what they cite, and citations on being needed."""

    recall: float | None
    precision: float | None


def rate_citations(
    statements: Iterable[tuple[str, Sequence[str]]], supports: Callable[[str, str], bool]
) -> CitationRates:
    """Citation recall and precision as ALCE defines them (Gao et al. 2023, section 3.3).

    `statements` are pairs of a sentence and the texts it cites; `supports(premise, sentence)` is the judge. A sentence
    is recalled when all it cites together supports it. A citation of a recalled sentence is precise unless it is
    irrelevant: it does not support the sentence alone, and the others do so without it. Citations of a sentence that
    is not recalled are imprecise.
    """
    recalled: list[float] = []
    precise: list[float] = []
    for sentence, cited in statements:
        whole = bool(cited) and supports(" ".join(cited), sentence)
        recalled.append(float(whole))
        precise += [float(whole and _is_relevant(i, sentence, cited, supports)) for i in range(len(cited))]
    return CitationRates(mean(recalled), mean(precise))


def _is_relevant(i: int, sentence: str, cited: Sequence[str], supports: Callable[[str, str], bool]) -> bool:
    if supports(cited[i], sentence):
        return True
    others = [text for j, text in enumerate(cited) if j != i]
    return not (others and supports(" ".join(others), sentence))


def require_ranking() -> None:
    """Raise MissingExtraError when ir-measures, which scores rankings, is not installed."""
    from importlib.util import find_spec

    if find_spec("ir_measures") is None:
        from coach.errors import MissingExtraError

        raise MissingExtraError(
            "Retrieval scores need ir-measures.", remedy="Install the extra: pip install 'coach-guides[eval]'."
        )


def rank_scores(ranked: Mapping[str, Sequence[frozenset[int]]], wanted: Mapping[str, int]) -> dict[str, float]:
    """Recall at 1, 5 and 8, mean reciprocal rank and nDCG at 10 of gold sentences, by ir-measures.

    `ranked` gives for each question, best first, which of its gold sentences (by number) each passage holds;
    `wanted` how many gold sentences it has. A sentence counts once, where it is first met.
    Raises MissingExtraError without ir-measures.
    """
    if not wanted:
        return {}
    require_ranking()
    import ir_measures
    from ir_measures import RR, R, nDCG

    measures = [R @ 1, R @ 5, R @ 8, RR, nDCG @ 10]
    relevant = {question: {f"gold-{i}": 1 for i in range(count)} for question, count in wanted.items()}
    found = {question: _as_run(ranked.get(question, ())) for question in wanted}
    return {str(m): float(v) for m, v in ir_measures.calc_aggregate(measures, relevant, found).items()}


def _as_run(passages: Sequence[frozenset[int]]) -> dict[str, float]:
    names: dict[str, float] = {}
    for rank, held in enumerate(passages):
        for name in [f"gold-{i}" for i in sorted(held)] or [f"other-{rank}"]:
            names.setdefault(name, -float(rank))
    return names or {"none": 0.0}


def bootstrap_interval(
    values: Sequence[float], *, resamples: int = 2000, level: float = 0.95, seed: int = 0
) -> tuple[float, float] | None:
    """The percentile bootstrap interval of a mean (Efron and Tibshirani 1993, chapter 13); None without values."""
    if not values:
        return None
    import numpy as np

    data = np.asarray(values, dtype=float)
    drawn = np.random.default_rng(seed).integers(0, len(data), size=(resamples, len(data)))
    means = data[drawn].mean(axis=1)
    tail = (1 - level) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return float(low), float(high)


def paired_interval(
    first: Sequence[float], second: Sequence[float], *, resamples: int = 2000, seed: int = 0
) -> tuple[float, float] | None:
    """The bootstrap interval of the mean of `second - first`, resampling pairs."""
    return bootstrap_interval([b - a for a, b in zip(first, second, strict=True)], resamples=resamples, seed=seed)


def mcnemar(first: Sequence[bool], second: Sequence[bool]) -> float:
    """The two-sided exact McNemar test: how likely a split this uneven is among the pairs that differ."""
    lost = sum(a and not b for a, b in zip(first, second, strict=True))
    won = sum(b and not a for a, b in zip(first, second, strict=True))
    total = lost + won
    tail = sum(math.comb(total, k) for k in range(min(lost, won) + 1)) / 2**total
    return float(min(1.0, 2 * tail))


def permutation_test(first: Sequence[float], second: Sequence[float], *, rounds: int = 5000, seed: int = 0) -> float:
    """The paired sign-flip test of the mean difference, for values that are not just right or wrong.

    The observed assignment counts as one of the rounds (Phipson and Smyth 2010), so the result is never 0.
    """
    import numpy as np

    differences = np.asarray(second, dtype=float) - np.asarray(first, dtype=float)
    if not differences.any():
        return 1.0
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], size=(rounds, len(differences)))
    extreme = np.abs(signs @ differences) >= abs(differences.sum()) - 1e-12
    return float((extreme.sum() + 1) / (rounds + 1))
