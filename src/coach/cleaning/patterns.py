"""The patterns of `patterns.toml`, compiled once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("patterns.toml")
_END = r"[.!?:\u2026 >\u2192\u00bb-]*"  # what may follow a line of interface text


@cache
def get_lines() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns that fit the whole of a short line, with their reasons."""
    return _compile(_read()["lines"], lambda pattern: rf"(?:{pattern}){_END}")


@cache
def get_sentences() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns to search a sentence for, with their reasons."""
    return _compile(_read()["sentences"], lambda pattern: pattern)


@cache
def get_headings() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns that fit the whole of a heading whose section is no content, with their reasons."""
    return _compile(_read()["headings"], lambda pattern: rf"(?:{pattern}){_END}")


@cache
def get_stock_headings() -> re.Pattern[str]:
    """Fits the whole of a heading that would suit a page on any subject."""
    return _any_of(_read()["stock"]["headings"], end=_END)


@cache
def get_subjectless() -> re.Pattern[str]:
    """Finds words that speak of a subject without naming it."""
    return _any_of(_read()["stock"]["subjectless"])


@cache
def get_placeholders() -> re.Pattern[str]:
    """Finds a placeholder that nobody filled in."""
    return _any_of(_read()["stock"]["placeholders"])


@cache
def get_properties() -> re.Pattern[str]:
    """Fits a line that describes the page, such as "Owner: ..."."""
    return re.compile(rf"(?:{'|'.join(_read()['properties']['names'])})\s*:\s*\S?.{{0,80}}", re.IGNORECASE)


@cache
def _read() -> Mapping[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _fill(pattern: str) -> str:
    """Put the words in place of their names."""
    for name, words in _read()["words"].items():
        pattern = pattern.replace(f"<{name}>", f"(?:{'|'.join(words)})")
    return pattern


def _compile(table: Mapping[str, list[str]], shape: Any) -> tuple[tuple[re.Pattern[str], str], ...]:
    """One pattern for each reason, in the order of the file."""
    return tuple((_any_of(map(shape, patterns)), why) for why, patterns in table.items())


def _any_of(patterns: Iterable[str], end: str = "") -> re.Pattern[str]:
    joined = "|".join(f"(?:{_fill(pattern)})" for pattern in patterns)
    return re.compile(f"(?:{joined}){end}", re.IGNORECASE)
