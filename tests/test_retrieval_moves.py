from __future__ import annotations

import pytest

from coach.retrieval.query import read_question
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


def read(text: str):
    return read_question(text, vocabulary=VOCABULARY)


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("I run a department as director and I'm being promoted to VP. What is new?", ("director", "vp")),
        ("What would a VP have to let go of before stepping up to CTO?", ("vp", "cto")),
        (
            "They say I'm a good EM but not a senior EM yet. What is missing?",
            ("engineering-manager", "senior-engineering-manager"),
        ),
        ("Three years as VP, next stop CTO. What else will they want of me?", ("vp", "cto")),
        ("How is a director's week different for an EM who just made the jump?", ("engineering-manager", "director")),
    ],
)
def test_a_word_of_moving_beside_two_roles_makes_a_move(text, roles):
    query = read(text)
    assert (query.form, query.roles, query.moves) == ("transition", roles, True)


@pytest.mark.parametrize(
    "text",
    [
        "VP vs CTO: which one is ready for the board?",
        "Is the job different for an EM compared with a director?",
        "Does a VP hire the director?",
        "How many people does an EM gain when becoming a director?",
        "Who takes over from the director, a VP?",
    ],
)
def test_what_is_compared_counted_or_asked_of_a_person_is_no_move(text):
    assert not read(text).moves


def test_an_asker_s_move_does_not_hide_another_question():
    query = read("I was a tech lead until they promoted me to EM. How do I give feedback to a quiet colleague of mine?")
    assert not query.moves


def test_a_newcomer_need_not_name_the_role_left_behind():
    named, unnamed = read("Just promoted to director. What changes?"), read("I'm stepping up soon. What will be new?")
    assert (named.roles, named.moves) == (("director",), True)
    assert (unnamed.roles, unnamed.moves) == ((), True)
    assert read("I'm stepping up soon. What do I have to let go of?").moves
    assert not read("I'm stepping up soon. How do I learn to delegate?").moves
    assert not read("I'm stepping up soon. Which books are good?").moves
