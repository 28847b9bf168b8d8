"""Tables in PDFs: drawn lines make the grid, each cell stands under its row and column."""

from __future__ import annotations

from itertools import pairwise

import pytest

from coach.loading import load_file
from coach.loading.pdf_lines import Line
from coach.loading.pdf_tables import Edge, gather_tables

COLUMNS = (50, 130, 330, 530)  # edges of the columns, in points
MATRIX = [
    ["Aspect", "Baker", "Head baker"],
    ["Scope", "Runs a single oven alone", "Runs all the ovens of a bakery"],
    ["Hiring", "\u2022 Takes part in the interviews\n\u2022 Greets new bakers", "Decides who gets hired in the end"],
]
CELLS = [
    (("Scope", "Baker"), "Runs a single oven alone"),
    (("Scope", "Head baker"), "Runs all the ovens of a bakery"),
    (("Hiring", "Baker"), "Takes part in the interviews"),
    (("Hiring", "Baker"), "Greets new bakers"),
    (("Hiring", "Head baker"), "Decides who gets hired in the end"),
]


class Sheet:
    """The operators of a page's content: words in Helvetica, rules and boxes."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def put(self, x: float, y: float, words: str, size: float = 10) -> None:
        encoded = words.replace("\u2022", "\\225")
        self.parts.append(f"BT /R {size} Tf {x} {y} Td ({encoded}) Tj ET")

    def table(self, top: float, rows: list[list[str]], draw: str = "rules", height: float = 40) -> float:
        """Rows of cells with their words; returns the height of the foot."""
        places = [top - height * n for n in range(len(rows) + 1)]
        for row, place in zip(rows, places, strict=False):
            for left, cell in zip(COLUMNS, row, strict=False):
                for n, line in enumerate(cell.split("\n")):
                    self.put(left + 4, place - 14 - 12 * n, line)
        self.parts += {"rules": as_rules, "boxes": as_boxes, "path": as_path, "nothing": lambda _: []}[draw](places)
        return places[-1]

    def build(self, *more: Sheet) -> bytes:
        sheets = (self, *more)
        kids = " ".join(f"{3 + 2 * n} 0 R" for n in range(len(sheets)))
        objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(sheets)} >>"]
        font = "<< /R << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> >>"
        for n, sheet in enumerate(sheets):
            place = f"/Parent 2 0 R /MediaBox [0 0 600 800] /Contents {4 + 2 * n} 0 R"
            content = "\n".join(sheet.parts)
            objects.append(f"<< /Type /Page {place} /Resources << /Font {font} >> >>")
            objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        body = "".join(f"{n} 0 obj\n{content}\nendobj\n" for n, content in enumerate(objects, 1))
        return f"%PDF-1.4\n{body}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\n%%EOF".encode("latin-1")


def as_rules(places: list[float]) -> list[str]:
    level = [f"{COLUMNS[0]} {y} m {COLUMNS[-1]} {y} l S" for y in places]
    return level + [f"{x} {places[0]} m {x} {places[-1]} l S" for x in COLUMNS]


def as_boxes(places: list[float]) -> list[str]:
    """Each cell filled with a colour of its own, as slides and spreadsheets print them."""
    return [
        f"0.9 g {x} {low} {right - x} {high - low} re f 0 g"
        for x, right in pairwise(COLUMNS)
        for high, low in pairwise(places)
    ]


def as_path(places: list[float]) -> list[str]:
    """The whole grid as one drawing."""
    return [" ".join(line.removesuffix(" S") for line in as_rules(places)) + " S"]


def load(folder, *sheets: Sheet):
    path = folder / "ladder.pdf"
    path.write_bytes(sheets[0].build(*sheets[1:]))
    document = load_file(path, isolated=False)
    assert all(document.text[b.start : b.end].strip() for b in document.blocks)
    return document


def rows_of(document):
    return [(b.headings, document.text[b.start : b.end]) for b in document.blocks if b.kind == "row"]


@pytest.mark.parametrize("draw", ["rules", "boxes", "path"])
def test_each_cell_stands_under_its_row_and_column(tmp_path, draw):
    sheet = Sheet()
    sheet.put(50, 750, "Bakery ladder", 20)
    sheet.put(50, 720, "What bakers do at each level of the bakery.")
    foot = sheet.table(700, MATRIX, draw)
    sheet.put(50, foot - 30, "Ask the head baker when in doubt about your level.")
    document = load(tmp_path, sheet)
    assert rows_of(document) == CELLS
    assert "Scope, Head baker: Runs all the ovens of a bakery" in document.text
    words = [document.text[b.start : b.end] for b in document.blocks]
    assert words[:2] == ["Bakery ladder", "What bakers do at each level of the bakery."]
    assert words[-1] == "Ask the head baker when in doubt about your level."
    assert {b.page for b in document.blocks} == {1}


def test_words_in_columns_without_rules_are_no_table(tmp_path):
    sheet = Sheet()
    sheet.table(700, MATRIX, "nothing")
    assert rows_of(load(tmp_path, sheet)) == []


def test_neighbours_that_nearly_touch_across_a_rule_stay_apart(tmp_path):
    sheet = Sheet()
    full = "Runs one single oven of the bakery al"  # ends less than two letters before the rule
    sheet.table(700, [["Aspect", "Baker", "Head"], ["Scope", full, "Runs all of the ovens there"]])
    assert rows_of(load(tmp_path, sheet)) == [
        (("Scope", "Baker"), full),
        (("Scope", "Head"), "Runs all of the ovens there"),
    ]


def test_a_sentence_that_the_margin_breaks_is_one_cell_and_short_lines_are_several(tmp_path):
    sheet = Sheet()
    broken = "Runs a single oven of the bakery and\nHelga's stove when she is away"
    listed = "Plans the week ahead\nHires new bakers"
    sheet.table(700, [["Aspect", "Baker", "Head"], ["Scope", broken, listed]])
    assert [words for _, words in rows_of(load(tmp_path, sheet))] == [
        broken.replace("\n", " "),
        "Plans the week ahead",
        "Hires new bakers",
    ]


def test_a_table_goes_on_over_the_page_and_its_head_is_not_read_twice(tmp_path):
    first, second = Sheet(), Sheet()
    first.table(160, MATRIX[:2])
    second.table(760, [MATRIX[0], MATRIX[2]])
    assert rows_of(load(tmp_path, first, second)) == CELLS


def test_a_label_beside_several_rows_counts_for_all_of_them():
    edges = [Edge(False, y, 0 if y != 50 else 100, 300) for y in (0, 50, 100, 150)]
    edges += [Edge(True, x, 0, 150) for x in (0, 100, 200, 300)]
    words = {(10, 120): "Aspect", (110, 120): "Baker", (210, 120): "Head", (10, 70): "Scope"}
    words |= {(110, 70): "One oven", (210, 70): "All ovens", (110, 20): "One shift", (210, 20): "All shifts"}
    lines = [Line(text, 1, x, x + 40, y, 10) for (x, y), text in words.items()]
    (table,) = gather_tables(lines, edges)
    assert table.rows == (
        ("Aspect", "Baker", "Head"),
        ("Scope", "One oven", "All ovens"),
        ("Scope", "One shift", "All shifts"),
    )


@pytest.mark.parametrize(
    "edges",
    [
        [Edge(True, 0, 0, 100), Edge(True, 300, 0, 100), Edge(False, 0, 0, 300), Edge(False, 100, 0, 300)],  # a box
        [Edge(False, y, 0, 300) for y in (0, 50, 100)],  # rules between paragraphs
        [Edge(n % 2 == 0, n * 10, 0, 300) for n in range(2000)],  # a drawing
    ],
)
def test_boxes_rules_and_drawings_are_no_tables(edges):
    lines = [Line(f"words {n}", 1, 20 + 100 * (n % 3), 80 + 100 * (n % 3), 20 + 30 * (n // 3), 10) for n in range(6)]
    assert gather_tables(lines, edges) == lines
