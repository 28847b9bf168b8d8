"""The scorer that ships: boosted trees over what the checks found, how word pieces match, and what the encoder says."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from coach.verifying.base import Case
from coach.verifying.entailing import Entailer
from coach.verifying.features import NAMES, describe
from coach.verifying.pieces import PieceMemory, TokenEmbedder
from coach.verifying.trees import Trees, load_trees
from coach.verifying.windows import choose_windows

SHIPPED = Path(__file__).with_name("model.npz")
_NOTHING = -6.0  # the logit of a claim without evidence


class Asked(Protocol):
    """Says how strongly passages support claims."""

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """A logit for each (passage, claim)."""
        ...


def ask(entailer: Asked, cases: Sequence[Case]) -> list[float]:
    """What the encoder says of each claim by the window of its evidence that speaks most for it."""
    windows = [choose_windows(case) for case in cases]
    pairs = [(window, case.claim) for case, own in zip(cases, windows, strict=True) for window in own]
    said = dict(zip(pairs, entailer.score(pairs), strict=True))
    return [
        max((said[window, case.claim] for window in own), default=_NOTHING)
        for case, own in zip(cases, windows, strict=True)
    ]


class LearnedScorer:
    """Safe to share between threads. Raises SettingsError on first use if trees or encoder cannot be read."""

    name = "learned"

    def __init__(self, embedder: TokenEmbedder, entailer: Asked | None = None, *, path: Path = SHIPPED) -> None:
        """Read nothing yet: trees, embedder and encoder load when the first claim needs them."""
        self._pieces = PieceMemory(embedder)
        self._entailer = entailer or Entailer()
        self._path = path
        self._trees: Trees | None = None
        self._lock = threading.Lock()

    @property
    def threshold(self) -> float:
        """The score the training set as the limit."""
        return float(self._load().about["threshold"])

    def score(self, cases: Sequence[Case]) -> list[float]:
        """Probability that the evidence supports each claim."""
        return [float(p) for p in self._load().predict(self.describe(cases))] if cases else []

    def describe(self, cases: Sequence[Case]) -> NDArray[np.float32]:
        """The row of features of each case, shape (n, features); the encoder is asked once for all."""
        texts = list(dict.fromkeys(t for c in cases for t in (c.claim, *(e.sentence.text for e in c.evidence))))
        tokens = dict(zip(texts, self._pieces(texts), strict=True))
        logits = ask(self._entailer, cases)
        rows = [
            describe(c, tokens[c.claim], [tokens[e.sentence.text] for e in c.evidence], logit)
            for c, logit in zip(cases, logits, strict=True)
        ]
        return np.stack(rows)

    def _load(self) -> Trees:
        with self._lock:
            if self._trees is None:
                self._trees = load_trees(self._path, NAMES)
            return self._trees
