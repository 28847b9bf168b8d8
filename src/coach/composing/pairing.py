"""Pairs of sentences that say the same kind of thing of two roles, so that a reader can hold one against the other.

A pair is worth what its sentences are worth as answers and how parallel they are: that shows in what sets each apart
from all else that is said of its role, in the words they share, and in where they stand.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from coach.composing.filling import is_same
from coach.retrieval.evidence import Weighed

_READ = 10  # sentences of each side that are paired
# Set on the comparisons of the development questions: weights of a cosine, -1..1, and of a share of words, 0..1.
_LIKENESS, _WORDS = 0.3, 0.3
_SAME_ASPECT, _SAME_GUIDE = 0.1, 0.1
_BOTH_HOLD = 1.0  # both hold the quantity asked for, which comes before all else
_MARGIN = 0.25  # how far below the best pair another may lie


def choose_pairs(
    left: Sequence[Weighed], right: Sequence[Weighed], *, count: int, overlap: float, counts: bool
) -> tuple[list[Weighed], list[Weighed]]:
    """Up to `count` sentences of each side, those of the best pair first; neither side is empty, both come best first.

    A later pair may hold a sentence that was chosen already and adds the other. `counts` says that a quantity is asked
    for, `overlap` from which share of words two sentences say the same.
    """
    scores = score_pairs(left[:_READ], right[:_READ], counts=counts)
    mine: list[Weighed] = []
    yours: list[Weighed] = []
    for at in np.argsort(-scores, axis=None, kind="stable"):
        row, column = divmod(int(at), scores.shape[1])
        if scores[row, column] < scores.max() - _MARGIN:
            break
        for side, sentence in ((mine, left[row]), (yours, right[column])):
            if len(side) < count and not any(is_same(sentence, w, overlap) for w in side):
                side.append(sentence)
    return mine, yours


def score_pairs(left: Sequence[Weighed], right: Sequence[Weighed], *, counts: bool) -> NDArray[np.float64]:
    """The worth of each sentence of one side (rows) with each of the other (columns), on the scale of their scores."""
    worth = [[a.score + b.score + _match(a, b, counts=counts) for b in right] for a in left]
    return np.asarray(worth) + _LIKENESS * np.asarray(_set_apart(left) @ _set_apart(right).T, dtype=np.float64)


def _match(one: Weighed, other: Weighed, *, counts: bool) -> float:
    said, heard = one.sentence, other.sentence
    shared = len(one.stems & other.stems) / max(1, len(one.stems | other.stems))
    return (
        _WORDS * shared
        + _SAME_ASPECT * (bool(said.dimensions) and said.dimensions == heard.dimensions)
        + _SAME_GUIDE * (one.evidence.document_id == other.evidence.document_id)
        + _BOTH_HOLD * (counts and one.fits_unit and other.fits_unit)
    )


def _set_apart(side: Sequence[Weighed]) -> NDArray[np.float64]:
    """Directions in which sentences differ from the rest of their side: what they have in common is mostly the role."""
    rows = np.stack([w.vector for w in side]).astype(np.float64)
    rows = rows - rows.mean(axis=0) if len(rows) > 2 else rows
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6), dtype=np.float64)
