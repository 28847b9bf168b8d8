"""HTML pages into pieces: headings, paragraphs, lists and tables; menus and footers told apart from content.

What the page's own structure shows to be no content (navigation, footers, forms, everything outside
<main>) stays in the text and says why, so that nothing disappears without a reason.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from coach.errors import DocumentError
from coach.loading.decoding import decode
from coach.loading.extras import require
from coach.loading.html_boilerplate import Boilerplate, find_boilerplate
from coach.loading.html_hidden import find_hidden_classes, is_hidden
from coach.loading.html_tables import read_table
from coach.loading.pieces import Parsed, Piece
from coach.loading.structuring import promote_headings
from coach.loading.tables import to_pieces

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.IGNORECASE)
_DROPPED = frozenset(
    "script style noscript template svg math iframe object embed canvas audio video map select textarea button input"
    " head link meta img picture".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre section summary table tbody td tfoot th thead tr"
    " ul".split()
)
_BOLD = frozenset(("b", "strong"))
_TITLES = frozenset(("summary", "dt"))  # what they hold names what stands below
_DEEPEST = 120
_BOLD_RULE = re.compile(r"\.([\w-]+)\s*\{[^{}]*font-weight\s*:\s*(?:bold|[6-9]00)[^{}]*\}")
_EXPORTED_LEVEL = re.compile(r"\blst-[\w]+-(\d)\b")  # lists of word processors nest by class, not by element


def load(data: bytes, name: str) -> Parsed:
    """Read a saved or exported web page."""
    return parse_html(_decode(data))


def parse_html(markup: str) -> Parsed:
    """The pieces and metadata of a page. Raises DocumentError when it holds no elements at all."""
    lxml_html = require("lxml.html", "HTML")
    from lxml.etree import ParserError

    markup = re.sub(r"^\s*<\?xml[^>]*\?>", "", markup)
    try:
        tree = lxml_html.document_fromstring(markup, parser=lxml_html.HTMLParser(remove_comments=True, remove_pis=True))
    except (ParserError, ValueError):
        raise DocumentError("it holds no page") from None
    body = tree.find("body")
    if body is None:
        raise DocumentError("it holds no page")
    style = "".join(style.text or "" for style in tree.iter("style"))
    walker = _Walker(find_boilerplate(body), frozenset(_BOLD_RULE.findall(style)), find_hidden_classes(style))
    return Parsed(promote_headings(walker.walk(body)), _read_metadata(tree))


def _decode(data: bytes) -> str:
    named = _META_CHARSET.search(data[:4096])
    if named is not None:
        try:
            return data.decode(codecs.lookup(named.group(1).decode("ascii")).name)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)


@dataclass(slots=True)
class _Words:
    """Inline text as it is gathered, with the part from its start that is bold."""

    parts: list[str] = field(default_factory=list)
    bold_parts: int = 0

    def add(self, text: str, bold: bool) -> None:
        if bold and not "".join(self.parts[self.bold_parts :]).strip() and text.strip():
            self.parts.append(text)
            self.bold_parts = len(self.parts)
        else:
            self.parts.append(text)

    def take(self) -> tuple[str, str]:
        """The text and its bold beginning; empties the store."""
        text, bold = "".join(self.parts), "".join(self.parts[: self.bold_parts])
        self.parts, self.bold_parts = [], 0
        return " ".join(text.split()), " ".join(bold.split())


@dataclass(slots=True)
class _List:
    """The list an element stands in: its depth and the next number of an ordered one."""

    level: int
    number: int | None
    fresh: bool


class _Walker:
    """Turns elements into pieces in reading order."""

    def __init__(
        self, boilerplate: Boilerplate, bold_classes: frozenset[str], hidden_classes: frozenset[str] = frozenset()
    ) -> None:
        self._boilerplate = boilerplate
        self._bold_classes = bold_classes
        self._hidden_classes = hidden_classes

    def walk(self, element: HtmlElement, depth: int = 0, why: str = "", outer: _List | None = None) -> Iterator[Piece]:
        """Pieces of a block element: its inline text, and those of the blocks inside it."""
        why = why or self._boilerplate.reason_of(element)
        if depth > _DEEPEST:
            yield _paragraph(str(element.text_content()), "", why)
            return
        words = _Words()
        words.add(element.text or "", self._is_bold(element))
        for child in element:
            if isinstance(child.tag, str) and child.tag in _BLOCKS:
                yield from self._flush(words, why)
                yield from self._block(child, depth + 1, why, outer)
            else:
                self._inline(child, words, self._is_bold(element), depth)
            words.add(child.tail or "", self._is_bold(element))
        yield from self._flush(words, why)

    def _flush(self, words: _Words, why: str) -> Iterator[Piece]:
        text, bold = words.take()
        if text:
            yield _paragraph(text, bold, why)

    def _block(self, element: HtmlElement, depth: int, why: str, outer: _List | None) -> Iterator[Piece]:
        why = why or self._boilerplate.reason_of(element)
        tag = element.tag
        if is_hidden(element, self._hidden_classes):
            return
        if re.fullmatch(r"h[1-6]", tag):
            yield Piece("heading", _text_of(element), level=int(tag[1]), why=why)
        elif tag in ("ul", "ol", "menu"):
            yield from self._list(element, depth, why, outer)
        elif tag == "table" and (rows := read_table(element)):
            yield from (replace(p, why=why) for p in to_pieces(rows))
        elif tag == "pre":
            yield Piece("code", str(element.text_content()), why=why)
        elif tag in _TITLES:
            text = _text_of(element)
            yield _paragraph(text, text, why)
        else:
            yield from self.walk(element, depth, why, outer)

    def _list(self, element: HtmlElement, depth: int, why: str, outer: _List | None) -> Iterator[Piece]:
        level = (outer.level if outer else 0) + 1
        exported = _EXPORTED_LEVEL.search(element.get("class") or "")
        if exported:
            level = int(exported.group(1)) + 1
        start = element.get("start") or ""
        number = (int(start) if start.isdigit() else 1) if element.tag == "ol" else None
        here = _List(level, number, fresh=outer is None and level == 1)
        for child in element:
            if child.tag == "li":
                yield from self._item(child, depth + 1, why, here)
            elif child.tag in ("ul", "ol"):  # a list right inside a list, without an item around it
                yield from self._list(child, depth + 1, why, here)
            elif isinstance(child.tag, str) and child.tag in _BLOCKS:
                yield from self._block(child, depth + 1, why, outer)

    def _item(self, element: HtmlElement, depth: int, why: str, here: _List) -> Iterator[Piece]:
        """The first paragraph of an item is the item; further ones join it up to the first nested block."""
        marker = "- " if here.number is None else f"{here.number}. "
        if here.number is not None:
            here.number += 1
        own: Piece | None = None
        for piece in self.walk(element, depth, why, here):
            if piece.kind == "paragraph" and (own is None or own.kind == "paragraph"):
                text = f"{own.text} {piece.text}" if own else piece.text
                own = _paragraph(text, own.bold if own else piece.bold, piece.why)
                continue
            if own is not None and own.kind == "paragraph":
                own = yield from self._emit(own, marker, here)
            own = own or piece
            yield piece
        if own is not None and own.kind == "paragraph":
            yield from self._emit(own, marker, here)

    def _emit(self, own: Piece, marker: str, here: _List) -> Generator[Piece, None, Piece]:
        item = Piece("item", own.text, here.level, marker, bold=own.bold, starts_list=here.fresh, why=own.why)
        here.fresh = False
        yield item
        return item

    def _inline(self, element: HtmlElement, words: _Words, bold: bool, depth: int) -> None:
        if not isinstance(element.tag, str) or element.tag in _DROPPED or depth > _DEEPEST:
            return
        if is_hidden(element, self._hidden_classes):
            return
        if element.tag == "br":
            words.add(" ", bold)
            return
        inner = bold or element.tag in _BOLD or self._is_bold(element)
        words.add(element.text or "", inner)
        for child in element:
            blocky = isinstance(child.tag, str) and child.tag in _BLOCKS
            words.add(" " if blocky else "", inner)
            self._inline(child, words, inner, depth + 1)
            words.add((" " if blocky else "") + (child.tail or ""), inner)

    def _is_bold(self, element: HtmlElement) -> bool:
        classes = (element.get("class") or "").split()
        style = element.get("style") or ""
        return not self._bold_classes.isdisjoint(classes) or bool(
            re.search(r"font-weight\s*:\s*(?:bold|[6-9]00)", style)
        )


def _paragraph(text: str, bold: str, why: str) -> Piece:
    return Piece("paragraph", text, bold=bold, why=why)


def _text_of(element: HtmlElement) -> str:
    words = _Words()
    _Walker(Boilerplate({}), frozenset())._inline(element, words, False, 0)
    return words.take()[0]


def _read_metadata(tree: HtmlElement) -> dict[str, Any]:
    """Title, description, language and date as the page states them."""
    metas = {
        (m.get("property") or m.get("name") or "").lower(): (m.get("content") or "").strip() for m in tree.iter("meta")
    }
    heading = next((text for h in tree.iter("h1") if (text := _text_of(h))), "")
    named = metas.get("og:title") or " ".join((tree.findtext(".//title") or "").split())
    # A page's title often carries the site's name; its main heading does not.
    title = heading if heading and (not named or heading in named or len(list(tree.iter("h1"))) == 1) else named
    return {
        "title": title,
        "description": metas.get("description") or metas.get("og:description", ""),
        "language": (tree.get("lang") or "").split("-")[0].lower(),
        "updated": (metas.get("article:modified_time") or metas.get("article:published_time") or "")[:10],
    }
