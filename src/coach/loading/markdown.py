"""Markdown into pieces: headings, paragraphs, items and rows as plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from coach.loading.pieces import Piece
from coach.loading.structuring import promote_headings
from coach.loading.tables import to_pieces
from coach.loading.tags import SEEN, Hiding, cut_hidden, is_breaking, strip_tags

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_CHECKBOX = re.compile(r"^\[[ xX]\]\s+")
_LONGEST_HEADING = 120
_OPENERS = ("bullet_list_open", "ordered_list_open")
_CLOSERS = ("bullet_list_close", "ordered_list_close")


def parse_markdown(text: str) -> tuple[Piece, ...]:
    """The pieces of a Markdown text in reading order, without any markup."""
    return promote_headings(_walk(_see(_parser().parse(text))))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Prose that is merely indented is no code.
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).disable("code")


def _see(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without what raw HTML hides; a hidden element may go over many of them, and inside a line."""
    seen: list[Token] = []
    hiding = SEEN
    for token in tokens:
        if token.type == "html_block":
            token.content, hiding = cut_hidden(token.content, hiding)
        elif token.type == "inline" and any(child.type == "html_inline" for child in token.children or ()):
            token.children, hiding = _see_inline(token.children or [], hiding)
        elif hiding != SEEN and token.type in ("inline", "fence"):
            token.content, token.children = "", []
        seen.append(token)
    return seen


def _see_inline(children: Sequence[Token], hiding: Hiding) -> tuple[list[Token], Hiding]:
    kept: list[Token] = []
    for child in children:
        before = hiding
        if child.type == "html_inline":
            _, hiding = cut_hidden(child.content, hiding)
        if before == SEEN and hiding == SEEN:
            kept.append(child)
    return kept, hiding


def _walk(tokens: Sequence[Token]) -> Iterator[Piece]:
    numbers: list[int | None] = []  # the next number of each open list, None for bullets
    opened = False
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.type in _OPENERS:
            opened = not numbers
            numbers.append(int(token.attrGet("start") or 1) if token.type.startswith("ordered") else None)
        elif token.type in _CLOSERS:
            numbers.pop()
        elif token.type == "list_item_open":
            end = _own_end(tokens, index)
            yield from _item(tokens[index:end], numbers, opened)
            opened, index = False, end
            continue
        elif token.type == "table_open":
            end = _closing(tokens, index)
            yield from to_pieces(_read_rows(tokens[index:end]))
            index = end
        else:
            yield from _block(tokens, index)
        index += 1


def _block(tokens: Sequence[Token], index: int) -> Iterator[Piece]:
    token = tokens[index]
    if token.type == "inline":
        text, bold = _flatten(token)
        opener = tokens[index - 1]
        if opener.type == "heading_open" and not _reads_as_prose(opener, text):
            yield Piece("heading", text, level=int(opener.tag[1]))
        else:
            yield Piece("paragraph", text, bold=bold)
    elif token.type == "fence":
        yield Piece("code", token.content)
    elif token.type == "html_block":
        yield from (Piece("paragraph", part) for part in strip_tags(token.content))


def _reads_as_prose(opener: Token, text: str) -> bool:
    """A paragraph above a ruler parses as an underlined heading."""
    return opener.markup in ("-", "=") and (len(text) > _LONGEST_HEADING or text.endswith((".", ";", ",")))


def _item(own: Sequence[Token], numbers: list[int | None], opened: bool) -> Iterator[Piece]:
    """The item's own words up to its first nested block; nested lists are walked after it."""
    inlines = [_flatten(t) for t in own if t.type == "inline"]
    number = numbers[-1]
    if number is not None:
        numbers[-1] = number + 1
    text = _CHECKBOX.sub("", " ".join(words for words, _ in inlines if words))
    if text:
        marker = "- " if number is None else f"{number}. "
        yield Piece("item", text, level=len(numbers), marker=marker, bold=inlines[0][1], starts_list=opened)


def _read_rows(tokens: Sequence[Token]) -> list[list[str]]:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_flatten(token)[0])
    return rows


def _flatten(token: Token) -> tuple[str, str]:
    """The words of an inline token, and the part of them that opens it in bold."""
    words: list[str] = []
    depth, bold_until = 0, 0
    for child in token.children or ():
        if child.type == "strong_open":
            depth += 1
        elif child.type == "strong_close":
            depth -= 1
        else:
            words.append(_words(child))
            if depth and not "".join(words[bold_until:-1]).strip():
                bold_until = len(words)
    return " ".join("".join(words).split()), " ".join("".join(words[:bold_until]).split())


def _words(child: Token) -> str:
    if child.type in ("text", "code_inline", "text_special"):
        return child.content
    if child.type in ("softbreak", "hardbreak"):
        return " "
    if child.type == "html_inline":
        return " " if is_breaking(child.content) else ""
    if child.type == "image":  # a description is content, a file name is not
        return child.content if len(child.content.split()) > 2 else ""
    return ""


def _own_end(tokens: Sequence[Token], start: int) -> int:
    """Index of the first token after `start` that is not the item's own paragraph."""
    own = ("paragraph_open", "inline", "paragraph_close")
    return next((i for i in range(start + 1, len(tokens)) if tokens[i].type not in own), len(tokens))


def _closing(tokens: Sequence[Token], start: int) -> int:
    level = tokens[start].level
    return next((i for i in range(start + 1, len(tokens)) if tokens[i].level == level), len(tokens) - 1)
