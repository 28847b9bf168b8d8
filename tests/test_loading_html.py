"""Saved pages: content in order, everything else explained."""

from __future__ import annotations

import pytest

from coach.errors import DocumentError, MissingExtraError
from coach.loading import load_file
from coach.loading.html import parse_html

PAGE = """<!doctype html><html lang="en-US"><head><title>Bakery ladder | Crumb wiki</title>
<meta name="description" content="Levels."><style>.c3{font-weight:700}</style></head><body>
<nav><ul><li><a href="/">Home</a></li></ul></nav>
<div class="sidebar-left"><h3>Spaces</h3><a>People</a></div>
<div id="content"><h1>Bakery ladder</h1><div class="byline">By Jo, 5 min</div>
<p>All levels are <b>des</b>cribed<br>here&nbsp;&amp; there.</p>
<h2>Junior baker</h2><p>What we expect:</p>
<ul><li>Bakes <em>bread</em></li><li><p>Keeps the oven clean.</p><p>Every day.</p><ul><li>With care</li></ul></li></ul>
<ol start="3"><li>Third</li></ol>
<p class="c3">Proof of dough</p><p>Dough rises.</p><script>evil()</script><p hidden>Hidden.</p>
</div><footer><p>Crumb Ltd</p></footer><div class="cookie-banner">We use crumbs</div></body></html>"""


def load(tmp_path, markup, name="page.html"):
    path = tmp_path / name
    path.write_bytes(markup if isinstance(markup, bytes) else markup.encode())
    return load_file(path, isolated=False)


def content(document):
    return [(b.kind, document.text[b.start : b.end], b.headings) for b in document.blocks if b.citable]


def test_content_comes_in_order_under_its_headings(tmp_path):
    document = load(tmp_path, PAGE)
    assert (document.title, document.language, document.summary) == ("Bakery ladder", "en", "Levels.")
    assert content(document) == [
        ("heading", "Bakery ladder", ("Bakery ladder",)),
        ("paragraph", "All levels are described here & there.", ()),
        ("heading", "Junior baker", ("Junior baker",)),
        ("paragraph", "What we expect:", ("Junior baker",)),
        ("item", "Bakes bread", ("Junior baker",)),
        ("item", "Keeps the oven clean. Every day.", ("Junior baker",)),
        ("item", "With care", ("Junior baker",)),
        ("item", "Third", ("Junior baker",)),
        ("heading", "Proof of dough", ("Junior baker", "Proof of dough")),
        ("paragraph", "Dough rises.", ("Junior baker", "Proof of dough")),
    ]
    assert "3. Third" in document.text


def test_what_is_no_content_stays_and_says_why(tmp_path):
    document = load(tmp_path, PAGE)
    found = {document.text[b.start : b.end]: b.why for b in document.blocks if not b.citable}
    assert found == {
        "Home": "navigation",
        "Spaces": "sidebar",
        "People": "sidebar",
        "By Jo, 5 min": "author box",
        "Crumb Ltd": "page footer",
        "We use crumbs": "cookie notice",
    }
    assert "evil" not in document.text and "Hidden" not in document.text


def test_what_stands_outside_of_main_is_no_content(tmp_path):
    page = f"<body><div>Crumb wiki</div><main><p>{'Bread rises. ' * 9}</p></main><div>Edit this page</div></body>"
    document = load(tmp_path, page)
    assert [b.why for b in document.blocks] == [
        "outside of the main part of the page",
        "",
        "outside of the main part of the page",
    ]


@pytest.mark.parametrize("name", ["sidebar", "menu", "post-meta"])
def test_a_name_never_costs_a_page_most_of_its_text(tmp_path, name):
    document = load(tmp_path, f"<body><div class='{name}'><p>{'Bread rises. ' * 9}</p></div><p>End.</p></body>")
    assert all(b.citable for b in document.blocks)


TABLE = """<table><tr><th>Aspect</th><th>Baker</th><th>Head baker</th></tr>
<tr><td>Scope</td><td><ul><li>Runs a single oven alone</li><li>Plans the work of one day</li></ul></td>
<td>Runs all the ovens of a <b>bak</b>ery</td></tr>
<tr><td rowspan="2">Hiring</td><td>Takes part in the interviews</td><td>Decides who gets hired in the end</td></tr>
<tr><td>Gives feedback after each interview</td><td></td></tr></table>"""


def test_cells_of_prose_stand_under_their_row_and_column(tmp_path):
    document = load(tmp_path, f"<h2>Levels</h2>{TABLE}")
    assert content(document)[1:] == [
        ("row", "Runs a single oven alone", ("Levels", "Scope", "Baker")),
        ("row", "Plans the work of one day", ("Levels", "Scope", "Baker")),
        ("row", "Runs all the ovens of a bakery", ("Levels", "Scope", "Head baker")),
        ("row", "Takes part in the interviews", ("Levels", "Hiring", "Baker")),
        ("row", "Decides who gets hired in the end", ("Levels", "Hiring", "Head baker")),
        ("row", "Gives feedback after each interview", ("Levels", "Hiring", "Baker")),
    ]
    assert "Scope, Baker: Runs a single oven alone" in document.text


@pytest.mark.parametrize(
    "markup",
    [
        "<table><tr><td><p>Bread rises here.</p></td></tr></table>",
        "<table><tr><td><table><tr><td>Bread rises here.</table></table>",
    ],
)
def test_tables_for_layout_are_walked_through(tmp_path, markup):
    assert "Bread rises here." in [words for _, words, _ in content(load(tmp_path, markup))]


def test_lists_of_word_processors_nest_by_class():
    markup = "<ul class='lst-kix_a1-0'><li>One</li></ul><ul class='lst-kix_a1-1'><li>Inner</li></ul>"
    assert [(p.text, p.level) for p in parse_html(markup).pieces] == [("One", 1), ("Inner", 2)]


def test_definitions_become_headings_with_text():
    pieces = parse_html("<dl><dt>Proof</dt><dd>The last rise.</dd></dl>").pieces
    assert [(p.kind, p.text) for p in pieces] == [("heading", "Proof"), ("paragraph", "The last rise.")]


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "windows-1252"])
def test_the_encoding_a_page_names_is_used(tmp_path, encoding):
    markup = f"<html><head><meta charset='{encoding}'></head><body><p>Größe zählt für Bäcker.</p></body></html>"
    assert load(tmp_path, markup.encode(encoding)).text == "Größe zählt für Bäcker."


@pytest.mark.parametrize("markup", ["<!-- only a comment -->", "<html></html>", "<p> </p>"])
def test_a_page_without_text_is_refused(tmp_path, markup):
    with pytest.raises(DocumentError):
        load(tmp_path, markup)


def test_deep_nesting_keeps_the_words(tmp_path):
    assert load(tmp_path, "<div>" * 200 + "deep" + "</div>" * 200).text == "deep"


def test_absurd_nesting_is_refused_and_never_hangs(tmp_path):
    with pytest.raises(DocumentError):
        load(tmp_path, "<div>" * 50_000 + "deep")


def test_a_missing_package_names_the_extra(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "lxml.html", None)
    with pytest.raises(MissingExtraError) as error:
        parse_html("<p>x</p>")
    assert "coach-guides[formats]" in error.value.remedy
