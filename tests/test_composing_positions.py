from __future__ import annotations

from dataclasses import replace

import pytest

from coach.composing.positions import compare_positions
from coach.composing.stances import Interest, read_stance
from coach.types import Evidence, Sentence
from coach.verifying.words import stem
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


def stance(text: str, heading: str = ""):
    headings = (heading,) if heading else ()
    roles = VOCABULARY.annotate(headings, text).roles
    return read_stance(Evidence("d", "D", "S", Sentence(text, 0, len(text), headings, roles=roles)), VOCABULARY)


@pytest.mark.parametrize(
    ("left", "right", "aspect"),
    [
        ("A VP oversees the entire budget.", "A VP oversees a part of the budget.", "how much it takes in"),
        ("A VP oversees the entire budget.", "A VP oversees a part of the hiring.", ""),
        ("A VP oversees the entire budget.", "A CTO oversees a part of the budget.", ""),
        (
            "Gloves must be worn for dressing changes.",
            "Gloves are optional for dressing changes.",
            "whether it is needed",
        ),
        (
            "Mushrooms should be washed in water.",
            "Mushrooms should never be washed in water.",
            "whether it is advisable",
        ),
        ("Never wash mushrooms.", "Wash mushrooms under running water.", "whether that is so"),
        ("The change in a career is mostly gradual.", "The change in a career is mostly sudden.", "how fast"),
        ("A manager keeps the team happy.", "A manager keeps the team informed.", ""),
    ],
)
def test_two_sides_of_one_question(left, right, aspect):
    found = compare_positions(stance(left), stance(right), None)
    assert found == compare_positions(stance(right), stance(left), None) == aspect


def ask(*words: str, about: str = "") -> Interest:
    return Interest(tuple(frozenset((stem(w),)) for w in about.split()), frozenset(map(stem, words)))


@pytest.mark.parametrize(
    ("interest", "aspect"),
    [
        (ask("does", "oversee", "all", about="budget"), "how much it takes in"),
        (ask("who", "does", "oversee", about="budget"), ""),  # nothing asks how much
        (ask("does", "oversee", "all", about="hiring plan"), ""),  # asks of something else
    ],
)
def test_only_what_is_asked_about_counts(interest, aspect):
    left, right = stance("A VP oversees the entire budget."), stance("A VP oversees a part of the budget.")
    assert compare_positions(left, right, interest) == aspect


def test_a_field_adds_contraries_of_its_own():
    left = stance("Technical skills are essential.", "Engineering manager: skills")
    right = stance("The skills are no longer technical.", "Engineering manager: skills")
    assert compare_positions(left, right, None) == "how technical one has to be"


@pytest.mark.parametrize(
    ("left", "right", "aspect"),
    [
        # a background is one thing, writing code another
        ("An engineering manager needs a technical background.", "An engineering manager no longer writes code.", ""),
        (
            "An engineering manager needs technical skills.",
            "An engineering manager is no longer technical in skills.",
            1,
        ),
        ("An engineering manager still writes code.", "An engineering manager no longer writes any code.", 2),
    ],
)
def test_what_holds_together_is_no_difference(left, right, aspect):
    aspects = {"": "", 1: "how technical one has to be", 2: "whether code is still written"}
    assert compare_positions(stance(left), stance(right), None) == aspects[aspect]


def test_phrases_that_name_no_thing_count_only_of_a_role_asked_about():
    left = stance("An engineering manager should be an engineer first, with technical skills.")
    right = stance("The skills of an engineering manager are no longer technical.", "Engineering manager: skills")
    asked = ask("are", "technical", about="skills")
    assert compare_positions(left, right, asked) == ""
    of_role = replace(asked, roles=frozenset({"engineering-manager"}))
    assert compare_positions(left, right, of_role) == "how technical one has to be"


def test_a_question_that_tells_of_a_dispute_need_not_use_the_guides_words():
    left, right = stance("A VP oversees the entire budget."), stance("A VP oversees a part of the budget.")
    asked = replace(ask("all", about="boss friend"), roles=frozenset({"vp"}))
    assert compare_positions(left, right, asked) == ""
    assert compare_positions(left, right, replace(asked, disputed=True)) == "how much it takes in"
