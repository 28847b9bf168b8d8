"""The patterns of `patterns.toml`, compiled once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

Rules = tuple[tuple[re.Pattern[str], str], ...]

_FILE = Path(__file__).with_name("patterns.toml")


@cache
def _read() -> Mapping[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@cache
def get_anywhere() -> Rules:
    """What speaks to an assistant wherever it stands, with the reasons."""
    return _compile("anywhere")


@cache
def get_asked() -> Rules:
    """What orders the assistant when a reader says it, with the reasons."""
    return _compile("asked")


@cache
def get_signs() -> tuple[str, ...]:
    """Letters of which some stand in every English text that any pattern fits; looked for first, being quick."""
    return tuple(_read()["signs"])


def _compile(table: str) -> Rules:
    content = _read()
    return tuple(
        (re.compile("|".join(f"(?:{_fill(p, content['words'])})" for p in patterns)), why)
        for why, patterns in content[table].items()
    )


def _fill(pattern: str, words: Mapping[str, Any]) -> str:
    """Put the words in place of their names."""
    for name, choices in words.items():
        pattern = pattern.replace(f"<{name}>", f"(?:{'|'.join(choices)})")
    return pattern
