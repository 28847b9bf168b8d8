"""Which rung something stands on, where a sentence gives it a number: "Level 2", "the third of the five levels"."""

from __future__ import annotations

import re

ASPECT = "which level it is"
_NUMBERS = "one two three four five six seven eight nine ten".split()
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_NOUN = r"(?:level|rung|grade|tier|stage|step|band)"
_NAMED = re.compile(rf"\b{_NOUN} (?P<number>\d{{1,2}}|{'|'.join(_NUMBERS)})\b")
_COUNTED = re.compile(
    rf"\b(?P<number>{'|'.join(_ORDINALS)}|\d{{1,2}}(?=(?:st|nd|rd|th)\b))(?:st|nd|rd|th)?(?:-|\s)"
    rf"(?:of (?:the |its )?\w+ )?(?:(?:and|or) (?:last|top|highest) )?{_NOUN}s?\b"
)
_ASKED = re.compile(rf"\b(?:which|what) {_NOUN}\b|{_NAMED.pattern}")


def find_rung(normal: str) -> int | None:
    """The number of the one rung that a normalised sentence speaks of; None for none or several."""
    found = {_read(m["number"]) for pattern in (_NAMED, _COUNTED) for m in pattern.finditer(normal)}
    return found.pop() if len(found) == 1 else None


def asks_for_rung(text: str) -> bool:
    """Whether a question asks for the number of a level: "what level is a VP", "level 2 or level 3"."""
    return _ASKED.search(text.lower()) is not None


def _read(number: str) -> int:
    if number.isdigit():
        return int(number)
    words = _NUMBERS if number in _NUMBERS else _ORDINALS
    return words.index(number) + 1
