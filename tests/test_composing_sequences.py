from __future__ import annotations

import pytest

from coach.composing.sequences import asks_for_order, differ, find_steps
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
EM, SEM, DIRECTOR, VP = "engineering-manager", "senior-engineering-manager", "director", "vp"
LADDER = "The levels, in order, are engineering manager (EM), senior engineering manager, director, and VP."
TRACK = "The track runs from engineering manager (EM, Level 1) to director (Level 2) and VP of Engineering (Level 3)."


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        (LADDER, ((EM, SEM), (SEM, DIRECTOR), (DIRECTOR, VP))),
        (TRACK, ((EM, DIRECTOR), (DIRECTOR, VP))),
        ("The next step for an engineering manager who did well is director of engineering.", ((EM, DIRECTOR),)),
        ("The move from EM to senior EM takes time.", ((EM, SEM),)),
        ("The steps are tech lead of a small team, manager of several teams, director, and CTO.", ((DIRECTOR, "cto"),)),
        ("An EM, a director and a VP meet.", ()),
        ("A director helps an engineering manager.", ()),
        ("", ()),
    ],
)
def test_a_step_is_two_roles_with_none_between(text, steps):
    assert find_steps(text, VOCABULARY) == steps


def test_orders_differ_when_a_role_is_followed_by_another():
    ladder, track = find_steps(LADDER, VOCABULARY), find_steps(TRACK, VOCABULARY)
    assert differ(ladder, track) == differ(track, ladder, (EM,)) == 2
    assert differ(ladder, track, (DIRECTOR,)) == 0
    assert differ(ladder, track, (DIRECTOR, SEM)) == 1  # what stands before a director
    assert differ(ladder, ladder) == differ(ladder, ()) == 0


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("What are the levels of the ladder?", True),
        ("What comes straight after an EM?", True),
        ("What is the next step for an EM?", True),
        ("Which roles are there, in order?", True),
        ("And the next box after EM?", True),
        ("How many people does a first-level EM lead?", False),
        ("At what level do I decide on hiring?", False),
        ("What should I do in the next two years?", False),
        ("Which path suits me?", False),
    ],
)
def test_a_question_may_ask_for_the_order_of_things(question, asks):
    assert asks_for_order(question, VOCABULARY) is asks
