from __future__ import annotations

import pytest

from coach.retrieval.picking import pick_item, pick_offer

OFFERED = ("What does a director decide?", "What does a VP do?")
LIST = "Do this:\n\n- wet the hands [1]\n- soap them [2]\n- dry them [3]"
ENUMERATION = "The steps are wetting, soaping, and drying [1]."
PROSE = "A director leads 15 to 50 engineers [1]."


def pick(question: str, answer: str = PROSE) -> str | None:
    return pick_offer(question, answer, lambda: OFFERED)


@pytest.mark.parametrize(
    "reply", ["yes", "Yes!", "yeah sure", "ok", "sure, please", "go ahead", "yes I would love to", "please do"]
)
def test_assent_takes_up_the_first_offer(reply):
    assert pick(reply) == OFFERED[0]


@pytest.mark.parametrize(
    ("offer", "question"),
    [
        ("Would you like to know what a director decides?", "What a director decides?"),
        ("Shall I explain how a VP differs from a CTO?", "How a VP differs from a CTO?"),
        ("What are your goals?", "What are your goals?"),
    ],
)
def test_assent_takes_up_the_question_an_answer_ends_with(offer, question):
    assert pick("yes please", f"{PROSE} {offer}") == question


@pytest.mark.parametrize(
    ("reply", "question"),
    [
        ("the second one", OFFERED[1]),
        ("2", OFFERED[1]),
        ("#1 please", OFFERED[0]),
        ("the last one", OFFERED[1]),
        ("the ninth", None),
    ],
)
def test_an_ordinal_takes_up_that_offer(reply, question):
    assert pick(reply) == question


@pytest.mark.parametrize(
    "question", ["yes, but what does it cost?", "What is the second step?", "no", "", "why not ask a VP?"]
)
def test_other_replies_take_up_nothing_and_ask_for_no_offers(question):
    assert pick_offer(question, PROSE, lambda: pytest.fail("asked for offers")) is None


def test_a_list_in_the_answer_comes_before_what_was_offered_beside_it():
    assert pick("the second one", LIST) is None
    assert pick_item("the second one", LIST) == "the second one (soap them)?"
    assert pick_item("3", LIST) == "What about dry them?"
    assert (
        pick_item("how long does the second step take?", ENUMERATION) == "how long does the second step take (soaping)?"
    )


@pytest.mark.parametrize(
    ("question", "answer"), [("the ninth one", LIST), ("the second one", PROSE), ("why?", LIST), ("0", LIST)]
)
def test_what_is_not_there_cannot_be_picked(question, answer):
    assert pick_item(question, answer) is None
