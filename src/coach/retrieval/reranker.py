"""The cross-encoder that ships: whether a sentence answers a question.

Vectors made of question and sentence apart tell what is on the same subject, and a question without an answer is as
near to its subject as any other. This network reads both together (Nogueira and Cho 2019); docs/reranking.md says what
taught it, how well it does and what it does not do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from coach.embedding import get_packaged_folder
from coach.encoder.scoring import Kind, PairScorer
from coach.types import Sentence

SHIPPED = Path(__file__).with_name("reranker.safetensors")
ANSWERING = Kind("reranker", "coach-reranker-1", "Install Coach again, or run `coach eval teach-reranker`.")


class Reranker:
    """Says how surely sentences answer a question. Safe to share between threads.

    Raises SettingsError on first use when the weights cannot be read.
    """

    def __init__(self, path: Path = SHIPPED, *, folder: Callable[[], Path] = get_packaged_folder) -> None:
        """Read nothing yet; `folder` finds the packaged model that the weights at `path` are a change of."""
        self._pairs = PairScorer(ANSWERING, path, folder=folder)

    def score(self, question: str, sentences: Sequence[Sentence]) -> list[float]:
        """A logit for each sentence, in order; higher is surer, and it is the same for one alone and among others."""
        return self._pairs.score([(show(s.text, s.headings), question) for s in sentences])

    def load(self) -> None:
        """Read the weights now, so that the first question does not wait for them."""
        self._pairs.load()


def show(sentence: str, headings: Sequence[str]) -> str:
    """A sentence as the network reads it: after its innermost heading."""
    return f"{headings[-1]}. {sentence}" if headings else sentence
