"""A document as Markdown, for people: its text with headings marked, under its metadata as front matter."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from coach.types import Block, Document

_FIELDS = ("id", "title", "source", "summary", "language", "updated", "collection")


def to_markdown(document: Document) -> str:
    """Front matter, then the canonical text with `#` before headings and fences around code."""
    fields: dict[str, object] = {name: getattr(document, name) for name in _FIELDS if getattr(document, name)}
    if document.topics:
        fields["topics"] = list(document.topics)
    head = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{head}---\n\n{''.join(_mark(document)).strip()}\n"


def _mark(document: Document) -> Iterator[str]:
    position = 0
    for block in document.blocks:
        yield document.text[position : block.start]
        yield _show(block, document.text[block.start : block.end])
        position = block.end
    yield document.text[position:]


def _show(block: Block, words: str) -> str:
    if block.kind == "heading":
        return f"{'#' * min(max(block.level, 1), 6)} {words}"
    return f"```\n{words}\n```" if block.kind == "code" else words
