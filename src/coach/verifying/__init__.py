"""Does the quoted evidence support the claim? Deterministic checks first, then a scorer.

DeterministicVerifier     words and checks alone
CheckedVerifier           the same, and a scorer for what they leave open:
    LearnedScorer             boosted trees over aligned word pieces and an encoder's word; ships with Coach
    CrossEncoderScorer        any sentence-transformers cross-encoder or NLI model
    JudgeScorer               a chat model
"""

from __future__ import annotations

from coach.embedding import PACKAGED_MODEL, Embedder, SentenceTransformerEmbedder
from coach.errors import SettingsError
from coach.settings import Settings
from coach.verifying.base import Case, Scorer, Verifier
from coach.verifying.checked import CheckedVerifier
from coach.verifying.deterministic import DeterministicVerifier
from coach.vocabulary import Vocabulary

__all__ = ["Case", "CheckedVerifier", "DeterministicVerifier", "Scorer", "Verifier", "get_verifier"]


def get_verifier(settings: Settings, *, embedder: Embedder, vocabulary: Vocabulary) -> Verifier:
    """The verifier the settings name; what is heavy loads on first use.

    `deterministic` is words and checks alone, `learned` (and `auto`) adds the model that ships,
    `judge:PROVIDER:NAME` asks a chat model, and a name with a slash is a cross-encoder's.
    Raises SettingsError for any other name, and SettingsError and MissingExtraError as a chat model does.
    """
    name = settings.verifier
    if name == "deterministic":
        return DeterministicVerifier(vocabulary)
    if name not in ("auto", "learned") and not name.startswith("judge:") and "/" not in name:
        raise SettingsError(
            f"There is no verifier {name}.",
            remedy="Use auto, deterministic, learned, judge:provider:name, or the name of a cross-encoder.",
        )
    return CheckedVerifier(vocabulary, _get_scorer(settings, embedder))


def _get_scorer(settings: Settings, embedder: Embedder) -> Scorer:
    kind, _, rest = settings.verifier.partition(":")
    if settings.verifier in ("auto", "learned"):
        from coach.verifying.learned import LearnedScorer

        # The trees were trained on the packaged model's vectors, whatever model the index uses.
        own = isinstance(embedder, SentenceTransformerEmbedder) and embedder.name == PACKAGED_MODEL
        return LearnedScorer(embedder if own else SentenceTransformerEmbedder(PACKAGED_MODEL))  # type: ignore[arg-type]
    if kind == "judge":
        return _get_judge(settings, rest)
    from coach.verifying.cross_encoder import CrossEncoderScorer

    return CrossEncoderScorer(settings.verifier)


def _get_judge(settings: Settings, name: str) -> Scorer:
    from coach.model.choosing import get_chat_model
    from coach.verifying.judge import JudgeScorer

    model = get_chat_model(settings.model_copy(update={"model": name or "quoting"}))
    if model is None:
        raise SettingsError(
            f"COACH_VERIFIER={settings.verifier} does not name a chat model.",
            remedy="Use judge:provider:name, such as judge:openai:gpt-5-mini.",
        )
    return JudgeScorer(model)
