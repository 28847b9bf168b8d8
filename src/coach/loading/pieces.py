"""What a format's parser hands over: pieces of text in reading order, before offsets exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from coach.types import BlockKind


@dataclass(frozen=True, slots=True)
class Piece:
    """One heading, paragraph, list item, table row or code block, without its markup.

    `headings` is for formats whose units bring their own (the row and column of a cell): they are
    put below the path of headings above. `marker` is what an item begins with in the text.
    """

    kind: BlockKind
    text: str
    level: int = 0  # heading level from 1, or nesting depth of an item from 1
    marker: str = "- "
    page: int | None = None
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parsed:
    """A parsed file: its pieces and whatever it says of itself (front matter, document properties)."""

    pieces: tuple[Piece, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict)
