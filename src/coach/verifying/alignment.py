"""How well each word piece of a claim is matched by its evidence, as a row of numbers.

Every piece of the claim is compared, in context, with every piece of the evidence (greedy matching of
contextual vectors, as in Zhang et al. 2020, BERTScore), weighted by how rare the piece is. Rarity is
read off the vocabulary itself: BERT's pieces are numbered by frequency.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_FIRST_WORD = 1996  # smaller ids are punctuation, single letters and digits
_LAST = 30522
HEAVY = 0.3  # rarity from which a piece counts as a word of content


@dataclass(frozen=True, slots=True)
class Tokens:
    """The word pieces of one text: ids of shape (n,), unit vectors in context of shape (n, dimension)."""

    ids: NDArray[np.int32]
    vectors: NDArray[np.float32]


NAMES = (
    "match", "match_plain", "match_least", "match_second_least", "match_tenth", "match_quarter",
    "below_40", "below_55", "below_70", "below_85", "exact", "inexact_match", "inexact_least", "inexact_weight",
    "exact_match", "exact_least", "one_match", "one_least", "one_exact", "one_below_55", "several_gain",
    "reverse", "in_order", "bigrams", "trigrams", "pooled", "pooled_mean", "length", "evidence_length", "sentences",
)  # fmt: skip


def align(claim: Tokens, evidence: Sequence[Tokens]) -> NDArray[np.float32]:
    """Describe how the evidence's sentences match the claim, one value for each of NAMES; zeros without any text."""
    parts = [e for e in evidence if len(e.ids)]
    if not len(claim.ids) or not parts:
        return np.zeros(len(NAMES), dtype=np.float32)
    weights = rarity(claim.ids)
    similar = [claim.vectors @ e.vectors.T for e in parts]
    best_in = np.stack([s.max(axis=1) for s in similar])
    best = best_in.max(axis=0)
    known = np.isin(claim.ids, np.concatenate([e.ids for e in parts]))
    one = int(np.argmax(best_in @ weights))
    values = [
        *_summarise(best, weights),
        *_compare_exact(best, weights, known),
        *_describe_one(best_in[one], weights, np.isin(claim.ids, parts[one].ids)),
        _mean(best, weights) - _mean(best_in[one], weights),
        _mean(similar[one].max(axis=0), rarity(parts[one].ids)),
        _order(similar[one].argmax(axis=1), weights),
        _shared_runs(claim.ids, parts, 2),
        _shared_runs(claim.ids, parts, 3),
        *_pooled(claim, parts),
        np.log1p(len(claim.ids)),
        np.log1p(sum(len(e.ids) for e in parts)),
        np.log1p(len(parts)),
    ]
    return np.asarray(values, dtype=np.float32)


def rarity(ids: NDArray[np.int32]) -> NDArray[np.float32]:
    """A weight for each piece, from 0.02 (punctuation, "the") to 1 (the rarest); digits count as words."""
    rank = np.maximum(ids.astype(np.float32) - _FIRST_WORD, 0)
    weights = np.log1p(rank) / np.log(_LAST - _FIRST_WORD)
    weights[(ids >= 1014) & (ids <= 1023)] = 0.6
    clipped: NDArray[np.float32] = np.clip(weights**2, 0.02, 1.0).astype(np.float32)
    return clipped


def _mean(values: NDArray[np.float32], weights: NDArray[np.float32]) -> float:
    return float(values @ weights / weights.sum())


def _summarise(best: NDArray[np.float32], weights: NDArray[np.float32]) -> list[float]:
    heavy = np.sort(best[weights >= HEAVY]) if (weights >= HEAVY).any() else np.sort(best)
    order = np.argsort(best)
    mass = np.cumsum(weights[order]) / weights.sum()
    tenth, quarter = (float(best[order][np.searchsorted(mass, q)]) for q in (0.1, 0.25))
    low = [float(weights[best < limit].sum() / weights.sum()) for limit in (0.4, 0.55, 0.7, 0.85)]
    least, second = float(heavy[0]), float(heavy[min(1, len(heavy) - 1)])
    return [_mean(best, weights), float(best.mean()), least, second, tenth, quarter, *low]


def _compare_exact(best: NDArray[np.float32], weights: NDArray[np.float32], known: NDArray[np.bool_]) -> list[float]:
    """Pieces that stand in the evidence and pieces that do not, each by how well their context agrees."""
    heavy = weights >= HEAVY
    new, old = heavy & ~known, heavy & known
    return [
        float(weights[known].sum() / weights.sum()),
        _mean(best[new], weights[new]) if new.any() else 1.0,
        float(best[new].min()) if new.any() else 1.0,
        float(weights[new].sum()),
        _mean(best[old], weights[old]) if old.any() else 0.0,
        float(best[old].min()) if old.any() else 0.0,
    ]


def _describe_one(best: NDArray[np.float32], weights: NDArray[np.float32], known: NDArray[np.bool_]) -> list[float]:
    """The sentence that matches best, by itself."""
    heavy = best[weights >= HEAVY] if (weights >= HEAVY).any() else best
    low = float(weights[best < 0.55].sum() / weights.sum())
    return [_mean(best, weights), float(heavy.min()), float(weights[known].sum() / weights.sum()), low]


def _order(places: NDArray[np.intp], weights: NDArray[np.float32]) -> float:
    """Share of neighbouring content pieces that keep their order in the best sentence."""
    kept = places[weights >= HEAVY]
    return float((np.diff(kept) >= 0).mean()) if len(kept) > 1 else 1.0


def _shared_runs(ids: NDArray[np.int32], parts: Sequence[Tokens], size: int) -> float:
    """Share of the claim's runs of `size` pieces that stand in the evidence."""
    runs = _runs(ids, size)
    have = set().union(*(_runs(e.ids, size) for e in parts))
    return len(runs & have) / len(runs) if runs else 0.0


def _runs(ids: NDArray[np.int32], size: int) -> set[tuple[int, ...]]:
    plain = ids.tolist()
    return {tuple(plain[n : n + size]) for n in range(len(plain) - size + 1)}


def _pooled(claim: Tokens, parts: Sequence[Tokens]) -> list[float]:
    """Cosine of the claim's mean vector with each sentence's: the best and the mean."""
    rows = np.stack([t.vectors.mean(axis=0) for t in (claim, *parts)])
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    cosines = rows[1:] @ rows[0]
    return [float(cosines.max()), float(cosines.mean())]
