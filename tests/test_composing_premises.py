from __future__ import annotations

import pytest

from coach.composing.premises import CORRECTION, find_premise
from coach.grounding import CONNECTIVES


@pytest.mark.parametrize(
    ("question", "premise"),
    [
        ("Since a director leads 8 people, how do they plan?", "a director leads 8 people"),
        ("why do VPs plan just one quarter ahead?", "VPs plan just one quarter ahead"),
        ("EMs are measured by the code they write, correct?", "EMs are measured by the code they write"),
        ("Is it true that a CTO reports to a director?", "a CTO reports to a director"),
        ("I heard that directors write code all day. Why?", "directors write code all day"),
        ("How many engineers does a director lead?", ""),
        ("Does a director lead 8 people?", ""),
    ],
)
def test_what_a_question_takes_for_granted(question, premise):
    assert find_premise(question) == premise


def test_the_correction_is_a_phrase_the_gate_lets_through():
    assert CORRECTION in CONNECTIVES


@pytest.mark.parametrize(
    "question",
    [
        "Since a first-level EM leads 20 to 30 engineers, how do they find time for one-on-ones?",
        "Is it true that a director leads 8 to 15 engineers?",
        "why do VPs of engineering plan just one quarter ahead",
        "EMs are measured by the code they write, correct?",
    ],
)
def test_a_false_premise_is_corrected_in_the_guides_words(built_coach, question):
    answer = built_coach.ask(question)
    assert answer.text.startswith(CORRECTION)
    assert answer.claims[0].citations and answer.claims[0].verdict == "supported"


@pytest.mark.parametrize(
    "question",
    [
        "Since a first-level EM leads 5 to 8 engineers, how do they find time for one-on-ones?",
        "Is it true that a director leads 15 to 50 engineers?",
        "So a VP plans 2 to 5 years ahead, right?",
        "why does a director of engineering lead 15 to 50 engineers?",
        "why do soft skills matter for future leaders?",
        "EMs are judged by how healthy the team is, correct?",
    ],
)
def test_a_true_premise_never_is(built_coach, question):
    answer = built_coach.ask(question)
    assert getattr(answer, "text", "") and CORRECTION not in answer.text


def test_a_question_without_a_premise_corrects_nothing(built_coach):
    assert CORRECTION not in built_coach.ask("How many engineers does a director of engineering lead?").text
