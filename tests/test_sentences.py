"""Sentences are exact spans that cover the text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.sentences import split_sentences


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Teams use tools, e.g. a board, vs. a wall of notes.",
        "A lead has approx. 5 people.",
        "See fig. 3 for the ladder.",
        "It took 3.5 years.",
        "Dr. Mill leads the U.S. team.",
        "Build vs. Buy is a decision (i.e. The hard one).",
        "Node.js and v2.0 work.",
        "Approx. 20 percent of the time goes to people.",
    ],
)
def test_abbreviations_and_numbers_split_nothing(text):
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("One.\n\nTwo", ["One.", "Two"]),
        ("No end\n\nno start", ["No end", "no start"]),
        ("A director leads. VPs decide.", ["A director leads.", "VPs decide."]),
        ("He leads the CTO's team etc. Then he goes.", ["He leads the CTO's team etc.", "Then he goes."]),
        ("  ", []),
        ("", []),
    ],
)
def test_sentences_end_where_they_do(text, expected):
    assert sentences(text) == expected


@settings(deadline=None)
@given(st.text(alphabet="ab. !?\n\"'(Aé–ü…e.g.vs5", max_size=120))
def test_nothing_but_blanks_lies_outside_the_spans(text):
    position = 0
    for start, end in split_sentences(text):
        assert start >= position and end > start
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip()
        position = end
    assert not text[position:].strip()


@pytest.mark.parametrize(
    ("text", "fewest"),
    [("A lead plans. " * 5000, 5000), ("no end " * 10_000, 1), ("x" * 50_000, 1), ("!<" * 60_000, 1)],
)
def test_long_texts_lose_nothing(text, fewest):
    spans = split_sentences(text)
    assert len(spans) >= fewest
    assert "".join(text[start:end] for start, end in spans).replace(" ", "") == text.replace(" ", "")


def test_a_sentence_that_crosses_a_window_stays_whole():
    text = "A lead plans the work of a team. " * 2000
    assert {text[start:end] for start, end in split_sentences(text)} == {"A lead plans the work of a team."}


def test_half_a_character_is_no_obstacle():
    text = "What does a \ud800 director do? He leads."
    assert [text[start:end] for start, end in split_sentences(text)] == ["What does a \ud800 director do?", "He leads."]
