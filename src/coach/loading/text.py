"""Markdown and plain text files."""

from __future__ import annotations

from coach.loading.decoding import decode
from coach.loading.front_matter import split_front_matter
from coach.loading.markdown import parse_markdown
from coach.loading.pieces import Parsed
from coach.loading.plain import parse_text


def load(data: bytes, name: str) -> Parsed:
    """Read text with or without front matter; the suffix says whether it is Markdown."""
    metadata, body = split_front_matter(decode(data).expandtabs(4))
    is_plain = name.lower().endswith((".txt", ".text"))
    return Parsed(parse_text(body) if is_plain else parse_markdown(body), metadata)
