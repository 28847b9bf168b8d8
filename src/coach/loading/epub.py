"""EPUB books: the pages of the spine in order, each read as HTML."""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from coach.errors import DocumentError
from coach.loading.decoding import decode
from coach.loading.html import parse_html
from coach.loading.limits import MAX_PAGES
from coach.loading.odt import parse_xml
from coach.loading.pieces import Parsed, Piece
from coach.loading.zipped import open_zip, read_member

_CONTAINER = "META-INF/container.xml"


def load(data: bytes, name: str) -> Parsed:
    """Read an .epub file; a Block's page is the number of its chapter file."""
    with open_zip(data) as book:
        package_path = _find_package(book)
        package = parse_xml(read_member(book, package_path))
        pieces: list[Piece] = []
        for number, path in enumerate(_list_chapters(package, posixpath.dirname(package_path)), 1):
            pieces += _read_chapter(book, path, number)
    return Parsed(tuple(pieces), _read_metadata(package))


def _read_chapter(book: zipfile.ZipFile, path: str, number: int) -> list[Piece]:
    try:
        parsed = parse_html(decode(read_member(book, path)))
    except DocumentError:  # a cover or an empty page
        return []
    return [replace(piece, page=number) for piece in parsed.pieces]


def _find_package(book: zipfile.ZipFile) -> str:
    for element in parse_xml(read_member(book, _CONTAINER)).iter("{*}rootfile"):
        return str(element.get("full-path"))
    raise DocumentError("it names no package file")


def _list_chapters(package: Any, folder: str) -> list[str]:
    """Paths of the pages in reading order; the book's own table of contents is left out."""
    items = {i.get("id"): i for i in package.iter("{*}item")}
    chapters: list[str] = []
    for reference in package.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or "nav" in (item.get("properties") or "").split() or reference.get("linear") == "no":
            continue
        if "html" in (item.get("media-type") or ""):
            chapters.append(posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or ""))))
    return chapters[:MAX_PAGES]


def _read_metadata(package: Any) -> dict[str, Any]:
    def text(name: str) -> str:
        element = next(package.iter(f"{{http://purl.org/dc/elements/1.1/}}{name}"), None)
        return " ".join((element.text or "").split()) if element is not None else ""

    return {
        "title": text("title"),
        "description": text("description"),
        "language": text("language").split("-")[0].lower(),
        "updated": text("date")[:10],
    }
