"""What a format's parser hands over: pieces of text in reading order, before offsets exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from coach.types import BlockKind


@dataclass(frozen=True, slots=True)
class Piece:
    """One heading, paragraph, list item, table row or code block, without its markup.

    `marker` is what an item or a cell begins with in the text and its block leaves out. `headings`
    is for formats whose units bring their own (the row and column of a cell): they are put below the
    path of headings above. `bold` is the part of the text, from its start, that is set in bold.
    `why` is the reason, when the format itself shows that a piece is no content (a page's menu).
    """

    kind: BlockKind
    text: str
    level: int = 0  # heading level from 1, or nesting depth of an item from 1
    marker: str = ""
    page: int | None = None
    headings: tuple[str, ...] = ()
    bold: str = ""
    starts_list: bool = False  # whether an item begins a new list rather than going on with one
    why: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A parsed file: its pieces and whatever it says of itself (front matter, document properties)."""

    pieces: tuple[Piece, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict)
