"""Plain text into pieces: headings, bullets and paragraphs recognised by their shape alone.

Career ladders are often pasted as text that lost its markup: a role on a line, "Leadership Skills:"
on the next, bullets below. What a line is follows from its length, its end and what stands after it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from coach.loading.markdown import parse_markdown
from coach.loading.pieces import Piece

_MARKUP = re.compile(r"^(?:#{1,6} \S|[ \t]*[*\-+] \*\*|\d+\. \*\*|```|\|.*\|[ \t]*$)", re.MULTILINE)
_BULLET = re.compile(
    r"^(\s*)([-*+\u2013\u2014\u2022\u2023\u25aa\u25ab\u25cf\u25cb\u25e6\u2043\u00b7\uf0b7]|\d{1,2}[.)]|[a-z]\))\s+(?=\S)"
)
_BARE_BULLET = re.compile(r"^\s*[-*+\u2022\u25cf\u25aa\uf0b7]\s*$")
_SERIES = re.compile(r"^(\w+)\s+(?:\d{1,2}|[A-Z])\b(?=[:.\s-]|$)")
_RULER = re.compile(r"^\s*([-=_*~])(?:\s*\1){2,}\s*$")
_LABEL = re.compile(r"^[^.:;!?]{2,50}:\s+\S")
# Words that make a short line ending in a colon a sentence that leads in rather than a heading.
_SENTENCE_WORDS = frozenset(
    "are be can do does handle handles has have he includes include includes is it must need needs new should"
    " that these they this typically usually we will you your following".split()
)
_SMALL_WORDS = frozenset("a an and as at by for from in of on or the to vs with & /".split())
_LONGEST_HEADING, _MOST_WORDS = 90, 12
_WIDEST_MARGIN = 110


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    indent: int = 0
    marker: str = ""
    gap: bool = False  # a blank line stands before it


def parse_text(text: str) -> tuple[Piece, ...]:
    """The pieces of a plain text; text that holds Markdown markup is read as Markdown."""
    if len(_MARKUP.findall(text)) >= 2 or re.match(r"\s*#{1,6} \S", text):
        return parse_markdown(text)
    lines = _join_wrapped(_read_lines(text))
    return tuple(_nest_items(_nest_series(_nest_repeated(list(_classify(lines))))))


def _read_lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    gap, bare = False, False
    for raw in text.split("\n"):
        if not raw.strip() or _RULER.match(raw):
            gap = gap or not bare
        elif _BARE_BULLET.match(raw):  # the dash stands on a line of its own above its text
            bare = True
        else:
            lines.append(_to_line(f"- {raw.strip()}" if bare and not _BULLET.match(raw) else raw, gap))
            gap = bare = False
    return lines


def _to_line(raw: str, gap: bool) -> _Line:
    match = _BULLET.match(raw)
    indent = len(raw) - len(raw.lstrip())
    if match is None:
        return _Line(raw.strip(), indent, gap=gap)
    marker = f"{match.group(2)[:-1]}. " if match.group(2)[0].isdigit() else "- "
    return _Line(raw[match.end() :].strip(), indent, marker, gap)


def _join_wrapped(lines: Sequence[_Line]) -> list[_Line]:
    """Lines broken at a margin become one again; lines that were a paragraph each stay apart."""
    margin = max((len(line.text) + line.indent for line in lines), default=0)
    groups: list[list[_Line]] = []
    for line in lines:
        if groups and not line.gap and not line.marker and _is_wrapped(groups[-1][0], groups[-1][-1], line, margin):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [replace(group[0], text=_glue([line.text for line in group])) for group in groups]


def _is_wrapped(block: _Line, last: _Line, line: _Line, margin: int) -> bool:
    if last.text.endswith((".", "!", "?", ":")):
        return bool(block.marker) and line.indent > block.indent and not last.text.endswith(":")
    if line.text[0].islower() or (block.marker and line.indent > block.indent):
        return True
    # The next word did not fit before the margin; text with longer lines has no margin.
    width = last.indent + len(last.text) + 1 + len(line.text.split(maxsplit=1)[0])
    return not block.marker and 40 <= margin <= _WIDEST_MARGIN and width > margin * 0.85


def _glue(parts: Sequence[str]) -> str:
    """Join the parts of a wrapped line; a hyphen at the margin keeps its word in one piece."""
    return "".join(part if re.search(r"\w-$", part) else f"{part} " for part in parts).rstrip()


def _classify(lines: Sequence[_Line]) -> Iterator[Piece]:
    for index, line in enumerate(lines):
        after = lines[index + 1] if index + 1 < len(lines) else None
        if line.marker:
            yield Piece("item", line.text, level=1 + line.indent, marker=line.marker)
        elif index == 0 and _is_heading(line, after, opens=True):
            yield Piece("heading", line.text, level=1)
        elif after is not None and after.marker and line.text.endswith(":") and _is_label(line.text):
            yield Piece("heading", line.text.rstrip(": "), level=3)
        elif _is_heading(line, after):
            yield Piece("heading", line.text, level=2)
        else:
            yield Piece("paragraph", line.text)


def _is_heading(line: _Line, after: _Line | None, *, opens: bool = False) -> bool:
    """A short line without end punctuation above a blank line, bullets or something longer.

    The line that opens a text needs nothing in particular below it.
    """
    text = line.text
    if after is None or len(text) > _LONGEST_HEADING or len(text.split()) > _MOST_WORDS:
        return False
    if text.endswith((".", "!", ";", ",", ":")) or text[0].islower() or not re.search(r"[^\W\d_]{2}", text):
        return False
    return opens or after.gap or bool(after.marker) or len(after.text) > len(text) or _is_titled(text)


def _is_label(text: str) -> bool:
    words = [w.strip("():,").lower() for w in text.rstrip(": ").split()]
    if len(words) > _MOST_WORDS or len(text) > _LONGEST_HEADING:
        return False
    return _is_titled(text) or (len(words) <= 4 and not _SENTENCE_WORDS.intersection(words))


def _is_titled(text: str) -> bool:
    """Whether every weighty word begins with a capital, a digit or a sign."""
    words = [w.strip("(\"'") for w in text.split()]
    return all(not w[:1].islower() for w in words if w.lower() not in _SMALL_WORDS)


def _nest_repeated(pieces: list[Piece]) -> list[Piece]:
    """A heading that comes back word for word names an aspect: it stands one level below the others."""
    times = Counter(p.text.casefold() for p in pieces if p.kind == "heading" and p.level == 2)
    return [
        replace(p, level=3) if p.kind == "heading" and p.level == 2 and times[p.text.casefold()] > 2 else p
        for p in pieces
    ]


def _nest_series(pieces: list[Piece]) -> list[Piece]:
    """A series such as "Step 1", "Step 2" right below a heading that has no text of its own stands under it."""
    nested: list[Piece] = []
    series = ""
    for piece in pieces:
        name = _series_name(piece)
        if name and nested and nested[-1].kind == "heading" and nested[-1].level == 2 and name != series:
            series = "" if _series_name(nested[-1]) else name
        elif piece.kind == "heading" and piece.level == 2 and name != series:
            series = ""
        nested.append(replace(piece, level=3) if name and name == series else piece)
    return nested


def _series_name(piece: Piece) -> str:
    match = _SERIES.match(piece.text) if piece.kind == "heading" and piece.level in (2, 3) else None
    return match.group(1).casefold() if match else ""


def _nest_items(pieces: Sequence[Piece]) -> list[Piece]:
    """Depth of items from their indents, and of items that a flattened "Responsibilities:" item introduces."""
    outer = _outer_labels(pieces)
    nested: list[Piece] = []
    indents: list[int] = []
    inner = ""  # "", "labelled" or "plain": how the items below an item that ends in a colon begin
    for index, piece in enumerate(pieces):
        if piece.kind != "item":
            indents, inner = [], ""
            nested.append(piece)
            continue
        indents = [*(i for i in indents if i < piece.level), piece.level]
        if inner and _ends_inner(piece, inner, outer):
            inner = ""
        nested.append(replace(piece, level=len(indents) + bool(inner)))
        if piece.text.endswith(":") and index + 1 < len(pieces) and pieces[index + 1].level == piece.level:
            inner = "labelled" if _LABEL.match(pieces[index + 1].text) else "plain"
    return nested


def _ends_inner(piece: Piece, inner: str, outer: Counter[str]) -> bool:
    if piece.text.endswith(":"):
        return True
    label = piece.text.split(":")[0].casefold() if _LABEL.match(piece.text) else ""
    return bool(label) and (inner == "plain" or outer[label] > 1)


def _outer_labels(pieces: Sequence[Piece]) -> Counter[str]:
    """How often each label begins an item of the whole text."""
    return Counter(p.text.split(":")[0].casefold() for p in pieces if p.kind == "item" and _LABEL.match(p.text))
