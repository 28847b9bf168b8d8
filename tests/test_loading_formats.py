"""The same facts come out of every format, each under its headings; damaged and hostile files are refused."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from coach.errors import DocumentError
from coach.loading import load_file
from coach.loading import zipped as zipped_module

# What every format says: headings, then the words that stand under them.
FACTS = [
    (("Junior baker",), "A junior baker works under guidance. The first year is for learning."),
    (("Junior baker", "Skills"), "Reads a recipe"),
    (("Junior baker", "Skills"), "Keeps the oven clean"),
    (("Head baker",), "A head baker leads 5 to 8 bakers."),
    (("Head baker", "Skills"), "Plans the week"),
]
TITLE = "Bakery ladder"


def as_markdown() -> bytes:
    return _outline("# ", "## ", "### ", "- ").encode()


def as_text() -> bytes:
    return _outline("", "", "", "- ").replace("Skills", "Skills:").encode()


def _outline(first: str, second: str, third: str, item: str) -> str:
    lines, path = [f"{first}{TITLE}", ""], ()
    for headings, words in FACTS:
        if headings != path:
            lines += ["", f"{third if len(headings) > 1 else second}{headings[-1]}"]
        lines.append(f"{item}{words}" if len(headings) > 1 else words)
        path = headings
    return "\n".join(lines)


def as_html() -> bytes:
    return f"<html><body>{_body()}</body></html>".encode()


def _body() -> str:
    parts, path = [f"<h1>{TITLE}</h1>"], ()
    for headings, words in FACTS:
        if headings != path:
            parts.append(f"<h{len(headings) + 1}>{headings[-1]}</h{len(headings) + 1}>")
        parts.append(f"<ul><li>{words}</li></ul>" if len(headings) > 1 else f"<p>{words}</p>")
        path = headings
    return "".join(parts)


def as_docx() -> bytes:
    from docx import Document

    document, path = Document(), ()
    document.add_heading(TITLE, 0)
    for headings, words in FACTS:
        if headings != path:
            document.add_heading(headings[-1], len(headings))
        document.add_paragraph(words, "List Bullet" if len(headings) > 1 else None)
        path = headings
    return _saved(document)


def as_odt() -> bytes:
    parts, path = [f'<text:h text:outline-level="1">{TITLE}</text:h>'], ()
    for headings, words in FACTS:
        if headings != path:
            parts.append(f'<text:h text:outline-level="{len(headings) + 1}">{headings[-1]}</text:h>')
        paragraph = f"<text:p>{words}</text:p>"
        item = f"<text:list><text:list-item>{paragraph}</text:list-item></text:list>"
        parts.append(item if len(headings) > 1 else paragraph)
        path = headings
    return odt_of("".join(parts))


def odt_of(body: str) -> bytes:
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table", "style")
    )
    content = f"<office:document-content {names}><office:body><office:text>{body}</office:text></office:body>"
    return zip_of({"content.xml": f"{content}</office:document-content>"})


def as_epub() -> bytes:
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{TITLE}</dc:title><dc:language>en-GB</dc:language></metadata><manifest>"
        '<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        '<item id="a" href="a%20b.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="n"/><itemref idref="a"/></spine></package>'
    )
    container = '<container><rootfiles><rootfile full-path="OEBPS/p.opf"/></rootfiles></container>'
    page = f'<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body>{_body()}</body></html>'
    return zip_of(
        {
            "META-INF/container.xml": container,
            "OEBPS/p.opf": package,
            "OEBPS/a b.xhtml": page,
            "OEBPS/nav.xhtml": "<html><body><p>Contents of the book</p></body></html>",
        }
    )


def as_json() -> bytes:
    return json.dumps({"title": TITLE, "id": "ladder", "html": _body()}).encode()


def as_yaml() -> bytes:
    body = "".join(f"  {line}\n" for line in _outline("# ", "## ", "### ", "- ").splitlines())
    return f"title: {TITLE}\ncontent: |\n{body}".encode()


def _saved(document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def zip_of(members: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


WRITERS = {
    "md": as_markdown,
    "txt": as_text,
    "html": as_html,
    "docx": as_docx,
    "odt": as_odt,
    "epub": as_epub,
    "json": as_json,
    "yaml": as_yaml,
}


def load(folder: Path, name: str, data: bytes):
    path = folder / name
    path.write_bytes(data)
    document = load_file(path, isolated=False)
    for block in document.blocks:
        assert document.text[block.start : block.end].strip()
    return document


def facts_of(document):
    return [(b.headings, document.text[b.start : b.end]) for b in document.blocks if b.kind != "heading"]


@pytest.mark.parametrize("suffix", WRITERS)
def test_every_format_gives_the_same_facts(tmp_path, suffix):
    document = load(tmp_path, f"ladder.{suffix}", WRITERS[suffix]())
    assert document.title == TITLE
    assert facts_of(document) == FACTS
    assert [b.kind for b in document.blocks].count("item") == 3


def matrix() -> list[list[str]]:
    return [
        ["", "Baker", "Head baker"],
        ["Scope", "Runs a single oven alone", "Runs all the ovens of a bakery"],
        [
            "Hiring",
            "- Takes part in the interviews\n- Greets new bakers at the door",
            "Decides who gets hired in the end",
        ],
    ]


CELLS = [
    (("Scope", "Baker"), "Runs a single oven alone"),
    (("Scope", "Head baker"), "Runs all the ovens of a bakery"),
    (("Hiring", "Baker"), "Takes part in the interviews"),
    (("Hiring", "Baker"), "Greets new bakers at the door"),
    (("Hiring", "Head baker"), "Decides who gets hired in the end"),
]


def matrix_as_csv(delimiter: str = ",") -> bytes:
    import csv

    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(matrix())
    return buffer.getvalue().encode("utf-8-sig")


def matrix_as_xlsx() -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for row in matrix():
        book.active.append([None, *row])
    hidden = book.create_sheet("Notes")
    hidden.sheet_state = "hidden"
    hidden.append(["Salary", "secret words of some length here"])
    return _saved(book)


def matrix_as_docx() -> bytes:
    from docx import Document

    document = Document()
    table = document.add_table(0, 3)
    for row in matrix():
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    return _saved(document)


def matrix_as_odt() -> bytes:
    rows = []
    for row in matrix():
        cells = ["".join(f"<text:p>{part}</text:p>" for part in words.split("\n")) for words in row]
        inner = "".join(f"<table:table-cell>{cell}</table:table-cell>" for cell in cells)
        rows.append(f"<table:table-row>{inner}</table:table-row>")
    return odt_of(f"<table:table>{''.join(rows)}</table:table>")


def matrix_as_markdown() -> bytes:
    rows = [row for row in matrix()]
    rows[2][1] = rows[2][1].replace("- ", "").replace("\n", "\u2022 ")
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|---|---|---|", *lines[1:]]).encode()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("l.csv", matrix_as_csv()),
        ("s.csv", matrix_as_csv(";")),
        ("l.tsv", matrix_as_csv("\t")),
        ("l.xlsx", matrix_as_xlsx()),
        ("l.docx", matrix_as_docx()),
        ("l.odt", matrix_as_odt()),
        ("l.md", matrix_as_markdown()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_cell_of_a_ladders_matrix_stands_under_its_row_and_column(tmp_path, name, data):
    document = load(tmp_path, name, data)
    assert facts_of(document) == CELLS
    assert "Scope, Head baker: Runs all the ovens" in document.text


def test_rows_of_labels_and_prose_stand_under_their_labels(tmp_path):
    document = load(
        tmp_path,
        "l.csv",
        b"Level,Area,Expectation\nBaker,Scope,Runs a single oven alone\nBaker,Hiring,Greets every new baker kindly\n",
    )
    assert facts_of(document) == [
        (("Baker", "Scope"), "Runs a single oven alone"),
        (("Baker", "Hiring"), "Greets every new baker kindly"),
    ]


def test_rows_of_figures_carry_their_headers(tmp_path):
    document = load(tmp_path, "l.csv", b"Level;Team;Years\nBaker;1;0\nHead baker;5-8;3\n")
    assert [words for _, words in facts_of(document)] == [
        "Level: Baker; Team: 1; Years: 0",
        "Level: Head baker; Team: 5-8; Years: 3",
    ]


def test_sheets_are_headings_and_pages(tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "Bakers"
    book.active.append(["Level", "Team"])
    book.active.append(["Baker", 1.0])
    document = load(tmp_path, "l.xlsx", _saved(book))
    assert [(b.headings, b.page) for b in document.blocks] == [(("Bakers",), 1), (("Bakers",), 1)]
    assert document.text.endswith("Level: Baker; Team: 1")


def test_slides_give_headings_items_tables_and_notes(tmp_path):
    from pptx import Presentation
    from pptx.util import Inches

    show = Presentation()
    first = show.slides.add_slide(show.slide_layouts[0])
    first.shapes.title.text = TITLE
    first.placeholders[1].text = "For all bakers"
    second = show.slides.add_slide(show.slide_layouts[1])
    second.shapes.title.text = "Head baker"
    frame = second.placeholders[1].text_frame
    frame.text = "Plans the week"
    inner = frame.add_paragraph()
    inner.text, inner.level = "With the owner", 1
    box = second.shapes.add_textbox(Inches(1), Inches(6), Inches(3), Inches(1))
    box.text_frame.text = "A head baker leads 5 to 8 bakers."
    second.notes_slide.notes_text_frame.text = "Say it slowly."
    document = load(tmp_path, "l.pptx", _saved(show))
    assert document.title == TITLE
    assert [(b.kind, document.text[b.start : b.end], b.level, b.page) for b in document.blocks] == [
        ("heading", TITLE, 1, 1),
        ("paragraph", "For all bakers", 0, 1),
        ("heading", "Head baker", 2, 2),
        ("item", "Plans the week", 1, 2),
        ("item", "With the owner", 2, 2),
        ("paragraph", "A head baker leads 5 to 8 bakers.", 0, 2),
        ("paragraph", "Say it slowly.", 0, 2),
    ]


def test_word_documents_are_read_as_they_stand_after_all_changes(tmp_path):
    from docx import Document
    from docx.oxml import parse_xml

    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = Document()
    paragraph = document.add_paragraph("Kept ")
    for xml in (
        f"<w:ins {space}><w:r><w:t>added</w:t></w:r></w:ins>",
        f"<w:del {space}><w:r><w:delText>gone</w:delText></w:r></w:del>",
    ):
        paragraph._p.append(parse_xml(xml))
    bold = document.add_paragraph()
    bold.add_run("Team lead").bold = True
    document.add_paragraph("Leads.")
    for words in ("first", "second"):
        document.add_paragraph(words, "List Number")
    read = load(tmp_path, "l.docx", _saved(document))
    assert read.text == "Kept added\n\nTeam lead\n\nLeads.\n\n1. first\n2. second"
    assert read.blocks[2].headings == ("Team lead",)


def test_data_becomes_headings_and_items(tmp_path):
    data = {
        "levels": [
            {"name": "Baker", "teamSize": 1, "skills": ["Bakes bread", "Cleans"]},
            {"name": "Head baker", "skills": []},
        ]
    }
    document = load(tmp_path, "l.json", json.dumps(data).encode())
    assert facts_of(document) == [
        (("Levels", "Baker"), "Team size: 1"),
        (("Levels", "Baker", "Skills"), "Bakes bread"),
        (("Levels", "Baker", "Skills"), "Cleans"),
    ]


def test_exported_pages_in_one_file_are_sections(tmp_path):
    body = "## Scope\n\n" + "A baker runs one oven. " * 10
    lines = [json.dumps({"title": f"Ladder {n}", "body": body}) for n in (1, 2)]
    document = load(tmp_path, "pages.jsonl", "\n".join(lines).encode())
    assert [b.headings for b in document.blocks if b.kind == "paragraph"] == [
        ("Ladder 1", "Scope"),
        ("Ladder 2", "Scope"),
    ]


BOMB = zip_of({"word/document.xml": b"0" * 30_000_000})


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.docx", b"PK\x03\x04 not a zip", "damaged"),
        ("a.docx", zip_of({"x.txt": "x"}), "damaged"),
        ("a.pptx", zip_of({"x.txt": "x"}), "damaged"),
        ("a.xlsx", zip_of({"x.txt": "x"}), "damaged"),
        ("a.odt", zip_of({"x.txt": "x"}), "lacks its part"),
        ("a.odt", zip_of({"content.xml": "<a><b></a>"}), "not well formed"),
        ("a.epub", zip_of({"x.txt": "x"}), "lacks its part"),
        ("a.epub", zip_of({"META-INF/container.xml": "<broken"}), "damaged"),
        ("a.docx", BOMB, "unpack to more"),
        ("a.xlsx", BOMB, "unpack to more"),
        ("a.epub", BOMB, "unpack to more"),
        ("a.json", b'{"a": \n}', "line 2"),
        ("a.json", b"[" * 100_000, "nested too deeply"),
        ("a.json", b"[1e99999, NaN", "JSON"),
        ("a.yaml", b"a: [1\nb: 2", "line 2"),
        ("a.yaml", b"a: &x [1]\nb: [*x, *x]", "aliases"),
        ("a.yaml", b"a: !!python/object/apply:os.system ['true']", "YAML"),
        ("a.csv", b'"' + b"x" * 200_000, "table"),
    ],
)
def test_damaged_and_hostile_files_are_refused(tmp_path, monkeypatch, name, data, reason):
    monkeypatch.setattr(zipped_module, "MAX_UNPACKED_BYTES", 25_000_000)
    with pytest.raises(DocumentError) as error:
        load(tmp_path, name, data)
    assert reason in error.value.message


def test_entities_of_other_files_are_not_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("TOPSECRET")
    evil = (
        f'<!DOCTYPE p [<!ENTITY x SYSTEM "file://{secret}">]><package><metadata><title>&x;</title></metadata></package>'
    )
    container = '<container><rootfiles><rootfile full-path="p.opf"/></rootfiles></container>'
    data = zip_of({"META-INF/container.xml": container, "p.opf": evil})
    with pytest.raises(DocumentError, match="no text"):
        load(tmp_path, "a.epub", data)
