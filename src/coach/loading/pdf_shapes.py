"""What is drawn on a PDF page and tells of its text: the rules of tables, and dots that stand for bullets."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from coach.loading.pdf_lines import Line
from coach.loading.pdf_tables import Edge, make_edge

_MOST_SHAPES = 2_000  # drawings on a page that are looked at
_MOST_SEGMENTS = 400  # of one drawing


@dataclass(frozen=True, slots=True)
class Shapes:
    """Straight edges, and small dots as (right, middle, width)."""

    edges: tuple[Edge, ...] = ()
    dots: tuple[tuple[float, float, float], ...] = ()

    def has_dot(self, line: Line) -> bool:
        """Whether a dot stands left of a line: some programs draw the bullets of a list instead of writing them."""
        return any(
            0 < line.left - right < 2 * line.size
            and width < 0.7 * line.size
            and 0 < middle - line.bottom < 0.8 * line.size
            for right, middle, width in self.dots
        )

    def divide(self, left: float, right: float, height: float) -> bool:
        """Whether an upright rule stands between two words."""
        return any(e.vertical and left - 1 < e.place < right + 1 and e.start < height < e.end for e in self.edges)


def read_shapes(page: Any) -> Shapes:
    """The drawings of a page of pdfium; none where there are so many that they are a picture."""
    import pypdfium2.raw as pdfium

    edges: list[Edge] = []
    dots: list[tuple[float, float, float]] = []
    for count, shape in enumerate(page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_PATH,), max_depth=2)):
        if count > _MOST_SHAPES:
            return Shapes()
        left, bottom, right, top = shape.get_bounds()
        if 1 < right - left < 8 and 1 < top - bottom < 8:
            dots.append((right, (bottom + top) / 2, right - left))
        elif thin := make_edge(left, bottom, right, top):
            edges.append(thin)
        else:
            edges += _read_segments(shape)
    return Shapes(tuple(edges), tuple(dots))


def _read_segments(shape: Any) -> Iterator[Edge]:
    """The upright and level strokes of a drawing; curves and slanting strokes are no rules."""
    import pypdfium2.raw as pdfium

    matrix, last, first = shape.get_matrix(), (0.0, 0.0), (0.0, 0.0)
    x, y = ctypes.c_float(), ctypes.c_float()
    for number in range(min(pdfium.FPDFPath_CountSegments(shape.raw), _MOST_SEGMENTS)):
        segment = pdfium.FPDFPath_GetPathSegment(shape.raw, number)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = matrix.on_point(x.value, y.value)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        first = point if kind == pdfium.FPDF_SEGMENT_MOVETO else first
        ends = [point] if kind == pdfium.FPDF_SEGMENT_LINETO else []
        if pdfium.FPDFPathSegment_GetClose(segment):
            ends.append(first)
        for end in ends:
            edge = make_edge(min(last[0], end[0]), min(last[1], end[1]), max(last[0], end[0]), max(last[1], end[1]))
            yield from (edge,) if edge else ()
            last = end
        last = last if ends else point
