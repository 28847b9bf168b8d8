"""The seam of every format: bytes in, parsed blocks out, and how blocks become canonical text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from coach.types import Block, BlockKind


@dataclass(frozen=True, slots=True)
class Piece:
    """One block as a parser sees it: its kind and words, before offsets are known."""

    kind: BlockKind
    text: str
    level: int = 0
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a format's parser gives: the blocks in order and what the file says of itself."""

    pieces: tuple[Piece, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict)


Parser = Callable[[bytes], Parsed]


def lay_out(pieces: Sequence[Piece], title: str) -> tuple[str, tuple[Block, ...]]:
    """The canonical text of a document and its blocks.

    Headings and paragraphs stand on lines of their own with a blank line between, items begin with "- ".
    A single top heading that repeats the title is part of the text but of no heading path.
    """
    lone_title = _find_lone_title(pieces, title)
    text, blocks, path = "", [], {}
    lead_in, items = "", {}
    before: Piece | None = None
    for piece in pieces:
        words = tidy(piece.text)
        if not words:
            continue
        text += _separator(before, piece)
        prefix = "  " * (piece.level - 1) + "- " if piece.kind == "item" else ""
        start = len(text) + len(prefix)
        text += prefix + words
        if piece.kind == "heading":
            path = {level: h for level, h in path.items() if level < piece.level}
            if piece is not lone_title:
                path[piece.level] = words
        lead_in, items = _follow_lead_in(piece, words, before, lead_in, items)
        headings = tuple(h for _, h in sorted(path.items()))
        led_by = items.get(piece.level - 1, lead_in) if piece.kind == "item" else ""
        blocks.append(Block(piece.kind, start, len(text), headings, piece.level, led_by, page=piece.page))
        before = piece
    return text + ("\n" if text else ""), tuple(blocks)


def tidy(text: str) -> str:
    """Words on one line: NFC, no control characters, single blanks."""
    kept = "".join(
        " " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in unicodedata.normalize("NFC", text)
    )
    return re.sub(r"[ \t\u00a0\ufeff]+", " ", kept).strip()


def _find_lone_title(pieces: Sequence[Piece], title: str) -> Piece | None:
    top = [p for p in pieces if p.kind == "heading" and p.level == 1]
    return top[0] if len(top) == 1 and tidy(top[0].text).casefold() == title.casefold() else None


def _separator(before: Piece | None, piece: Piece) -> str:
    if before is None:
        return ""
    return "\n" if before.kind == piece.kind and piece.kind in ("item", "row") else "\n\n"


def _follow_lead_in(
    piece: Piece, words: str, before: Piece | None, lead_in: str, items: dict[int, str]
) -> tuple[str, dict[int, str]]:
    """The paragraph ending in a colon right before a list introduces it; an item introduces those below it."""
    if piece.kind == "item":
        kept = {level: w for level, w in items.items() if level < piece.level}
        return lead_in, kept | {piece.level: words}
    return (words if piece.kind == "paragraph" and words.endswith(":") else ""), {}
