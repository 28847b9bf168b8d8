from __future__ import annotations

import random

import pytest

from coach.verifying.mutations import falsify, quantities, restate, restating, roles, strength
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
SIZES = (
    "An engineering manager typically leads 5 to 8 engineers, and a senior engineering manager leads 8 to 15 engineers."
)


@pytest.mark.parametrize(
    ("change", "sentence", "expected"),
    [
        (
            quantities.exchange_numbers,
            SIZES,
            SIZES.replace("5 to 8", "X").replace("8 to 15", "5 to 8").replace("X", "8 to 15"),
        ),
        (strength.negate, "A director sets strategy.", "A director does not set strategy."),
        (strength.negate, "A director can set strategy.", "A director cannot set strategy."),
        (strength.negate, "A director cannot set strategy.", None),
        (strength.affirm, "Leadership is not reserved.", "Leadership is reserved."),
        (strength.affirm, "Lead without a title.", "Lead with a title."),
        (strength.generalise, "A director typically leads.", "A director always leads."),
        (strength.generalise, "Many teams are small.", "All teams are small."),
        (strength.oblige, "A director can lead.", "A director must lead."),
        (roles.exchange_roles, "A director reports to a VP.", "A VP reports to a director."),
        (roles.exchange_roles, "A director works with a VP.", None),
        (quantities.change_unit, "It takes 6 to 12 months.", "It takes 6 to 12 weeks."),
        (
            restating.spell_numbers,
            SIZES,
            SIZES.replace("5 to 8", "five to eight").replace("8 to 15", "eight to fifteen"),
        ),
        (restating.between_ranges, "5 to 8 engineers", "between 5 and 8 engineers"),
        (restating.drop_hedge, "A VP typically leads.", "A VP leads."),
        (restating.front, "In larger companies, a VP leads.", "A VP leads in larger companies."),
        (quantities.change_number, "No figures here.", None),
    ],
)
def test_each_change_by_hand(change, sentence, expected):
    assert change(sentence, random.Random(1), VOCABULARY) == expected


def test_the_same_seed_makes_the_same_sentences():
    first, second = (falsify(SIZES, random.Random(3), VOCABULARY, ["A leader reads books."]) for _ in range(2))
    assert first == second
    assert restate(SIZES, random.Random(3), VOCABULARY) == restate(SIZES, random.Random(3), VOCABULARY)


def test_no_falsehood_is_the_sentence_itself_and_half_truths_borrow():
    made = falsify(SIZES, random.Random(5), VOCABULARY, ["A tech lead reads many long books about gardens."])
    assert all(v.text != SIZES for v in made)
    borrowed = {v.kind: v.text for v in made}
    assert borrowed["half_supported"].startswith(SIZES.rstrip("."))
    assert borrowed["wrong_predicate"] == "An engineering manager reads many long books about gardens."
