"""PDFs: reading order, headings by size, items, pages; scans and broken files are refused."""

from __future__ import annotations

import textwrap

import pytest

from coach.errors import DocumentError
from coach.loading import load_file

SIZES = {"title": 22, "heading": 15, "text": 10}


class Paper:
    """Writes the simplest PDF: words in Helvetica at places counted from the foot of the page."""

    def __init__(self) -> None:
        self.pages: list[list[str]] = [[]]

    def turn(self) -> Paper:
        self.pages.append([])
        return self

    def put(self, x: float, y: float, words: str, size: float = 10, bold: bool = False) -> Paper:
        escaped = words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        encoded = escaped.encode("cp1252").decode("latin-1")
        self.pages[-1].append(f"BT /{'B' if bold else 'R'} {size} Tf {x} {y} Td ({encoded}) Tj ET")
        return self

    def paragraph(self, x: float, y: float, words: str, width: int) -> float:
        """Wrapped words; the height of the line below them."""
        for line in textwrap.wrap(words, width):
            self.put(x, y, line)
            y -= 12
        return y

    def draw(self, operators: str) -> Paper:
        self.pages[-1].append(operators)
        return self

    def build(self, extra: str = "") -> bytes:
        fonts = "<< /R << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
        fonts += " /B << /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >> >>"
        kids = " ".join(f"{3 + 2 * n} 0 R" for n in range(len(self.pages)))
        objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(self.pages)} >>"]
        for n, page in enumerate(self.pages):
            place = f"/Parent 2 0 R /MediaBox [0 0 600 800] /Contents {4 + 2 * n} 0 R"
            objects.append(f"<< /Type /Page {place} /Resources << /Font {fonts} >> >>")
            content = "\n".join(page)
            objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        out, places = "%PDF-1.4\n", []
        for number, content in enumerate(objects, 1):
            places.append(len(out))
            out += f"{number} 0 obj\n{content}\nendobj\n"
        table = "".join(f"{place:010d} 00000 n \n" for place in places)
        size = len(objects) + 1
        xref = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer << /Size {size} /Root 1 0 R {extra} >>\n"
        return f"{out}{xref}startxref\n{len(out)}\n%%EOF".encode("latin-1")


def load(folder, data: bytes):
    path = folder / "ladder.pdf"
    path.write_bytes(data)
    return load_file(path, isolated=False)


def found(document):
    return [(b.kind, document.text[b.start : b.end], b.headings, b.page) for b in document.blocks if b.citable]


def test_headings_come_from_size_and_weight_and_lines_join(tmp_path):
    paper = Paper().put(50, 740, "Bakery ladder", 22).put(50, 700, "Junior baker", 15)
    foot = paper.paragraph(50, 680, "A junior baker bakes bread under the guidance of others and learns every day.", 40)
    paper.put(50, foot - 12, "Skills", 10, bold=True).put(50, foot - 26, "\u2022 Reads a recipe and follows it to").put(
        60, foot - 38, "the end"
    ).put(50, foot - 50, "\u2022 Cleans").put(70, foot - 62, "\u2022 daily")
    document = load(tmp_path, paper.build())
    assert document.title == "Bakery ladder"
    assert found(document) == [
        ("heading", "Bakery ladder", ("Bakery ladder",), 1),
        ("heading", "Junior baker", ("Junior baker",), 1),
        (
            "paragraph",
            "A junior baker bakes bread under the guidance of others and learns every day.",
            ("Junior baker",),
            1,
        ),
        ("heading", "Skills", ("Junior baker", "Skills"), 1),
        ("item", "Reads a recipe and follows it to the end", ("Junior baker", "Skills"), 1),
        ("item", "Cleans", ("Junior baker", "Skills"), 1),
        ("item", "daily", ("Junior baker", "Skills"), 1),
    ]
    assert document.blocks[-1].level == 2


LEFT = "The left column speaks of bread first and goes on with it for quite some lines of its own. " * 3
RIGHT = "The right column speaks of cakes and of nothing else, down to the last of its lines here. " * 3


@pytest.mark.parametrize("by_rows", [False, True])
def test_columns_are_read_one_after_the_other(tmp_path, by_rows):
    paper = Paper().put(50, 740, "A heading that runs across both of the columns", 15)
    lines = [
        *((50, 700 - 12 * n, words) for n, words in enumerate(textwrap.wrap(LEFT.strip(), 45))),
        *((320, 700 - 12 * n, words) for n, words in enumerate(textwrap.wrap(RIGHT.strip(), 45))),
    ]
    for line in sorted(lines, key=lambda line: -line[1]) if by_rows else lines:
        paper.put(*line)
    words = [words for _, words, _, _ in found(load(tmp_path, paper.build()))]
    assert words == ["A heading that runs across both of the columns", LEFT.strip(), RIGHT.strip()]


def test_a_paragraph_goes_on_over_the_page_and_keeps_its_first_page(tmp_path):
    paper = Paper().put(50, 100, "The baker leaves the bread in the").turn().put(50, 740, "oven for an hour.")
    paper.put(50, 700, "Another day begins.")
    assert [(words, page) for _, words, _, page in found(load(tmp_path, paper.build()))] == [
        ("The baker leaves the bread in the oven for an hour.", 1),
        ("Another day begins.", 2),
    ]


def test_running_heads_and_page_numbers_are_no_content(tmp_path):
    paper = Paper()
    for number in range(1, 5):
        paper.put(50, 780, "Bakery handbook 2024").put(50, 700, f"Content number {number} says something.")
        paper.put(300, 20, f"- {number} -")
        if number < 4:
            paper.turn()
    document = load(tmp_path, paper.build())
    assert [words for _, words, _, _ in found(document)] == [f"Content number {n} says something." for n in range(1, 5)]
    assert {b.why for b in document.blocks if not b.citable} == {"running head or foot", "page number"}


def test_a_heading_on_top_of_some_pages_is_content(tmp_path):
    paper = Paper()
    for number in range(1, 7):
        paper.put(50, 780, "Skills" if number % 2 else f"Level {number}", 15)
        paper.put(50, 700, f"Content number {number} says something.").turn()
    assert len(found(load(tmp_path, paper.build()))) == 12


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("The respon-", "sibility is shared.", "The responsibility is shared."),
        ("A long-", "term plan exists.", "A long-term plan exists."),
        ("Cross-team work and more cross-", "team work.", "Cross-team work and more cross-team work."),
        ("Levels 5-", "8 exist.", "Levels 5- 8 exist."),
    ],
)
def test_words_broken_at_the_margin_are_mended(tmp_path, first, second, joined):
    paper = Paper().put(50, 700, first).put(50, 688, second)
    assert [words for _, words, _, _ in found(load(tmp_path, paper.build()))] == [joined]


def test_bullets_that_are_drawn_count_as_bullets(tmp_path):
    paper = Paper().put(50, 740, "Duties", 15)
    for number, words in enumerate(("Bakes", "Cleans")):
        y = 700 - 14 * number
        paper.put(64, y, words).draw(f"55 {y + 2} 3 3 re f")
    assert [kind for kind, _, _, _ in found(load(tmp_path, paper.build()))] == ["heading", "item", "item"]


def test_a_table_of_contents_is_no_content(tmp_path):
    paper = Paper().put(50, 700, "Baker ........................ 3").put(50, 680, "The baker bakes every day.")
    document = load(tmp_path, paper.build())
    assert [b.why for b in document.blocks] == ["table of contents", ""]


def test_a_scan_is_told_apart(tmp_path):
    image = "q 500 0 0 700 50 50 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"
    with pytest.raises(DocumentError) as error:
        load(tmp_path, Paper().draw(image).turn().draw(image).put(5, 5, "3").build())
    assert "scan" in error.value.message and "OCR" in error.value.remedy


ENCRYPT = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{'00' * 32}> /U <{'11' * 32}> /P -4 >> /ID [<00><00>]"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.4 nothing more", "damaged"),
        (b"no pdf at all", "damaged"),
        (Paper().put(5, 5, "secret words of some length").build(ENCRYPT), "password"),
        (Paper().build(), "scan"),
    ],
)
def test_files_that_cannot_be_read_are_refused(tmp_path, data, reason):
    with pytest.raises(DocumentError, match=reason):
        load(tmp_path, data)


def test_too_many_pages_are_refused(tmp_path, monkeypatch):
    from coach.loading import pdf

    monkeypatch.setattr(pdf, "MAX_PAGES", 1)
    with pytest.raises(DocumentError, match="more than 1 pages"):
        load(tmp_path, Paper().turn().build())
