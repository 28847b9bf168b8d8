"""Judges of support behind one call: claims in, opinions out. A judge that gives no usable answer has no opinion."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coach.errors import CoachError, NotFoundError
from coach.types import Evidence, Sentence

from .labelled import Labelled
from .support import covers

if TYPE_CHECKING:
    from coach import Settings
    from coach.verifying import Verifier

BUILT_IN = ("words", "deterministic", "learned")
THRESHOLD = 0.5  # of a score between 0 and 1, where a judge names none of its own


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a judge says of one claim. `supported` is None when it is unscored, and `why` says why; never 0 instead.

    `score` is how sure it is that the claim is supported, 0 to 1, where it gives one.
    """

    supported: bool | None
    score: float | None = None
    why: str = ""


Judge = Callable[[Sequence[Labelled]], list[Opinion]]


def unscored(why: str) -> Opinion:
    """No opinion, and the reason."""
    return Opinion(None, None, why[:300])


def opinion_of_score(score: object) -> Opinion:
    """The opinion that a number from 0 to 1 is; anything else, NaN included, is unscored."""
    if isinstance(score, bool) or not isinstance(score, (int, float)) or not math.isfinite(score):
        return unscored(f"the score is {score!r}")
    if not 0 <= score <= 1:
        return unscored(f"the score {score!r} is not between 0 and 1")
    return Opinion(score >= THRESHOLD, float(score))


def judge_by_words(claims: Sequence[Labelled]) -> list[Opinion]:
    """The independent judge of `eval.support`: words, figures and negation."""
    return [Opinion(covers(" ".join(c.quotes), c.claim)) for c in claims]


def judge_with(verifier: Verifier) -> Judge:
    """A verifier as a judge; one claim at a time, so that a failure costs that claim only."""

    def judge(claims: Sequence[Labelled]) -> list[Opinion]:
        return [_ask(verifier, c) for c in claims]

    return judge


def _ask(verifier: Verifier, claim: Labelled) -> Opinion:
    try:
        judgement = verifier.verify([(claim.claim, to_evidence(claim))])[0]
    except (CoachError, OSError) as error:
        return unscored(str(error))
    if judgement.verdict == "unchecked" or not math.isfinite(judgement.score):
        return unscored(judgement.why or "it could not be checked")
    return Opinion(judgement.verdict == "supported", judgement.score, judgement.why)


def to_evidence(claim: Labelled) -> tuple[Evidence, ...]:
    """The evidence of a claim as a verifier takes it."""
    return tuple(Evidence(d, d, d, Sentence(quote, 0, len(quote))) for d, quote in claim.evidence)


def get_judge(name: str, settings: Settings) -> tuple[str, Judge]:
    """A judge by name, with the name under which its figures are told.

    `words`, any verifier that `COACH_VERIFIER` takes, `judge:PROVIDER:NAME` for a chat model asked without the checks
    that the verifier of that name puts before it, `ragas` and `deepeval` with the model of the settings.
    Raises NotFoundError, SettingsError or MissingExtraError when there is no such judge.
    """
    if name == "words":
        return name, judge_by_words
    if name in ("ragas", "deepeval"):
        from .judge_programs import open_program

        return open_program(name, settings)
    if name.startswith("judge:"):
        return name, _judge_with_model(name, settings)
    if name in BUILT_IN or "/" in name:
        return name, judge_with(_get_verifier(name, settings))
    raise NotFoundError(
        f"There is no judge {name[:80]}.",
        remedy=f"Use {', '.join(BUILT_IN)}, judge:provider:name, a cross-encoder's name, ragas or deepeval.",
    )


def _get_verifier(name: str, settings: Settings) -> Verifier:
    from coach.embedding import get_embedder
    from coach.verifying import get_verifier
    from coach.vocabulary import load_vocabulary

    chosen = settings.model_copy(update={"verifier": name})
    return get_verifier(chosen, embedder=get_embedder(chosen), vocabulary=load_vocabulary(chosen.vocabulary))


def _judge_with_model(name: str, settings: Settings) -> Judge:
    """The chat model alone: no veto speaks for it."""
    from coach.verifying import Case
    from coach.verifying.reading import read_claim, read_evidence
    from coach.vocabulary import load_vocabulary

    scorer = _get_verifier(name, settings)._scorer  # type: ignore[attr-defined]
    vocabulary = load_vocabulary(settings.vocabulary)

    def judge(claims: Sequence[Labelled]) -> list[Opinion]:
        return [ask(c) for c in claims]

    def ask(claim: Labelled) -> Opinion:
        evidence = to_evidence(claim)
        quotes = tuple(read_evidence(e, vocabulary) for e in evidence)
        try:
            score = scorer.score([Case(claim.claim, evidence, read_claim(claim.claim, vocabulary), quotes)])[0]
        except (CoachError, OSError) as error:
            return unscored(str(error))
        return opinion_of_score(score)

    return judge
