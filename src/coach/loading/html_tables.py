"""HTML tables as a grid of cell texts; tables that only place things on a page are left alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_WIDEST, _LONGEST = 200, 10_000  # cells a row and rows a table may span
_LINES = frozenset(("li", "p", "br", "div", "tr"))


def read_table(table: HtmlElement) -> list[list[str]]:
    """The rows of a data table, cells spread over the rows and columns they span; nothing for a layout table."""
    if table.find(".//table") is not None or table.get("role") == "presentation":
        return []
    grid: list[list[str]] = []
    hanging: dict[int, tuple[int, str]] = {}  # column -> rows it still spans, text
    for tr in list(table.iter("tr"))[:_LONGEST]:
        grid.append(_read_row(tr, hanging))
    return grid if max((len(row) for row in grid), default=0) > 1 else []


def _read_row(tr: HtmlElement, hanging: dict[int, tuple[int, str]]) -> list[str]:
    row: list[str] = []
    for cell in tr:
        if cell.tag not in ("td", "th"):
            continue
        _fill_hanging(row, hanging)
        text = _cell_text(cell)
        for _ in range(_span(cell, "colspan")):
            if len(row) < _WIDEST:
                if _span(cell, "rowspan") > 1:
                    hanging[len(row)] = (_span(cell, "rowspan") - 1, text)
                row.append(text)
    _fill_hanging(row, hanging)
    return row


def _fill_hanging(row: list[str], hanging: dict[int, tuple[int, str]]) -> None:
    while len(row) in hanging and len(row) < _WIDEST:
        left, text = hanging.pop(len(row))
        if left > 1:
            hanging[len(row)] = (left - 1, text)
        row.append(text)


def _span(cell: HtmlElement, name: str) -> int:
    value = cell.get(name) or "1"
    return min(max(int(value), 1), _WIDEST) if value.isdigit() else 1


def _cell_text(cell: HtmlElement) -> str:
    """Words of a cell, a line for each paragraph or bullet in it."""
    parts: list[str] = []
    for element in cell.iter():
        broken = "\n" if element.tag in _LINES else ""
        parts += (broken, re.sub(r"\s+", " ", element.text or ""))
        if element is not cell:
            parts.append(re.sub(r"\s+", " ", element.tail or ""))
    return "".join(parts).strip()
