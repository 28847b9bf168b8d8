"""How a claim may look, whatever a model made of it; the gate's own tests pass through the same door."""

from __future__ import annotations

import pytest

from coach.presenting import MAX_CLAIM, present, split_lead
from coach.types import Evidence, Sentence


def evidence(text: str, *headings: str) -> list[Evidence]:
    return [Evidence("g", "The ladder", "Guide", Sentence(text, 0, len(text), headings))]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("A lead decides.", ""),
        ("", "says nothing"),
        ("x" * (MAX_CLAIM + 1), "longer than"),
        ("A lead\ndecides.", "one plain line"),
        ("A lead\u202edecides.", "one plain line"),
        ("Does a lead decide?", "asks"),
        ("A lead is often a.", "breaks off"),
        ("A lead decides and", "breaks off"),
        ("A lead is often a \u2026.", "breaks off"),
        ("Two leads share plan A.", ""),
        ("A <b>lead</b> decides.", "markup"),
        ("A lead decides [3].", "markup"),
        ("See [this](http://x).", "markup"),
        ("# A lead decides.", "markup"),
    ],
)
def test_only_one_plain_line_is_shown(text, fault):
    shown, why = present(text, evidence("A lead decides."))
    assert (shown == text and not why) if not fault else (not shown and fault in why)


def test_signs_of_the_guide_itself_are_escaped_and_those_added_to_it_are_not_let_in():
    quote = "Use <b>tags</b> and see [3]."
    assert present(f"Style: {quote}", evidence(quote)) == (r"Style: Use &lt;b>tags&lt;/b> and see \[3\].", "")
    assert present(f"[1] {quote}", evidence(quote))[0] == ""


def test_a_heading_of_the_guide_s_that_ends_in_such_a_word_is_its_own():
    assert present("Leads: whose and their.", evidence("whose and their")) == ("Leads: whose and their.", "")


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        ("- ", ("- ", "")),
        ("1. **Directors**: ", ("1. ", "Directors")),
        ("**Wizards**: ", ("", "")),
        ("**VP of Engineering**: ", ("", "VP of Engineering")),
        ("> ", ("", "")),
    ],
)
def test_a_label_is_made_of_the_words_of_the_evidence_or_of_a_role(lead, expected):
    assert split_lead(lead, evidence("Text.", "Director"), ["VP of Engineering"]) == expected
