"""Word pieces of sentences with their vectors in context, kept for the next question that meets the same sentences."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from coach.verifying.alignment import Tokens

if TYPE_CHECKING:
    from coach.embedding import Embedder

_REMEMBERED = 1500  # sentences whose pieces are kept: about 60 MB


class PieceMemory:
    """Embeds word pieces and remembers them, the least used going first; safe to share between threads."""

    def __init__(self, embedder: Embedder) -> None:
        """Keep the embedder; its model loads when first needed."""
        self._embedder: Any = embedder
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
