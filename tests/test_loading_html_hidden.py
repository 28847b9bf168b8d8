"""What a page or a Markdown file hides from people is not read; what is only styled stays."""

from __future__ import annotations

import pytest

from coach.loading.front_matter import split_front_matter, to_fields
from coach.loading.html import parse_html
from coach.loading.html_hidden import find_hidden_classes, is_hidden_style
from coach.loading.markdown import parse_markdown
from coach.loading.tags import SEEN, cut_hidden

HIDING = (
    "display:none",
    "color: red; DISPLAY : none !important",
    "visibility:hidden",
    "opacity:0",
    "opacity: 0.0;",
    "font-size:0",
    "font-size: 1px",
    "color:transparent",
    "position:absolute; left:-9999px",
    "text-indent:-9999px",
    "clip: rect(0,0,0,0)",
    "clip-path: inset(50%)",
    "height:0; overflow:hidden",
)
SHOWING = (
    "display:block",
    "opacity:0.8",
    "opacity:1",
    "font-size:10px",
    "font-size:1.2em",
    "font-size:120%",
    "left:-5px",
    "line-height:0.9",
    "min-height:0.5em",
    "height:0.5em",
    "color:white",
    "margin-left:-10px",
)


@pytest.mark.parametrize("style", HIDING)
def test_a_style_that_hides_is_known(style):
    assert is_hidden_style(style)
    hidden = f'<p style="{style}">EVIL <b>one</b></p><p>A <i style="{style}">EVIL</i> b.</p>'
    page = f"<body><main><p>Directors lead.</p>{hidden}"
    assert [p.text for p in parse_html(page).pieces] == ["Directors lead.", "A b."]


@pytest.mark.parametrize("style", SHOWING)
def test_a_style_that_shows_is_left_alone(style):
    assert not is_hidden_style(style)
    assert [p.text for p in parse_html(f'<body><p style="{style}">Directors lead.</p>').pieces] == ["Directors lead."]


def test_classes_that_a_page_hides_everywhere_are_hidden():
    style = (
        ".x{display:none} .y{color:red} @media print {.z{display:none}} /* .w{display:none} */ .v , .u { opacity:0 }"
    )
    assert find_hidden_classes(style) == {"x", "v"}
    page = f'<head><style>{style}</style></head><body><p class="a x">EVIL</p><p class="z">Directors lead.</p></body>'
    assert [p.text for p in parse_html(page).pieces] == ["Directors lead."]


@pytest.mark.parametrize(
    "markup",
    [
        '<div style="display:none">EVIL</div>',
        "<p hidden>EVIL</p>",
        '<p aria-hidden="true">EVIL</p>',
        "<div hidden><div>EVIL</div>EVIL</div>",
        "<div hidden>\n\nEVIL paragraph\n\n- EVIL item\n\n</div>",
        "<!-- EVIL -->",
        "<!--\n\nEVIL\n\n-->",
        "<div hidden>\n\n```\nEVIL\n```\n\n</div>",
    ],
)
def test_markdown_reads_nothing_that_its_html_hides(markup):
    pieces = parse_markdown(f"Directors lead.\n\n{markup}\n\nManagers help.\n")
    assert [p.text for p in pieces] == ["Directors lead.", "Managers help."]


def test_words_hidden_inside_a_line_are_left_out():
    pieces = parse_markdown("Directors <span style='opacity:0'>EVIL *one*</span> lead <b>teams</b>.\n")
    assert [" ".join(p.text.split()) for p in pieces] == ["Directors lead teams."]


def test_html_that_hides_nothing_is_read_whole():
    pieces = parse_markdown("<div class='hidden-gems' data-hidden-x='1'>Directors lead.</div>\n\nManagers help.\n")
    assert [p.text for p in pieces] == ["Directors lead.", "Managers help."]


def test_a_hidden_element_is_followed_to_its_own_end():
    assert cut_hidden("a<div hidden><div>b</div>c<br></div>d") == ("ad", SEEN)
    assert cut_hidden("a<i hidden>b") == ("a", ("i", 1))
    assert cut_hidden("b</i>c", ("i", 1)) == ("c", SEEN)
    assert cut_hidden("<img hidden>a<p hidden />b")[0].startswith("<img hidden>a")


def test_metadata_holds_no_control_characters():
    fields, _ = split_front_matter('---\ntitle: "\\e[31mRed\\x07 \\u202Eladder\\U000E0041"\n---\nText\n')
    assert to_fields(fields)["title"] == "Red ladder"
