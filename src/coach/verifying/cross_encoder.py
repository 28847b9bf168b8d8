"""Any sentence-transformers cross-encoder as a scorer: NLI models and consistency checkers alike."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from coach.errors import SettingsError
from coach.verifying.base import Case

_ENTAILING = ("entailment", "entailed", "consistent", "supported", "label_1")


class CrossEncoderScorer:
    """Scores a claim against each quote and against all of them together; the best counts.

    Raises SettingsError on first use when the model cannot be loaded.
    """

    threshold = 0.5

    def __init__(self, name: str) -> None:
        """Remember the name; the model loads when the first claim needs it."""
        self.name = name
        self._model: Any = None
        self._lock = threading.Lock()

    def score(self, cases: Sequence[Case]) -> list[float]:
        """Probability that the evidence entails each claim."""
        windows = [(n, window) for n, case in enumerate(cases) for window in _windows(case)]
        if not windows:
            return []
        with self._lock:
            probabilities = self._predict([(window, cases[n].claim) for n, window in windows])
        best = [0.0] * len(cases)
        for (n, _), probability in zip(windows, probabilities, strict=True):
            best[n] = max(best[n], probability)
        return best

    def _predict(self, pairs: list[tuple[str, str]]) -> list[float]:
        if self._model is None:
            self._model = _load(self.name)
        logits = np.asarray(self._model.predict(pairs, activation_fn=_keep, show_progress_bar=False), dtype=np.float64)
        return to_probabilities(logits, dict(self._model.config.id2label))


def to_probabilities(logits: np.ndarray[Any, Any], labels: dict[int, str]) -> list[float]:
    """Entailment's share: a sigmoid of one logit, or a softmax over labels by the one that names entailment."""
    if logits.ndim == 1 or logits.shape[1] == 1:
        return [float(p) for p in 1 / (1 + np.exp(-logits.reshape(-1)))]
    wanted = next((n for n, label in labels.items() if label.lower() in _ENTAILING), None)
    if wanted is None:
        raise SettingsError(
            f"The verifier's model has labels {', '.join(labels.values())}, and none of them is entailment.",
            remedy="Set COACH_VERIFIER to a model that tells entailment.",
        )
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return [float(p) for p in shares[:, wanted] / shares.sum(axis=1)]


def _windows(case: Case) -> list[str]:
    """Each quote under its innermost heading, and all quotes at once."""
    quotes = [": ".join((*e.sentence.headings[-1:], e.sentence.text)) for e in case.evidence]
    return [*quotes, " ".join(quotes)] if len(quotes) > 1 else quotes


def _keep(logits: Any) -> Any:
    return logits


def _load(name: str) -> Any:
    from sentence_transformers import CrossEncoder

    try:
        return CrossEncoder(name, device="cpu")
    except Exception as error:  # the libraries raise a dozen unrelated classes here
        reason = str(error).strip().splitlines()[0].rstrip(".") if str(error).strip() else type(error).__name__
        raise SettingsError(
            f"The verifier's model {name} cannot be loaded: {reason}.",
            remedy="Set COACH_VERIFIER to auto, deterministic, judge:MODEL or a cross-encoder this machine can reach.",
        ) from error
