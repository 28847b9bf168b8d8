"""Plots as inline SVG, from numbers alone: no script, no outside font, readable in both colour schemes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 560, 300, 52, 46, 14, 18
Point = tuple[float, float]
_QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)


def draw_bars(bars: Sequence[tuple[str, float, str]], label: str) -> str:
    """Horizontal bars of shares from 0 to 1: (name, share, words at the end)."""
    row, left = 26, 112
    room = WIDTH - left - 92
    parts = []
    for i, (name, share, words) in enumerate(bars):
        y, width = i * row + 4, max(0.0, min(1.0, share)) * room
        parts.append(_text(left - 10, y + 14, name, "end", "name"))
        parts.append(f'<rect class="track" x="{left}" y="{y + 2}" width="{room}" height="{row - 10}" rx="3"/>')
        parts.append(f'<rect class="bar" x="{left}" y="{y + 2}" width="{width:.1f}" height="{row - 10}" rx="3"/>')
        parts.append(_text(left + room + 10, y + 14, words, "start"))
    return _svg(row * len(bars) + 8, label, parts)


def draw_intervals(rows: Sequence[tuple[str, float, float, float, float | None]], label: str) -> str:
    """A dot with its interval on a line from 0 to 1 for each row: (name, value, low, high, earlier value or None)."""
    row, left = 30, 170
    room = WIDTH - left - 62

    def at(share: float) -> float:
        return left + max(0.0, min(1.0, share)) * room

    parts = [f'<path class="grid" d="M{at(q):.1f} 2V{row * len(rows) + 2}"/>' for q in _QUARTERS]
    for i, (name, value, low, high, earlier) in enumerate(rows):
        y = i * row + 17
        parts.append(_text(left - 12, y + 4, name, "end", "name"))
        parts.append(f'<path class="whisker" d="M{at(low):.1f} {y}H{at(high):.1f}"/>')
        if earlier is not None:
            parts.append(f'<path class="earlier" d="M{at(earlier):.1f} {y - 8}V{y + 8}"/>')
        parts.append(f'<circle class="dot" cx="{at(value):.1f}" cy="{y}" r="5"/>')
        parts.append(_text(WIDTH - 6, y + 4, f"{value:.3f}", "end", "name"))
    floor = row * len(rows) + 16
    parts += [_text(at(q), floor, f"{q:g}", "middle") for q in (0.0, 0.5, 1.0)]
    return _svg(floor + 6, label, parts)


def draw_histogram(
    values: Sequence[float], label: str, unit: str, marks: Sequence[tuple[float, str]] = (), bins: int = 24
) -> str:
    """How often values fall into bins of equal width, with marked values; the last bin holds whatever lies beyond.

    The axis ends at the value that 98 of 100 do not exceed, so that one slow call does not squeeze all others.
    """
    if not values:
        return ""
    ordered = sorted(values)
    high = max(ordered[min(len(ordered) - 1, math.ceil(0.98 * len(ordered)) - 1)], 1e-9)
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, int(value / high * bins))] += 1
    room, tall = WIDTH - LEFT - RIGHT, HEIGHT - BOTTOM - TOP - 14
    step = room / bins
    parts = [*_floor(f"0 {unit}", f"{high:.0f} {unit}" + (" and more" if ordered[-1] > high else ""))]
    parts.append(_text(LEFT - 8, HEIGHT - BOTTOM - tall + 4, str(max(counts)), "end"))
    for i, count in enumerate(counts):
        h = tall * count / max(counts)
        parts.append(
            f'<rect class="bar" x="{LEFT + i * step + 0.5:.1f}" y="{HEIGHT - BOTTOM - h:.1f}" '
            f'width="{step - 1:.1f}" height="{h:.1f}"/>'
        )
    parts += [_mark(LEFT + room * min(1.0, v / high), words) for v, words in marks]
    return _svg(HEIGHT, label, parts)


def draw_curve(
    points: Sequence[Point],
    label: str,
    axes: tuple[str, str],
    marks: Sequence[tuple[Point, str]] = (),
    *,
    diagonal: bool = False,
) -> str:
    """A line through points of the unit square, with a few marked points; the diagonal is where both are equal."""
    parts = _square(axes)
    if diagonal:
        (x, y), (right, top) = _place((0.0, 0.0)), _place((1.0, 1.0))
        parts.append(f'<path class="diagonal" d="M{x:.1f} {y:.1f}L{right:.1f} {top:.1f}"/>')
    if points:
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(_place, points))
        parts.append(f'<polyline class="line" points="{line}"/>')
        if len(points) <= 12:  # more of them would only thicken the line
            parts += [f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="4"/>' for x, y in map(_place, points)]
    for point, words in marks:
        x, y = _place(point)
        near = x > WIDTH - 140
        parts.append(f'<circle class="mark" cx="{x:.1f}" cy="{y:.1f}" r="6"/>')
        parts.append(_text(x + (-11 if near else 11), y - 8, words, "end" if near else "start", "name"))
    return _svg(HEIGHT, label, parts)


def draw_lines(series: Sequence[tuple[str, Sequence[float | None]]], ticks: Sequence[str], label: str) -> str:
    """Several measures over the same steps, each from 0 to 1 with its name at its end; gaps where there is none."""
    room = WIDTH - LEFT - 176
    step = room / max(1, len(ticks) - 1)
    parts = [_grid(q, LEFT + room) for q in _QUARTERS]
    parts += [_text(LEFT + i * step, HEIGHT - BOTTOM + 16, tick[:14], "middle") for i, tick in enumerate(ticks)]
    ends: list[float] = []
    for number, (name, values) in enumerate(series):
        places = [(LEFT + i * step, _place((0.0, v))[1]) for i, v in enumerate(values) if v is not None]
        if not places:
            continue
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline class="line series-{number % 6}" points="{line}"/>')
        parts += [f'<circle class="series-{number % 6}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in places]
        ends.append(_free(places[-1][1], ends))
        parts.append(_text(places[-1][0] + 9, ends[-1] + 4, name, "start", f"series-{number % 6}"))
    return _svg(HEIGHT, label, parts)


def _free(y: float, taken: Sequence[float]) -> float:
    """The nearest height to `y` at which a name does not cover another."""
    offsets = [sign * 15.0 * n for n in range(12) for sign in (1, -1)]
    return next((y + d for d in offsets if all(abs(y + d - t) >= 14 for t in taken)), y)


def _place(point: Point) -> Point:
    x, y = (max(0.0, min(1.0, v)) for v in point)
    return LEFT + x * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - y * (HEIGHT - BOTTOM - TOP)


def _square(axes: tuple[str, str]) -> list[str]:
    parts = [_grid(q) for q in _QUARTERS]
    parts += [_text(_place((q, 0.0))[0], HEIGHT - BOTTOM + 16, f"{q:g}", "middle") for q in _QUARTERS]
    middle = (TOP + HEIGHT - BOTTOM) / 2
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, axes[0], "middle", "name"))
    parts.append(
        f'<text class="name" x="12" y="{middle:.1f}" text-anchor="middle" '
        f'transform="rotate(-90 12 {middle:.1f})">{escape(axes[1])}</text>'
    )
    return parts


def _grid(share: float, right: float = WIDTH - RIGHT) -> str:
    y = _place((0.0, share))[1]
    return f'<path class="grid" d="M{LEFT} {y:.1f}H{right:.1f}"/>' + _text(LEFT - 8, y + 4, f"{share:g}", "end")


def _floor(left: str, right: str) -> list[str]:
    y = HEIGHT - BOTTOM
    return [
        f'<path class="grid" d="M{LEFT} {y}H{WIDTH - RIGHT}"/>',
        _text(LEFT, y + 16, left, "start"),
        _text(WIDTH - RIGHT, y + 16, right, "end"),
    ]


def _mark(x: float, words: str) -> str:
    line = f'<path class="earlier" d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}"/>'
    near = x > WIDTH - 120
    return line + _text(x + (-5 if near else 5), TOP + 9, words, "end" if near else "start", "name")


def _text(x: float, y: float, words: str, anchor: str, kind: str = "") -> str:
    drawn = f' class="{kind}"' if kind else ""
    return f'<text{drawn} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _svg(height: float, label: str, parts: Sequence[str]) -> str:
    inner = "".join(parts)
    return f'<svg role="img" aria-label="{escape(label)}" viewBox="0 0 {WIDTH} {height:.0f}">{inner}</svg>'
