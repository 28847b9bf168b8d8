"""Word documents: headings by style, lists by numbering, tables in their place."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from coach.errors import DocumentError
from coach.loading.extras import require
from coach.loading.pieces import Parsed, Piece
from coach.loading.structuring import promote_headings
from coach.loading.tables import to_pieces
from coach.loading.zipped import open_zip

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"(?:heading|überschrift|titre|título|titolo)\s*(\d)", re.IGNORECASE)
_SIGNS = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_UNDONE = (f"{_W}del", f"{_W}moveFrom")
_NUMBERED = ("decimal", "lowerLetter", "upperLetter", "lowerRoman", "upperRoman", "ordinal")
_EMPTY_TITLES = frozenset(("", "word document", "document", "untitled", "python-docx"))


def load(data: bytes, name: str) -> Parsed:
    """Read a .docx file; DocumentError when it is damaged or unpacks to too much."""
    open_zip(data).close()
    docx = require("docx", "Word")
    try:
        document = docx.Document(io.BytesIO(data))
        pieces = list(_Reader(document).read())
    except (KeyError, ValueError, AttributeError, SyntaxError) as error:  # lxml's errors are SyntaxErrors
        raise DocumentError(f"it is damaged ({type(error).__name__})") from None
    return Parsed(promote_headings(pieces), _read_properties(document))


class _Reader:
    """Walks the body of a document in order."""

    def __init__(self, document: WordDocument) -> None:
        self._document = document
        self._styles: dict[str, Any] = {style.style_id: style for style in document.styles}
        self._counts: dict[tuple[str, int], int] = {}
        self._in_list = False

    def read(self) -> Iterator[Piece]:
        """Pieces of all paragraphs and tables, those inside content controls too."""
        yield from self._blocks(self._document.element.body)

    def _blocks(self, parent: Any) -> Iterator[Piece]:
        for element in parent.iterchildren():
            if element.tag == f"{_W}p":
                yield from self._paragraph(element)
            elif element.tag == f"{_W}tbl":
                self._in_list = False
                yield from to_pieces([_read_row(row) for row in element.iter(f"{_W}tr")])
            elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins"):
                yield from self._blocks(element)

    def _paragraph(self, element: Any) -> Iterator[Piece]:
        text, bold = read_runs(element)
        if not text:
            return
        style = self._style_of(element)
        level = _heading_level(style)
        numbering = None if level else self._numbering(element, style)
        if level:
            piece = Piece("heading", text, level=level)
        elif numbering is not None:
            depth, marker = numbering
            piece = Piece("item", text, depth, marker, bold=bold, starts_list=not self._in_list)
        else:
            piece = Piece("paragraph", text, bold=bold)
        self._in_list = piece.kind == "item"
        yield piece

    def _style_of(self, element: Any) -> Any:
        properties = element.find(f"{_W}pPr/{_W}pStyle")
        return self._styles.get(properties.get(f"{_W}val")) if properties is not None else None

    def _numbering(self, element: Any, style: Any) -> tuple[int, str] | None:
        """Depth and marker of a list item, or None for a paragraph of no list."""
        found = element.find(f"{_W}pPr/{_W}numPr")
        if found is None and style is not None:
            found = style.element.find(f"{_W}pPr/{_W}numPr")
        named = re.match(r"List (Bullet|Number)(?: (\d))?", style.name or "") if style is not None else None
        if found is None and named is None:
            return None
        number = _value(found, "numId") if found is not None else ""
        if number == "0":
            return None
        depth = int(_value(found, "ilvl") or 0) if found is not None else 0
        depth = max(depth, int(named.group(2) or 1) - 1 if named else 0)
        numbered = self._is_numbered(number, depth) if number else named is not None and named.group(1) == "Number"
        return depth + 1, self._next_marker(number, depth) if numbered else "- "

    def _next_marker(self, number: str, depth: int) -> str:
        self._counts = {key: n for key, n in self._counts.items() if key[1] <= depth or key[0] != number}
        if not self._in_list and number == "":
            self._counts.pop((number, depth), None)
        count = self._counts[(number, depth)] = self._counts.get((number, depth), 0) + 1
        return f"{count}. "

    def _is_numbered(self, number: str, depth: int) -> bool:
        try:
            numbering = self._document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return False
        for num in numbering.iterchildren(f"{_W}num"):
            if num.get(f"{_W}numId") == number:
                abstract = _value(num, "abstractNumId")
                return _format_of(numbering, abstract, depth) in _NUMBERED
        return False


def read_runs(paragraph: Any) -> tuple[str, str]:
    """The words of a paragraph as they stand after all changes, and the bold part that opens it."""
    parts = list(_runs(paragraph))
    opening: list[str] = []
    for text, is_bold in parts:
        if text.strip() and not is_bold:
            break
        opening.append(text)
    return " ".join("".join(text for text, _ in parts).split()), " ".join("".join(opening).split())


def _runs(paragraph: Any) -> Iterator[tuple[str, bool]]:
    for run in paragraph.iter(f"{_W}r"):
        if any(parent.tag in _UNDONE for parent in run.iterancestors()) or _is_on(run, "vanish"):
            continue
        yield "".join(_SIGNS.get(part.tag, "") or _own_text(part) for part in run), _is_on(run, "b")


def _is_on(run: Any, name: str) -> bool:
    """Whether a run's own properties switch something on: bold, or hidden text."""
    found = run.find(f"{_W}rPr/{_W}{name}")
    return found is not None and found.get(f"{_W}val") not in ("0", "false", "none")


def _own_text(element: Any) -> str:
    return element.text or "" if element.tag == f"{_W}t" else ""


def _read_row(row: Any) -> list[str]:
    cells: list[str] = []
    for cell in row.iterchildren(f"{_W}tc", f"{_W}sdt"):
        text = "\n".join("".join(words for words, _ in _runs(p)) for p in cell.iter(f"{_W}p"))
        span = cell.find(f"{_W}tcPr/{_W}gridSpan")
        width = span.get(f"{_W}val") if span is not None else "1"
        cells += [text] * (int(width) if width.isdigit() and int(width) < 100 else 1)
    return cells


def _heading_level(style: Any) -> int:
    """1 to 6 for headings, found by the style's name or that of the style it is based on; else 0."""
    for _ in range(8):
        if style is None:
            return 0
        if match := _HEADING.match(style.name or ""):
            return min(int(match.group(1)), 6)
        if (style.name or "").lower() == "title":
            return 1
        style = style.base_style
    return 0


def _format_of(numbering: Any, abstract: str, depth: int) -> str:
    for definition in numbering.iterchildren(f"{_W}abstractNum"):
        if definition.get(f"{_W}abstractNumId") == abstract:
            levels = [level for level in definition.iterchildren(f"{_W}lvl") if level.get(f"{_W}ilvl") == str(depth)]
            return _value(levels[0], "numFmt") if levels else ""
    return ""


def _value(element: Any, name: str) -> str:
    child = element.find(f"{_W}{name}")
    return str(child.get(f"{_W}val")) if child is not None else ""


def _read_properties(document: WordDocument) -> dict[str, Any]:
    properties = document.core_properties
    title = (properties.title or "").strip()
    return {
        "title": "" if title.lower() in _EMPTY_TITLES else title,
        "description": (properties.subject or "").strip(),
        "keywords": properties.keywords or "",
        "language": (properties.language or "").split("-")[0].lower(),
        "updated": properties.modified,
    }
