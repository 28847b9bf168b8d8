"""Is there enough in the guides to answer? Several signals decide together, never one threshold alone.

The signals go through a small logistic regression whose weights stand in `sufficiency.json`, fitted on the
development questions by `coach eval fit-sufficiency`; a few things are certain and need no fitting: a
question for a sum of money is not answered by a sentence without one. Where the signals leave it open, the best
sentences are read beside the question (`coach.retrieval.reranker`), and what that says is weighed with them. Where
only the quantity is lacking, and the thing itself is spoken of, the answer is partial and names the gap.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from coach.gaps import GAPS
from coach.retrieval.asking import get_english
from coach.retrieval.evidence import Weighed
from coach.retrieval.focus import asks_elsewhere
from coach.retrieval.query import Query
from coach.retrieval.retriever import Retrieved
from coach.retrieval.signals import Signals, find_counted, is_vague, read_signals
from coach.types import Reason

WEIGHTS = Path(__file__).with_name("sufficiency.json")
READ = 5  # sentences that are read beside the question
_OPEN = (0.1, 0.65)  # between these the signals leave it open; outside, reading changes little and costs 45 ms
_SOME, _UNLIKE = 0.34, -1.0  # share of the question's words, and logit, below which nothing speaks for an answer
_BEST = 5  # sentences that count as the evidence at hand
_NEAR = 40  # sentences looked through for what a quantity was asked of
_NEARLY_ALL = 0.75


@dataclass(frozen=True)
class Decision:
    """Enough to answer (reason None) or why not, with the fitted probability that the guides do cover it.

    `gap` names what an answer has to say is not covered, one of `coach.gaps.GAPS`, or ""; `logits` say of each of the
    best sentences how surely it answers, where they were read.
    """

    reason: Reason | None
    probability: float
    signals: Signals
    gap: str = ""
    logits: tuple[float, ...] = ()


def decide(found: Retrieved, weighed: Sequence[Weighed]) -> Decision:
    """Answer, answer in part, or abstain with a reason."""
    signals = read_signals(found, weighed)
    probability, threshold = estimate(signals), load_weights()["threshold"]
    if not weighed or _certainly_missing(found, weighed, signals):
        return Decision(_find_reason(found, signals), probability, signals)
    lacking = not signals.quantity or is_vague(found, weighed)
    covered = estimate(replace(signals, quantity=1.0)) if lacking else probability
    logits = read(found, weighed) if is_open(covered) else ()
    if logits:
        covered = estimate_read(covered, logits)
        probability = probability if lacking else covered
    if covered < threshold or _nothing_speaks_for(signals, logits) or (lacking and not _can_be_partial(found, weighed)):
        return Decision(_find_reason(found, signals), probability, signals, logits=logits)
    if lacking:  # a partial answer is drawn from evidence weighed anew
        return Decision(None, probability, signals, str(found.query.unit))
    return Decision(None, probability, signals, logits=logits)


def _nothing_speaks_for(signals: Signals, logits: Sequence[float]) -> bool:
    """Whether the best sentences neither share a word with the question nor read as if they answered it.

    Of the development questions 25 of 131 uncovered ones are like that and none of 537 covered ones.
    """
    return bool(logits) and not signals.hits and signals.coverage < _SOME and max(logits) < _UNLIKE


def is_open(probability: float) -> bool:
    """Whether the signals alone leave the decision open."""
    return _OPEN[0] <= probability <= _OPEN[1]


def read(found: Retrieved, weighed: Sequence[Weighed]) -> tuple[float, ...]:
    """How surely each of the best sentences answers the question, as logits; nothing without a reranker."""
    if found.reranker is None:
        return ()
    return tuple(found.reranker.score(found.query.texts[0], [w.sentence for w in weighed[:READ]]))


def set_quantity_aside(found: Retrieved) -> Retrieved:
    """The same find for the question without its call for a quantity: what a partial answer is drawn from."""
    counted = tuple(find_counted(found.query))
    return replace(found, query=replace(found.query, unit=None, form="definition", terms=counted))


def estimate(signals: Signals) -> float:
    """The fitted probability, 0..1, that the evidence answers the question."""
    fitted = load_weights()
    values = asdict(signals)
    score = fitted["intercept"] + sum(
        weight * (values[name] - fitted["mean"][name]) / fitted["scale"][name]
        for name, weight in fitted["weights"].items()
    )
    return 1 / (1 + math.exp(-score))


def estimate_read(probability: float, logits: Sequence[float]) -> float:
    """The probability once the best sentences were read, 0..1; `logits` is not empty."""
    fitted = load_weights()["reading"]
    odds = math.log(probability / (1 - probability))
    score = fitted["intercept"] + fitted["odds"] * odds + fitted["highest"] * max(logits)
    return 1 / (1 + math.exp(-score))


@lru_cache(maxsize=1)
def load_weights() -> Mapping[str, Any]:
    """The fitted weights as shipped."""
    return json.loads(WEIGHTS.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def _certainly_missing(found: Retrieved, weighed: Sequence[Weighed], signals: Signals) -> bool:
    """Nothing is asked of, no good sentence has what the question needs, or a side of a comparison is lacking."""
    query = found.query
    if not (query.terms or query.roles or query.dimensions):
        return True
    if query.unit == "money" and not any(w.fits_unit for w in weighed[:_BEST]):
        return True
    if query.texts and asks_elsewhere(query.texts[0], found):
        return True
    if query.asks_superior and not any(w.names_superior for w in weighed):
        return True  # of a role much is said in words like these, and of its superior nothing
    if query.form == "comparison" and signals.roles < 1:
        return True
    if not any(_meets_needs(query, w) for w in weighed[: _BEST + 3]):
        return True
    return query.ranks and not any(_ranks(query, w) for w in weighed[: _BEST + 3])


def _can_be_partial(found: Retrieved, weighed: Sequence[Weighed]) -> bool:
    """Whether the gap has a name, and one sentence about the role asked for nearly all that is to be counted or timed.

    Of pay nothing else is worth saying: sums that guides name are of budgets and invoices.
    """
    if found.query.unit not in GAPS:
        return False
    if found.query.unit == "people":
        return False  # what else is said of a role is no part of how many people there are
    counted = [t for t in find_counted(found.query) if not t.dimension]
    fitting = (w for w in weighed[:_NEAR] if w.fits_roles)
    return bool(counted) and any(found.lexicon.cover(counted, w.stems) >= _NEARLY_ALL for w in fitting)


def _find_reason(found: Retrieved, signals: Signals) -> Reason:
    query = found.query
    if not query.terms and not query.roles:
        return "needs_context"
    known = [found.lexicon.holds(t) for t in query.terms]
    far = signals.similarity < 0.4 and max(signals.coverage, signals.one) < 0.5 and 2 * sum(known) <= len(known)
    return "off_topic" if far and not query.roles else "not_covered"


def _meets_needs(query: Query, weighed: Weighed) -> bool:
    return get_english().meets_needs(query.text, weighed.sentence.text, of_quantity=False)


def _ranks(query: Query, weighed: Weighed) -> bool:
    """Whether a sentence about the very things asked of says that one stands above another."""
    named = {*weighed.sentence.roles, *weighed.sentence.mentions}
    if query.roles and not named & set(query.roles):
        return False
    return weighed.fits_roles and bool(get_english().ranked.search(weighed.sentence.text))
