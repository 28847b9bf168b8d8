"""Slides: the title of each is a heading, its bullets are items; tables and speaker's notes come after them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from coach.errors import DocumentError
from coach.loading.extras import require
from coach.loading.limits import MAX_PAGES
from coach.loading.pieces import Parsed, Piece
from coach.loading.structuring import promote_headings
from coach.loading.tables import to_pieces
from coach.loading.zipped import open_zip

_SKIPPED = ("DATE", "FOOTER", "SLIDE_NUMBER", "HEADER")


def load(data: bytes, name: str) -> Parsed:
    """Read a .pptx file; a Block's page is its slide."""
    open_zip(data).close()
    pptx = require("pptx", "PowerPoint")
    try:
        show = pptx.Presentation(io.BytesIO(data))
        if len(show.slides) > MAX_PAGES:
            raise DocumentError(f"it has more than {MAX_PAGES:,} slides")
        pieces = [piece for number, slide in enumerate(show.slides, 1) for piece in _read_slide(slide, number)]
        properties = show.core_properties
    except (KeyError, ValueError, AttributeError, SyntaxError) as error:
        raise DocumentError(f"it is damaged ({type(error).__name__})") from None
    title = (properties.title or "").strip()
    metadata = {"title": "" if title.lower() == "powerpoint presentation" else title, "updated": properties.modified}
    return Parsed(promote_headings(pieces), metadata)


def _read_slide(slide: Any, number: int) -> Iterator[Piece]:
    title = slide.shapes.title
    words = " ".join(title.text_frame.text.split()) if title is not None else ""
    if words:
        yield Piece("heading", words, level=1 if number == 1 else 2, page=number)
    for shape in _in_reading_order(slide.shapes):
        if title is None or shape.shape_id != title.shape_id:
            yield from _read_shape(shape, number)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        notes = slide.notes_slide.notes_text_frame.text
        yield from (Piece("paragraph", line, page=number) for line in notes.splitlines() if line.strip())


def _in_reading_order(shapes: Any) -> list[Any]:
    """Placeholders as the layout orders them, then everything else from the top left to the bottom right."""
    placed = [s for s in shapes if s.is_placeholder]
    free = [s for s in shapes if not s.is_placeholder]
    return placed + sorted(free, key=lambda s: (s.top or 0, s.left or 0))


def _read_shape(shape: Any, number: int) -> Iterator[Piece]:
    if any(one.get("hidden") in ("1", "true") for one in shape._element.xpath("./*/p:cNvPr")):
        return
    if hasattr(shape, "shapes"):  # a group
        for inner in _in_reading_order(shape.shapes):
            yield from _read_shape(inner, number)
    elif getattr(shape, "has_table", False) and shape.has_table:
        rows = [[cell.text for cell in row.cells] for row in shape.table.rows]
        yield from to_pieces(rows, page=number)
    elif shape.has_text_frame and not _is_skipped(shape):
        paragraphs = [p for p in shape.text_frame.paragraphs if p.text.strip()]
        yield from _read_paragraphs(paragraphs, number, _holds_bullets(shape, paragraphs))


def _read_paragraphs(paragraphs: list[Any], number: int, are_items: bool) -> Iterator[Piece]:
    for index, paragraph in enumerate(paragraphs):
        text, bold = " ".join(paragraph.text.split()), _bold_opening(paragraph)
        if are_items or paragraph.level > 0:
            yield Piece("item", text, paragraph.level + 1, page=number, bold=bold, starts_list=index == 0)
        else:
            yield Piece("paragraph", text, page=number, bold=bold)


def _holds_bullets(shape: Any, paragraphs: list[Any]) -> bool:
    """The body placeholder of a slide shows bullets; a text box shows them where it says so."""
    if shape.is_placeholder:
        kind = str(shape.placeholder_format.type)
        return len(paragraphs) > 1 and ("BODY" in kind or "OBJECT" in kind)
    marks = sum(any(child.tag.endswith(("}buChar", "}buAutoNum")) for child in p._p.iter()) for p in paragraphs)
    return marks * 2 > len(paragraphs)


def _is_skipped(shape: Any) -> bool:
    return shape.is_placeholder and any(name in str(shape.placeholder_format.type) for name in _SKIPPED)


def _bold_opening(paragraph: Any) -> str:
    opening: list[str] = []
    for run in paragraph.runs:
        if run.text.strip() and not run.font.bold:
            break
        opening.append(run.text)
    return " ".join("".join(opening).split())
