"""How the encoder is taught; in a module of its own so that reading it loads nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast to teach; `saved_every` and `told_every` count steps."""

    steps: int = 2600
    batch: int = 32
    rate: float = 1.5e-4
    seed: int = 0
    saved_every: int = 150
    told_every: int = 100
    tested_every: int = 600
