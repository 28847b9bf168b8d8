"""What an answer may say the guides do not say: a closed list, so that nothing else can be slipped in as a gap.

A gap is a statement about the guides, found by looking through all that came up for the question. It claims nothing
of the world, holds no word of the question, and stands only before a claim that the gate has let through.
"""

from __future__ import annotations

from collections.abc import Mapping

GAPS: Mapping[str, str] = {
    "people": "The guides do not say how many",
    "count": "The guides do not say how many",
    "percent": "The guides do not say what share",
    "frequency": "The guides do not say exactly how often",
    "duration": "The guides do not say how long",
    "date": "The guides do not say when",
}


def to_connective(gap: str) -> str:
    """The phrase that leads an answer with this gap."""
    return f"{GAPS[gap]}; what they do say:"


CONNECTIVES: tuple[str, ...] = tuple(dict.fromkeys(map(to_connective, GAPS)))
