"""Questions that a guide gives its readers to ask themselves answer nothing else."""

from __future__ import annotations

import pytest

from coach.composing.posing import is_posed, leave_out_posed
from coach.retrieval.evidence import Weighed
from coach.retrieval.query import read_question
from coach.types import Evidence, Sentence
from coach.vocabulary import load_vocabulary

POSED = "Questions to ask yourself before you open a restaurant"


def sentence(heading: str, kind="item") -> Sentence:
    return Sentence("One reason is cooking every day.", 0, 32, ("Restaurants", heading), kind=kind)


@pytest.mark.parametrize(
    ("heading", "posed"),
    [
        (POSED, True),
        ("Becoming a chef: questions about motives", True),
        ("Self-assessment", True),
        ("Questions and answers", False),
        ("Frequently asked questions", False),
        ("What a chef does", False),
    ],
)
def test_a_heading_says_that_its_list_is_asked(heading, posed):
    assert is_posed(sentence(heading)) is posed
    assert not is_posed(sentence(heading, "paragraph"))


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("How often does a chef cook?", 0),
        ("Do I have to cook as a chef?", 0),
        ("Do I really want to be a chef?", 1),
        ("What should I ask myself first?", 1),
        ("Should I become a chef?", 1),
    ],
)
def test_it_is_left_out_unless_somebody_asks_what_they_want(question, kept):
    weighed = Weighed(Evidence("d", "D", "S", sentence(POSED)), 1.0, 0.5, 1.0, True, True, 1)
    query = read_question(question, vocabulary=load_vocabulary())
    assert len(leave_out_posed(query, [weighed])) == kept
