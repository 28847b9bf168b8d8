"""From pieces to the canonical text: plain words, one layout, and blocks that know where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from coach.loading.decoding import mend
from coach.loading.pieces import Piece
from coach.sentences import split_sentences
from coach.types import Block

_LINES = ("item", "row")  # kinds that follow one another without a blank line
_LONGEST_LEAD_IN = 200
_LONG_TITLE = 12  # characters from which a heading that goes on after the title still repeats it
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def assemble(pieces: Iterable[Piece]) -> tuple[str, tuple[Block, ...]]:
    """Lay the pieces out as text and say where each one stands; `text[block.start:block.end]` is its own text.

    A blank line between blocks, none between items or rows of one list or table; an item begins
    with its marker, indented by two spaces per depth, a cell with the names of its row and column;
    their blocks leave these out.
    """
    parts: list[str] = []
    blocks: list[Block] = []
    position = 0
    for piece in pieces:
        piece = _mend(piece)
        content = piece.text.strip() if piece.kind == "code" else " ".join(piece.text.split())
        if not content:
            continue
        lead = _separator(blocks, piece) + _marker(piece)
        start = position + len(lead)
        parts += (lead, content)
        position = start + len(content)
        level = piece.level if piece.kind in ("heading", "item") else 0
        blocks.append(
            Block(piece.kind, start, position, piece.headings, level, "", not piece.why, piece.why, piece.page)
        )
    return "".join(parts), tuple(blocks)


def thread(text: str, blocks: Sequence[Block], title: str = "") -> tuple[Block, ...]:
    """Give every block the headings it stands under and, for items and rows, the words that introduce them.

    A first H1 that repeats the title is left out of the paths below it when it is the only H1,
    because a title is shown anyway. Headings that are not citable give no path.
    """
    silent = _find_title_block(text, blocks, title)
    path: list[tuple[int, str]] = []
    names: tuple[str, ...] = ()
    paths: list[tuple[str, ...]] = []
    for block in blocks:
        if block.kind != "heading" or not block.citable:
            paths.append(_join(names, block))
            continue
        words = text[block.start : block.end]
        path = [p for p in path if p[0] < block.level]
        paths.append((*(h for _, h in path), words))
        if block is not silent:
            path.append((block.level, words))
        names = tuple(h for _, h in path)
    return _introduce(text, blocks, paths)


def _join(names: tuple[str, ...], block: Block) -> tuple[str, ...]:
    """The path above, then the block's own headings; threading twice changes nothing."""
    own = block.headings if block.kind == "row" else ()
    return own if own[: len(names)] == names else names + own


def _introduce(text: str, blocks: Sequence[Block], paths: Sequence[tuple[str, ...]]) -> tuple[Block, ...]:
    introduced: list[Block] = []
    lead_in = ""
    parents: dict[int, str] = {}
    before = ""
    for block, headings in zip(blocks, paths, strict=True):
        words = text[block.start : block.end]
        if before in _LINES and before != block.kind:
            lead_in, parents = "", {}  # a table below a list is not part of what introduces the list
        before = block.kind
        if block.kind in _LINES:
            depth = block.level or 1
            parents = {level: words_ for level, words_ in parents.items() if level < depth}
            parent = next((parents[level] for level in sorted(parents, reverse=True)), lead_in)
            introduced.append(_place(block, headings, parent))
            if block.kind == "item":
                parents[depth] = _to_lead_in(text, block) if words.endswith(":") else _label(words)
        else:
            lead_in, parents = (_to_lead_in(text, block) if words.endswith(":") and block.citable else ""), {}
            introduced.append(_place(block, headings, ""))
    return tuple(introduced)


def _place(block: Block, headings: tuple[str, ...], lead_in: str) -> Block:
    if block.headings == headings and block.lead_in == lead_in:
        return block
    return replace(block, headings=headings, lead_in=lead_in)


def _to_lead_in(text: str, block: Block) -> str:
    """The last sentence of a block: the words that introduce what follows."""
    words = text[block.start : block.end]
    start, end = split_sentences(words)[-1]
    return words[start:end][-_LONGEST_LEAD_IN:]


def _label(words: str) -> str:
    """What of a parent item introduces its children: all of it when short, else its first sentence."""
    if len(words) <= _LONGEST_LEAD_IN:
        return words
    start, end = split_sentences(words)[0]
    return words[start:end][:_LONGEST_LEAD_IN]


def _find_title_block(text: str, blocks: Sequence[Block], title: str) -> Block | None:
    tops = [b for b in blocks if b.kind == "heading" and b.level == 1 and b.citable]
    if len(tops) != 1:
        return None
    words, wanted = _fold(text[tops[0].start : tops[0].end]), _fold(title)
    repeats = words == wanted or (len(wanted) >= _LONG_TITLE and words.startswith(wanted))
    return tops[0] if repeats else None


def _fold(words: str) -> str:
    """Words alone: a chapter number before a title and its punctuation do not count."""
    return " ".join(re.findall(r"\w+", re.sub(r"^\d{1,3}\.\s", "", words.casefold())))


def _mend(piece: Piece) -> Piece:
    """Characters that a format decodes by itself (entities, document XML) are as garbled as any."""
    if piece.text.isascii() and piece.marker.isascii() and not _CONTROL.search(piece.text):
        return piece
    headings = tuple(" ".join(mend(h).split()) for h in piece.headings)
    return replace(piece, text=mend(piece.text), marker=mend(piece.marker), headings=headings)


def _separator(blocks: Sequence[Block], piece: Piece) -> str:
    if not blocks:
        return ""
    return "\n" if piece.kind in _LINES and blocks[-1].kind == piece.kind else "\n\n"


def _marker(piece: Piece) -> str:
    if piece.kind == "item":
        return "  " * (max(piece.level, 1) - 1) + (piece.marker or "- ")
    return piece.marker if piece.kind == "row" else ""
