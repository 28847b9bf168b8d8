"""What a sentence says that another could contradict: figures, sides taken, denials, and its conditions."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from coach.composing.rungs import find_rung
from coach.types import Evidence
from coach.verifying.polarity import find_denied
from coach.verifying.reading import Reading, is_weighty, read_evidence
from coach.verifying.words import get_opposites, get_same, stem, tokenise
from coach.vocabulary import Vocabulary
from coach.vocabulary.contraries import Contrary, load_contraries

_CONDITION = re.compile(
    r"^(?:in|at|for|within|during|after|before|once|when|if|unless|under|among|on|without)\b[^,]{2,80},"
    r"|\b(?:if|when|whenever|unless|once|until|provided|depending on|in case)\b[^,.;]*"
)
_READ = 4096  # sentences whose reading is remembered
_FRAME = frozenset(map(stem, "company organization team engineer people time way career life level".split()))


@dataclass(frozen=True, slots=True)
class Interest:
    """What a question asks about: each telling word as the stems that may stand for it, stems of all words, and roles.

    One that is `disputed` tells of different answers heard, in words that no guide need hold.
    """

    terms: tuple[frozenset[str], ...]
    words: frozenset[str]
    roles: frozenset[str] = frozenset()
    disputed: bool = False

    @property
    def focus(self) -> frozenset[str]:
        """The stems of all telling words."""
        return frozenset(s for term in self.terms for s in term)

    def is_met(self, left: Stance, right: Stance, asked: Iterable[str] = ()) -> bool:
        """Whether two sentences hold at least half of the telling words, besides those that ask for a difference.

        Of a disputed question one is enough, or the role.
        """
        held = left.reading.covering | right.reading.covering
        open_ = self._find_open(asked)
        if self.disputed:
            return not open_ or self.is_touched(left, right, asked)
        return 2 * sum(bool(t & held) for t in open_) >= len(open_)

    def is_touched(self, left: Stance, right: Stance, asked: Iterable[str] = ()) -> bool:
        """Whether they hold any telling word at all besides those that ask for a difference."""
        held = left.reading.covering | right.reading.covering
        told = self.disputed and bool(left.subject & self.roles)
        return told or any(t & held for t in self._find_open(asked))

    def _find_open(self, asked: Iterable[str]) -> list[frozenset[str]]:
        return [t for t in self.terms if not t & frozenset(asked)]


@dataclass(frozen=True, slots=True)
class Stance:
    """A sentence taken apart for comparing; `sides` are 0, 1 or nan for each contrary, `phrases` what says so."""

    reading: Reading
    subject: frozenset[str]  # the roles it is about
    weighty: frozenset[str]  # its content words without roles
    units: frozenset[str]
    contraries: tuple[Contrary, ...]
    sides: tuple[float, ...]
    phrases: tuple[tuple[re.Match[str], ...], ...]
    opposites: frozenset[str]  # words that would say the contrary of one of its own
    rung: int | None  # the number of the one level it speaks of
    conditions: frozenset[str]  # content words of the phrases that say when or where it holds

    @property
    def denies(self) -> bool:
        """Whether it denies anything."""
        return bool(self.reading.denials)


Read = Callable[[Evidence], Stance]


def read_stance(evidence: Evidence, words: Vocabulary) -> Stance:
    """Take a sentence apart, with the subject that its headings lend it."""
    reading = read_evidence(evidence, words)
    denied = find_denied(reading.normal)
    sides = [_take_side(reading, contrary, denied) for contrary in get_contraries(words)]
    weighty = frozenset(s for s in reading.stems if is_weighty(s))
    found = (reading.normal[m.start() : m.end()] for m in _CONDITION.finditer(reading.normal))
    conditions = {stem(word) for part in found for word, _, _ in tokenise(part)}
    return Stance(
        reading=reading,
        subject=next((c.subject for c in reading.clauses if c.subject), frozenset()),
        weighty=weighty,
        units=frozenset(q.unit for q in reading.quantities) - {"", "ordinal"},
        contraries=get_contraries(words),
        sides=tuple(side for side, _ in sides),
        phrases=tuple(phrases for _, phrases in sides),
        opposites=frozenset(o for s in weighty for o in get_opposites(s)),
        rung=find_rung(reading.normal),
        conditions=(weighty & conditions) - _FRAME,
    )


class StanceMemory:
    """Remembers how the sentences seen last read, for one vocabulary at a time: it changes when the index does."""

    def __init__(self) -> None:
        """Nothing is remembered yet."""
        self._memory: tuple[Vocabulary, Read] | None = None

    def get_read(self, words: Vocabulary) -> Read:
        """`read_stance` with these words, its last results kept."""
        memory = self._memory
        if memory is None or memory[0] is not words:
            self._memory = memory = words, lru_cache(_READ)(lambda evidence: read_stance(evidence, words))
        return memory[1]


def may_differ(left: Stance, right: Stance) -> bool:
    """A quick look, before the closer ones: whether anything in two sentences could differ at all."""
    if left.denies != right.denies or left.opposites & right.weighty:
        return True
    if are_on_other_rungs(left, right) or bool(left.units) != bool(right.units):
        return True  # a number against none may be "5 years" against "several years"
    return bool(left.units and right.units) or any(a + b == 1 for a, b in zip(left.sides, right.sides, strict=True))


def are_on_other_rungs(left: Stance, right: Stance) -> bool:
    """Whether two sentences give one role another number on a ladder."""
    both = left.rung is not None and right.rung is not None and bool(left.subject)
    return both and left.subject == right.subject and left.rung != right.rung


def are_told_apart(left: Stance, right: Stance) -> bool:
    """Whether the sentences speak under different conditions, or of different members of a scale."""
    ours, theirs = left.reading.covering, right.reading.covering
    if any((a := scale & ours) and (b := scale & theirs) and not a & b for scale in get_scales()):
        return True
    return bool(left.conditions - theirs or right.conditions - ours)


def find_shared(left: Iterable[str], right: frozenset[str]) -> frozenset[str]:
    """Stems of the left that stand on the right, themselves or as a word of the same meaning."""
    return frozenset(s for s in left if get_same(s) & right)


def _take_side(
    reading: Reading, contrary: Contrary, denied: Sequence[tuple[int, int]]
) -> tuple[float, tuple[re.Match[str], ...]]:
    """The side a sentence is on and the phrases that say so; nan for neither, or for an undecided both."""
    found = [
        tuple(m for m in pattern.finditer(reading.normal) if not any(a < m.start() < b for a, b in denied))
        for pattern in contrary.sides
    ]
    if all(found):
        return (math.nan, ()) if contrary.wins is None else (contrary.wins, found[contrary.wins])
    return next(((side, phrases) for side, phrases in enumerate(found) if phrases), (math.nan, ()))


def get_contraries(words: Vocabulary) -> tuple[Contrary, ...]:
    """Those of any field and those of this one."""
    return (*load_contraries()[0], *words.contraries)


@lru_cache(maxsize=1)
def get_scales() -> tuple[frozenset[str], ...]:
    """Stems of words that tell subjects apart: a small company is another one than a large one."""
    return tuple(frozenset(map(stem, words)) for words in load_contraries()[1])
