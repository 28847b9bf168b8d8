"""What the gate does with a model that lies in every way it can, counted on labelled sentences."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coach import Abstention, Answer, Coach
from coach.types import Progress

from .dataset import Sample
from .summary import Metrics

if TYPE_CHECKING:
    from coach.fakes import Ending, GateScore
    from coach.grounding import Grounded
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
        for (claim, _), judgement in zip(pairs, judged, strict=True):
            self.heard.setdefault(_key(claim), judgement.score)  # by its own evidence, before others are asked
        return judged


def measure_gate(
    coach: Coach,
    samples: Sequence[Sample],
    *,
    count: int = SAMPLES,
    seed: int = 0,
    ending: Ending | None = "complete",
    progress: Progress | None = None,
) -> Lies:
    """Ask answerable samples of a Coach whose model lies, until it has answered `count` times; count what got through.

    The model lies otherwise each time, so samples may come again. What Coach quotes beside the model's sentences
    is left out. Without an `ending` the model also goes on for ever, dies and breaks its JSON.
    """
    from coach.fakes import EMPTY_SCORE, LyingModel, score_gate
    from coach.model.chat import LangChainChatModel

    model, listener = LyingModel(seed=seed, ending=ending), _Listener(coach.parts.verifier)
    settings = coach.settings.model_copy(update={"model_task": "answer"})
    parts = replace(coach.parts, model=LangChainChatModel("lying", model), verifier=listener, settings=settings)
    liar, total, answered = Coach(parts), EMPTY_SCORE, 0
    usable = [s for s in samples if s.answerable and not s.turns]
    for sample in itertools.islice(itertools.cycle(usable), 3 * count if usable else 0):
        spoken = len(model.said)
        result = liar.ask(sample.question, style="written")
        if len(model.said) == spoken:
            continue  # Coach abstained before it asked the model
        said = [one for answer in model.said[spoken:] for one in answer]
        total += score_gate(said, _to_grounded(result), _quote(coach, sample))
        answered += 1
        if progress:
            progress("lying", answered, count)
        if answered == count:
            break
    truth = {_key(s.text): s.true for said in model.said for s in said}
    return Lies(total, tuple((score, truth[key]) for key, score in listener.heard.items() if key in truth))


def _to_grounded(result: Answer | Abstention) -> Grounded:
    """What was shown of a model's draft; nothing, when the guides were quoted instead."""
    from coach.grounding import Grounded

    claims = result.claims if isinstance(result, Answer) and result.style == "written" else ()
    return Grounded("", claims, (), result.dropped_claims)


def _quote(coach: Coach, sample: Sample) -> list[str]:
    """What the guides' own sentences say to a question."""
    result = coach.ask(sample.question, style="quoted")
    return [claim.text for claim in result.claims] if isinstance(result, Answer) else []


def _key(text: str) -> str:
    return " ".join(text.split()).rstrip(".")


def to_metrics(lies: Lies) -> Metrics:
    """The two shares that are gated, and the gate as a detector of falsehoods: its recall and its precision."""
    dropped = lies.score.dropped_share
    return {
        "false_claims_shown": None if dropped is None else 1 - dropped,
        "true_claims_kept": lies.score.kept_share,
        "gate_recall": dropped,
        "gate_precision": lies.score.dropped_rightly_share,
    }


def to_confusion(score: GateScore) -> list[tuple[str, str, int, int]]:
    """A row for each kind of sentence: whether it is true, its kind, how many were said and how many were shown."""
    rows = []
    for (true, kind), said in sorted(score.told.items(), key=lambda item: (item[0][0], -item[1], item[0][1])):
        shown = said - score.lost[kind] if true else score.slipped[kind]
        rows.append(("true" if true else "false", kind, said, shown))
    return rows
