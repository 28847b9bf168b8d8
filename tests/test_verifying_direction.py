from __future__ import annotations

import pytest

from coach.verifying.direction import compares_anew, find_exchanged_roles, find_swap
from coach.verifying.reading import read_claim
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
AHEAD = ("A director's roadmap looks 1 to 2 years ahead.", "A CTO sets a vision of 5 or more years.")
LEVELS = "The levels, in order, are engineering manager, director of engineering, VP of Engineering and CTO."


def read(text: str):
    return read_claim(text, VOCABULARY)


@pytest.mark.parametrize(
    ("claim", "anew"),
    [
        ("A director looks further ahead than a CTO.", True),
        ("A director looks more than 1 year ahead.", False),
        ("A director looks years ahead rather than weeks.", False),
        ("A director looks ahead.", False),
    ],
)
def test_a_comparison_is_new_where_no_evidence_compares(claim, anew):
    assert compares_anew(read(claim), [read(q) for q in AHEAD]) is anew


def test_a_comparison_that_some_evidence_makes_is_not_new():
    assert not compares_anew(read("A CTO looks further ahead than a director."), [read("A CTO looks ahead more.")])


def test_roles_in_another_order_are_an_exchange_only_where_the_order_is_said():
    exchanged = "The levels are director of engineering, engineering manager, VP of Engineering and CTO"
    assert find_exchanged_roles(read(f"{exchanged}, in this order."), read(LEVELS))
    assert not find_exchanged_roles(read(f"{exchanged}."), read(LEVELS))


def test_words_on_the_other_side_of_a_common_one_are_seen():
    quote = read("A manager gives the team feedback regularly.")
    assert find_swap(read("The team gets regular feedback from a manager."), quote)
    assert not find_swap(read("A manager gives feedback regularly."), quote)
