"""Sentences bent out of truth, and sentences restated in truth, for measuring and training verifiers.

Every change takes a true sentence and a seeded `random.Random`, and returns the changed sentence or
None where it does not apply. A falsehood is false of the one sentence it was made from.

    quantities   numbers, bounds, units            roles      who it is said of
    strength     negation, generality, obligation  wording    opposites, names, tails, borrowed halves
    restating    what stays true
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from coach.verifying.mutations import quantities, restating, roles, strength, wording
from coach.verifying.mutations.base import Change, Variant
from coach.verifying.words import normalise
from coach.vocabulary import Vocabulary

__all__ = ["LIES", "TRUTHS", "Change", "Variant", "falsify", "restate"]

LIES: Mapping[str, Change] = {
    "number": quantities.change_number,
    "number_words": quantities.spell_wrong_number,
    "bound": quantities.bound_number,
    "unit": quantities.change_unit,
    "role": roles.swap_role,
    "exchange_roles": roles.exchange_roles,
    "exchange_numbers": quantities.exchange_numbers,
    "negation": strength.negate,
    "affirmation": strength.affirm,
    "generalisation": strength.generalise,
    "obligation": strength.oblige,
    "opposite": wording.reverse_word,
    "exchange_words": wording.exchange_words,
    "name": wording.add_name,
    "tail": wording.add_tail,
}
TRUTHS: Mapping[str, Change] = {
    "number_words": restating.spell_numbers,
    "dash": restating.dash_ranges,
    "between": restating.between_ranges,
    "role_name": restating.rename_role,
    "hedge_dropped": restating.drop_hedge,
    "attributed": restating.attribute,
    "reworded": restating.reword,
    "fronted": restating.front,
    "case": restating.change_case,
}


def falsify(sentence: str, rng: random.Random, vocabulary: Vocabulary, others: Sequence[str] = ()) -> list[Variant]:
    """One falsehood of each kind that applies; `others` are true sentences to borrow half-truths from."""
    made = [Variant(kind, text) for kind, change in LIES.items() if (text := change(sentence, rng, vocabulary))]
    borrowed = wording.borrow(sentence, rng, vocabulary, others)
    return [v for v in (*made, *borrowed) if normalise(v.text) != normalise(sentence)]


def restate(sentence: str, rng: random.Random, vocabulary: Vocabulary) -> list[Variant]:
    """One true restatement of each kind that applies."""
    made = [Variant(kind, text) for kind, change in TRUTHS.items() if (text := change(sentence, rng, vocabulary))]
    return [v for v in made if v.text != sentence]
