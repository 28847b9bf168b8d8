"""Tables in a PDF: where drawn lines make a grid, the words inside them are cells.

Only rules and the edges of filled boxes make a grid, at least two columns by two rows of which most cells hold words.
Words that merely stand in columns are left to the reading order of the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from coach.loading.pdf_lines import BARE_BULLET, BULLET, Line

_NEAR = 2.5  # points within which edges are one
_SHORTEST = 6.0  # points; a shorter stroke is no rule
_FILLED = 0.5  # share of cells that hold words
_MOST_EDGES = 1_200  # of a page that are looked at
_LETTER = 0.55  # usual width of a letter, in sizes


@dataclass(frozen=True, slots=True)
class Edge:
    """A straight rule from `start` to `end` at `place`: x and a range of y, or y and a range of x."""

    vertical: bool
    place: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class _Grid:
    """Places of the columns' edges from the left and of the rows' edges from the top, with the edges themselves."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    edges: tuple[Edge, ...]

    def holds(self, line: Line) -> bool:
        middle = (line.left + line.right) / 2
        return self.columns[0] < middle < self.columns[-1] and self.rows[-1] < _height(line) < self.rows[0]

    def is_cut(self, place: float, at: float, *, vertical: bool) -> bool:
        """Whether a rule at `place` runs past the point `at` on its way."""
        return any(
            e.vertical == vertical and abs(e.place - place) <= _NEAR and e.start - _NEAR < at < e.end + _NEAR
            for e in self.edges
        )


def make_edge(left: float, bottom: float, right: float, top: float) -> Edge | None:
    """The edge that a stroke or a thin box is, or None."""
    if right - left <= _NEAR and top - bottom >= _SHORTEST:
        return Edge(True, (left + right) / 2, bottom, top)
    if top - bottom <= _NEAR and right - left >= _SHORTEST:
        return Edge(False, (bottom + top) / 2, left, right)
    return None


def gather_tables(lines: Sequence[Line], edges: Sequence[Edge]) -> list[Line]:
    """The lines of a page, those of each table replaced by one line that holds its rows."""
    left, distinct = list(lines), list(dict.fromkeys(edges))
    for grid in _find_grids(distinct) if len(distinct) <= _MOST_EDGES else ():
        inside = [line for line in left if grid.holds(line)]
        rows = _read_rows(grid, inside)
        if _is_table(rows):
            left = [line for line in left if line not in inside]
            left.append(_to_line(grid, inside, rows))
    return left


def join_tables(lines: Iterable[Line]) -> list[Line]:
    """Tables that go on over the page made one; a head that is repeated there is left out."""
    joined: list[Line] = []
    for line in lines:
        last = joined[-1] if joined else None
        if last is not None and _goes_on(last, line):
            body = line.rows[1:] if line.rows[0] == last.rows[0] else line.rows
            joined[-1] = replace(last, rows=(*last.rows, *body), text=f"{last.text} {line.text}")
        else:
            joined.append(line)
    return joined


def _goes_on(last: Line, line: Line) -> bool:
    if not last.rows or not line.rows or line.page == last.page or len(last.rows[0]) != len(line.rows[0]):
        return False
    return abs(last.left - line.left) <= _NEAR and abs(last.right - line.right) <= _NEAR


def _find_grids(edges: Sequence[Edge]) -> list[_Grid]:
    """Edges that touch one another, where they make two columns and two rows at least."""
    grids = []
    for group in _find_groups(edges):
        columns = _merge(e.place for e in group if e.vertical)
        rows = _merge(e.place for e in group if not e.vertical)
        if len(columns) > 2 and len(rows) > 2:
            grids.append(_Grid(tuple(columns), tuple(reversed(rows)), tuple(group)))
    return grids


def _find_groups(edges: Sequence[Edge]) -> list[list[Edge]]:
    groups: list[list[Edge]] = []
    for edge in edges:
        touching = [group for group in groups if any(_touch(edge, other) for other in group)]
        groups = [group for group in groups if group not in touching]
        groups.append([edge, *(other for group in touching for other in group)])
    return groups


def _touch(one: Edge, other: Edge) -> bool:
    if one.vertical == other.vertical:
        apart = max(one.start, other.start) - min(one.end, other.end)
        return abs(one.place - other.place) <= _NEAR and apart <= _NEAR
    return other.start - _NEAR <= one.place <= other.end + _NEAR and one.start - _NEAR <= other.place <= one.end + _NEAR


def _merge(places: Iterable[float]) -> list[float]:
    """Distinct places in rising order."""
    merged: list[float] = []
    for place in sorted(places):
        if not merged or place - merged[-1] > _NEAR:
            merged.append(place)
    return merged


def _read_rows(grid: _Grid, lines: Sequence[Line]) -> list[list[str]]:
    """The words of each cell; those of cells that were made one stand in the first, and labels in all of its rows."""
    cells: dict[tuple[int, int], list[Line]] = {}
    for line in lines:
        cells.setdefault(_place(grid, line), []).append(line)
    width, height = len(grid.columns) - 1, len(grid.rows) - 1
    rows = [[_read_cell(cells.get((r, c), ()), grid.columns[c + 1]) for c in range(width)] for r in range(height)]
    for r in range(1, height):
        middle = (grid.columns[0] + grid.columns[1]) / 2
        if not rows[r][0] and not grid.is_cut(grid.rows[r], middle, vertical=False):
            rows[r][0] = rows[r - 1][0]
    return rows


def _place(grid: _Grid, line: Line) -> tuple[int, int]:
    """Row and column of the cell that a line stands in: the first of those that were made one."""
    middle, height = (line.left + line.right) / 2, _height(line)
    row = max(r for r, top in enumerate(grid.rows[:-1]) if r == 0 or height < top)
    column = max(c for c, left in enumerate(grid.columns[:-1]) if c == 0 or middle > left)
    while column and not grid.is_cut(grid.columns[column], height, vertical=True):
        column -= 1
    across = (grid.columns[column] + grid.columns[column + 1]) / 2
    while row and not grid.is_cut(grid.rows[row], across, vertical=False):
        row -= 1
    return row, column


def _read_cell(lines: Sequence[Line], right: float) -> str:
    """The words of a cell: what the margin broke joined by blanks, what the writer broke by newlines."""
    text, last = "", None
    for line in sorted(lines, key=lambda line: (-round(line.bottom), line.left)):
        if last is None:
            text = line.text
        else:
            text += ("\n" if _is_broken_on_purpose(last, line, right) else " ") + line.text
        last = line
    return text


def _is_broken_on_purpose(last: Line, line: Line, right: float) -> bool:
    """A bullet, a larger gap, or a line that had room for the next word."""
    if abs(last.bottom - line.bottom) < 0.3 * line.size:
        return False
    if BULLET.match(line.text) or BARE_BULLET.match(line.text) or last.bottom - line.bottom > 1.8 * line.size:
        return True
    word = len(line.text.split()[0]) * _LETTER * line.size
    return line.text[0].isupper() and last.right + word + line.size < right - line.size


def _is_table(rows: Sequence[Sequence[str]]) -> bool:
    cells = [cell for row in rows for cell in row]
    columns = sum(any(row[c] for row in rows) for c in range(len(rows[0])))
    return columns > 1 and sum(any(row) for row in rows) > 1 and sum(map(bool, cells)) >= _FILLED * len(cells)


def _to_line(grid: _Grid, inside: Sequence[Line], rows: Sequence[Sequence[str]]) -> Line:
    """The table as a line as wide as itself that stands where its top is."""
    sizes = sorted(line.size for line in inside)
    return Line(
        text=" ".join(cell for row in rows for cell in row if cell),
        page=inside[0].page,
        left=grid.columns[0],
        right=grid.columns[-1],
        bottom=grid.rows[0],
        size=sizes[len(sizes) // 2],
        rows=tuple(tuple(row) for row in rows),
    )


def _height(line: Line) -> float:
    """Where the middle of a line's letters is."""
    return line.bottom + 0.3 * line.size
