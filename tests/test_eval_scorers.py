"""Scoring one reply: facts, forbidden words, declining, length, and citations that must resolve."""

from __future__ import annotations

import re

import pytest

from coach.eval.dataset import Fact, Gold, Sample
from coach.eval.replies import Quoted, Reply, Stated, reply_from_json
from coach.eval.scorers import declines, is_cited, normalise, resolves, score

TEXT = "A lead steers. A director leads 15 to 50 engineers."
QUOTE = "A director leads 15 to 50 engineers."
CITED = Quoted(1, "guide", QUOTE, 15, 51)


def pattern(source):
    return re.compile(source, re.IGNORECASE)


def sample(**changes):
    fields = {
        "id": "a",
        "kind": "lookup",
        "question": "How many?",
        "facts": (Fact("size", (pattern(r"15 ?(?:-|to) ?50"),)),),
        "gold": (Gold("guide", QUOTE),),
        **changes,
    }
    return Sample(**fields)


def outcome(the_sample, **reply):
    return score(the_sample, Reply(**reply), {"guide": TEXT}).outcome


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("15\u201350", "15-50"),
        ("**bold** and _thin_", "bold and thin"),
        ("a [link](http://x) and a marker [1, 2] here", "a link and a marker here"),
        ("\u201cwhy\u201d isn\u2019t", '"why" isn\'t'),
        ("## Title\n> Quoted", "Title\nQuoted"),
        ("soft\u00adware", "software"),
        ("a wrapped\nline", "a wrapped line"),
        ("- one\n- two", "- one\n- two"),
        ("snake_case stays", "snake_case stays"),
    ],
)
def test_normalise_keeps_words_and_drops_markup(written, read):
    assert normalise(written) == read


def test_an_answer_with_its_facts_is_right():
    assert outcome(sample(), text="It is 15\u201350 engineers. [1]") == "answered"


def test_an_answer_without_a_required_fact_is_not():
    assert outcome(sample(), text="It is a lot.") == "facts_missing"


def test_enough_of_the_facts_that_need_not_be_there():
    facts = tuple(Fact(word, (pattern(word),), required=False) for word in ("red", "green", "blue"))
    two = sample(facts=facts, min_facts=2)
    assert outcome(two, text="red and blue") == "answered"
    assert outcome(two, text="red") == "facts_missing"


def test_forbidden_words_lose_whatever_else_is_right():
    forbidding = sample(forbid=(pattern(r"50 to 200"),))
    scored = score(forbidding, Reply(text="15 to 50, or 50 to 200"), {})
    assert (scored.outcome, scored.correct, scored.forbidden) == ("forbidden", False, ("50 to 200",))


@pytest.mark.parametrize(
    ("changes", "reply", "expected"),
    [
        ({}, {"abstained": True, "text": "Not covered."}, "wrongly_declined"),
        ({"abstain_ok": True}, {"abstained": True}, "declined"),
        ({"expect": "abstain"}, {"abstained": True}, "declined"),
        ({"expect": "abstain"}, {"text": "The guides do not give salaries."}, "wrongly_answered"),
        ({"expect": "abstain", "partial_ok": True}, {"text": "The guides do not give salaries."}, "partly_declined"),
        ({"expect": "abstain", "partial_ok": True}, {"text": "About 100 a day."}, "wrongly_answered"),
        ({"expect": "answer_with_correction"}, {"text": "No: 15 to 50."}, "answered"),
    ],
)
def test_declining(changes, reply, expected):
    assert outcome(sample(**changes), **reply) == expected


def test_quoting_everything_is_not_answering():
    long = "15 to 50 " + "word " * 120
    assert outcome(sample(), text=long) == "too_long"
    assert outcome(sample(kind="list"), text=long) == "answered"


def test_a_failed_call_is_unscored_and_not_wrong():
    scored = score(sample(), Reply(error="timeout"), {})
    assert (scored.outcome, scored.correct) == ("unscored", None)


def test_citations_are_counted_and_checked_against_the_text():
    reply = Reply(
        text="15 to 50",
        claims=(Stated("15 to 50", (1,)), Stated("so there", ())),
        citations=(CITED, Quoted(2, "guide", QUOTE, 16, 52)),
    )
    scored = score(sample(), reply, {"guide": TEXT})
    assert (scored.claims, scored.cited_claims, scored.citations, scored.resolved) == (2, 1, 2, 1)
    assert (scored.gold, scored.gold_cited) == (1, 1)


@pytest.mark.parametrize(
    ("citation", "expected"),
    [
        (CITED, True),
        (Quoted(1, "guide", QUOTE, 14, 50), False),
        (Quoted(1, "other", QUOTE, 15, 51), False),
        (Quoted(1, "guide", "", 3, 3), False),
        (Quoted(1, "guide", QUOTE.lower(), 15, 51), False),
    ],
)
def test_a_citation_resolves_only_at_its_exact_place(citation, expected):
    assert resolves(citation, {"guide": TEXT}) is expected


def test_gold_counts_as_cited_when_one_quote_holds_the_other():
    assert is_cited("guide", QUOTE, (Quoted(1, "guide", TEXT, 0, 51),))
    assert not is_cited("other", QUOTE, (CITED,))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The guides do not cover salaries.", True),
        ("There is nothing about that.", True),
        ("A staff engineer has nobody reporting.", False),
        ("Managers plan a year ahead.", False),
    ],
)
def test_declining_in_words(text, expected):
    assert declines(text) is expected


def test_a_reply_survives_its_journey_through_json():
    import json

    reply = Reply(text="x", claims=(Stated("x", (1, 2), 0.5),), citations=(CITED,), timings_ms={"total": 1.0})
    assert reply_from_json(json.loads(json.dumps(reply.to_json()))) == reply
