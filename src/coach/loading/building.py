"""From what a parser found to a Document: laid out, cleaned, named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from coach.cleaning import drop_dangling_references, mark_blocks
from coach.errors import DocumentError
from coach.loading.assembling import assemble, thread
from coach.loading.front_matter import to_fields
from coach.loading.pieces import Parsed, Piece
from coach.orders import find_order
from coach.slugs import to_slug
from coach.types import Block, Document

_CHAPTER = re.compile(r"^\d{1,3}\.\s+(?=\D)")  # the number of a chapter is its site's, not the title's
UNTITLED = "Untitled document"


def build_document(parsed: Parsed, *, name: str, digest: str, collection: str) -> Document:
    """Assemble parsed pieces into a Document whose unquotable blocks are marked.

    `name` is the file's path in its folder: the id where the file gives none, and the source.
    Raises DocumentError when there is no text.
    """
    text, blocks = assemble(_tidy(parsed.pieces))
    if not text:
        raise DocumentError("it holds no text")
    fields = drop_orders(to_fields(parsed.metadata))
    given = _CHAPTER.sub("", fields.pop("title", ""))
    guess = given or _first_heading(text, blocks)
    threaded = thread(text, blocks, guess)
    marked = mark_blocks(guess, text, threaded, fields.get("language", "en"))
    path = PurePosixPath(name)
    title = given or _CHAPTER.sub("", _first_heading(text, marked)) or _name(path.stem) or UNTITLED
    named = to_slug(fields.pop("id", "")) or to_slug(_name(str(path.with_suffix(""))))
    identity = named or f"document-{digest[:12]}"
    return Document(
        id=identity,
        title=title,
        source=fields.pop("source", "") or _name(name) or UNTITLED,
        text=text,
        blocks=marked if marked == threaded and title == guess else thread(text, marked, title),
        collection=collection,
        path=name,
        digest=digest,
        **fields,
    )


def drop_orders(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What a file says of itself, without anything that gives an assistant orders: titles are shown as they stand."""
    kept = {key: tuple(v for v in value if not find_order(v)) for key, value in fields.items() if key == "topics"}
    return {key: value for key, value in fields.items() if key != "topics" and not find_order(_spoken(value))} | kept


def _name(name: str) -> str:
    """A file's name, unless it is an order in itself."""
    return "" if find_order(_spoken(name)) else name


def _spoken(name: str) -> str:
    """A name with the words apart, as one would read it."""
    return re.sub(r"[-_/.]+", " ", name)


def _tidy(pieces: Iterable[Piece]) -> Iterable[Piece]:
    for piece in pieces:
        text = drop_dangling_references(piece.text)
        yield piece if text == piece.text else replace(piece, text=text)


def _first_heading(text: str, blocks: tuple[Block, ...]) -> str:
    return next((text[b.start : b.end] for b in blocks if b.kind == "heading" and b.citable), "")
