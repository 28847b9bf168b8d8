"""Falsehoods about how many, how much and how long."""

from __future__ import annotations

import random
import re

from coach.verifying.mutations.editing import put, spell
from coach.verifying.numbers import find_quantities
from coach.verifying.words import normalise
from coach.vocabulary import Vocabulary

NUMBER = re.compile(r"(?<![\w.,/$])\d+(?![\w/]|[.,]\d)")
RANGE = re.compile(r"(\d+) to (\d+)")


def change_number(sentence: str, rng: random.Random, _: Vocabulary) -> str | None:
    """Replace one number by another; a range keeps its form."""
    spots = [m for m in NUMBER.finditer(sentence)]
    if not spots:
        return None
    spot = rng.choice(spots)
    old, present = int(spot.group()), {int(m.group()) for m in spots}
    near = [n for n in (old + 1, old + 2, old * 2, old * 3, old + 10, max(2, old - 1)) if n not in present]
    return put(sentence, spot.start(), spot.end(), str(rng.choice(near)))


def spell_wrong_number(sentence: str, rng: random.Random, _: Vocabulary) -> str | None:
    """Replace a range by another one in words."""
    match = RANGE.search(sentence)
    if match is None:
        return None
    low, high = int(match[1]), int(match[2])
    wrong = rng.choice([(low + 1, high + 2), (low * 2, high * 2), (max(1, low - 2), low)])
    return put(sentence, match.start(), match.end(), f"{spell(wrong[0])} to {spell(wrong[1])}")


def bound_number(sentence: str, rng: random.Random, _: Vocabulary) -> str | None:
    """Bound a number that is stated without a bound, at the wrong end where it is a range."""
    for quantity in find_quantities(normalise(sentence)):
        match = NUMBER.search(sentence)
        if match is not None and not quantity.bound and quantity.unit != "ordinal":
            end = RANGE.match(sentence, match.start())
            last = end[2] if end else match.group()
            wrong = rng.choice(["at least ", "more than "]) + last
            return put(sentence, match.start(), end.end() if end else match.end(), wrong)
    return None


def change_unit(sentence: str, _: random.Random, __: Vocabulary) -> str | None:
    """Say weeks for months, months for years, people for percent."""
    pairs = (("months", "weeks"), ("years", "months"), ("percent", "people"), ("engineers", "teams"))
    for old, new in pairs:
        changed, count = re.subn(rf"(?<=\d ){old}\b", new, sentence, count=1)
        if count:
            return changed
    return None


def exchange_numbers(sentence: str, _: random.Random, vocabulary: Vocabulary) -> str | None:
    """Give the first role's range to the second role."""
    ranges = list(RANGE.finditer(sentence))
    if len(ranges) < 2 or len({m.role for m in vocabulary.find_mentions(sentence)}) < 2 or ranges[0][0] == ranges[1][0]:
        return None
    text = put(sentence, ranges[1].start(), ranges[1].end(), ranges[0].group())
    return put(text, ranges[0].start(), ranges[0].end(), ranges[1].group())
