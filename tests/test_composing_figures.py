from __future__ import annotations

import pytest

from coach.composing.figures import are_rivals, compare_figures
from coach.composing.stances import read_stance
from coach.types import Evidence, Sentence
from coach.verifying.numbers import find_quantities
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
AHEAD = "looks {} years ahead at technology and markets."


def stance(text: str):
    roles = VOCABULARY.annotate((), text).roles
    return read_stance(Evidence("d", "D", "S", Sentence(text, 0, len(text), roles=roles)), VOCABULARY)


@pytest.mark.parametrize(
    ("left", "right", "rivals"),
    [
        ("5 to 8 engineers", "10 to 12 engineers", True),
        ("5 to 8 engineers", "6 to 10 people", True),
        ("5 to 8 engineers", "about 6 engineers", False),  # one refines the other
        ("5 to 8 engineers", "at most 15 people", False),
        ("5 or more years", "5 years", False),
        ("at least 3 years", "at least 5 years", True),
        ("up to 8 hours", "up to 15 hours", True),
        ("2 hours", "120 minutes", False),
        ("2 hours", "90 minutes", True),
        ("30 percent", "31 percent", False),  # rounded
        ("30 percent", "60 percent", True),
        ("5 engineers", "5 years", False),  # not of one kind
        ("5 engineers", "7 teams", False),
        ("level 1", "level 2", False),  # no unit
    ],
)
def test_numbers_are_rivals_when_neither_holds_the_other(left, right, rivals):
    (a,), (b,) = find_quantities(left), find_quantities(right)
    assert are_rivals(a, b) is are_rivals(b, a) is rivals


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        ("A director leads 15 to 50 engineers.", "A director manages a department of 60 people.", "the number"),
        ("A director leads 15 to 50 engineers.", "A director hires 2 engineers a year.", ""),
        ("A director leads 15 to 50 engineers.", "A VP leads 50 to 200 engineers.", ""),
        ("A steak rests for 5 minutes.", "A steak rests for 12 minutes.", "the length of time"),
        ("A steak rests for 5 minutes.", "A steak fries for 12 minutes.", ""),
        ("The rice boils for 15 minutes.", "The brown rice boils for 40 minutes.", ""),
        ("Hand rubbing takes 20 seconds.", "Hand rubbing with alcohol takes 60 seconds.", ""),
        ("The deposit is 20 percent of the rent.", "The deposit is 50 percent of the rent.", "the share"),
        ("Tenants pay a deposit of $500.", "Tenants pay a deposit of $900.", "the sum"),
    ],
)
def test_they_must_be_said_of_the_same_thing(left, right, found):
    assert compare_figures(stance(left), stance(right)) == compare_figures(stance(right), stance(left)) == found


@pytest.mark.parametrize(
    ("left", "right", "aspect"),
    [
        (
            "A CTO looks several years ahead at technology and markets.",
            "A CTO looks 5 years ahead at technology and markets.",
            True,
        ),
        (
            "A CTO looks several years ahead at technology and markets.",
            "A VP looks 5 years ahead at technology and markets.",
            False,
        ),
        ("A CTO has spent several years in technology.", "A CTO draws up roadmaps of 5 years.", False),
        (f"A CTO {AHEAD}".format(3), f"A CTO {AHEAD}".format(3), False),
    ],
)
def test_some_years_of_one_guide_stand_against_five_of_another(left, right, aspect):
    told = compare_figures(stance(left), stance(right))
    assert told == compare_figures(stance(right), stance(left)) == ("the length of time" if aspect else "")
