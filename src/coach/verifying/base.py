"""The seam of every verifier: claims with their evidence in, one judgement each out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from coach.types import Evidence, Judgement


class Verifier(Protocol):
    """Says of each claim whether its evidence supports it."""

    @property
    def name(self) -> str:
        """How settings and answers call this verifier."""
        ...

    def verify(self, pairs: Sequence[tuple[str, Sequence[Evidence]]]) -> list[Judgement]:
        """Judge each (claim, evidence) pair, in order; a claim without evidence is `not_enough_info`.

        May raise anything (a model that is down): the gate then shows none of the claims.
        """
        ...
