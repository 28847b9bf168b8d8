"""How far two judges agree, and how far a score can be taken at its word: pure functions of pairs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .metrics import mean, rate


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts over (label, judgement): supported or not."""

    kept: int  # supported, and called so
    missed: int  # supported, and called unsupported
    passed: int  # unsupported, and called supported
    caught: int  # unsupported, and called so

    @property
    def total(self) -> int:
        """All pairs."""
        return self.kept + self.missed + self.passed + self.caught


def count_confusion(pairs: Iterable[tuple[bool, bool]]) -> Confusion:
    """Counts from pairs of (label, judgement)."""
    counts = {(a, b): 0 for a in (True, False) for b in (True, False)}
    for pair in pairs:
        counts[pair] += 1
    return Confusion(counts[True, True], counts[True, False], counts[False, True], counts[False, False])


def accuracy(counts: Confusion) -> float | None:
    """The share of pairs that agree; None without pairs."""
    return rate(counts.kept + counts.caught, counts.total)


def balanced_accuracy(counts: Confusion) -> float | None:
    """The mean of the shares of supported and of unsupported claims judged rightly; None unless there are both."""
    shares = [
        rate(counts.kept, counts.kept + counts.missed),
        rate(counts.caught, counts.caught + counts.passed),
    ]
    return None if None in shares else mean(shares)


def cohen_kappa(counts: Confusion) -> float | None:
    """Agreement beyond chance, (observed - expected) / (1 - expected) (Cohen 1960).

    `expected` is how often two judges would agree who say "supported" as often as these two do, but at random. None
    without pairs, and where chance alone explains everything because both say the same throughout.
    """
    observed = accuracy(counts)
    if observed is None:
        return None
    labelled = (counts.kept + counts.missed) / counts.total
    said = (counts.kept + counts.passed) / counts.total
    expected = labelled * said + (1 - labelled) * (1 - said)
    return None if expected == 1 else (observed - expected) / (1 - expected)


@dataclass(frozen=True, slots=True)
class Bin:
    """Claims whose score lies in [low, high): how many, their mean score, and the share that is really supported."""

    low: float
    high: float
    claims: int
    score: float
    supported: float


def bin_scores(pairs: Sequence[tuple[bool, float]], *, bins: int = 10) -> list[Bin]:
    """The bins of a reliability curve that hold anything, from pairs of (label, score 0 to 1); a 1 is in the last."""
    found = []
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        held = [(label, s) for label, s in pairs if min(int(s * bins), bins - 1) == number]
        if held:
            middle = sum(s for _, s in held) / len(held)
            found.append(Bin(low, high, len(held), middle, sum(label for label, _ in held) / len(held)))
    return found


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Expected calibration error: the mean distance of score and share, weighted by claims (Naeini et al. 2015)."""
    total = sum(b.claims for b in bins)
    return sum(b.claims * abs(b.score - b.supported) for b in bins) / total if total else None
