from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from coach.loading import load_file
from coach.types import Block, Document
from coach.ui.reader import Span, digest_of, document_html, link_to, missing_html, page_html

TEXT = (
    "Ladder\n\nDirector\n\nA director leads 15 to 50. It is a <b>big</b> job.\n\n"
    "- Vision\n  - Far\n- Budget\n\n1. Ask\n2. Act"
)


def at(words, start=0):
    begin = TEXT.index(words, start)
    return begin, begin + len(words)


def block(kind, words, **more):
    return Block(kind, *at(words), **more)


DOCUMENT = Document(
    "ladder",
    "Ladder",
    "A <guide>",
    TEXT,
    (
        block("heading", "Ladder", level=1),
        block("heading", "Director", level=2),
        block("paragraph", "A director leads 15 to 50. It is a <b>big</b> job."),
        block("item", "Vision", level=1),
        block("item", "Far", level=2),
        block("item", "Budget", level=1),
        block("item", "Ask", level=1),
        block("item", "Act", level=1),
    ),
    updated="2026-01-02",
)


def marks(html):
    return [unescape(words) for words in re.findall(r"<mark[^>]*>(.*?)</mark>", str(html), re.S)]


def spanned(words, **more):
    return document_html(DOCUMENT, Span(*at(words), **more))


def test_the_quote_is_marked_exactly_and_can_be_scrolled_to():
    html = spanned("A director leads 15 to 50.")
    assert '<p><mark id="quote" tabindex="-1">A director leads 15 to 50.</mark> It is a' in html
    assert marks(html) == ["A director leads 15 to 50."]


def test_a_quote_with_markup_in_it_is_marked_as_words():
    assert '<mark id="quote" tabindex="-1">a &lt;b&gt;big&lt;/b&gt; job</mark>.</p>' in spanned("a <b>big</b> job")


def test_a_passage_over_several_blocks_is_marked_in_each_and_named_once():
    start, end = at("Director\n\nA director leads 15")
    html = document_html(DOCUMENT, Span(start, end))
    assert marks(html) == ["Director", "A director leads 15"]
    assert html.count('id="quote"') == 1


def test_blocks_are_laid_out_as_headings_paragraphs_and_nested_lists():
    html = str(document_html(DOCUMENT))
    assert "<mark" not in html
    assert "<h2>Director</h2><p>A director leads" in html
    assert "<li>Vision<ul><li>Far</li></ul></li><li>Budget</li>" in html


def test_the_title_stands_once_with_source_and_date():
    html = str(document_html(DOCUMENT))
    assert html.count("Ladder") == 1
    assert '<h1 class="guide-title">Ladder</h1><p class="byline">A &lt;guide&gt; · Updated 2026-01-02</p>' in html


def test_numbered_items_keep_their_numbers_and_skipped_depths_nest_once():
    text = "3. Ask\n4. Act\n    - Deep\n- Flat"
    blocks = [("Ask", 1), ("Act", 1), ("Deep", 3), ("Flat", 1)]
    document = Document(
        "d", "D", "s", text, tuple(Block("item", text.index(w), text.index(w) + len(w), level=n) for w, n in blocks)
    )
    assert str(document_html(document)).endswith(
        '<ol start="3"><li>Ask</li><li>Act<ul><li>Deep</li></ul></li><li>Flat</li></ol></article>'
    )


def test_rows_code_pages_and_what_is_not_quoted():
    text = "Role: EM\nint x\nSecret"
    kinds = [
        ("row", "Role: EM", {"page": 2}),
        ("code", "int x", {"page": 2}),
        ("paragraph", "Secret", {"citable": False}),
    ]
    blocks = tuple(Block(k, text.index(w), text.index(w) + len(w), **more) for k, w, more in kinds)
    html = str(document_html(Document("d", "D", "s", text, blocks)))
    assert html.endswith(
        '<p class="page-number">Page 2</p><div class="rows"><p>Role: EM</p></div><pre>int x</pre>'
        '<p class="not-cited" title="Not quoted">Secret</p></article>'
    )


@pytest.mark.parametrize("span", [Span(-1, 5), Span(5, 5), Span(0, 10_000), Span(0, 6, "0123456789ab")])
def test_a_quote_that_no_longer_stands_there_is_not_marked_but_said(span):
    html = document_html(DOCUMENT, span)
    assert marks(html) == []
    assert "has changed since" in html


def test_a_link_names_place_and_words():
    start, end = at("A director leads 15 to 50.")
    words = digest_of("A director leads 15 to 50.")
    assert link_to("a/b ü", start, end, "A director leads 15 to 50.") == (
        f"/guides/a%2Fb%20%C3%BC?start={start}&end={end}&words={words}#quote"
    )
    assert Span(start, end, words).stands_in(TEXT)


def test_a_page_of_its_own_is_escaped():
    html = page_html("<x>", missing_html("No <y>."), "/page/style.css?v=1&w")
    assert "<title>&lt;x&gt; - Coach</title>" in html
    assert "<p>No &lt;y&gt;.</p>" in html


def test_every_sentence_of_a_shipped_guide_can_be_marked_in_its_place(corpus: Path):
    document = load_file(corpus / "management-track.md")
    paragraphs = [b for b in document.blocks if b.kind in ("paragraph", "item")]
    assert len(paragraphs) > 20
    for b in paragraphs[::5]:
        assert marks(document_html(document, Span(b.start, b.end))) == [document.text[b.start : b.end]]
