"""A chat model as a scorer: asked once for each claim, and believed only when it answers in one word."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.errors import ModelError
from coach.model.base import ChatModel
from coach.paths import get_prompt
from coach.verifying.base import Case

_LONGEST = 200  # characters of a verdict that are read


class JudgeScorer:
    """Raises ModelError when the model is down or does not give a verdict: the claim is then not shown."""

    threshold = 0.5

    def __init__(self, model: ChatModel) -> None:
        """Keep the model."""
        self._model = model

    @property
    def name(self) -> str:
        """The judge and its model."""
        return f"judge:{self._model.name}"

    def score(self, cases: Sequence[Case]) -> list[float]:
        """1 for a claim the model calls supported, 0 for one it does not."""
        return [self._ask(case) for case in cases]

    def _ask(self, case: Case) -> float:
        reply = ""
        for piece in self._model.stream(get_prompt("judge"), build_request(case)):
            reply += piece
            if len(reply) > _LONGEST:
                break
        verdict = re.match(r"\W*(UNSUPPORTED|NOT SUPPORTED|SUPPORTED)\b", reply.strip().upper())
        if verdict is None:
            raise ModelError(f"The judge {self._model.name} gave no verdict.")
        return 1.0 if verdict[1] == "SUPPORTED" else 0.0


def build_request(case: Case) -> str:
    """The evidence and the claim, each on lines of its own and nothing in them able to pass for another line."""
    quotes = [f"- {_one_line(' > '.join((*e.sentence.headings, e.sentence.text)))}" for e in case.evidence]
    return "\n".join(["Evidence:", *quotes, "", "Claim:", _one_line(case.claim), "", "Verdict:"])


def _one_line(text: str) -> str:
    return " ".join(text.split())
