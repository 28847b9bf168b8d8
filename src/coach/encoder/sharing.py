"""One copy in memory of the weights that every use of the packaged model leaves as they are.

The embedder, the reranker and the verifier's encoder each load the model and change its upper layers. What is below,
the table of word pieces above all, is two thirds of it and the same in each.
"""

from __future__ import annotations

import threading
from typing import Any
from weakref import WeakValueDictionary

import torch

from coach.encoder.network import FROZEN

_FROZEN = ("embeddings.", *(f"encoder.layer.{n}." for n in range(FROZEN)))
_held: WeakValueDictionary[tuple[str, torch.Size], torch.nn.Parameter] = WeakValueDictionary()
_lock = threading.Lock()


def share_frozen(encoder: Any) -> None:
    """Let a BERT encoder read its embeddings and lowest layers from where one loaded before holds the same numbers.

    To be called before anybody else sees the encoder. What differs stays its own. Safe in several threads.
    """
    with _lock:
        for name, own in encoder.named_parameters():
            if not name.startswith(_FROZEN):
                continue
            held = _held.setdefault((name, own.shape), own)
            if held is not own and held.dtype == own.dtype and torch.equal(held, own):
                own.data = held.data
