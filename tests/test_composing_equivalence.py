from __future__ import annotations

import random
import re

import pytest

from coach.composing.equivalence import can_be_reworded, is_reworded, says_the_same
from coach.loading import load_folder
from coach.paths import get_shipped_corpus
from coach.sentences import split_sentences
from coach.verifying.mutations import falsify
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


def read_sentences() -> list[str]:
    """The sentences of the guides that ship, each once."""
    texts = [d.text for d in load_folder(get_shipped_corpus()).documents]
    found = (text[start:end] for text in texts for start, end in split_sentences(text))
    return list(dict.fromkeys(s for s in found if 40 < len(s) < 300 and "\n" not in s))


def same(before: str, after: str) -> bool:
    return says_the_same(before, after, VOCABULARY)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("An engineering manager (EM) leads a team.", "An engineering manager leads a team."),
        ("Engineering managers (EMs) lead teams.", "Engineering managers lead teams."),
        ("A VP of Engineering (vice president) leads.", "A VP of Engineering leads."),
        ("A power from the organization chart (org chart).", "A power from the organization chart."),
        ("The individual contributor (IC) path is long.", "The individual contributor path is long."),
        ("It owns the entire budget.", "It owns the whole budget."),
        ("It covers an entire company, in order to grow.", "It covers a whole company, to grow."),
        ("A lead doesn't decide.", "A lead does not decide."),
        ("A lead plans, builds and tests.", "A lead plans, builds, and tests."),
        ("A lead needs patience, to wait for results.", "To wait for results, a lead needs patience."),
        ("A director typically leads 15 to 50 engineers.", "Typically, a director leads 15 to 50 engineers."),
    ],
)
def test_what_is_proved(before, after):
    assert same(before, after) and same(after, before) == ("(" not in before)
    assert is_reworded(before, after) == (before.replace(",", "") != after.replace(",", ""))


@pytest.mark.parametrize(
    ("before", "after"),
    [  # each was seen from a small model
        ("The role is about building the company's engine.", "The role is about building the company's business."),
        ("A team can be effective only when it believes.", "A team can only be effective when they believe."),
        ("Planning includes mentoring.", "Planning involves mentoring."),
        ("The path often begins informally.", "The path begins informally."),
        ("An EM, where leading is the focus.", "An EM where leading is the focus."),
        ("Five: vision and culture, leadership, and hiring.", "Five: vision, culture leadership, and hiring."),
        ("In resource management, a VP decides.", "A VP decides."),
        (
            "A lead shows growth when the industry recognizes it.",
            "A lead recognizes it when the industry shows growth.",
        ),
        ("A team of at most 15 people.", "A team of 15 people."),
        ("The technology strategy of the whole company.", "The technology strategy of the company."),
        ("It spans several disciplines.", "It spans multiple disciplines."),
        ("A VP of Engineering (vice president) leads.", "A VP of Engineering (VPE) leads."),
        ("A senior engineering manager (senior EM) leads.", "A senior engineering manager (EM) leads."),
        ("An engineer can lead, typically 5 people.", "Typically, an engineer can lead 5 people."),
        ("A director typically leads teams and hires.", "Typically, a director leads teams and hires."),
        ("A director does not usually code.", "Usually, a director does not code."),
        ("Sometimes, teams of a director usually fail.", "Usually, teams of a director sometimes fail."),
        ("Apple promotes engineers at Google.", "Google promotes engineers at Apple."),
        ("A dual ladder is an old idea.", "A dual ladder is a old idea."),
        ("It changes the IT plan.", "It changes the it plan."),
    ],
)
def test_what_is_not_proved(before, after):
    assert not same(before, after)


@pytest.mark.parametrize(
    "sentence",
    [
        "A manager (not a director) decides.",
        "A manager (a director in large companies) decides.",
        "The pay (if remote) is lower.",
        "Individual contributors (DevOps) build.",
        "An engineering manager (EM) is called EM by many.",
        "Skills (non-technical skills) matter.",
    ],
)
def test_brackets_that_say_more_than_the_name_before_them_stay(sentence):
    assert not same(sentence, re.sub(r" \([^)]*\)", "", sentence))


def test_no_falsehood_made_of_a_guide_s_sentence_passes():
    rng = random.Random(7)
    told = [(s, v) for s in rng.sample(read_sentences(), 300) for v in falsify(s, rng, VOCABULARY)]
    assert len(told) > 500
    assert [(s, v.text) for s, v in told if same(s, v.text)] == []


def test_no_sentence_is_another_one_and_each_is_itself():
    sentences = read_sentences()[:150]
    assert all(same(s, s) for s in sentences)
    assert not any(same(a, b) for n, a in enumerate(sentences) for b in sentences[n + 1 :])


def test_only_sentences_with_something_to_leave_out_or_to_say_plainly_can_be_reworded():
    assert can_be_reworded("An engineering manager (EM) leads a team.", VOCABULARY)
    assert can_be_reworded("It owns the entire budget.", VOCABULARY)
    assert not can_be_reworded("It owns the whole budget.", VOCABULARY)
    assert not can_be_reworded("The pay (if remote) is lower.", VOCABULARY)
