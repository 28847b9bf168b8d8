"""Is there enough in the guides to answer? Several signals decide, never one threshold alone.

The signals: how near the best sentence is in meaning, how much of what the question names the evidence
holds, whether the kind of quantity asked for is there, and whether the words that carry the question are
known to the guides at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coach.retrieval.asking import get_english
from coach.retrieval.evidence import Weighed
from coach.retrieval.retriever import Retrieved
from coach.types import Reason


@dataclass(frozen=True)
class Signals:
    """What the decision rests on, each 0..1 (similarity may be negative)."""

    similarity: float  # cosine of the best sentence
    coverage: float  # share of the question's content held by the best sentence and its headings
    union: float  # share held by the best five together
    known: float  # share of the question's content words that any guide holds
    unit: float  # 1 when the quantity asked for stands in a good sentence, or none is asked for
    roles: float  # share of the roles asked about that the best five sentences treat
    ranked: bool  # whether a good sentence ranks the things asked about
    terms: int  # how many content words the question has


@dataclass(frozen=True)
class Decision:
    """Enough to answer (reason None), or why not."""

    reason: Reason | None
    signals: Signals


def read_signals(found: Retrieved, weighed: Sequence[Weighed]) -> Signals:
    """Measure the evidence against the question."""
    query = found.query
    best = list(weighed[:5])
    stems = frozenset().union(*(w.stems for w in best)) if best else frozenset()
    total = sum(found.lexicon.get_weight(t) for t in query.terms)
    known = sum(found.lexicon.get_weight(t) for t in query.terms if found.lexicon.holds(t))
    treated = {r for w in best for r in (*w.sentence.roles, *w.sentence.mentions)}
    return Signals(
        similarity=max((w.similarity for w in best), default=0.0),
        coverage=max((w.coverage for w in best), default=0.0),
        union=found.lexicon.cover(query.terms, stems, {d for w in best for d in w.sentence.dimensions})
        if query.terms
        else 1.0,
        known=known / total if total else 1.0,
        unit=float(any(w.fits_unit and w.fits_roles and _speaks_of(found, w) for w in best[:3])),
        roles=len(treated & set(query.roles)) / len(query.roles) if query.roles else 1.0,
        ranked=any(_ranks(found, w) for w in weighed[:8]),
        terms=len(query.terms),
    )


def decide(found: Retrieved, weighed: Sequence[Weighed]) -> Decision:
    """Answer, or abstain with a reason: the question is off the guides' field, or on it but not covered."""
    signals = read_signals(found, weighed)
    return Decision(_find_reason(found, signals) if weighed else "not_covered", signals)


def _find_reason(found: Retrieved, s: Signals) -> Reason | None:
    query = found.query
    if not query.terms and not query.roles:
        return "needs_context" if s.similarity < 0.35 else None
    if not query.roles and s.similarity < 0.33 and s.union < 0.45:
        return "off_topic"
    if query.unit and not s.unit:
        return "not_covered"
    if s.roles < 0.5 or (query.ranks and not s.ranked):
        return "not_covered"
    if s.known < 0.4 and s.similarity < 0.62:
        return "not_covered" if s.similarity > 0.33 or query.roles else "off_topic"
    if s.union < 0.3 and s.similarity < 0.5 and s.terms > 1:
        return "not_covered"
    return None


def _ranks(found: Retrieved, weighed: Weighed) -> bool:
    """Whether a sentence about the roles asked about says that one thing stands above another."""
    return weighed.fits_roles and bool(get_english().ranked.search(weighed.sentence.text))


def _speaks_of(found: Retrieved, weighed: Weighed) -> bool:
    """Whether a sentence with the right unit also speaks of what is counted, beyond the unit's own words."""
    beyond = [t for t in found.query.terms if t.word not in _UNIT_WORDS]
    if not beyond:
        return weighed.similarity >= 0.45
    return found.lexicon.cover(beyond, weighed.stems) >= 0.3 or weighed.similarity >= 0.7


_UNIT_WORDS = frozenset(
    "years year months month weeks week days day hours hour minutes minute time people engineers developers often "
    "long many much percent percentage number horizon cadence".split()
)
