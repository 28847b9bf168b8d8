"""Does a text repeat what the prompts of Coach say: such words are never shown, whoever says them."""

from __future__ import annotations

import re
from functools import cache

from coach.paths import list_prompts

_RUN = 6  # words in a row that nobody writes by chance
_WORD = re.compile(r"\w+")


def repeats_prompt(text: str) -> bool:
    """Whether six words in a row are those of a prompt that ships."""
    return not _get_runs().isdisjoint(_find_runs(text))


@cache
def _get_runs() -> frozenset[tuple[str, ...]]:
    return frozenset(run for prompt in list_prompts() for run in _find_runs(prompt))


def _find_runs(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    return {tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}
