"""Markdown becomes plain words with exact blocks."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.loading.assembling import assemble, thread
from coach.loading.markdown import parse_markdown


def load(markdown: str, title: str = ""):
    text, blocks = assemble(parse_markdown(markdown))
    return text, thread(text, blocks, title)


def words_of(markdown: str, title: str = "") -> list[tuple[str, str, tuple[str, ...]]]:
    text, blocks = load(markdown, title)
    return [(b.kind, text[b.start : b.end], b.headings) for b in blocks]


def test_the_text_is_laid_out_without_markup():
    text, _ = load(
        "# Guide\n\nA *wrapped*\n**line** with a [link](http://x.example) and `code`.\n\n"
        "## Scope\n\n- one\n    - inner\n- two\n\n1. first\n2. second\n"
    )
    assert text == (
        "Guide\n\nA wrapped line with a link and code.\n\nScope\n\n- one\n  - inner\n- two\n1. first\n2. second"
    )


def test_an_items_block_leaves_out_its_marker():
    assert words_of("- one\n- two")[1][1] == "two"


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("Fish &amp; chips &lt;now&gt;", "Fish & chips <now>"),
        ("Water<br>and <b>bread</b><!-- secret -->", "Water and bread"),
        ("~~gone~~ kept", "gone kept"),
        ("A picture ![logo.png](x.png) here", "A picture here"),
        ("![A chart of four levels](x.png)", "A chart of four levels"),
        ("- [x] ship it", "ship it"),
        ("two  \nlines", "two lines"),
        ("<https://guides.example>", "https://guides.example"),
        ("2 \\* 3", "2 * 3"),
    ],
)
def test_inline_markup_is_reduced_to_its_words(markup, words):
    assert words_of(markup)[0][1] == words


def test_raw_html_blocks_keep_their_words_and_lose_scripts():
    found = words_of("<div>\n<p>Kept words.</p><script>alert('x')</script>\n<p>More.</p>\n</div>\n\nAfter.")
    assert [w for _, w, _ in found] == ["Kept words.", "More.", "After."]


def test_rows_carry_their_headers():
    found = words_of("| Level | Team | |\n|---|---|---|\n| EM | 5 to 8 | x |\n| Director | | |")
    assert [(k, w) for k, w, _ in found] == [("row", "Level: EM; Team: 5 to 8; x"), ("row", "Level: Director")]


def test_a_lone_title_is_left_out_of_the_paths_below_it():
    found = words_of("# The Guide\n\n## Scope\n\nText.", "The guide")
    assert found[0] == ("heading", "The Guide", ("The Guide",))
    assert found[2] == ("paragraph", "Text.", ("Scope",))


@pytest.mark.parametrize("title", ["Another title", ""])
def test_a_top_heading_that_is_not_the_title_stays_in_the_paths(title):
    assert words_of("# The Guide\n\n## Scope\n\nText.", title)[-1][2] == ("The Guide", "Scope")


def test_of_two_top_headings_both_stay():
    assert words_of("# One\n\nA.\n\n# Two\n\nB.", "One")[1][2] == ("One",)


def test_a_list_takes_its_lead_in_from_the_last_sentence_before_it():
    _, blocks = load("Much is asked. A manager does this:\n\n- hires\n- coaches\n\nThen text.\n\n- alone")
    assert [b.lead_in for b in blocks if b.kind == "item"] == ["A manager does this:", "A manager does this:", ""]


def test_a_nested_item_takes_its_parent_as_lead_in():
    _, blocks = load("- Hiring\n    - writes the advert\n        - with care\n- Pay")
    assert [b.lead_in for b in blocks] == ["", "Hiring", "writes the advert", ""]


def test_a_paragraph_that_is_bold_throughout_is_a_heading():
    assert words_of("## Roles\n\n**Team lead**\n\nLeads.")[-1] == ("paragraph", "Leads.", ("Roles", "Team lead"))


@pytest.mark.parametrize("markup", ["**Never do this.**", "**Team lead** leads", "plain"])
def test_other_paragraphs_are_not(markup):
    assert words_of(markup)[0][0] == "paragraph"


SECTIONS = """## Roles

* **Baker: the one with the oven**
    * **Duties:** A baker bakes. Bakers rise early.
    * **Skills:** Patience helps. So does strength.
* **Miller: the one with the wheel**
    * **Duties:** A miller mills. Millers haul sacks.
    * **Skills:** Hearing helps. So does care.
"""


def test_bold_parents_and_labels_that_come_back_are_headings():
    found = words_of(SECTIONS)
    assert (
        "paragraph",
        "A miller mills. Millers haul sacks.",
        ("Roles", "Miller: the one with the wheel", "Duties"),
    ) in found


def test_short_labelled_bullets_keep_their_label():
    found = words_of("- **Hiring:** finds people.\n- **Pay:** sets raises.")
    assert [(k, w) for k, w, _ in found] == [("item", "Hiring: finds people."), ("item", "Pay: sets raises.")]


def test_one_unlabelled_item_keeps_the_whole_list_a_list():
    found = words_of("- **Hiring.** It is hard. It is slow. It pays.\n- plain\n- **Pay.** One. Two. Three.")
    assert [k for k, _, _ in found] == ["item", "item", "item"]


def test_numbered_long_labelled_items_are_sections():
    found = words_of("1. **Owning**. Be accountable. Blame nobody. Fix it.\n2. **Asking**. Ask. Listen. Learn.")
    assert found[-1] == ("paragraph", "Ask. Listen. Learn.", ("Asking",))


def test_a_paragraph_above_a_ruler_stays_a_paragraph():
    assert words_of("A full sentence stands here.\n---\nMore.")[0][0] == "paragraph"


def test_code_keeps_its_lines():
    assert words_of("```\na\n  b\n```")[0][:2] == ("code", "a\n  b")


def test_indented_prose_is_no_code():
    assert words_of("Text.\n\n    indented words")[1][:2] == ("paragraph", "indented words")


@settings(deadline=None)
@given(st.text(alphabet="ab #*-_`[]()<>|\n.:1&;\\!~é\u2011", max_size=200))
def test_any_text_gives_blocks_in_order_that_hold_their_words(markdown):
    text, blocks = load(markdown)
    for before, after in pairwise(blocks):
        assert before.end < after.start
    for block in blocks:
        words = text[block.start : block.end]
        assert words and words == words.strip()
    assert sum(b.end - b.start for b in blocks) <= len(text)


@settings(deadline=None)
@given(st.lists(st.text(alphabet="abc xyz.:", min_size=1, max_size=30).filter(str.strip), max_size=8))
def test_threading_twice_changes_nothing(paragraphs):
    text, blocks = load("# t\n\n" + "\n\n".join(paragraphs))
    assert thread(text, blocks, "") == blocks
