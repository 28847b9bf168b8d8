from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.verifying.mutations.editing import spell
from coach.verifying.numbers import entails, find_quantities
from coach.verifying.words import normalise


def read(text: str):
    return [(q.numbers, q.bound, q.unit) for q in find_quantities(normalise(text))]


@pytest.mark.parametrize(
    "text",
    [
        "5 to 8 engineers",
        "5-8 engineers",
        "5–8 engineers",
        "5 — 8 engineers",
        "five to eight engineers",
        "five-to-eight engineers",
        "between 5 and 8 engineers",
        "between five and eight engineers",
        "from 5 to 8 engineers",
        "5 engineers to 8 engineers",
        "Five to 8 software engineers",
    ],
)
def test_a_range_is_read_alike_however_it_is_written(text):
    assert read(text) == [((5.0, 8.0), "", "engin")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50 to 200 or more engineers", [((50, 200), "min", "engin")]),
        ("50-200+ engineers", [((50, 200), "min", "engin")]),
        ("fifty to two hundred engineers and beyond", [((50, 200), "min", "engin")]),
        ("at least 5 years", [((60,), "min", "month")]),
        ("5 or more years", [((60,), "min", "month")]),
        ("5 years or more", [((60,), "min", "month")]),
        ("more than 12 months", [((12,), "above", "month")]),
        ("at most 15 people", [((15,), "max", "peopl")]),
        ("up to 15 people", [((15,), "max", "peopl")]),
        ("no more than 8", [((8,), "max", "")]),
        ("fewer than 8 people", [((8,), "below", "peopl")]),
        ("about 8 people", [((8,), "about", "peopl")]),
        ("perhaps 20 to 30 percent", [((20, 30), "about", "%")]),
        ("20-30%", [((20, 30), "", "%")]),
        ("6 to 12 months", [((6, 12), "", "month")]),
        ("a 6-12-month roadmap", [((6, 12), "", "month")]),
        ("1 to 2 years, 2 to 5 years", [((12, 24), "", "month"), ((24, 60), "", "month")]),
        ("one hundred and twenty people", [((120,), "", "peopl")]),
        ("a dozen engineers", [((12,), "", "engin")]),
        ("twenty-five reports", [((25,), "", "report")]),
        ("1,200 employees", [((1200,), "", "employe")]),
        ("$13 billion", [((13e9,), "", "$")]),
        ("5k users", [((5000,), "", "user")]),
        ("the second of the five levels", [((2,), "", "ordinal"), ((5,), "", "level")]),
        ("in 1949 engineers moved", [((1949,), "", "")]),
        ("one year", [((12,), "", "month")]),
        ("in 5 and 8", [((5,), "", ""), ((8,), "", "")]),
        ("one or two people", [((1, 2), "", "peopl")]),
    ],
)
def test_bounds_units_and_scales(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    ["one-on-one meetings", "1:1s", "no one else", "one of the teams", "a second opinion", "C3 and h264", "anyone"],
)
def test_what_only_looks_like_a_number_is_none(text):
    assert read(text) == []


def say(evidence: str, claim: str) -> bool:
    (have,), (want,) = find_quantities(normalise(evidence)), find_quantities(normalise(claim))
    return entails(have, want)


@pytest.mark.parametrize(
    ("evidence", "claim", "expected"),
    [
        ("5 to 8 engineers", "5-8 people", True),
        ("5 to 8 engineers", "5 to 8 teams", False),
        ("5 to 8 engineers", "5 to 9 engineers", False),
        ("5 to 8 engineers", "at least 5 engineers", True),
        ("5 to 8 engineers", "up to 8 engineers", True),
        ("5 to 8 engineers", "at least 8 engineers", False),
        ("5 to 8 engineers", "up to 5 engineers", False),
        ("5 to 8 engineers", "8 engineers", False),
        ("50 to 200 or more engineers", "50-200+ engineers", True),
        ("50 to 200 or more engineers", "50 to 200 engineers", False),
        ("50 to 200 or more engineers", "up to 200 engineers", False),
        ("5 to 8 engineers", "5 to 8 or more engineers", False),
        ("2 years", "24 months", True),
        ("2 years", "2 months", False),
        ("20 percent", "20 people", False),
        ("20 percent", "20%", True),
        ("at least 5 years", "5 years", False),
        ("more than 5 years", "at least 5 years", True),
        ("at least 5 years", "more than 5 years", False),
        ("about 8 people", "8 people", True),
        ("2021", "2022", False),
    ],
)
def test_what_a_quantity_says_of_another(evidence, claim, expected):
    assert say(evidence, claim) is expected


@given(
    st.integers(2, 99),
    st.integers(1, 60),
    st.sampled_from(["{a} to {b}", "{a}-{b}", "between {a} and {b}", "from {a} to {b}"]),
)
def test_words_and_digits_are_one_number(low, width, form):
    high = min(low + width, 99) if low < 99 else 100
    digits = find_quantities(normalise(form.format(a=low, b=high) + " engineers"))
    if low < high and "-" not in form:
        words = find_quantities(normalise(form.format(a=spell(low), b=spell(high)) + " engineers"))
        assert [q.numbers for q in words] == [q.numbers for q in digits] == [(low, high)]


@given(st.text(max_size=200))
def test_any_text_can_be_read(text):
    normal = normalise(text)
    for quantity in find_quantities(normal):
        assert 0 <= quantity.start < quantity.end <= len(normal)
        assert entails(quantity, quantity)


@pytest.mark.parametrize(
    ("said", "claimed"),
    [
        ("June 7, 2010", "on June 7th 2010"),
        ("the deadline is July 31", "the 31st of July"),
        ("in the nineteenth century", "since the 19th century"),
        ("the tenth-largest country", "the 10th largest country"),
        ("in the twenty-first century", "in the 21st century"),
        ("the early 1920s", "the 1920's"),
        ("born in 1986", "in the 1980s"),
        ("22 February 1788", "in the 1700s"),
        ("from 1961 to 1971", "in 1971"),
        ("5 to 8 engineers", "fewer than ten engineers"),
        ("1,350 employees", "over 1,300 employees"),
        ("18 months", "more than 12 months"),
    ],
)
def test_what_another_way_of_writing_or_a_looser_bound_says_is_said(said, claimed):
    have = find_quantities(normalise(said))
    assert all(any(entails(q, wanted) for q in have) for wanted in find_quantities(normalise(claimed)))


@pytest.mark.parametrize(
    ("said", "claimed"),
    [
        ("June 7, 2010", "on June 8th 2010"),
        ("born in 1986", "in the 1970s"),
        ("in the 1980s", "in 1986"),
        ("from 1961 to 1971", "in 1965"),
        ("5 to 8 engineers", "5 engineers"),
        ("5 to 8 engineers", "more than 8 engineers"),
        ("5 to 8 engineers", "fewer than 8 engineers"),
        ("5 to 8 engineers", "fewer than 100 engineers"),
        ("at least 5 engineers", "fewer than ten engineers"),
        ("about 1995", "more than 1990"),
        ("a 10x engineer", "a 20x engineer"),
    ],
)
def test_another_figure_and_a_tighter_bound_are_not(said, claimed):
    have = find_quantities(normalise(said))
    assert any(not any(entails(q, wanted) for q in have) for wanted in find_quantities(normalise(claimed)))
