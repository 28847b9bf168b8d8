"""Is there enough in the guides to answer? Several signals decide together, never one threshold alone.

The signals go through a small logistic regression whose weights stand in `sufficiency.json`, fitted on the
development questions by `coach eval fit-sufficiency`; a few things are certain and need no fitting: a
question for a sum of money is not answered by a sentence without one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from coach.retrieval.asking import get_english
from coach.retrieval.evidence import Weighed
from coach.retrieval.retriever import Retrieved
from coach.retrieval.spelling import get_surprise
from coach.types import Reason

WEIGHTS = Path(__file__).with_name("sufficiency.json")
_BEST = 5  # sentences that count as the evidence at hand


@dataclass(frozen=True)
class Signals:
    """What the decision rests on; shares are 0..1."""

    similarity: float  # cosine of the best sentence with the question, -1..1
    coverage: float  # share of the question's content that the best sentences hold together
    quantity: float  # 0 when a kind of quantity is asked for and no good sentence has it, else 1
    missing: float  # share of the question's telling words that the best sentences do not hold
    strange: float  # how telling the strangest word is that no guide holds at all
    hits: float  # content words of the question (and second roles) together in one of the best sentences, up to 4


@dataclass(frozen=True)
class Decision:
    """Enough to answer (reason None) or why not, with the fitted probability that the guides do cover it."""

    reason: Reason | None
    probability: float
    signals: Signals


def decide(found: Retrieved, weighed: Sequence[Weighed]) -> Decision:
    """Answer, or abstain with a reason: the question is off the guides' field, or on it but not covered."""
    signals = read_signals(found, weighed)
    probability = estimate(signals)
    enough = bool(weighed) and probability >= load_weights()["threshold"] and not _certainly_missing(found, weighed)
    return Decision(None if enough else _find_reason(found, signals), probability, signals)


def read_signals(found: Retrieved, weighed: Sequence[Weighed]) -> Signals:
    """Measure the evidence against the question."""
    query, lexicon, best = found.query, found.lexicon, list(weighed[:_BEST])
    stems = frozenset().union(*(w.stems | w.heading_stems for w in best))
    own = frozenset().union(*(w.stems for w in best))
    aspects = {d for w in best for d in w.sentence.dimensions}
    telling = [t for t in query.terms if not t.dimension]  # "skills" names an aspect; "QA" is what it is about
    missing = [t for t in telling if not t.alternatives & stems]
    total = sum(get_surprise(t.word) for t in telling)
    return Signals(
        similarity=max((w.similarity for w in best), default=0.0),
        coverage=lexicon.cover(query.terms, own, aspects) if query.terms else 1.0,
        quantity=float(query.unit is None or any(_answers_unit(found, w) for w in weighed[:3])),
        missing=sum(get_surprise(t.word) for t in missing) / total if total else 0.0,
        strange=max((get_surprise(t.word) for t in query.terms if not lexicon.holds(t)), default=0.0),
        hits=float(min(4, max((_count_hits(found, w) for w in best), default=0))),
    )


def estimate(signals: Signals) -> float:
    """The fitted probability, 0..1, that the evidence answers the question."""
    fitted = load_weights()
    values = asdict(signals)
    score = fitted["intercept"] + sum(
        weight * (values[name] - fitted["mean"][name]) / fitted["scale"][name]
        for name, weight in fitted["weights"].items()
    )
    return 1 / (1 + math.exp(-score))


@lru_cache(maxsize=1)
def load_weights() -> Mapping[str, Any]:
    """The fitted weights as shipped."""
    return json.loads(WEIGHTS.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def _certainly_missing(found: Retrieved, weighed: Sequence[Weighed]) -> bool:
    """A sum of money or a ranking is asked for and no good sentence gives one."""
    query = found.query
    if query.unit == "money" and not any(w.fits_unit for w in weighed[:_BEST]):
        return True
    return query.ranks and not any(_ranks(w) for w in weighed[: _BEST + 3])


def _find_reason(found: Retrieved, signals: Signals) -> Reason:
    query = found.query
    if not query.terms and not query.roles:
        return "needs_context"
    far = signals.similarity < 0.33 and signals.coverage < 0.5
    return "off_topic" if far and not query.roles else "not_covered"


def _count_hits(found: Retrieved, weighed: Weighed) -> int:
    """Words of the question in one sentence; roles count from the second on, for one alone is said everywhere."""
    roles = set(found.query.roles) & {*weighed.sentence.roles, *weighed.sentence.mentions}
    return len(weighed.terms) + max(0, len(roles) - 1)


def _ranks(weighed: Weighed) -> bool:
    """Whether a sentence about what is asked says that one thing stands above another."""
    return weighed.fits_roles and bool(get_english().ranked.search(weighed.sentence.text))


def _answers_unit(found: Retrieved, weighed: Weighed) -> bool:
    """Whether a sentence has the quantity asked for and speaks of what is counted, beyond the unit's own words."""
    if not (weighed.fits_unit and weighed.fits_roles):
        return False
    beyond = [t for t in found.query.terms if t.word not in get_english().unit_words]
    if not beyond:
        return weighed.similarity >= 0.45
    return found.lexicon.cover(beyond, weighed.stems) >= 0.3 or weighed.similarity >= 0.7
