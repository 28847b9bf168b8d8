"""Suggested rows hold as labels of the guides, and say what a person would begin with."""

from __future__ import annotations

import re

import pytest

from coach.eval.candidates import Candidate
from coach.eval.dataset import Gold, sample_from_row
from coach.eval.labels import check_sample
from coach.eval.suggesting import guess_kind, offer_sentences, suggest_fact, suggest_row
from coach.vocabulary import load_vocabulary


@pytest.fixture(scope="module")
def vocabulary():
    return load_vocabulary()


@pytest.mark.parametrize(
    ("question", "turns", "reason", "expect", "kind"),
    [
        ("what is a CIO", (), "", "answer", "lookup"),
        ("compare EM and director", (), "", "answer", "comparison"),
        ("list the skills of a VP of Engineering", (), "", "answer", "list"),
        ("how do I move from EM to director", (), "", "answer", "transition"),
        ("and a VP?", ("what does a director do?",), "", "answer", "follow_up"),
        ("word " * 50, (), "", "answer", "advice"),
        ("what do they earn", (), "not_covered", "abstain", "unanswerable"),
        ("pizza?", (), "off_topic", "abstain", "off_topic"),
        ("why do EMs lead 90?", (), "", "answer_with_correction", "false_premise"),
    ],
)
def test_the_kind_is_guessed_from_form_and_expectation(vocabulary, question, turns, reason, expect, kind):
    assert guess_kind(Candidate("c", question, turns, reason=reason), expect, vocabulary) == kind


@pytest.mark.parametrize(
    "sentence",
    [
        "By team size, a director of engineering leads a department of 15 to 50 engineers in multiple teams.",
        "A chief technology officer (CTO) sets a technology vision of 5 or more years.",
        "Managers rarely like to be surprised, whether the news is good or bad.",
        "Go on.",
    ],
)
def test_a_suggested_fact_is_borne_out_by_its_sentence(vocabulary, sentence):
    fact = suggest_fact(sentence, "how many engineers?", vocabulary)
    assert fact["name"] and re.search(fact["any_of"][0], sentence, re.IGNORECASE)
    other = "A program is a collection of related projects."
    assert not re.search(fact["any_of"][0], other, re.IGNORECASE)


def test_the_figure_is_the_fact_where_there_is_one(vocabulary):
    fact = suggest_fact("A director leads 15 to 50 engineers.", "team size?", vocabulary)
    assert re.search(fact["any_of"][0], "15-50 engineers") and not re.search(fact["any_of"][0], "115 to 500")


def test_a_declined_question_is_expected_to_be_declined_until_someone_says_otherwise(vocabulary):
    candidate = Candidate("c-1", "what do they earn", why={"abstention": 2}, reason="not_covered")
    gold = [Gold("d", "A director leads 15 to 50 engineers.")]
    row = suggest_row(candidate, gold, vocabulary)
    assert (row["expect"], row["gold"], row["facts"], row["partial_ok"]) == ("abstain", [], [], True)
    assert row["note"] == "abstention 2"
    answered = suggest_row(candidate, gold, vocabulary, expect="answer", kind="advice")
    assert answered["kind"] == "advice" and answered["gold"][0]["document"] == "d" and len(answered["facts"]) == 1
    for one in (row, answered):
        assert check_sample(sample_from_row(one, "here"), {"d": gold[0].quote}) == []


def test_the_sentences_offered_stand_in_the_guides_with_the_cited_ones(built_coach):
    quote = "Managers rarely like to be surprised, whether the news is good or bad."
    candidate = Candidate("c", "how many engineers does a director lead", cited=(("path-to-leadership", quote),))
    offered = offer_sentences(candidate, built_coach)
    assert "15 to 50" in offered[0].quote and offered[-1].quote == quote
    assert all(g.quote in built_coach.document(g.document).text for g in offered)
