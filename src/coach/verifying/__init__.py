"""Does the quoted evidence support the claim? Deterministic vetoes first, then a learned score."""

from __future__ import annotations

from coach.verifying.base import Verifier

__all__ = ["Verifier"]
