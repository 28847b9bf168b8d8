"""Does the quoted evidence support the claim? Deterministic vetoes first, then a learned score."""

from __future__ import annotations

from coach.embedding import Embedder
from coach.errors import SettingsError
from coach.settings import Settings
from coach.verifying.base import Verifier
from coach.verifying.deterministic import DeterministicVerifier
from coach.vocabulary import Vocabulary

__all__ = ["DeterministicVerifier", "Verifier", "get_verifier"]


def get_verifier(settings: Settings, *, embedder: Embedder, vocabulary: Vocabulary) -> Verifier:
    """The verifier the settings name; heavy models load on first use. Raises SettingsError for an unknown name."""
    if settings.verifier in ("auto", "deterministic"):
        return DeterministicVerifier(vocabulary)
    raise SettingsError(
        f"There is no verifier {settings.verifier}.", remedy="Set COACH_VERIFIER to auto or deterministic."
    )
