"""What the lines of a PDF's pages mean: columns, headings, paragraphs, items, running heads."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from coach.loading.pdf_lines import BULLET, Line
from coach.loading.pdf_tables import join_tables
from coach.loading.pieces import Piece
from coach.loading.tables import to_pieces

_ENDED = re.compile(r"[.!?:;][\"')\]\u201d\u2019]*$")
_PAGE_NUMBER = re.compile(r"^\W*(?:page\s*)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:of|/)\s*\d{1,4})?\W*$", re.IGNORECASE)
# What browsers print at the edges of a page: its address, or the date and time.
_PRINTED = re.compile(
    r"^(?:(?:file|https?)://\S+(?:\s+\d+/\d+)?|\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4},? \d{1,2}:\d{2}.{0,60})$"
)
_LEADERS = re.compile(r"(?:\.\s?){4,}\s*\d{1,4}$")
_LARGER = 1.1  # times the size of the text from which a line is a heading
_EDGE_LINES = 2  # outermost lines of a page that may be running heads or feet
_FEWEST_RUNNING = 3  # pages on which they come back
_MOST_HEADING_WORDS = 16
_PREFIXES = frozenset(
    "all co cross day ex full half high long low mid multi non off on one out over part pre re self semi short step sub"
    " two under well".split()
)


@dataclass(slots=True)
class _Open:
    """A block that may still grow."""

    piece: Piece
    last: Line
    left: float


def read_pages(pages: Sequence[Sequence[Line]]) -> list[Piece]:
    """The pieces of all pages in reading order; running heads and page numbers say why they are no content."""
    furniture = _find_running(pages)
    lines = join_tables(line for page in pages for line in _order([line for line in page if line not in furniture]))
    if not lines:
        return []
    levels = _heading_levels(lines)
    pieces = list(_to_pieces(lines, levels, _join_words(lines)))
    outside = [Piece("paragraph", line.text, page=line.page, why=furniture[line]) for line in furniture]
    return pieces + outside


def _find_running(pages: Sequence[Sequence[Line]]) -> dict[Line, str]:
    """The outermost lines of pages where they come back on other pages, are page numbers or a printer's stamp."""
    found: dict[str, list[Line]] = defaultdict(list)
    reasons: dict[Line, str] = {}
    text_size = _text_size([line for page in pages for line in page])
    for page in pages:
        heights = sorted({round(line.bottom) for line in page})
        edges = {*heights[:_EDGE_LINES], *heights[-_EDGE_LINES:]}
        for line in (line for line in page if round(line.bottom) in edges and not line.rows):
            small = line.size < 0.95 * text_size
            found[re.sub(r"\d+", "0", line.text) if small else line.text].append(line)
            if _PRINTED.match(line.text):
                reasons[line] = "running head or foot"
            elif _PAGE_NUMBER.match(line.text) and (len(pages) > 1 or round(line.bottom) == heights[0]):
                reasons[line] = "page number"
    for lines in found.values():
        times = len({line.page for line in lines})
        # A heading at the top of several pages may be the aspect that each level repeats.
        if times >= _FEWEST_RUNNING and (lines[0].size < _LARGER * text_size or times > 0.6 * len(pages)):
            reasons.update(dict.fromkeys(lines, "running head or foot"))
    return reasons


def _order(lines: list[Line]) -> list[Line]:
    """Reading order: lines across the page cut it, and between them columns are read one after the other."""
    gutter = _find_gutter(lines)
    if gutter is None:
        return _join_baselines(sorted(lines, key=lambda line: (-line.bottom, line.left)))
    ordered: list[Line] = []
    band: list[Line] = []
    for line in sorted(lines, key=lambda line: -line.bottom):
        if line.left < gutter < line.right:
            ordered += _order_band(band, gutter)
            ordered.append(line)
            band = []
        else:
            band.append(line)
    return ordered + _order_band(band, gutter)


def _order_band(band: list[Line], gutter: float) -> list[Line]:
    left = [line for line in band if line.right <= gutter]
    right = [line for line in band if line.right > gutter]
    return [*_order(left), *_order(right)]


def _find_gutter(lines: Sequence[Line]) -> float | None:
    """Where a vertical gap runs between two columns of text, or None.

    Few lines cross it, each side holds a good share of the lines, and lines of both sides stand next
    to one another.
    """
    if len(lines) < 8:
        return None
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    starts = Counter(round(line.left) for line in lines if line.left > left + 0.2 * (right - left))
    for start, count in starts.most_common(6):
        if count < 0.15 * len(lines):
            break
        gutter = start - 2.0
        crossing = sum(line.left < gutter < line.right for line in lines)
        before = [line for line in lines if line.right <= gutter]
        after = [line for line in lines if line.left >= gutter]
        if (
            crossing <= 0.35 * len(lines)
            and min(len(before), len(after)) >= 0.15 * len(lines)
            and _stand_abreast(before, after)
        ):
            return gutter
    return None


def _stand_abreast(before: Sequence[Line], after: Sequence[Line]) -> bool:
    """Whether the columns overlap in height, and the left one is more than the labels of the right one."""
    top = min(max(line.bottom for line in before), max(line.bottom for line in after))
    foot = max(min(line.bottom for line in before), min(line.bottom for line in after))
    abreast = sum(foot - 1 <= line.bottom <= top + 1 for line in before)
    words = sum(len(line.text) for line in before)
    return abreast >= 3 and words >= 0.2 * sum(len(line.text) for line in after)


def _join_baselines(lines: Sequence[Line]) -> list[Line]:
    """Parts of one line that a wide gap split: a bullet and its text, a label and its value."""
    joined: list[Line] = []
    for line in lines:
        last = joined[-1] if joined else None
        in_text = last is not None and not last.rows and not line.rows
        if (
            last is not None
            and in_text
            and abs(last.bottom - line.bottom) < 0.3 * line.size
            and line.left >= last.right - 1
        ):
            bold = f"{last.bold} {line.bold}".strip() if last.is_bold else last.bold
            joined[-1] = replace(
                last, text=f"{last.text} {line.text}", right=line.right, bold=bold, size=max(last.size, line.size)
            )
        else:
            joined.append(line)
    return joined


def _share_a_baseline(last: Line, line: Line) -> bool:
    level = abs(last.bottom - line.bottom) < 0.3 * line.size and line.left >= last.right - 1
    return level and not last.rows and not line.rows


def _heading_levels(lines: Sequence[Line]) -> dict[float, int]:
    """Levels of the sizes that are larger than the text's, the largest being 1."""
    text = _text_size(lines)
    sizes = sorted({line.size for line in lines if line.size >= text * _LARGER}, reverse=True)
    levels: dict[float, int] = {}
    for size in sizes:
        near = next((levels[s] for s in levels if s - size < 0.6), None)
        levels[size] = near if near is not None else min(len(set(levels.values())) + 1, 5)
    return levels


def _text_size(lines: Sequence[Line]) -> float:
    weights: Counter[float] = Counter()
    for line in lines:
        weights[line.size] += len(line.text)
    return weights.most_common(1)[0][0] if weights else 0.0


def _to_pieces(lines: Sequence[Line], levels: dict[float, int], words: frozenset[str]) -> Iterator[Piece]:
    opened: _Open | None = None
    pitch = _usual_pitch(lines)
    deepest = max(levels.values(), default=1) + 1
    items: list[float] = []  # left edges of the items a list is nested by
    for line in lines:
        if line.rows:
            yield from () if opened is None else (opened.piece,)
            yield from to_pieces(line.rows, page=line.page)
            opened, items = None, []
            continue
        bullet = BULLET.match(line.text)
        level = 0 if bullet else _level_of(line, levels, deepest)
        if opened is not None and not bullet and _goes_on(opened, line, level, pitch):
            opened = _grow(opened, line, words)
            continue
        if opened is not None:
            yield opened.piece
        if bullet:
            moved = opened is not None and (line.page != opened.last.page or line.bottom > opened.last.bottom)
            outer = items[:-1] if moved else [left for left in items if left < line.left - 2]
            items = [*outer, line.left]
            opened = _Open(_to_item(line, bullet, len(items)), line, line.left)
        else:
            items = [] if level else items
            opened = _Open(_to_block(line, level), line, line.left)
    if opened is not None:
        yield opened.piece


def _level_of(line: Line, levels: dict[float, int], deepest: int) -> int:
    """1 to 6 for a heading, 0 for anything else."""
    if (
        len(line.text.split()) > _MOST_HEADING_WORDS
        or _LEADERS.search(line.text)
        or not re.search(r"[^\W\d_]{2}", line.text)
    ):
        return 0
    if line.size in levels:
        return levels[line.size]
    return min(deepest, 6) if line.is_bold and not line.text.endswith((".", ",", ";", ":")) else 0


def _to_item(line: Line, bullet: re.Match[str], level: int) -> Piece:
    marker = f"{bullet.group(1)}. " if bullet.group(1) else "- "
    bold = line.bold[bullet.end() :] if line.bold.startswith(bullet.group()) else ""
    return Piece("item", line.text[bullet.end() :], level, marker, page=line.page, bold=bold, starts_list=False)


def _to_block(line: Line, level: int) -> Piece:
    if level:
        return Piece("heading", line.text, level=level, page=line.page)
    why = "table of contents" if _LEADERS.search(line.text) else ""
    return Piece("paragraph", line.text, page=line.page, bold=line.bold, why=why)


def _goes_on(opened: _Open, line: Line, level: int, pitch: float) -> bool:
    """Whether a line belongs to the block before it."""
    piece, last = opened.piece, opened.last
    if piece.why or abs(last.size - line.size) > 0.08 * last.size:
        return False
    if piece.kind == "heading" or level:
        near = last.page == line.page and 0 < last.bottom - line.bottom < 1.6 * line.size
        return piece.kind == "heading" and piece.level == level and near
    below = last.bottom - line.bottom
    if line.page != last.page or below < 0:  # the next page or column
        return not _ENDED.search(piece.text) and (line.text[0].islower() or piece.text.endswith("-"))
    if below > 1.4 * pitch * line.size:
        return False
    if piece.kind == "item":
        return line.left >= opened.left - 1
    return not _starts_paragraph(opened, line)


def _starts_paragraph(opened: _Open, line: Line) -> bool:
    """An indent, a bold label, or a short last line that ended a sentence begins a new paragraph."""
    last = opened.last
    if line.left > opened.left + 0.8 * line.size and last.left <= opened.left + 1 and _ENDED.search(last.text):
        return True
    if line.left < opened.left - 0.8 * line.size and line.text[0].isupper():
        return opened.piece.text != opened.last.text  # not the second line of an indented first one
    return bool(line.bold) and not last.bold and line.text[0].isupper() and bool(_ENDED.search(last.text))


def _grow(opened: _Open, line: Line, words: frozenset[str]) -> _Open:
    piece = opened.piece
    whole = piece.bold == piece.text
    text = _glue(piece.text, line.text, words)
    bold = (
        text if whole and line.is_bold else _glue(piece.text, line.bold, words) if whole and line.bold else piece.bold
    )
    return _Open(
        replace(piece, text=text, bold=bold),
        line,
        min(opened.left, line.left) if piece.kind == "paragraph" else opened.left,
    )


def _glue(before: str, after: str, words: frozenset[str]) -> str:
    """Join two lines; a hyphen at the margin goes when the word it broke is one, and stays in compounds."""
    match = re.search(r"(\w+)-$", before)
    first = re.match(r"\w+", after)
    if match is None or first is None or not after[0].islower():
        return f"{before} {after}"
    head, tail = match.group(1).lower(), first.group().lower()
    compound = f"{head}-{tail}" in words or (head in _PREFIXES and head + tail not in words)
    return before + after if compound else before[:-1] + after


def _join_words(lines: Sequence[Line]) -> frozenset[str]:
    """All words of the text, compounds too."""
    return frozenset(w.lower() for line in lines for w in re.findall(r"\w+(?:-\w+)*", line.text))


def _usual_pitch(lines: Sequence[Line]) -> float:
    """Distance between lines of a paragraph, in sizes of the text."""
    steps = Counter(
        round((a.bottom - b.bottom) / b.size, 1)
        for a, b in pairwise(lines)
        if a.page == b.page and a.size == b.size and 0.9 < (a.bottom - b.bottom) / b.size < 2.5
    )
    return min(max(steps.most_common(1)[0][0], 1.0), 2.0) if steps else 1.2
