"""Plots as inline SVG, from numbers alone: no script, no outside font, readable in both colour schemes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 560, 240, 46, 36, 14
Point = tuple[float, float]


def draw_bars(bars: Sequence[tuple[str, float, str]], label: str) -> str:
    """Horizontal bars of shares from 0 to 1: (name, share, words at the end)."""
    row, left = 26, 130
    height = row * len(bars) + 8
    parts = []
    for i, (name, share, words) in enumerate(bars):
        y, width = i * row + 4, max(0.0, min(1.0, share)) * (WIDTH - left - 90)
        parts.append(_text(left - 8, y + 14, name, "end"))
        parts.append(f'<rect class="bar" x="{left}" y="{y}" width="{width:.1f}" height="{row - 8}"/>')
        parts.append(_text(left + width + 6, y + 14, words, "start"))
    return _svg(height, label, parts)


def draw_histogram(values: Sequence[float], label: str, unit: str, bins: int = 20) -> str:
    """How often values fall into bins of equal width."""
    if not values:
        return ""
    low, high = min(values), max(values)
    width = (high - low) / bins or 1.0
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, int((value - low) / width))] += 1
    step = (WIDTH - LEFT - 10) / bins
    tall = HEIGHT - BOTTOM - TOP
    parts = _axes(f"{low:.0f} {unit}", f"{high:.0f} {unit}", "0", str(max(counts)))
    for i, count in enumerate(counts):
        h = tall * count / max(counts)
        parts.append(
            f'<rect class="bar" x="{LEFT + i * step:.1f}" y="{HEIGHT - BOTTOM - h:.1f}" '
            f'width="{step - 1:.1f}" height="{h:.1f}"/>'
        )
    return _svg(HEIGHT, label, parts)


def draw_curve(
    points: Sequence[Point], label: str, axes: tuple[str, str], marks: Sequence[tuple[Point, str]] = ()
) -> str:
    """A line through points of the unit square, with a few marked points."""
    parts = _axes("0", "1", "0", "1")
    parts.append(_text(WIDTH / 2, HEIGHT - 4, axes[0], "middle"))
    parts.append(_text(LEFT, TOP - 3, axes[1], "start"))
    if points:
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(_place, points))
        parts.append(f'<polyline class="line" points="{line}"/>')
        parts += [f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>' for x, y in map(_place, points)]
    for point, words in marks:
        x, y = _place(point)
        parts.append(f'<circle class="mark" cx="{x:.1f}" cy="{y:.1f}" r="5"/>')
        parts.append(_text(x + 9, y + 4, words, "start"))
    return _svg(HEIGHT, label, parts)


def _place(point: Point) -> Point:
    x, y = (max(0.0, min(1.0, v)) for v in point)
    return LEFT + x * (WIDTH - LEFT - 10), HEIGHT - BOTTOM - y * (HEIGHT - BOTTOM - TOP)


def _axes(left: str, right: str, low: str, high: str) -> list[str]:
    floor = HEIGHT - BOTTOM
    return [
        f'<path class="axis" d="M{LEFT} {TOP}V{floor}H{WIDTH - 10}"/>',
        _text(LEFT, floor + 14, left, "start"),
        _text(WIDTH - 10, floor + 14, right, "end"),
        _text(LEFT - 5, floor, low, "end"),
        _text(LEFT - 5, TOP + 8, high, "end"),
    ]


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _svg(height: float, label: str, parts: Sequence[str]) -> str:
    inner = "".join(parts)
    return f'<svg role="img" aria-label="{escape(label)}" viewBox="0 0 {WIDTH} {height:.0f}">{inner}</svg>'
