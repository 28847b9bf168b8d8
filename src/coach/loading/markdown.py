"""Markdown into pieces: headings, paragraphs, items and rows as plain words.

markdown-it-py parses; what people mean but Markdown cannot say is read from structure: a paragraph
or a parent item that is bold from end to end is a heading, and so is the bold label of a long item.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from coach.loading.pieces import Piece
from coach.sentences import split_sentences

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|svg|noscript)\b.*?(?:</\1\s*>|\Z)|</?[a-zA-Z][^<>]*>", re.DOTALL | re.I
)
_BREAKING_TAG = re.compile(r"</?(?:p|div|br|li|ul|ol|tr|table|h[1-6]|section|details|summary)\b[^<>]*>", re.IGNORECASE)
_LONGEST_HEADING = 120
_CHECKBOX = re.compile(r"^\[[ xX]\]\s+")
_SECTION_SENTENCES = 3  # an item that says so much below its bold label is a section of its own
_LISTS = ("bullet_list_open", "ordered_list_open")


@dataclass(frozen=True, slots=True)
class _Inline:
    """The words of an inline token and how many of them, from the start, are bold."""

    text: str
    bold: str


@dataclass(slots=True)
class _OpenList:
    """A list being walked: the next number of an ordered one, and what its items are."""

    number: int | None
    holds_sections: bool

    def take_marker(self) -> str:
        if self.number is None:
            return "- "
        self.number += 1
        return f"{self.number - 1}. "


def parse_markdown(text: str) -> tuple[Piece, ...]:
    """The pieces of a Markdown text in reading order, without any markup."""
    tokens = _parser().parse(text)
    pieces = [p for p in _walk(tokens, _labels(tokens)) if p.text.strip()]
    return tuple(_settle_levels(pieces))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Prose that is merely indented is no code.
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).disable("code")


def _walk(tokens: Sequence[Token], labels: Counter[str]) -> Iterator[Piece]:
    """Headings read from bold text carry a level of 10 or more: `_settle_levels` places them."""
    lists: list[_OpenList] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.type in _LISTS:
            number = int(token.attrGet("start") or 1) if token.type.startswith("ordered") else None
            lists.append(_OpenList(number, _holds_sections(tokens, index, labels)))
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "list_item_open":
            end = _own_end(tokens, index)
            yield from _item(tokens[index:end], lists)
            index = end
            continue
        elif token.type == "table_open":
            end = _closing(tokens, index)
            yield from _rows(tokens[index:end])
            index = end
        else:
            yield from _block(tokens, index)
        index += 1


def _block(tokens: Sequence[Token], index: int) -> Iterator[Piece]:
    token = tokens[index]
    if token.type == "inline":
        yield from _paragraph(tokens[index - 1], _flatten(token))
    elif token.type == "fence":
        yield Piece("code", token.content)
    elif token.type == "html_block":
        yield from (Piece("paragraph", part) for part in _strip_html(token.content))


def _paragraph(opener: Token, inline: _Inline) -> Iterator[Piece]:
    text = inline.text
    if opener.type == "heading_open" and not _reads_as_prose(opener, text):
        yield Piece("heading", text, level=int(opener.tag[1]))
    elif inline.bold == text and _is_title(text):
        yield Piece("heading", text.rstrip(":"), level=10)
    else:
        yield Piece("paragraph", text)


def _reads_as_prose(opener: Token, text: str) -> bool:
    """A paragraph above a ruler parses as an underlined heading."""
    return opener.markup in ("-", "=") and (len(text) > _LONGEST_HEADING or text.endswith((".", ";", ",")))


def _is_title(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_HEADING and not text.endswith((".", "!", ";", ",")) and len(text.split()) <= 14


def _item(own: Sequence[Token], lists: Sequence[_OpenList]) -> Iterator[Piece]:
    """The item's own words up to its first nested block; nested lists are walked after it."""
    inlines = [_flatten(t) for t in own if t.type == "inline"]
    marker = lists[-1].take_marker()
    text = _CHECKBOX.sub("", " ".join(i.text for i in inlines if i.text))
    if not text:
        return
    label, rest = _split_label(inlines[0])
    if not lists[-1].holds_sections or not label:
        yield Piece("item", text, level=len(lists), marker=marker)
        return
    yield Piece("heading", label, level=10 + len(lists))
    below = " ".join(part for part in (rest, *(i.text for i in inlines[1:])) if part)
    if below:
        yield Piece("paragraph", below)


def _split_label(inline: _Inline) -> tuple[str, str]:
    """The bold words an item opens with and the text after them: "**Scope:** One team." or "**Scope**. One team."."""
    label, rest = inline.bold, inline.text[len(inline.bold) :].lstrip()
    if not label or len(label) > _LONGEST_HEADING:
        return "", ""
    if not rest:
        return (label.rstrip(": "), "") if _is_title(label) else ("", "")
    if label.endswith((":", ".")):
        return label.rstrip(":. "), rest
    match = re.match(r"(\([^)]{1,40}\))?[.:]\s+", rest)
    return (f"{label} {match.group(1) or ''}".strip(), rest[match.end() :]) if match else ("", "")


def _holds_sections(tokens: Sequence[Token], start: int, labels: Counter[str]) -> bool:
    """Whether the items of a list are small sections rather than bullets.

    They are when each opens with a bold label and most say much below it: three sentences, a nested
    list, or two sentences under a label that comes back elsewhere ("Responsibilities").
    """
    end, depth = _closing(tokens, start), tokens[start].level + 1
    items = [i for i in range(start, end) if tokens[i].type == "list_item_open" and tokens[i].level == depth]
    weights = [_weigh_item(tokens, item, labels) for item in items]
    return bool(weights) and min(weights) > 0 and 2 * weights.count(2) >= len(weights)


def _weigh_item(tokens: Sequence[Token], item: int, labels: Counter[str]) -> int:
    """0 for an item without a bold label, 2 for one that reads as a section, 1 for others."""
    end = _own_end(tokens, item)
    inline = next((t for t in tokens[item:end] if t.type == "inline"), None)
    label, rest = _split_label(_flatten(inline)) if inline is not None else ("", "")
    if not label:
        return 0
    sentences = len(split_sentences(rest))
    if sentences >= _SECTION_SENTENCES or (sentences > 1 and labels[label.casefold()] > 1):
        return 2
    return 2 if end < len(tokens) and tokens[end].type in _LISTS else 1


def _labels(tokens: Sequence[Token]) -> Counter[str]:
    found = (_split_label(_flatten(t))[0] for t in tokens if t.type == "inline" and t.content.startswith(("**", "__")))
    return Counter(label.casefold() for label in found if label)


def _settle_levels(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Place headings read from bold text below the real heading above them.

    A list under a promoted heading starts again at the depth it has below that heading.
    """
    real = [p.level for p in pieces if p.kind == "heading" and 1 < p.level < 10]
    level, promoted = (min(real) - 1 if real else 1), 0
    for piece in pieces:
        if piece.kind == "heading" and piece.level < 10:
            level, promoted = piece.level, 0
            yield piece
        elif piece.kind == "heading":
            promoted = piece.level - 10
            yield replace(piece, level=min(level + max(promoted, 1), 6))
        elif piece.kind == "item" and piece.level > promoted:
            yield replace(piece, level=piece.level - promoted)
        else:
            promoted = 0 if piece.kind == "item" else promoted
            yield piece


def _rows(tokens: Sequence[Token]) -> Iterator[Piece]:
    """Each row of a table as "Header: cell; Header: cell"; empty cells say nothing."""
    header: list[str] = []
    cells: list[str] = []
    for token in tokens:
        if token.type == "inline":
            cells.append(_flatten(token).text)
        elif token.type == "tr_close":
            if header:
                yield Piece("row", to_row(header, cells))
            header, cells = header or cells or [""], []


def to_row(header: Sequence[str], cells: Sequence[str]) -> str:
    """One row as a line that reads alone; cells without a header stand bare."""
    names = [*header, *([""] * len(cells))]
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in zip(names, cells, strict=False) if cell)


def _flatten(token: Token) -> _Inline:
    """The words of an inline token; `bold` is the part of them that opens it in bold."""
    words: list[str] = []
    depth, bold_until = 0, 0
    for child in token.children or ():
        if child.type == "strong_open":
            depth += 1
        elif child.type == "strong_close":
            depth -= 1
        else:
            words.append(_words(child))
            if depth and (bold_until == len(words) - 1 or not "".join(words[bold_until:-1]).strip()):
                bold_until = len(words)
    text = " ".join("".join(words).split())
    bold = " ".join("".join(words[:bold_until]).split())
    return _Inline(text, bold)


def _words(child: Token) -> str:
    if child.type in ("text", "code_inline", "text_special"):
        return child.content
    if child.type in ("softbreak", "hardbreak"):
        return " "
    if child.type == "html_inline":
        return " " if _BREAKING_TAG.match(child.content) else ""
    if child.type == "image":  # a description is content, a file name is not
        return child.content if len(child.content.split()) > 2 else ""
    return ""


def _strip_html(markup: str) -> list[str]:
    """The words of raw HTML inside Markdown, a part for each block-level element."""
    broken = _BREAKING_TAG.sub("\n\n", re.sub(r"<!--.*?-->", "", markup, flags=re.DOTALL))
    words = html.unescape(_TAG.sub("", broken))
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", words) if part.strip()]


def _own_end(tokens: Sequence[Token], start: int) -> int:
    """Index of the first token after `start` that is not the item's own paragraph."""
    own = ("paragraph_open", "inline", "paragraph_close")
    return next((i for i in range(start + 1, len(tokens)) if tokens[i].type not in own), len(tokens))


def _closing(tokens: Sequence[Token], start: int) -> int:
    level = tokens[start].level
    return next((i for i in range(start + 1, len(tokens)) if tokens[i].level == level), len(tokens) - 1)
