"""The scorer that ships: boosted trees over what the checks found and how word pieces match in context."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from coach.verifying.alignment import Tokens
from coach.verifying.base import Case
from coach.verifying.features import NAMES, describe
from coach.verifying.trees import Trees, load_trees

SHIPPED = Path(__file__).with_name("model.npz")
_REMEMBERED = 2048  # texts whose word pieces are kept: quotes recur from claim to claim


class TokenEmbedder(Protocol):
    """Gives the word pieces of texts with their vectors in context."""

    def embed_tokens(self, texts: Sequence[str]) -> list[tuple[NDArray[np.int32], NDArray[np.float32]]]:
        """Return ids of shape (n,) and unit vectors of shape (n, dimension) for each text."""
        ...


class LearnedScorer:
    """Safe to share between threads. Raises SettingsError on first use if the trained model cannot be read."""

    name = "learned"

    def __init__(self, embedder: TokenEmbedder, *, path: Path = SHIPPED) -> None:
        """Read nothing yet: trees and embedder load when the first claim needs them."""
        self._embedder = embedder
        self._path = path
        self._trees: Trees | None = None
        self._recent: OrderedDict[str, Tokens] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def threshold(self) -> float:
        """The score the training set as the limit."""
        return float(self._load().about["threshold"])

    def score(self, cases: Sequence[Case]) -> list[float]:
        """Probability that the evidence supports each claim."""
        if not cases:
            return []
        tokens = self._embed([text for c in cases for text in (c.claim, *(e.sentence.text for e in c.evidence))])
        rows = [describe(c, tokens[c.claim], [tokens[e.sentence.text] for e in c.evidence]) for c in cases]
        return [float(p) for p in self._load().predict(np.stack(rows))]

    def _embed(self, texts: Sequence[str]) -> dict[str, Tokens]:
        """The word pieces of each text; those seen lately are not computed again."""
        with self._lock:
            found = {t: self._recent[t] for t in texts if t in self._recent}
        missing = [t for t in dict.fromkeys(texts) if t not in found]
        if missing:
            found |= {t: Tokens(*one) for t, one in zip(missing, self._embedder.embed_tokens(missing), strict=True)}
        with self._lock:
            self._recent.update(found)
            for text in found:
                self._recent.move_to_end(text)
            while len(self._recent) > _REMEMBERED:
                self._recent.popitem(last=False)
        return found

    def _load(self) -> Trees:
        with self._lock:
            if self._trees is None:
                self._trees = load_trees(self._path, NAMES)
            return self._trees
