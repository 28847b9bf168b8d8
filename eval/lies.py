"""What the gate does with a model that lies in every way it can, counted on labelled sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from coach import Answer, Coach

from .dataset import Sample
from .summary import Metrics

if TYPE_CHECKING:
    from coach.fakes import GateScore

SAMPLES = 40  # questions asked of the lying model; each draws a dozen true and two dozen false sentences


def measure_gate(coach: Coach, samples: Sequence[Sample], *, count: int = SAMPLES, seed: int = 0) -> GateScore:
    """Ask the first answerable samples of a Coach whose model lies, and count what got through.

    An answer that the quoting composer wrote after all counts as one that let nothing through.
    """
    from coach.fakes import EMPTY_SCORE, LyingModel, score_gate
    from coach.grounding import Grounded
    from coach.model.chat import LangChainChatModel

    model = LyingModel(seed=seed, ending="complete")
    liar = Coach(replace(coach.parts, model=LangChainChatModel("lying", model)))
    total = EMPTY_SCORE
    for sample in [s for s in samples if s.answerable and not s.turns][:count]:
        spoken = len(model.said)
        result = liar.ask(sample.question, style="written")
        if len(model.said) == spoken:
            continue
        written = isinstance(result, Answer) and result.style == "written"
        claims = result.claims if isinstance(result, Answer) and written else ()
        total += score_gate(model.said[-1], Grounded("", claims, (), result.dropped_claims))
    return total


def to_metrics(score: GateScore) -> Metrics:
    """The two shares that are gated: falsehoods shown, and true sentences kept."""
    dropped = score.dropped_share
    return {
        "false_claims_shown": None if dropped is None else 1 - dropped,
        "true_claims_kept": score.kept_share,
    }
