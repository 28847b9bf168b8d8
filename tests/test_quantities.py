from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.quantities import find_frequencies, find_quantities, to_number

SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def spell(number: int) -> str:
    if number < 20:
        return SMALL[number]
    tens, rest = TENS[number // 10 - 2], number % 10
    return f"{tens}-{SMALL[rest]}" if rest else tens


@pytest.mark.parametrize(
    ("text", "low", "high", "unit", "words"),
    [
        ("typically 5 to 8 engineers", 5, 8, "people", "5 to 8 engineers"),
        ("2-5 years ahead", 2, 5, "duration", "2-5 years"),
        ("6 to 12 months", 6, 12, "duration", "6 to 12 months"),
        ("at most fifteen people", 0, 15, "people", "fifteen people"),
        ("no more than ten direct reports", 0, 10, "people", "ten direct reports"),
        ("more than 50 engineers", 50, math.inf, "people", "50 engineers"),
        ("50 to 200 or more engineers", 50, math.inf, "people", "50 to 200 or more engineers"),
        ("5+ years", 5, math.inf, "duration", "5+ years"),
        ("10 to 20 percent", 10, 20, "percent", "10 to 20 percent"),
        ("30% of the time", 30, 30, "percent", "30%"),
        ("$1,500 more", 1500, 1500, "money", "1,500"),
        ("a dozen engineers", 12, 12, "people", "dozen engineers"),
        ("8 to 5 people", 5, 8, "people", "8 to 5 people"),
        ("7 areas", 7, 7, None, "7"),
        ("two roles that people confuse", 2, 2, None, "two"),
    ],
)
def test_a_number_is_read_with_its_ends_and_what_it_counts(text, low, high, unit, words):
    [found] = find_quantities(text)
    assert (found.low, found.high, found.unit) == (low, high, unit)
    assert text[found.start : found.end] == words


def test_every_number_of_a_sentence_is_found_in_order():
    found = find_quantities("Three teams, each of 5 to 8 engineers, plan 6 months ahead.")
    assert [(q.low, q.high, q.unit) for q in found] == [(3, 3, None), (5, 8, "people"), (6, 6, "duration")]


@pytest.mark.parametrize(
    "text", ["They tend to lead.", "The tenure of a team.", "A tension remains.", "someone", "v2.x"]
)
def test_words_that_only_begin_like_a_number_are_none(text):
    assert find_quantities(text) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("reviewed quarterly", ("quarterly",)),
        ("once a year and every two weeks", ("once a year", "every two weeks")),
        ("Daily stand-ups", ("daily",)),
        ("a daylily", ()),
    ],
)
def test_how_often_is_found(text, words):
    assert find_frequencies(text) == words


@pytest.mark.parametrize(("words", "value"), [("two hundred", 200), ("1,000", 1000), ("2.5", 2.5), ("dozen", 12)])
def test_number_words_and_digits_have_their_value(words, value):
    assert to_number(words) == value


@given(st.integers(0, 99))
def test_words_and_digits_mean_the_same(number):
    assert to_number(spell(number)) == to_number(str(number)) == number
    for written in (spell(number), spell(number).upper(), str(number)):
        [found] = find_quantities(f"It takes {written} people.")
        assert (found.low, found.high, found.unit) == (number, number, "people")


@given(st.integers(0, 10**9))
def test_thousands_may_be_parted_by_commas(number):
    assert to_number(f"{number:,}") == number
    assert [q.low for q in find_quantities(f"about {number:,}")] == [number]


@given(low=st.integers(0, 500), high=st.integers(0, 500), dash=st.sampled_from(["-", "–", " to ", " or "]))
def test_a_range_holds_its_ends_and_nothing_beyond(low, high, dash):
    [found] = find_quantities(f"{low}{dash}{high} engineers")
    assert found.holds(low) and found.holds(high)
    assert not found.holds(max(low, high) + 1) and not found.holds(min(low, high) - 1)


@given(st.text(max_size=200))
def test_any_text_can_be_read(text):
    for found in find_quantities(text):
        assert found.low <= found.high and 0 <= found.start < found.end <= len(text)
