"""PDF files with a text layer: lines with their place, size and weight, from pdfium.

A file whose pages are pictures holds no text to quote: it is told apart and refused. What the lines
mean (columns, headings, paragraphs, items) is worked out in `pdf_layout`.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from coach.errors import DocumentError
from coach.loading.extras import require
from coach.loading.limits import MAX_PAGES
from coach.loading.pdf_layout import read_pages
from coach.loading.pdf_lines import Line
from coach.loading.pdf_shapes import Shapes, read_shapes
from coach.loading.pdf_tables import gather_tables
from coach.loading.pieces import Parsed
from coach.loading.structuring import promote_headings

_FEWEST_CHARACTERS = 25  # a page, on average; below it, a file with pictures is a scan
_GAP = 2.2  # font sizes between two words that stand in different columns
_BOLD_NAMES = re.compile(rb"bold|black|heavy|semibold|demi", re.IGNORECASE)
_HYPHENS = "\u0002\ufffe\u00ad"  # what pdfium and producers put for a hyphen at a line's end


def load(data: bytes, name: str) -> Parsed:
    """Read a PDF; DocumentError for one that is protected, damaged, too long or a scan."""
    pdfium = require("pypdfium2", "PDF")
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise DocumentError("it is protected by a password", remedy="Save it without one.") from None
        raise DocumentError("it is damaged, or no PDF") from None
    try:
        if len(document) > MAX_PAGES:
            raise DocumentError(f"it has more than {MAX_PAGES:,} pages", remedy="Split it into smaller files.")
        pages = [_read_page(document, number) for number in range(len(document))]
        _refuse_scan(document, pages)
        return Parsed(promote_headings(read_pages(pages)), _read_metadata(document))
    except pdfium.PdfiumError as error:
        raise DocumentError(f"it is damaged ({error})") from None
    finally:
        document.close()


def _refuse_scan(document: Any, pages: list[list[Line]]) -> None:
    characters = sum(len(line.text) for page in pages for line in page)
    if characters >= _FEWEST_CHARACTERS * max(len(pages), 1):
        return
    pictures = any(obj.type == 3 for number in range(min(len(document), 5)) for obj in document[number].get_objects())
    if pictures or not characters:
        raise DocumentError(
            "it is a scan: its pages are pictures without text", remedy="Run it through text recognition (OCR) first."
        )


def _read_page(document: Any, number: int) -> list[Line]:
    page = document[number]
    width, height = page.get_size()
    textpage = page.get_textpage()
    try:
        shapes = read_shapes(page)
        reader = _PageReader(textpage.raw, number + 1, shapes)
        lines = [line for line in reader.read(textpage.get_text_range()) if line.left < width and line.bottom < height]
        return gather_tables([_with_bullet(line) if shapes.has_dot(line) else line for line in lines], shapes.edges)
    finally:
        textpage.close()
        page.close()


def _with_bullet(line: Line) -> Line:
    return replace(line, text=f"\u2022 {line.text}", bold=f"\u2022 {line.bold}" if line.bold else "")


class _PageReader:
    """The lines of one page, top-left origin, in points."""

    def __init__(self, raw: Any, page: int, shapes: Shapes) -> None:
        import pypdfium2.raw as pdfium

        self._pdfium = pdfium
        self._raw = raw
        self._page = page
        self._shapes = shapes
        self._fonts: dict[bytes, bool] = {}

    def read(self, text: str) -> Iterator[Line]:
        """Lines as pdfium finds them, split where a gap or a rule separates columns."""
        count = self._pdfium.FPDFText_CountChars(self._raw)
        if len(text) != count:  # signs beyond the basic plane: one index for each char again
            text = "".join(chr(self._pdfium.FPDFText_GetUnicode(self._raw, i) or 32) for i in range(count))
        # A word broken at a line's end comes in one piece, with a sign where the line ended.
        for match in re.finditer(r"[^\r\n\u0002\ufffe]+[\u0002\ufffe]?", text):
            yield from self._split(text, match.start(), match.end())

    def _split(self, text: str, start: int, end: int) -> Iterator[Line]:
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start == end or abs(self._pdfium.FPDFText_GetCharAngle(self._raw, start)) > 0.1:
            return
        size = self._size(start)
        begin = start
        for blank in re.finditer(r"\s+", text[start:end]):
            before, after = start + blank.start() - 1, start + blank.end()
            (_, ends, base, _), (begins, *_) = self._box(before), self._box(after)
            if begins - ends > _GAP * size or self._shapes.divide(ends, begins, base):
                yield self._line(text, begin, before + 1, size)
                begin, size = after, self._size(after)
        yield self._line(text, begin, end, size)

    def _line(self, text: str, start: int, end: int, size: float) -> Line:
        left, _, bottom, _ = self._box(start)
        _, right, _, _ = self._box(end - 1)
        words = text[start:end]
        if words[-1] in _HYPHENS:
            words = f"{words[:-1]}-"
        bold = self._is_bold(start)
        return Line(
            text="".join(c for c in words if c not in _HYPHENS),
            page=self._page,
            left=left,
            right=right,
            bottom=bottom,
            size=round(size, 1),
            bold=words if bold and self._is_bold(end - 1) else self._bold_opening(text, start, end) if bold else "",
        )

    def _bold_opening(self, text: str, start: int, end: int) -> str:
        """The bold words a line opens with: they end with a word."""
        last = start
        for word in re.finditer(r"\S+", text[start:end]):
            if not self._is_bold(start + word.start()):
                break
            last = start + word.end()
        return text[start:last]

    def _size(self, index: int) -> float:
        matrix = self._pdfium.FS_MATRIX()
        self._pdfium.FPDFText_GetMatrix(self._raw, index, matrix)
        scale = (matrix.b**2 + matrix.d**2) ** 0.5 or 1.0
        return float(self._pdfium.FPDFText_GetFontSize(self._raw, index) * scale) or 10.0

    def _is_bold(self, index: int) -> bool:
        buffer, flags = ctypes.create_string_buffer(128), ctypes.c_int()
        self._pdfium.FPDFText_GetFontInfo(self._raw, index, buffer, 128, flags)
        name = buffer.value
        if name not in self._fonts:
            self._fonts[name] = bool(_BOLD_NAMES.search(name) or flags.value & (1 << 18))
        return self._fonts[name]

    def _box(self, index: int) -> tuple[float, float, float, float]:
        """Left, right, baseline and top of a character, from the bottom of the page."""
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        self._pdfium.FPDFText_GetCharBox(self._raw, index, left, right, bottom, top)
        x, y = ctypes.c_double(), ctypes.c_double()
        self._pdfium.FPDFText_GetCharOrigin(self._raw, index, x, y)
        return left.value, right.value, y.value, top.value


def _read_metadata(document: Any) -> dict[str, Any]:
    found = document.get_metadata_dict(skip_empty=True)
    title = " ".join(found.get("Title", "").split())
    # Programs put the file's name where nobody wrote a title.
    named = re.search(
        r"\.(?:docx?|pdf|indd|tex|pptx?|html?)$|^(?:microsoft word|untitled|about:blank)\b", title, re.IGNORECASE
    )
    date = re.match(r"D:(\d{4})(\d{2})(\d{2})", found.get("ModDate") or found.get("CreationDate") or "")
    return {"title": "" if named else title, "updated": "-".join(date.groups()) if date else ""}
