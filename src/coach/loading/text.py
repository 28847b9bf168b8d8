"""Plain text: headings, bullets and paragraphs told apart by their shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from coach.loading.base import Parsed, Piece
from coach.loading.decoding import decode
from coach.loading.markdown import split_front_matter

_BULLET = re.compile(r"^(\s*)(?:[-*\u2022\u25e6\u25aa\u2013]|\d{1,2}[.)])\s+(?=\S)")
_ENDS = re.compile(r"[.!?;,][\"'”’)]*$")
_LONGEST_HEADING = 90


def parse_text(data: bytes) -> Parsed:
    """Blocks of a plain text file."""
    metadata, body = split_front_matter(decode(data))
    lines = body.split("\n")
    return Parsed(tuple(_read(lines)), metadata)


def _read(lines: Sequence[str]) -> Iterator[Piece]:
    """One piece per line that is a heading or a bullet; other lines join into paragraphs up to a blank one."""
    held: list[str] = []
    for number, line in enumerate(lines):
        bullet = _BULLET.match(line)
        level = 0 if bullet or held else _heading_level(lines, number)
        if (not line.strip() or bullet or level) and held:
            yield Piece("paragraph", " ".join(held))
            held = []
        if bullet:
            yield Piece("item", line[bullet.end() :], 1 + len(bullet[1].expandtabs(4)) // 4)
        elif level:
            yield Piece("heading", line.strip().rstrip(":"), level)
        elif line.strip():
            held.append(line.strip())
            if _is_whole_paragraph(lines, number):
                yield Piece("paragraph", " ".join(held))
                held = []
    if held:
        yield Piece("paragraph", " ".join(held))


def _is_whole_paragraph(lines: Sequence[str], number: int) -> bool:
    """A long line, or one that ends a sentence, is a paragraph of its own: exports do not wrap."""
    return len(lines[number].strip()) > 100 or bool(_ENDS.search(lines[number].strip()))


def _heading_level(lines: Sequence[str], number: int) -> int:
    """2 for a heading, 3 for a "Label:" line above bullets, 0 for anything else."""
    line = lines[number].strip()
    if not line or len(line) > _LONGEST_HEADING or _ENDS.search(line) or not line[:1].isupper():
        return 0
    following = next((other for other in lines[number + 1 :] if other.strip()), "")
    if not following:
        return 0
    if line.endswith(":"):
        return 3 if _BULLET.match(following) else 0
    short_next = (
        len(following.strip()) <= len(line) and not _BULLET.match(following) and not following.strip().endswith(":")
    )
    return 0 if short_next and not _heading_shape(line) else 2


def _heading_shape(line: str) -> bool:
    """Whether most words of a line begin with a capital, as titles do."""
    words = [w for w in line.split() if len(w) > 3]
    return bool(words) and sum(w[0].isupper() for w in words) / len(words) > 0.6
