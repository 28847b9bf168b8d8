"""Where in a claim the match is weak, and whether a pair of sentences says together what none says alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from coach.verifying.alignment import HEAVY, Tokens, rarity

_UNMATCHED = 0.6  # a piece whose best match is below this is not said
_EXPECTED = 0.75  # what falls short of this is counted by how far
_SHARPNESS = 12.0  # of the soft alignment

NAMES = (
    "pair_match", "pair_least", "pair_gain", "gap", "gap_share", "weakest_place", "shortfall", "second_match",
    "longest_run", "soft_match", "topic", "well_matched",
)  # fmt: skip


def describe_spans(claim: Tokens, evidence: Sequence[Tokens]) -> NDArray[np.float32]:
    """One value for each of NAMES; zeros without any text."""
    parts = [e for e in evidence if len(e.ids)]
    if not len(claim.ids) or not parts:
        return np.zeros(len(NAMES), dtype=np.float32)
    weights = rarity(claim.ids)
    share = weights / weights.sum()
    best_in = np.stack([(claim.vectors @ e.vectors.T).max(axis=1) for e in parts])
    means = best_in @ share
    one = int(means.argmax())
    values = [
        *_describe_pair(best_in, weights, means, one),
        *_describe_gap(best_in.max(axis=0), weights, share),
        float(np.sort(means)[-2]) if len(parts) > 1 else 0.0,
        _longest_run(claim.ids, parts[one].ids) / len(claim.ids),
        *_compare_softly(claim, parts, share),
        float(share[best_in.max(axis=0) >= 0.9].sum()),
    ]
    return np.asarray(values, dtype=np.float32)


def _describe_pair(
    best_in: NDArray[np.float32], weights: NDArray[np.float32], means: NDArray[np.float32], one: int
) -> list[float]:
    """The best sentence with the one that adds most to it: mean, least content piece, gain over the best alone."""
    unions = np.maximum(best_in, best_in[one])
    pair = unions[int((unions @ weights).argmax())]
    heavy = pair[weights >= HEAVY] if (weights >= HEAVY).any() else pair
    together = float(pair @ weights / weights.sum())
    return [together, float(heavy.min()), together - float(means[one])]


def _describe_gap(best: NDArray[np.float32], weights: NDArray[np.float32], share: NDArray[np.float32]) -> list[float]:
    """The longest run of unsaid pieces, the heaviest one's share, the place of the weakest piece, all that is short."""
    length = longest = 0
    mass = heaviest = 0.0
    for unsaid, own in zip(best < _UNMATCHED, share, strict=True):
        length, mass = (length + 1, mass + float(own)) if unsaid else (0, 0.0)
        longest, heaviest = max(longest, length), max(heaviest, mass)
    content = np.flatnonzero(weights >= HEAVY)
    place = float(content[best[content].argmin()] / len(best)) if len(content) else 0.0
    return [float(longest), heaviest, place, float(np.clip(_EXPECTED - best, 0, 1) @ share)]


def _longest_run(left: NDArray[np.int32], right: NDArray[np.int32]) -> int:
    """Length of the longest run of pieces that both texts hold."""
    same = left[:, None] == right[None, :]
    run = np.zeros(len(right) + 1, dtype=np.int32)
    longest = 0
    for row in same:
        run[1:] = np.where(row, run[:-1] + 1, 0)
        longest = max(longest, int(run.max()))
    return longest


def _compare_softly(claim: Tokens, parts: Sequence[Tokens], share: NDArray[np.float32]) -> list[float]:
    """Cosines of each piece with the mix of evidence it attends to (Parikh et al. 2016), and of both whole texts."""
    vectors = np.concatenate([e.vectors for e in parts])
    similar = claim.vectors @ vectors.T
    attention = np.exp(_SHARPNESS * (similar - similar.max(axis=1, keepdims=True)))
    mixed = (attention / attention.sum(axis=1, keepdims=True)) @ vectors
    cosines = (claim.vectors * mixed).sum(axis=1) / np.maximum(np.linalg.norm(mixed, axis=1), 1e-6)
    own, whole = claim.vectors.mean(axis=0), vectors.mean(axis=0)
    topic = float(own @ whole / max(1e-9, float(np.linalg.norm(own) * np.linalg.norm(whole))))
    return [float(cosines @ share), topic]
