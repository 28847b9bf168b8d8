"""Markdown with YAML front matter, parsed by markdown-it-py."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import yaml

from coach.errors import DocumentError
from coach.loading.base import Parsed, Piece
from coach.loading.decoding import decode

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def parse_markdown(data: bytes) -> Parsed:
    """Blocks and front matter of a Markdown file; DocumentError when the front matter is not valid YAML."""
    from markdown_it import MarkdownIt

    text = decode(data)
    metadata, body = split_front_matter(text)
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(body)
    return Parsed(tuple(_read(tokens)), metadata)


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The YAML mapping at the top of a file, and what follows it."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    try:
        content = yaml.safe_load(match[1])
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" in line {mark.line + 2}" if mark else ""
        raise DocumentError(f"the front matter is not valid YAML{place}") from None
    return (content if isinstance(content, dict) else {}), text[match.end() :]


def _read(tokens: Sequence[Token]) -> Iterator[Piece]:
    """Walk the flat token list, keeping track of list depth and table headers."""
    depth, headers, cells = 0, [], []
    heading, in_head = 0, False
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
        elif token.type == "heading_open":
            heading = int(token.tag[1])
        elif token.type in ("thead_open", "thead_close"):
            in_head = token.type == "thead_open"
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            if in_head:
                headers = cells
            else:
                yield Piece("row", _to_row(headers, cells))
        elif token.type in ("fence", "code_block"):
            yield Piece("code", token.content)
        elif token.type == "html_block" and (words := html.unescape(_TAG.sub(" ", token.content)).strip()):
            yield Piece("paragraph", words)
        elif token.type == "inline":
            words = _to_words(token)
            if token.level and tokens and _is_cell(token, tokens):
                cells.append(words)
            elif heading:
                yield Piece("heading", words, heading)
                heading = 0
            else:
                yield Piece("item" if depth else "paragraph", words, depth)


def _is_cell(token: Token, tokens: Sequence[Token]) -> bool:
    position = tokens.index(token)
    return tokens[position - 1].type in ("th_open", "td_open")


def _to_words(token: Token) -> str:
    """The words of inline content: emphasis and links reduced to their text, tags dropped."""
    out = []
    for child in token.children or ():
        if child.type in ("text", "code_inline", "text_special"):
            out.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            out.append(" ")
        elif child.type == "image":
            out.append(child.content)
    return html.unescape("".join(out))


def _to_row(headers: Sequence[str], cells: Sequence[str]) -> str:
    pairs = [f"{h}: {c}" if h else c for h, c in zip([*headers, *[""] * len(cells)], cells, strict=False) if c]
    return "; ".join(pairs)
