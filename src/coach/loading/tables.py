"""Tables into pieces that read alone: a cell of prose under its row and column, or a row with its headers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from coach.loading.pieces import Piece

_PROSE_WORDS = 4  # average words from which a column holds prose rather than labels and figures
_CELL_LINES = re.compile(r"\s*\n\s*(?:[-*\u2022\u25cf\u25aa\u00b7]\s+|\d{1,2}[.)]\s+)?|\s*[\u2022\u25cf\u25aa]\s+")
_CELL_START = re.compile(r"^\s*(?:[-*\u2022\u25cf\u25aa\u00b7]|\d{1,2}[.)])\s+")


def to_pieces(rows: Sequence[Sequence[str]], *, page: int | None = None, has_header: bool = True) -> Iterator[Piece]:
    """One piece for each cell of prose, or for each row where no column holds prose.

    The first row names the columns unless `has_header` is false. A cell of prose gets the labels of
    its row, and its column's name where several columns hold prose, as headings of its own: in a
    ladder with aspects down and levels across, each cell stands under its aspect and its level.
    """
    table = [[_tidy(cell) for cell in row] for row in rows if any(cell.strip() for cell in row)]
    if not table:
        return
    width = max(len(row) for row in table)
    table = [[*row, *([""] * (width - len(row)))] for row in table]
    header, body = (table[0], table[1:]) if has_header and len(table) > 1 else ([""] * width, table)
    prose = [column for column in range(width) if _holds_prose(body, column)]
    labels = [column for column in range(width) if column not in prose]
    if prose and labels and labels[0] == 0:
        yield from _cells(header, body, labels, prose, page)
    else:
        yield from (Piece("row", to_row(header, map(_join_lines, row)), page=page) for row in body)


def to_row(header: Sequence[str], cells: Iterator[str] | Sequence[str]) -> str:
    """One row as "Header: cell; Header: cell"; cells without a header stand bare, empty ones say nothing."""
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in zip(header, cells, strict=False) if cell)


def split_cell(cell: str) -> list[str]:
    """The lines or bullets of a cell, without their markers."""
    return [part for part in _CELL_LINES.split(_CELL_START.sub("", cell)) if part.strip()]


def _cells(
    header: Sequence[str], body: Sequence[Sequence[str]], labels: Sequence[int], prose: Sequence[int], page: int | None
) -> Iterator[Piece]:
    above = [""] * len(header)
    for row in body:
        # A label that spans several rows stands in the first of them only.
        above = [cell or (above[i] if i == labels[0] else "") for i, cell in enumerate(row)]
        names = [_join_lines(above[i]) for i in labels if above[i]]
        for column in prose:
            headings = tuple(names + ([header[column]] if len(prose) > 1 and header[column] else []))
            marker = f"{', '.join(headings)}: " if headings else ""
            for part in split_cell(row[column]):
                yield Piece("row", part, marker=marker, page=page, headings=headings)


def _holds_prose(body: Sequence[Sequence[str]], column: int) -> bool:
    filled = [row[column] for row in body if row[column]]
    return bool(filled) and sum(len(cell.split()) for cell in filled) >= _PROSE_WORDS * len(filled)


def _tidy(cell: str) -> str:
    return "\n".join(" ".join(line.split()) for line in cell.strip().splitlines() if line.strip())


def _join_lines(cell: str) -> str:
    return ", ".join(split_cell(cell)) if "\n" in cell else cell
