"""What the gate does with a model that lies in every way it can, counted on labelled sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coach import Answer, Coach

from .dataset import Sample
from .summary import Metrics

if TYPE_CHECKING:
    from coach.fakes import GateScore
    from coach.types import Evidence, Judgement
    from coach.verifying.base import Verifier

SAMPLES = 40  # questions asked of the lying model; each draws a dozen true and two dozen false sentences


@dataclass(frozen=True, slots=True)
class Lies:
    """What the gate did with labelled sentences, and the score the verifier gave to each: (score, true)."""

    score: GateScore
    scores: tuple[tuple[float, bool], ...]


class _Listener:
    """A verifier that remembers what another one said."""

    def __init__(self, inner: Verifier) -> None:
        self.name = inner.name
        self._inner = inner
        self.heard: dict[str, float] = {}

    def verify(self, pairs: Sequence[tuple[str, Sequence[Evidence]]]) -> list[Judgement]:
        judged = self._inner.verify(pairs)
        self.heard.update({_key(claim): j.score for (claim, _), j in zip(pairs, judged, strict=True)})
        return judged


def measure_gate(coach: Coach, samples: Sequence[Sample], *, count: int = SAMPLES, seed: int = 0) -> Lies:
    """Ask the first answerable samples of a Coach whose model lies, and count what got through.

    An answer that the quoting composer wrote after all counts as one that let nothing through.
    """
    from coach.fakes import EMPTY_SCORE, LyingModel, score_gate
    from coach.grounding import Grounded
    from coach.model.chat import LangChainChatModel

    model, listener = LyingModel(seed=seed, ending="complete"), _Listener(coach.parts.verifier)
    liar = Coach(replace(coach.parts, model=LangChainChatModel("lying", model), verifier=listener))
    total = EMPTY_SCORE
    for sample in [s for s in samples if s.answerable and not s.turns][:count]:
        spoken = len(model.said)
        result = liar.ask(sample.question, style="written")
        if len(model.said) == spoken:
            continue
        written = isinstance(result, Answer) and result.style == "written"
        claims = result.claims if isinstance(result, Answer) and written else ()
        total += score_gate(model.said[-1], Grounded("", claims, (), result.dropped_claims))
    truth = {_key(s.text): s.true for said in model.said for s in said}
    return Lies(total, tuple((score, truth[key]) for key, score in listener.heard.items() if key in truth))


def _key(text: str) -> str:
    return " ".join(text.split()).rstrip(".")


def to_metrics(lies: Lies) -> Metrics:
    """The two shares that are gated: falsehoods shown, and true sentences kept."""
    dropped = lies.score.dropped_share
    return {
        "false_claims_shown": None if dropped is None else 1 - dropped,
        "true_claims_kept": lies.score.kept_share,
    }
