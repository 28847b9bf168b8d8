"""How rare each word is in the guides, so that telling words weigh more than common ones."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from coach.retrieval.query import Term
from coach.retrieval.spelling import get_surprise
from coach.retrieval.words import stem


@dataclass(frozen=True)
class Lexicon:
    """Words of an index and the inverse document frequency of their stems (Sparck Jones 1972)."""

    words: frozenset[str]
    chunk_count: int
    stem_counts: Mapping[str, int]

    def get_weight(self, term: Term) -> float:
        """ln(1 + N / df); a word no chunk holds weighs by how telling it is in English at large."""
        if count := self.stem_counts.get(term.stem, 0):
            return math.log(1 + self.chunk_count / count)
        return math.log(1 + self.chunk_count / 0.5) * get_surprise(term.word)

    def weigh_stem(self, stem: str) -> float:
        """ln(1 + N / df) of a stem of the guides."""
        return math.log(1 + self.chunk_count / max(1, self.stem_counts.get(stem, 0)))

    def holds(self, term: Term) -> bool:
        """Whether any chunk has the term or a word that may stand for it, or the term asks for a known aspect."""
        return bool(term.dimension) or any(self.stem_counts.get(s) for s in term.alternatives)

    def cover(self, terms: Iterable[Term], stems: frozenset[str], dimensions: Collection[str] = ()) -> float:
        """Weighted share 0..1 of the terms found among the stems; a stand-in counts for 0.8; no terms give 0."""
        total = found = 0.0
        for term in terms:
            weight = self.get_weight(term)
            total += weight
            stand_in = bool(term.alternatives & stems) or term.dimension in dimensions
            found += weight * (1.0 if term.stem in stems else 0.8 if stand_in else 0.0)
        return found / total if total else 0.0


@lru_cache(maxsize=4)
def _stem_counts(items: tuple[tuple[str, int], ...]) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for word, count in items:
        key = stem(word)
        counts[key] = max(counts.get(key, 0), count)
    return counts


def build_lexicon(word_counts: Mapping[str, int], chunk_count: int) -> Lexicon:
    """A lexicon from word -> number of chunks that hold it."""
    return Lexicon(frozenset(word_counts), max(chunk_count, 1), _stem_counts(tuple(word_counts.items())))
