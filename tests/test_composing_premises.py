from __future__ import annotations

import pytest

from coach.composing.premises import find_premises
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


@pytest.mark.parametrize(
    ("question", "premise"),
    [
        ("Since a director leads 8 people, how do they plan?", "a director leads 8 people"),
        ("why do VPs plan just two quarters ahead?", "VPs plan just two quarters ahead"),
        ("EMs are measured by the code they write, correct?", "EMs are measured by the code they write"),
        ("Is it true that a CTO reports to a director?", "a CTO reports to a director"),
        ("I heard that directors write code all day. Why?", "directors write code"),
        ("the guides say EMs never hire right? who does", "EMs never hire"),
        ("the ladder has nine levels, which is the sixth?", "the ladder has nine levels"),
        ("on a dual ladder managers earn more. by how much?", "on a dual ladder managers earn more"),
        ("if estimating is impossible why bother with deadlines", "estimating is impossible"),
        ("tech leads stop coding, so who writes the code?", "tech leads not coding"),
        ("how come directors run only one team?", "directors run single team"),
        ("EMs never hire, so as a future director which skills can I skip", "EMs never hire"),
        ("I was told by a friend, who leads a team, that VPs write code. Why?", "VPs write code"),
        ("why don't staff engineers have direct reports?", "not staff engineers have direct reports"),
    ],
)
def test_what_a_question_takes_for_granted(question, premise):
    assert premise in find_premises(question, VOCABULARY, VOCABULARY.find_roles(question))


@pytest.mark.parametrize(
    "question",
    [
        "How many engineers does a director lead?",
        "Does a director lead 8 people?",
        "as a new EM with 12 engineers, what should I focus on?",
        "I lead 12 people, right? who can help me",
        "my company has no technical track. do I have to manage?",
        "if my director leaves, who decides?",
        "how do i know when I am ready?",
        "since not every engineer becomes a manager, what else is there?",
        "Some things matter. which ones?",
        "what does a VP decide? a short answer will do",
        "if it's not technical skills anymore, what is it?",
    ],
)
def test_most_questions_take_nothing_for_granted_that_a_guide_could_know_better(question):
    assert find_premises(question, VOCABULARY, VOCABULARY.find_roles(question)) == ()


def test_they_are_the_role_that_the_question_names():
    question = "how do directors cope when they have one team?"
    assert find_premises(question, VOCABULARY, ("director",)) == ("director of engineering have single team",)
    assert find_premises(question, VOCABULARY, ("director", "vp")) == ()
