"""Points on which texts may take different positions: phrases for one side and the other, as patterns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Contrary:
    """Two sides of a question as patterns over lower-case text, and what one says they differ on."""

    aspect: str
    sides: tuple[re.Pattern[str], re.Pattern[str]]
    wins: int | None = None  # the side of a text that holds both
    asked: tuple[str, ...] = ()  # words by which a question asks for it
    is_loose: bool = False  # the phrases need not be said of the same thing


def parse_contrary(raw: Mapping[str, Any]) -> Contrary:
    """Read one table of the file; KeyError or re.error for one that is not valid."""
    one, other = (re.compile(rf"\b(?:{'|'.join(raw[side])})\b") for side in ("one", "other"))
    wins = {"one": 0, "other": 1}.get(str(raw.get("wins")))
    asked = tuple(str(raw.get("asked", "")).split())
    return Contrary(str(raw["aspect"]), (one, other), wins, asked, bool(raw.get("loose")))


@lru_cache(maxsize=1)
def load_contraries() -> tuple[tuple[Contrary, ...], tuple[tuple[str, ...], ...]]:
    """The contraries of any field and the scales that tell subjects apart, as shipped; read once."""
    content = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    scales = tuple(tuple(scale["words"].split()) for scale in content["scales"])
    return tuple(map(parse_contrary, content["contraries"])), scales
