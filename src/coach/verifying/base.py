"""The two seams: a verifier judges claims by their evidence; a scorer is a model a verifier may ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from coach.types import Evidence, Judgement
from coach.verifying.reading import Reading
from coach.vocabulary import Vocabulary


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


@runtime_checkable
class WordBound(Protocol):
    """A verifier that reads roles with a vocabulary, and can read with another."""

    def for_vocabulary(self, vocabulary: Vocabulary) -> Verifier:
        """The same verifier reading with these words; what it keeps in memory is shared where it can be."""
        ...


def read_with(verifier: Verifier, vocabulary: Vocabulary) -> Verifier:
    """The verifier with the words of an index, where words matter to it: documents teach roles of their own."""
    return verifier.for_vocabulary(vocabulary) if isinstance(verifier, WordBound) else verifier


@dataclass(frozen=True, slots=True)
class Case:
    """A claim the checks could not decide, with all that has been read out of it."""

    claim: str
    evidence: tuple[Evidence, ...]
    own: Reading
    quotes: tuple[Reading, ...]


class Scorer(Protocol):
    """How likely it is that the evidence supports a claim to which no check objects."""

    @property
    def name(self) -> str:
        """How settings and answers call the verifier built on this scorer."""
        ...

    @property
    def threshold(self) -> float:
        """The score from which a claim counts as supported."""
        ...

    def score(self, cases: Sequence[Case]) -> list[float]:
        """Return a number from 0 to 1 for each case; raises when the model behind it cannot be asked."""
        ...
