"""How far judges agree with the labels people gave: accuracy, kappa, and whether their scores can be believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .agreement import (
    Bin,
    Confusion,
    accuracy,
    balanced_accuracy,
    bin_scores,
    calibration_error,
    cohen_kappa,
    count_confusion,
)
from .judging import Opinion
from .labelled import Labelled
from .metrics import bootstrap_interval

TRUSTED = 0.6  # kappa from which agreement is called substantial (Landis and Koch 1977)


@dataclass(frozen=True, slots=True)
class Calibration:
    """One judge against the labels. Unscored claims are counted, and in no figure.

    `interval` is the 95 % bootstrap interval of the accuracy; `passed` and `missed` count by kind the unsupported
    claims that were called supported, and the other way round. `bins` is empty for a judge without scores.
    """

    judge: str
    claims: int
    unscored: int
    why_unscored: Mapping[str, int]
    confusion: Confusion
    accuracy: float | None
    interval: tuple[float, float] | None
    balanced: float | None
    kappa: float | None
    bins: tuple[Bin, ...]
    calibration_error: float | None
    passed: Mapping[str, int]
    missed: Mapping[str, int]

    @property
    def trusted(self) -> bool:
        """Whether its figures may be more than advice: substantial agreement, and nearly everything scored."""
        return self.kappa is not None and self.kappa >= TRUSTED and self.unscored <= 0.05 * self.claims


def calibrate(judge: str, labelled: Sequence[Labelled], opinions: Sequence[Opinion]) -> Calibration:
    """Hold opinions against labels, one for each claim. Raises ValueError when their numbers differ."""
    pairs = list(zip(labelled, opinions, strict=True))
    scored = [(c, bool(c.supported), o.supported) for c, o in pairs if o.supported is not None]
    counts = count_confusion((label, said) for _, label, said in scored)
    scores = [(bool(c.supported), o.score) for c, o in pairs if o.supported is not None and o.score is not None]
    bins = tuple(bin_scores(scores))
    return Calibration(
        judge=judge,
        claims=len(pairs),
        unscored=len(pairs) - len(scored),
        why_unscored=dict(Counter(o.why for _, o in pairs if o.supported is None).most_common(5)),
        confusion=counts,
        accuracy=accuracy(counts),
        interval=bootstrap_interval([float(label == said) for _, label, said in scored]),
        balanced=balanced_accuracy(counts),
        kappa=cohen_kappa(counts),
        bins=bins,
        calibration_error=calibration_error(bins),
        passed=_count_kinds(scored, label=False, said=True),
        missed=_count_kinds(scored, label=True, said=False),
    )


def _count_kinds(scored: Sequence[tuple[Labelled, bool, bool]], *, label: bool, said: bool) -> dict[str, int]:
    return dict(Counter(c.kind for c, a, b in scored if (a, b) == (label, said)).most_common())
