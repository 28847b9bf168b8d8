"""Each way of losing a sentence is put down to its stage."""

from __future__ import annotations

import re

import pytest

from coach.eval.dataset import Fact, Gold, Sample
from coach.eval.replies import Dropped, Quoted, Reply, Seen
from coach.eval.run import judge
from coach.eval.stages import attribute
from coach.eval.targets import Target

QUOTE = "A director leads 15 to 50 engineers."
TEXT = f"Before. {QUOTE} After."
HOLDS = (Seen("guide", 0, len(TEXT), TEXT, 1),)
SAMPLE = Sample(
    "a",
    "lookup",
    "how many for a director?",
    facts=(Fact("size", (re.compile("15 to 50"),)),),
    gold=(Gold("guide", QUOTE),),
)


def lost(sample=SAMPLE, *, guide=TEXT, finds=lambda words, top_k: HOLDS, **reply):
    target = Target(ask=lambda *_: Reply(), text={"guide": guide}.get, search=finds)
    return attribute(sample, judge(sample, Reply(**reply), target), target)


def only_for(*queries):
    return lambda words, top_k: HOLDS if words in queries else ()


def test_a_right_answer_lost_nothing():
    target = Target(ask=lambda *_: Reply(), text={"guide": TEXT}.get)
    assert attribute(SAMPLE, judge(SAMPLE, Reply(text="15 to 50"), target), target) == ""


def test_a_failed_call_is_not_a_lost_sample():
    assert lost(error="timeout") == ""


def test_the_guide_does_not_hold_it():
    assert lost(guide="The guide says something else.") == "corpus"
    assert lost(guide=None) == "corpus"


def test_no_chunk_holds_it():
    assert lost(finds=only_for()) == "chunking"


def test_the_question_does_not_find_it():
    assert lost(finds=only_for(QUOTE)) == "retrieval"


def test_it_was_found_and_left_out():
    assert lost(finds=only_for(SAMPLE.question)) == "composing"
    assert lost(finds=only_for(QUOTE), passages=HOLDS) == "composing"


def test_it_was_drafted_and_dropped():
    assert lost(dropped=(Dropped(QUOTE, "unchecked", "too slow"),)) == "gate"


def test_it_was_found_and_the_question_declined():
    assert lost(abstained=True) == "abstention"
    assert lost(abstained=True, finds=only_for(QUOTE)) == "retrieval"


def test_a_rewritten_question_is_the_one_that_is_looked_up():
    assert lost(finds=only_for(QUOTE, "rewritten"), standalone="rewritten") == "composing"


def test_an_unanswerable_question_that_is_answered():
    assert lost(Sample("a", "unanswerable", "pay?", expect="abstain")) == "abstention"


def test_without_gold_only_what_was_done_can_be_told():
    bare = Sample("a", "lookup", "q", facts=SAMPLE.facts)
    assert lost(bare) == "composing"
    assert lost(bare, abstained=True) == "abstention"


def test_a_fact_with_two_sentences_is_lost_where_the_further_one_was():
    both = Sample("a", "l", "q", facts=SAMPLE.facts, gold=(Gold("gone", "Leads 15 to 50 people."), *SAMPLE.gold))
    assert lost(both) == "composing"


@pytest.mark.parametrize("outcome", ["too_long", "forbidden"])
def test_saying_too_much_is_a_matter_of_composing(outcome):
    sample = Sample("a", "lookup", "q", facts=SAMPLE.facts, forbid=(re.compile("nonsense"),), gold=SAMPLE.gold)
    target = Target(ask=lambda *_: Reply(), text={"guide": TEXT}.get, search=only_for())
    words = "15 to 50 " + ("nonsense" if outcome == "forbidden" else "word " * 200)
    record = judge(sample, Reply(text=words, citations=(Quoted(1, "guide", QUOTE, 8, 44),)), target)
    assert record.score.outcome == outcome
    assert attribute(sample, record, target) == "composing"
