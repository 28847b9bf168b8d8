from __future__ import annotations

import pytest

from coach.errors import ModelError, QuestionError
from coach.types import Abstention, Answer, Chunk, Citation, Claim, Finished, Found, Passage, Shown, Turn
from coach.ui.conversation import MAX_TURNS, Conversation, reply, stop

TEXT = "A director leads 15 to 50 engineers."
CITATION = Citation(1, "ladder", "The ladder", "A guide", ("Director",), TEXT, 0, len(TEXT))
CLAIM = Claim(TEXT, 0, len(TEXT), (1,), "supported", 1.0)
PASSAGE = Passage(Chunk("c", "ladder", TEXT, 0, len(TEXT), ("Director",), ()), "The ladder", "A guide", 1.0, 1)
ANSWER = Answer("a", "q", "q", f"{TEXT} [1]", (CLAIM,), (CITATION,), "quoted", "quoting", "f")
ABSTENTION = Abstention("b", "q", "q", "not_covered", "The guides are silent.", "f")
EVENTS = (Found((PASSAGE,)), Shown(CLAIM, f"{TEXT} [1]", (CITATION,)), Finished(ANSWER))


class ScriptedCoach:
    """Yields what it is told to, and keeps what it was asked."""

    def __init__(self, *events):
        self.events = events
        self.asked = []

    def stream(self, question, history=()):
        self.asked.append((question, tuple(history)))
        for event in self.events:
            if isinstance(event, Exception):
                raise event
            yield event


def ask(coach, question="How many?", conversation=None):
    return list(reply(coach, conversation or Conversation(), question))


def test_each_step_shows_more_and_only_the_last_is_kept():
    steps = ask(ScriptedCoach(*EVENTS))
    assert [step.is_last for step in steps] == [False, False, False, True]
    assert "Looking through the guides" in steps[0].html
    assert "Reading one passage in one guide" in steps[1].html
    assert TEXT in steps[2].html and 'data-state="pending"' in steps[2].html
    assert 'data-state="done"' in steps[3].html and "pending" not in steps[3].html
    assert {step.conversation for step in steps[:3]} == {Conversation()}
    assert steps[3].conversation.said == (Turn("user", "How many?"), Turn("assistant", ANSWER.text))


def test_a_follow_up_carries_what_was_said():
    coach = ScriptedCoach(*EVENTS)
    first = ask(coach)[-1].conversation
    second = ask(coach, "And a VP?", first)[-1].conversation
    assert coach.asked[1] == ("And a VP?", first.said)
    assert second.html().count('class="turn"') == 2
    assert 'data-turn="2"' in second.turns[1]


def test_an_abstention_is_remembered_by_its_message():
    last = ask(ScriptedCoach(Finished(ABSTENTION)))[-1]
    assert last.conversation.said[1] == Turn("assistant", "The guides are silent.")


@pytest.mark.parametrize(
    ("fault", "said", "is_refused"),
    [
        (ModelError("The model is slow.", remedy="Try later."), "The model is slow.", False),
        (QuestionError("It is too long."), "It is too long.", True),
        (ValueError("secret detail"), "Something went wrong inside Coach.", False),
    ],
)
def test_whatever_fails_the_turn_ends_with_a_sentence(fault, said, is_refused):
    last = ask(ScriptedCoach(EVENTS[0], fault))[-1]
    assert (last.is_last, last.is_refused) == (True, is_refused)
    assert said in last.html and "secret detail" not in last.html
    assert last.conversation.said == ()
    assert 'data-state="done"' in last.html


def test_a_stream_without_a_result_is_a_fault_of_its_own():
    assert "Something went wrong inside Coach." in ask(ScriptedCoach(EVENTS[0]))[-1].html


def test_a_question_taken_back_stays_visible_and_unsaid():
    after = stop(Conversation(), "How <many>?")
    assert "Stopped." in after.html() and "How &lt;many&gt;?" in after.html()
    assert (after.said, after.asked) == ((), 1)


def test_a_long_conversation_forgets_its_beginning():
    conversation = Conversation()
    for number in range(MAX_TURNS + 3):
        conversation = ask(ScriptedCoach(*EVENTS), f"Question {number}?", conversation)[-1].conversation
    assert (len(conversation.turns), conversation.asked) == (MAX_TURNS, MAX_TURNS + 3)
    assert "Question 2?" not in conversation.html() and "Question 3?" in conversation.html()
