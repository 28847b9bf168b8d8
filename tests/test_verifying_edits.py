from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from coach.verifying.edits import find_exchange, find_flip, is_near
from coach.verifying.words import normalise

TRACK = "A person first leads projects, then leads people, and finally leads an entire organization."
AREAS = "The four growth areas are people management, organizational design, resource development, and leadership."
SPLIT = "A technical lead splits a large project up, so that the team has smaller tasks to work on."
REPORTS = "In larger companies, a VP typically reports to the CTO or to the CEO."
words = st.lists(
    st.sampled_from("baker miller oven flour harvest village market winter river bridge garden window ladder".split()),
    min_size=5, max_size=9, unique=True,
)  # fmt: skip


def exchanged(claim: str, quote: str) -> bool:
    return bool(find_exchange(normalise(claim), normalise(quote)))


def flipped(claim: str, quote: str) -> str:
    return find_flip(normalise(claim), normalise(quote))


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("A person first leads leads, then projects people, and finally leads an entire organization.", TRACK),
        ("A person first leads people, then leads projects, and finally leads an entire organization.", TRACK),
        (AREAS.replace("management", "x").replace("development", "management").replace("x", "development"), AREAS),
        (SPLIT.replace("splits", "x").replace("tasks", "splits").replace("x", "tasks"), SPLIT),
        ("In larger reports, a VP typically companies to the CTO or to the CEO.", REPORTS),
        ("In larger companies, a CTO typically reports to the VP or to the CEO.", REPORTS),
        (
            "The workshops (EMs) value talks, managers and mentoring.",
            "The managers (EMs) value talks, workshops and mentoring.",
        ),
        ("Five dimensions: team decisions, scope and skills.", "Five dimensions: team skills, scope and decisions."),
        ("They lead to technical growth: plans, leadership.", "They lead to technical leadership: plans, growth."),
        ("Quality matters more than speed.", "Speed matters more than quality."),
    ],
)
def test_parts_that_took_each_others_places_are_seen(claim, quote):
    assert exchanged(claim, quote)
    assert not exchanged(quote, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("A VP typically reports to the CTO or to the CEO in larger companies.", REPORTS),
        (
            "The four growth areas are organizational design, people management, leadership and resource development.",
            AREAS,
        ),
        ("The skills are hiring, mentoring and coaching.", "The skills are coaching, mentoring and hiring."),
        ("Five dimensions: decisions, scope and skills.", "Five dimensions: skills, scope and decisions."),
        ("Product managers work with tech leads.", "Tech leads work with product managers."),
        ("The tech lead is managed by the director.", "The director manages the tech lead."),
        ("People are what somebody leads last, and projects first.", TRACK),
    ],
)
def test_what_was_moved_or_said_otherwise_is_no_exchange(claim, quote):
    assert not exchanged(claim, quote)


@given(words, st.data())
def test_any_two_words_exchanged_in_a_sentence_are_seen_and_in_an_enumeration_are_not(drawn, data):
    first, second = sorted(data.draw(st.lists(st.integers(0, len(drawn) - 1), min_size=2, max_size=2, unique=True)))
    assume(second - first > 1)
    changed = list(drawn)
    changed[first], changed[second] = changed[second], changed[first]
    sentence = "the {} of it"
    assert exchanged(sentence.format(" near the ".join(changed)), sentence.format(" near the ".join(drawn)))
    listed = "they bring {}."
    assert not exchanged(listed.format(", ".join(changed)), listed.format(", ".join(drawn)))


@given(words, st.integers(1, 4))
def test_a_phrase_moved_to_the_front_is_no_exchange(drawn, size):
    said = [f"near the {one}" for one in drawn]
    assert not exchanged(" ".join((*said[size:], *said[:size])), " ".join(said))


@pytest.mark.parametrize(
    ("claim", "quote", "word"),
    [
        ("In smaller firms, they have distinct roles.", "In larger firms, they have distinct roles.", "smaller"),
        ("They do tasks that people do want, or lack.", "They do tasks that people do not want, or lack.", "not"),
        ("Managers like to be surprised.", "Managers rarely like to be surprised.", "rarely"),
        ("Staff engineers have people reporting to them.", "Staff engineers have nobody reporting to them.", "nobody"),
        ("They are responsible for writing code.", "They are no longer responsible for writing code.", "no"),
        ("One can lead with a title.", "One can lead without a title.", "without"),
        ("A lead does not split a project up.", "A lead splits a project up.", "not"),
    ],
)  # fmt: skip
def test_a_word_turned_into_its_opposite_is_seen(claim, quote, word):
    assert flipped(claim, quote) == word


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("A lead writes code and plans.", "A lead not only writes code but plans."),
        ("They do not want it.", "They don't want it."),
        ("He released it in 2011.", "He released it in 2011, as No."),
        ("Larger companies need more managers.", "Managers need larger companies, and smaller ones do not."),
        ("Small teams decide more.", "A large department decides less than it could."),
    ],
)
def test_what_turns_nothing_round_is_no_flip(claim, quote):
    assert flipped(claim, quote) == ""


def test_a_claim_is_near_the_quote_that_it_was_made_from():
    assert is_near(normalise(TRACK.replace("projects", "people")), normalise(TRACK))
    assert not is_near(normalise("People are what somebody leads in the end."), normalise(TRACK))
    assert not is_near("", normalise(TRACK))
