"""Sentences on several roles are matched by what is left of them without the roles."""

from __future__ import annotations

import pytest

from coach.composing.parallels import find_subjects, order_by_ladder
from coach.types import Sentence
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


def subjects(text, headings=(), **other):
    annotation = VOCABULARY.annotate(headings, text)
    return find_subjects(Sentence(text, 0, len(text), headings, roles=annotation.roles, **other), VOCABULARY)


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("A director of engineering leads a department.", ("director",)),
        (
            "In people development, an engineering manager (EM) coaches individual contributors.",
            ("engineering-manager",),
        ),
        ("By team size, a VP of Engineering leads 50 engineers.", ("vp",)),
        ("The impact of a chief technology officer (CTO) reaches the valuation.", ("cto",)),
        ("In planning, a VP of Engineering or chief technology officer (CTO) sets the vision.", ("vp", "cto")),
        ("Level expectations help engineering managers agree on growth.", ()),
        ("Starting roles on the way include senior engineer and architect.", ()),
        ("Nobody is named here.", ()),
    ],
)
def test_whom_a_sentence_is_about(text, roles):
    assert subjects(text) == roles


def test_a_heading_says_whom_a_sentence_without_names_is_about():
    assert subjects("Leads a small team.", ("Director of engineering: skills",)) == ("director",)


def test_roles_stand_in_the_order_of_their_ladder():
    assert order_by_ladder(["ceo", "cto", "architect", "tech-lead", "vp"], VOCABULARY)[-1] == "ceo"
    assert order_by_ladder(["cto", "tech-lead", "vp"], VOCABULARY) == ["tech-lead", "vp", "cto"]
