"""A stand-in for the embedding model, for tests of the index and of what is built on it.

It is deterministic, needs no model and no network, and keeps a history of what it was asked.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"\w+")


class WordEmbedder:
    """An `Embedder` in which texts are near each other when they share words.

    Every word has a random direction of its own (random indexing, Kanerva 2000); a text is their sum.
    """

    def __init__(self, name: str = "fake-words", dimension: int = 64) -> None:
        """`history` holds the texts of every call."""
        self.name = name
        self.dimension = dimension
        self.history: list[tuple[str, ...]] = []

    @property
    def embedded(self) -> list[str]:
        """All texts of all calls, in order."""
        return [text for call in self.history for text in call]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows of shape (len(texts), dimension)."""
        self.history.append(tuple(texts))
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in ["", *_WORD.findall(text.lower())]:  # the empty word, so that no row is zero
                row += self._get_direction(word)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows

    def _get_direction(self, word: str) -> NDArray[np.float32]:
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
        scale = 1.0 if word else 1e-3
        return scale * np.random.Generator(np.random.SFC64(seed)).standard_normal(self.dimension, dtype=np.float32)


class HashEmbedder:
    """An `Embedder` that costs next to nothing, to measure everything around the model; it keeps no history.

    A row is random numbers drawn from the text's hash: equal texts have equal rows, others are far apart.
    """

    name = "fake-hashes"
    dimension = 384  # as the default model's

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows of shape (len(texts), 384)."""
        seeds = (int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) for text in texts)
        drawn = (np.random.Generator(np.random.SFC64(s)).standard_normal(self.dimension, np.float32) for s in seeds)
        rows: NDArray[np.float32] = np.stack(list(drawn)) if texts else np.empty((0, self.dimension), np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows
