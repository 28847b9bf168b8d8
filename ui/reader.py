"""A guide as HTML: its blocks laid out as they stand, one span of it highlighted in its place.

Pure functions. Every text goes through `Markup.format`, which escapes what is not `Markup` already.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote as quote_path

from markupsafe import Markup

from coach.types import Block, Document

QUOTE_ID = "quote"  # the element a link to a quote scrolls to
_DEEPEST = 6  # HTML knows no lower heading
_NUMBER = re.compile(r"(\d{1,6})[.)]")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of a document's text; `digest` tells whether they are still the same words."""

    start: int
    end: int
    digest: str = ""

    def stands_in(self, text: str) -> bool:
        """Whether the span lies in the text and still holds the words it was made for."""
        inside = 0 <= self.start < self.end <= len(text)
        return inside and self.digest in ("", digest_of(text[self.start : self.end]))


def digest_of(quote: str) -> str:
    """A short name for the exact words of a quote."""
    return hashlib.sha256(quote.encode(errors="replace")).hexdigest()[:12]


def link_to(document_id: str, start: int, end: int, quote: str) -> str:
    """The address of a quote in its place; it says so when the guide has changed since."""
    path = quote_path(document_id, safe="")
    return f"/guides/{path}?start={start}&end={end}&words={digest_of(quote)}#{QUOTE_ID}"


def link_to_guide(document_id: str) -> str:
    """The address of a whole guide."""
    return f"/guides/{quote_path(document_id, safe='')}"


def document_html(document: Document, span: Span | None = None) -> Markup:
    """The guide as one `<article>`, with the span in `<mark>`; the first mark carries the id `quote`."""
    stands = span if span is not None and span.stands_in(document.text) else None
    moved = _MOVED if span is not None and stands is None else Markup("")
    body = Markup("").join(_layout(document, stands))
    return Markup('<article class="guide" lang="{}"><header>{}{}{}</header>{}</article>').format(
        document.language, _title(document), _byline(document), moved, body
    )


def page_html(title: str, article: Markup, stylesheet: str) -> Markup:
    """A whole page around an article, for readers who open a source in a window of its own."""
    return _PAGE.format(title=title, article=article, stylesheet=stylesheet)


def missing_html(sentence: str) -> Markup:
    """An article that says why no guide is shown."""
    return Markup('<article class="guide absent"><h1>No guide to show</h1><p>{}</p></article>').format(sentence)


_MOVED = Markup(
    '<p class="moved" role="note">This guide has changed since the answer was given, '
    "so the quote is not marked. Ask again to have it quoted as it stands now.</p>"
)
_PAGE = Markup(
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title} - Coach</title>'
    '<link rel="stylesheet" href="{stylesheet}"></head><body class="guide-page">'
    '<nav><a href="/">Coach</a></nav><main>{article}</main></body></html>'
)


def _title(document: Document) -> Markup:
    return Markup('<h1 class="guide-title">{}</h1>').format(document.title)


def _byline(document: Document) -> Markup:
    parts = [document.source, f"Updated {document.updated}" if document.updated else ""]
    return Markup('<p class="byline">{}</p>').format(" · ".join(p for p in parts if p))


def _layout(document: Document, span: Span | None) -> Iterable[Markup]:
    """Blocks in order: runs of items become lists, runs of rows tables, a new page is announced."""
    first = _first_marked(document.blocks, span)
    page: int | None = None
    for kind, run in groupby(_without_title(document), key=lambda block: block.kind):
        blocks = list(run)
        if blocks[0].page is not None and blocks[0].page != page:
            page = blocks[0].page
            yield Markup('<p class="page-number">Page {}</p>').format(page)
        pieces = [_Piece(block, _words(document.text, block, span, first)) for block in blocks]
        if kind == "item":
            yield _list(document.text, pieces)
        elif kind == "row":
            yield Markup('<div class="rows">{}</div>').format(Markup("").join(_single(p) for p in pieces))
        else:
            yield from map(_single, pieces)


def _without_title(document: Document) -> list[Block]:
    """The first heading is left out where it only repeats the guide's title, which stands above."""
    blocks = list(document.blocks)
    head = blocks[0] if blocks else None
    if head and head.kind == "heading" and document.text[head.start : head.end].strip() == document.title.strip():
        return blocks[1:]
    return blocks


def _first_marked(blocks: Sequence[Block], span: Span | None) -> Block | None:
    return next((b for b in blocks if span and b.start < span.end and span.start < b.end), None)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block and its words as HTML."""

    block: Block
    html: Markup


def _words(text: str, block: Block, span: Span | None, first: Block | None) -> Markup:
    """The block's words, the part that lies in the span inside `<mark>`."""
    start, end = (max(block.start, span.start), min(block.end, span.end)) if span else (0, 0)
    if start >= end:
        return Markup("{}").format(text[block.start : block.end])
    anchor = Markup(f' id="{QUOTE_ID}" tabindex="-1"') if block is first else Markup("")
    return Markup("{}<mark{}>{}</mark>{}").format(
        text[block.start : start], anchor, text[start:end], text[end : block.end]
    )


def _single(piece: _Piece) -> Markup:
    block = piece.block
    if block.kind == "heading":
        level = min(max(block.level, 2), _DEEPEST)
        return Markup(f"<h{level}>{{}}</h{level}>").format(piece.html)
    if not block.citable:
        return Markup('<p class="not-cited" title="{}">{}</p>').format(block.why or "Not quoted", piece.html)
    if block.kind == "code":
        return Markup("<pre>{}</pre>").format(piece.html)
    return Markup("<p>{}</p>").format(piece.html)


def _list(text: str, pieces: Sequence[_Piece]) -> Markup:
    """Items as nested lists by their depth; a depth that is skipped nests one step only."""
    html, depths, closing = Markup(), list[int](), list[Markup]()
    for piece in pieces:
        depth = piece.block.level
        while len(depths) > 1 and depth < depths[-1]:
            depths.pop()
            html += closing.pop()
        if not depths or depth > depths[-1]:
            opening, end = _list_tags(text, piece.block)
            depths.append(depth)
            closing.append(end)
            html += opening
        else:
            depths[-1] = depth
            html += Markup("</li>")
        html += Markup("<li>{}").format(piece.html)
    return html + Markup().join(reversed(closing))


def _list_tags(text: str, item: Block) -> tuple[Markup, Markup]:
    """How the list that begins with this item opens and closes; its marker stands in the text before it."""
    marker = text[text.rfind("\n", 0, item.start) + 1 : item.start].strip()
    if number := _NUMBER.fullmatch(marker):
        return Markup('<ol start="{}">').format(number[1]), Markup("</li></ol>")
    return Markup("<ul>"), Markup("</li></ul>")
