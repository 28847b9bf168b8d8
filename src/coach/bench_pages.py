"""Pages to measure with: generated text of one shape, written in every format that Coach reads.

A page has some 300 words in four sections, each with a paragraph and a list. No paragraph is like another page's.
"""

from __future__ import annotations

import csv
import io
import json
import random
import textwrap
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

_WORDS = (
    "roadmap review hiring budget release mentor incident estimate design goal team scope plan risk owner pager "
    "ladder promotion feedback salary interview architecture strategy vision customer deadline quality test "
    "deploy metric report meeting delegate coach conflict culture stakeholder priority backlog sprint debt outage"
).split()
_SYLLABLES = "ka lo mi ren sto vel tar bo ni dra pel su fi gor hem jal".split()
_RARE = 4000  # made-up words beside the common ones, so that a word index has a vocabulary to hold
_SECTIONS = 4


@dataclass(frozen=True, slots=True)
class Page:
    """A title and sections of (heading, paragraph, list items)."""

    title: str
    sections: tuple[tuple[str, str, tuple[str, ...]], ...]


def make_page(number: int, sections: int = _SECTIONS) -> Page:
    """The page of this number, always the same; every section has some 75 words."""
    chance = random.Random(number)

    def say(words: int) -> str:
        chosen = (chance.choice(_WORDS) if chance.random() < 0.8 else chance.choice(_rare()) for _ in range(words))
        return " ".join(chosen).capitalize()

    def make_section() -> tuple[str, str, tuple[str, ...]]:
        return say(3), " ".join(f"{say(12)}." for _ in range(4)), tuple(f"{say(7)}." for _ in range(4))

    return Page(f"{say(3)} {number}", tuple(make_section() for _ in range(sections)))


@cache
def _rare() -> tuple[str, ...]:
    chance = random.Random(0)
    return tuple("".join(chance.choices(_SYLLABLES, k=3)) for _ in range(_RARE))


def to_markdown(page: Page) -> bytes:
    """The page as Markdown."""
    return _outline(page, "# ", "## ").encode()


def _to_text(page: Page) -> bytes:
    return _outline(page, "", "").encode()


def _outline(page: Page, first: str, second: str) -> str:
    parts = [f"{first}{page.title}"]
    for heading, paragraph, items in page.sections:
        parts += [f"{second}{heading}", paragraph, "\n".join(f"- {item}" for item in items)]
    return "\n\n".join(parts) + "\n"


def _to_html(page: Page) -> bytes:
    return f"<html><head><title>{escape(page.title)}</title></head><body>{_body(page)}</body></html>".encode()


def _body(page: Page) -> str:
    parts = [f"<h1>{escape(page.title)}</h1>"]
    for heading, paragraph, items in page.sections:
        rows = "".join(f"<li>{escape(item)}</li>" for item in items)
        parts.append(f"<h2>{escape(heading)}</h2><p>{escape(paragraph)}</p><ul>{rows}</ul>")
    return "".join(parts)


def _to_docx(page: Page) -> bytes:
    from docx import Document

    document = Document()
    document.add_heading(page.title, 0)
    for heading, paragraph, items in page.sections:
        document.add_heading(heading, 1)
        document.add_paragraph(paragraph)
        for item in items:
            document.add_paragraph(item, "List Bullet")
    return _save(document)


def _to_pptx(page: Page) -> bytes:
    """A slide for each section."""
    from pptx import Presentation

    slides = Presentation()
    for heading, paragraph, items in page.sections:
        slide = slides.slides.add_slide(slides.slide_layouts[1])
        slide.shapes.title.text = heading
        slide.placeholders[1].text_frame.text = "\n".join((paragraph, *items))
    return _save(slides)


def _to_xlsx(page: Page) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for row in _rows(page):
        book.active.append(row)
    return _save(book)


def _to_csv(page: Page) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(_rows(page))
    return buffer.getvalue().encode()


def _rows(page: Page) -> list[list[str]]:
    """A ladder's matrix: sections down, a paragraph and the items across."""
    header = [page.title, "Summary", *(f"Point {n}" for n in range(1, 5))]
    return [header, *([heading, paragraph, *items] for heading, paragraph, items in page.sections)]


def _to_odt(page: Page) -> bytes:
    names = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "text"))
    parts = [f'<text:h text:outline-level="1">{page.title}</text:h>']
    for heading, paragraph, items in page.sections:
        rows = "".join(f"<text:list-item><text:p>{item}</text:p></text:list-item>" for item in items)
        parts.append(f'<text:h text:outline-level="2">{heading}</text:h><text:p>{paragraph}</text:p>')
        parts.append(f"<text:list>{rows}</text:list>")
    body = f"<office:body><office:text>{''.join(parts)}</office:text></office:body>"
    return _zip({"content.xml": f"<office:document-content {names}>{body}</office:document-content>"})


def _to_epub(page: Page) -> bytes:
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{page.title}</dc:title></metadata><manifest>"
        '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="a"/></spine></package>'
    )
    return _zip(
        {
            "META-INF/container.xml": '<container><rootfiles><rootfile full-path="p.opf"/></rootfiles></container>',
            "p.opf": package,
            "a.xhtml": f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{_body(page)}</body></html>',
        }
    )


def _to_json(page: Page) -> bytes:
    return json.dumps({"title": page.title, "html": _body(page)}).encode()


def _to_yaml(page: Page) -> bytes:
    body = "".join(f"  {line}\n" for line in _outline(page, "# ", "## ").splitlines())
    return f"title: {page.title}\ncontent: |\n{body}".encode()


def _to_pdf(page: Page) -> bytes:
    """The simplest PDF: Helvetica, headings larger, everything on one sheet."""
    lines = [(page.title, 20)]
    for heading, paragraph, items in page.sections:
        wrapped = (line for item in items for line in textwrap.wrap(f"- {item}", 90))
        lines += [(heading, 14), *((line, 9) for line in (*textwrap.wrap(paragraph, 90), *wrapped))]
    height, drawn = 800.0, []
    for line, size in lines:
        height -= 1.3 * size + (8 if size > 9 else 0)
        drawn.append(f"BT /F {size} Tf 50 {height:.1f} Td ({line}) Tj ET")
    return _write_pdf("\n".join(drawn))


def _write_pdf(content: str) -> bytes:
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 850] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, places = "%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{one}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer << /Size {size} /Root 1 0 R >>\n"
    return f"{out}{end}startxref\n{len(out)}\n%%EOF".encode("latin-1")


def _save(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _zip(members: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


WRITERS: Mapping[str, Callable[[Page], bytes]] = {
    "md": to_markdown,
    "txt": _to_text,
    "html": _to_html,
    "pdf": _to_pdf,
    "docx": _to_docx,
    "odt": _to_odt,
    "pptx": _to_pptx,
    "epub": _to_epub,
    "csv": _to_csv,
    "xlsx": _to_xlsx,
    "json": _to_json,
    "yaml": _to_yaml,
}
