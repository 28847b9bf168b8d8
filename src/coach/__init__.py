"""Coach answers software-engineering career questions from guides, citing exact words for every sentence.

    from coach import load_settings, build_coach
    coach = build_coach(load_settings())
    answer = coach.ask("How many engineers does a director usually lead?")

Names are loaded on first use, so that importing the package stays cheap.
"""

from __future__ import annotations

from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coach.build import build_coach
    from coach.coach import Coach
    from coach.errors import CoachError
    from coach.settings import Settings, load_settings
    from coach.types import Abstention, Answer, Citation, Claim, Document, Passage, Question, Turn

_HOMES = {
    "build_coach": "coach.build",
    "Coach": "coach.coach",
    "CoachError": "coach.errors",
    "Settings": "coach.settings",
    "load_settings": "coach.settings",
    **dict.fromkeys(
        ("Abstention", "Answer", "Citation", "Claim", "Document", "Passage", "Question", "Turn"), "coach.types"
    ),
}

__all__ = [
    "Abstention",
    "Answer",
    "Citation",
    "Claim",
    "Coach",
    "CoachError",
    "Document",
    "Passage",
    "Question",
    "Settings",
    "Turn",
    "build_coach",
    "load_settings",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return metadata.version("coach-guides")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'coach' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
