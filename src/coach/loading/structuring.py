"""Headings that are written as bold words: what people mean and their tools did not mark.

A paragraph that is bold from end to end is a heading. So is the bold label of a list item where the
items of the list are really small sections ("Responsibilities: ..." with a paragraph or a list below).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from coach.loading.pieces import Piece
from coach.sentences import split_sentences

_LONGEST_HEADING, _MOST_WORDS = 120, 14
_SECTION_SENTENCES = 3  # an item that says so much below its bold label is a section of its own
_READ = 10  # headings read from bold text carry this plus their depth until they are settled
_DEEPEST = 6


def promote_headings(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """The pieces with bold headings made headings, each below the real heading it follows."""
    given = [p for p in pieces if p.text.strip()]
    if not any(p.bold for p in given):
        return tuple(given)
    labels = Counter(label.casefold() for p in given if (label := split_label(p)[0]))
    promoted: list[Piece] = []
    for run in _runs(given):
        if run[0].kind == "item":
            promoted += _promote_items(run, labels)
        else:
            promoted += (_promote_paragraph(p) for p in run)
    return tuple(_settle_levels(promoted))


def split_label(piece: Piece) -> tuple[str, str]:
    """The bold words a piece opens with and the text after them: "**Scope:** One team." or "**Scope**. One team."."""
    label, rest = piece.bold, piece.text[len(piece.bold) :].lstrip()
    if not label or len(label) > _LONGEST_HEADING:
        return "", ""
    if not rest:
        return (label.rstrip(": "), "") if is_title(label) else ("", "")
    if label.endswith((":", ".")):
        return label.rstrip(":. "), rest
    match = re.match(r"(\([^)]{1,40}\))?[.:]\s+", rest)
    return (f"{label} {match.group(1) or ''}".strip(), rest[match.end() :]) if match else ("", "")


def is_title(text: str) -> bool:
    """Whether a line is short and does not end like a sentence."""
    return (
        0 < len(text) <= _LONGEST_HEADING
        and not text.endswith((".", "!", ";", ","))
        and len(text.split()) <= _MOST_WORDS
    )


def _promote_paragraph(piece: Piece) -> Piece:
    if piece.kind == "paragraph" and piece.bold == piece.text and is_title(piece.text):
        return replace(piece, kind="heading", text=piece.text.rstrip(": "), level=_READ + 1)
    return piece


def _runs(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Consecutive items of one list together, everything else alone."""
    run: list[Piece] = []
    for piece in pieces:
        if run and not (piece.kind == "item" == run[0].kind and not piece.starts_list):
            yield run
            run = []
        run.append(piece)
    if run:
        yield run


def _promote_items(run: Sequence[Piece], labels: Counter[str]) -> Iterator[Piece]:
    """Where each item of a level opens with a bold label and most say much below it, labels become headings."""
    groups = [group for level in {p.level for p in run} for group in _siblings(run, level)]
    sections = {index for group in groups if _are_sections(run, group, labels) for index in group}
    for index, piece in enumerate(run):
        if index not in sections:
            yield piece
            continue
        label, rest = split_label(piece)
        yield replace(piece, kind="heading", text=label, level=_READ + piece.level)
        if rest:
            yield replace(piece, kind="paragraph", text=rest, level=0, bold="")


def _siblings(run: Sequence[Piece], level: int) -> Iterator[list[int]]:
    """Indices of the items that share a parent at this level."""
    group: list[int] = []
    for index, piece in enumerate(run):
        if piece.level < level and group:
            yield group
            group = []
        elif piece.level == level:
            group.append(index)
    if group:
        yield group


def _are_sections(run: Sequence[Piece], group: Sequence[int], labels: Counter[str]) -> bool:
    weights = [_weigh(run, index, labels) for index in group]
    return min(weights) > 0 and 2 * weights.count(2) >= len(weights)


def _weigh(run: Sequence[Piece], index: int, labels: Counter[str]) -> int:
    """0 for an item without a bold label, 2 for one that reads as a section, 1 for others.

    Three sentences below the label make a section, two under a label that comes back elsewhere, or a list.
    """
    label, rest = split_label(run[index])
    if not label:
        return 0
    if index + 1 < len(run) and run[index + 1].level > run[index].level:
        return 2
    sentences = len(split_sentences(rest))
    return 2 if sentences >= _SECTION_SENTENCES or (sentences > 1 and labels[label.casefold()] > 1) else 1


def _settle_levels(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Place headings read from bold text below the real heading above them.

    A list under a promoted heading starts again at the depth it has below that heading.
    """
    real = [p.level for p in pieces if p.kind == "heading" and 1 < p.level < _READ]
    level, promoted = (min(real) - 1 if real else 1), 0
    for piece in pieces:
        if piece.kind == "heading" and piece.level < _READ:
            level, promoted = piece.level, 0
            yield piece
        elif piece.kind == "heading":
            promoted = piece.level - _READ
            yield replace(piece, level=min(level + max(promoted, 1), _DEEPEST))
        elif piece.kind == "item" and piece.level > promoted:
            yield replace(piece, level=piece.level - promoted)
        else:
            promoted = 0 if piece.kind == "item" else promoted
            yield piece
