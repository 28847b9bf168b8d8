"""Pieces that the pages of reports are put together from; everything that is not markup is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

_STYLE = Path(__file__).with_name("page.css")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def to_page(title: str, body: Iterable[str]) -> str:
    """One self-contained page: no script, and nothing loaded from anywhere."""
    style = _STYLE.read_text(encoding="utf-8")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><style>{style}</style></head>'
        f"<body>{''.join(body)}</body></html>\n"
    )


def to_table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, total: bool = False) -> str:
    """A table that scrolls by itself when it is too wide; with `total` the last row stands out."""
    if not rows:
        return ""
    head = "".join(f"<th>{escape(h)}</th>" for h in headings)
    body = "".join(_row(row, last=total and i == len(rows) - 1) for i, row in enumerate(rows))
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'


def _row(cells: Sequence[str], *, last: bool) -> str:
    inner = "".join(f"<td{_kind(cell)}>{escape(cell)}</td>" for cell in cells)
    return f"<tr class='total'>{inner}</tr>" if last else f"<tr>{inner}</tr>"


def _kind(cell: str) -> str:
    if cell in ("better", "worse"):
        return f' class="{cell}"'
    return ' class="prose"' if len(cell) > 60 else ""


def to_figure(heading: str, drawing: str, caption: str) -> str:
    """A plot with its heading and a sentence on how to read it; nothing when there is nothing to draw."""
    if not drawing:
        return ""
    return f"<figure><h3>{escape(heading)}</h3>{drawing}<figcaption>{escape(caption)}</figcaption></figure>"


def to_list(items: Iterable[str], kind: str = "ul", mark: str = "") -> str:
    """A list of plain texts; nothing when it is empty."""
    begin = f'<li class="{mark}">' if mark else "<li>"
    inner = "".join(f"{begin}{escape(item)}</li>" for item in items)
    return f"<{kind}>{inner}</{kind}>" if inner else ""


def to_tag(words: str, kind: str = "") -> str:
    """A small label."""
    return f'<span class="tag {kind}">{escape(words)}</span>' if words else ""
