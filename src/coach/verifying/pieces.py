"""Word pieces of texts with their vectors in context, kept for whoever meets the same sentences again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from coach.verifying.alignment import Tokens

_REMEMBERED = 2048  # texts whose pieces are kept, about 80 MB: sentences recur from question to question


class TokenEmbedder(Protocol):
    """Gives the word pieces of texts with their vectors in context."""

    def embed_tokens(self, texts: Sequence[str]) -> list[tuple[NDArray[np.int32], NDArray[np.float32]]]:
        """Return ids of shape (n,) and unit vectors of shape (n, dimension) for each text."""
        ...


class PieceMemory:
    """Embeds word pieces and remembers them, the least used going first; safe to share between threads."""

    def __init__(self, embedder: TokenEmbedder) -> None:
        """Keep the embedder; its model loads when first needed."""
        self._embedder = embedder
        self._recent: OrderedDict[str, Tokens] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def is_able(self) -> bool:
        """Whether the embedder gives word pieces at all."""
        return hasattr(self._embedder, "embed_tokens")

    def __call__(self, texts: Sequence[str]) -> list[Tokens]:
        """The word pieces of each text, in order."""
        with self._lock:
            found = {t: self._recent[t] for t in texts if t in self._recent}
        missing = [t for t in dict.fromkeys(texts) if t not in found]
        if missing:
            found |= {t: Tokens(*one) for t, one in zip(missing, self._embedder.embed_tokens(missing), strict=True)}
        with self._lock:
            for text, tokens in found.items():
                self._recent[text] = tokens
                self._recent.move_to_end(text)
            while len(self._recent) > _REMEMBERED:
                self._recent.popitem(last=False)
        return [found[t] for t in texts]
