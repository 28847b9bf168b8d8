"""Plain text that lost its markup is read by its shape."""

from __future__ import annotations

import pytest

from coach.loading.assembling import assemble, thread
from coach.loading.plain import parse_text

LADDER = """Career levels at the mill
A mill has two levels. Each one is described in the same way, so that people can compare them and plan ahead.
Miller
Working Skills:
- Lifts sacks of up to 50 kg
- Reads the wind and the water
Scope & Reach:
- One wheel
Senior Miller
Working Skills:
- Leads three millers
Scope & Reach:
- All wheels
Moving up
This step asks for patience and for an eye for the work of others.
"""


def load(plain: str):
    text, blocks = assemble(parse_text(plain))
    blocks = thread(text, blocks)
    return [(b.kind, text[b.start : b.end], b.headings, b.lead_in) for b in blocks]


def test_each_bullet_of_a_ladder_stands_under_its_level_and_aspect():
    items = {words: headings[1:] for kind, words, headings, _ in load(LADDER) if kind == "item"}
    assert items["Reads the wind and the water"] == ("Miller", "Working Skills")
    assert items["Leads three millers"] == ("Senior Miller", "Working Skills")
    assert items["All wheels"] == ("Senior Miller", "Scope & Reach")


def test_a_heading_above_a_paragraph_ends_the_level_before_it():
    found = load(LADDER)
    assert found[-1][2][1:] == ("Moving up",)


def test_aspects_without_a_colon_are_known_by_coming_back():
    plain = "Levels\nOpening words for all of it, and long enough.\n" + "".join(
        f"{level} Miller\nScope\n- {level} wheel\nSkills\n- {level} skill\n" for level in ("First", "Second", "Third")
    )
    items = {words: headings[1:] for kind, words, headings, _ in load(plain) if kind == "item"}
    assert items["Second skill"] == ("Second Miller", "Skills")


def test_a_line_of_prose_that_ends_in_a_colon_leads_in():
    found = load("Duties\nMillers typically handle:\n- grain\n- sacks")
    assert [(k, lead) for k, _, _, lead in found][-2:] == [("item", "Millers typically handle:")] * 2


def test_labels_inside_bullets_stay():
    found = load("Growth\n- Miller: learns the wheel\n- Baker: learns the oven")
    assert [words for kind, words, _, _ in found if kind == "item"] == [
        "Miller: learns the wheel",
        "Baker: learns the oven",
    ]


def test_a_flattened_inner_list_is_nested_again():
    inner = "- Daily Work:\n- Lifting sacks.\n- Oiling the wheel."
    found = load(f"Level\n- Main Duty: grinding.\n{inner}\n- The Change: less lifting.")
    leads = {words: lead for _, words, _, lead in found}
    assert leads["Oiling the wheel."] == "Daily Work:"
    assert leads["The Change: less lifting."] == ""


def test_an_inner_list_with_labels_ends_at_a_label_that_comes_back():
    part = "{0}\n- Daily Work:\n- {0} lifting: sacks.\n- {0} oiling: wheels.\n- The Change: less lifting.\n"
    found = load(part.format("Miller") + part.format("Baker"))
    leads = [(words, lead) for _, words, _, lead in found]
    assert leads.count(("Baker oiling: wheels.", "Daily Work:")) == 1
    assert leads.count(("The Change: less lifting.", "")) == 2


@pytest.mark.parametrize("bullet", ["-", "*", "\u2022", "\u2013", "1.", "2)", "\uf0b7"])
def test_bullets_of_every_kind(bullet):
    assert load(f"Heading here\n{bullet} one thing")[-1][:2] == ("item", "one thing")


def test_a_bullet_on_a_line_of_its_own_belongs_to_the_next_line():
    assert [f[:2] for f in load("Mistakes\n-\nHurrying\n-\nHiding")][1:] == [("item", "Hurrying"), ("item", "Hiding")]


def test_wrapped_lines_become_one_paragraph():
    wrapped = (
        "The miller of the town keeps two wheels, one of them on the\n"
        "River Dour, which freezes in the winter, and one that is on\n"
        "the hill. It turns all year."
    )
    assert [f[:2] for f in load(wrapped)] == [("paragraph", wrapped.replace("\n", " "))]


def test_wrapped_bullets_become_one_item():
    found = load("Duties\n- keeps the wheel that stands on the\n  River Dour in order\n- sleeps")
    assert [f[1] for f in found][1:] == ["keeps the wheel that stands on the River Dour in order", "sleeps"]


def test_lines_that_are_paragraphs_each_stay_apart():
    long = "A line that goes on and on, well past any margin that a terminal or a typewriter would ever have."
    assert len(load(f"{long}\n{long}")) == 2


INTRO = "Intro\nSome text that opens the page, long enough.\n"


def test_a_series_below_an_empty_heading_stands_under_it():
    plan = "The plan\nStep 1: Start\nBegin with one wheel, slowly.\nStep 2: Go on\nAdd the other wheel later on.\n"
    found = load(f"{INTRO}{plan}End\nThat was all there is to say.")
    headings = [h[1:] for k, _, h, _ in found if k == "paragraph"]
    assert headings == [(), ("The plan", "Step 1: Start"), ("The plan", "Step 2: Go on"), ("End",)]


def test_levels_in_a_series_with_text_between_stay_beside_one_another():
    found = load(f"{INTRO}Level 1: Miller\nGrinds the grain for the town.\nLevel 2: Baker\nBakes the bread for all.")
    assert found[-1][2][1:] == ("Level 2: Baker",)


@pytest.mark.parametrize("line", ["It ends like a sentence.", "lower case opening", "one, two, three,"])
def test_other_short_lines_are_no_headings(line):
    assert load(f"{line}\n\nThe text that follows it here, longer than the line.")[0][0] == "paragraph"


def test_text_with_markdown_in_it_is_read_as_markdown():
    assert load("# Title\n\nWords with **weight**.")[1][1] == "Words with weight."
