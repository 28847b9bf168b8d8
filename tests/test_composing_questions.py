from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.composing.questions import to_question
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


@pytest.mark.parametrize(
    ("headings", "question"),
    [
        (["Director of engineering: scope"], "What does the scope of a director of engineering cover?"),
        (["Engineering manager: growth signs"], "What are the signs of growth for an engineering manager?"),
        (["Engineering manager (EM), Level 1"], "What does an engineering manager do?"),
        (["Senior Engineering Manager", "Leadership Skills:"], "What skills does a senior engineering manager need?"),
        (
            ["Transition from director of engineering to VP of Engineering"],
            "What changes when you go from a director of engineering to a VP of Engineering?",
        ),
        (
            ["VP of Engineering compared with CTO"],
            "What is the difference between a VP of Engineering and a chief technology officer?",
        ),
        (
            ["Program manager: difference from a project manager"],
            "How does a program manager differ from a project manager?",
        ),
        (
            ["Product manager: place among leadership roles"],
            "What do the guides say about a product manager's place among leadership roles?",
        ),
        (["Becoming a parent: leave"], "What do the guides say about becoming a parent?"),
        (
            ["Path to leadership: six typical steps"],
            "What do the guides say about the path to leadership (six typical steps)?",
        ),
        (["Focus area 2 for leaders: ownership"], "What do the guides say about ownership?"),
        (["3. Hand Hygiene"], "What do the guides say about hand hygiene?"),
        (["HAND HYGIENE AND GLOVES"], "What do the guides say about hand hygiene and gloves?"),
        (["Resting The Meat"], "What do the guides say about resting the meat?"),
        (["Rest the meat"], 'What do the guides say about "Rest the meat"?'),
        (["How to poach an egg"], "How do you poach an egg?"),
        (["Gloves: overview"], "What do the guides say about gloves?"),
        (["Frying", "Introduction"], "What do the guides say about frying?"),
        (["what is a roux?"], "What is a roux?"),
        (["FAQ"], ""),
        (["Why?"], ""),
        ([""], ""),
        ([], ""),
    ],
)
def test_a_heading_is_asked_for_as_a_person_would(headings, question):
    assert to_question(headings, VOCABULARY) == question


@given(st.lists(st.text(max_size=60), max_size=3))
def test_whatever_a_heading_says_one_question_or_none_comes_of_it(headings):
    question = to_question(headings, VOCABULARY)
    assert question == "" or question.endswith("?")


def test_the_shipped_guides_are_asked_about_in_good_english(built_coach):
    questions = {
        to_question(section.headings, VOCABULARY)
        for summary in built_coach.documents()
        for section in built_coach.document(summary.id).sections
    } - {""}
    assert len(questions) > 60
    for question in questions:
        assert question[0].isupper()
        for clumsy in ("  ", ": ", "the the ", "()", " a a ", "(EM)", "?."):
            assert clumsy not in question
