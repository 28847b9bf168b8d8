"""OpenDocument texts: headings by outline level, nested lists, tables.

Read from the document's XML with lxml: the format is small, and the one package for it is no longer kept up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from coach.errors import DocumentError
from coach.loading.extras import require
from coach.loading.pieces import Parsed, Piece
from coach.loading.structuring import promote_headings
from coach.loading.tables import to_pieces
from coach.loading.zipped import open_zip, read_member

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FORMAT = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_BLANKS = (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break")
_DROPPED = frozenset(
    (
        f"{_TEXT}note",
        f"{_OFFICE}annotation",
        f"{_TEXT}tracked-changes",
        f"{_TEXT}table-of-content",
        f"{_TEXT}index-body",
    )
)
_WIDEST = 100  # cells that one cell may be repeated for


def load(data: bytes, name: str) -> Parsed:
    """Read an .odt file; DocumentError when it is damaged or unpacks to too much."""
    with open_zip(data) as archive:
        content = parse_xml(read_member(archive, "content.xml"))
        members = set(archive.namelist())
        styles = parse_xml(read_member(archive, "styles.xml")) if "styles.xml" in members else None
        meta = parse_xml(read_member(archive, "meta.xml")) if "meta.xml" in members else None
    body = content.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise DocumentError("it is no text document")
    reader = _Reader(frozenset(_bold_styles(content)) | frozenset(_bold_styles(styles)))
    return Parsed(promote_headings(reader.read(body)), _read_metadata(meta))


def parse_xml(data: bytes) -> Any:
    """The root of an XML document. Entities are not expanded; DocumentError when it is not well formed."""
    etree = require("lxml.etree", "OpenDocument and EPUB")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise DocumentError("it is damaged: its XML is not well formed") from None


class _Reader:
    """Walks elements in order; lists carry their depth along."""

    def __init__(self, bold: frozenset[str]) -> None:
        self._bold = bold

    def read(self, parent: Any) -> Iterator[Piece]:
        """Pieces of an element's children."""
        for element in parent.iterchildren(tag="*"):
            if element.tag == f"{_TEXT}h":
                level = element.get(f"{_TEXT}outline-level") or "1"
                yield Piece("heading", _words(element), level=min(int(level) if level.isdigit() else 1, 6))
            elif element.tag == f"{_TEXT}p":
                yield Piece("paragraph", _words(element), bold=self._bold_opening(element))
            elif element.tag == f"{_TEXT}list":
                yield from self._list(element, 1)
            elif element.tag == f"{_TABLE}table":
                yield from to_pieces([_read_row(row) for row in element.iter(f"{_TABLE}table-row")])
            elif element.tag not in _DROPPED:
                yield from self.read(element)

    def _list(self, element: Any, depth: int) -> Iterator[Piece]:
        fresh = depth == 1
        for item in element.iterchildren(f"{_TEXT}list-item", f"{_TEXT}list-header"):
            own = list(item.iterchildren(f"{_TEXT}p", f"{_TEXT}h"))
            text = " ".join(words for child in own if (words := _words(child)))
            if text:
                yield Piece("item", text, depth, bold=self._bold_opening(own[0]), starts_list=fresh)
                fresh = False
            for inner in item.iterchildren(f"{_TEXT}list"):
                yield from self._list(inner, depth + 1)

    def _bold_opening(self, paragraph: Any) -> str:
        if self._is_bold(paragraph):
            return _words(paragraph)
        opening: list[str] = []
        if not (paragraph.text or "").strip():
            for child in paragraph.iterchildren(tag="*"):
                if not self._is_bold(child):
                    break
                opening.append(_text(child))
                if (child.tail or "").strip():
                    break
        return " ".join("".join(opening).split())

    def _is_bold(self, element: Any) -> bool:
        return element.get(f"{_TEXT}style-name") in self._bold


def _words(element: Any) -> str:
    return " ".join(_text(element).split())


def _text(element: Any) -> str:
    parts = [element.text or ""]
    for child in element.iterchildren(tag="*"):
        if child.tag in _BLANKS:
            parts.append(" ")
        elif child.tag not in _DROPPED:
            parts.append(_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _read_row(row: Any) -> list[str]:
    cells: list[str] = []
    for cell in row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
        text = "\n".join(words for p in cell.iter(f"{_TEXT}p", f"{_TEXT}h") if (words := _words(p)))
        times = cell.get(f"{_TABLE}number-columns-repeated") or "1"
        cells += [text] * (min(int(times), _WIDEST) if text and times.isdigit() else 1)
    return cells


def _bold_styles(root: Any) -> Iterator[str]:
    for style in root.iter(f"{_STYLE}style") if root is not None else ():
        properties = style.find(f"{_STYLE}text-properties")
        if properties is not None and properties.get(f"{_FORMAT}font-weight") == "bold":
            yield style.get(f"{_STYLE}name")


def _read_metadata(meta: Any) -> dict[str, Any]:
    def text(name: str) -> str:
        element = next(meta.iter(f"{{http://purl.org/dc/elements/1.1/}}{name}"), None) if meta is not None else None
        return " ".join((element.text or "").split()) if element is not None else ""

    return {
        "title": text("title"),
        "description": text("subject"),
        "language": text("language").split("-")[0].lower(),
        "updated": text("date")[:10],
    }
