from __future__ import annotations

import pytest

from coach.offering import Offers
from coach.types import Abstention, Answer, Question, Turn

QUESTIONS = [
    "How many engineers does a director of engineering lead?",
    "What are the growth signs of an engineering manager?",
    "how important is mentoring if I want to lead?",
    "is pay on the technical track capped?",
    "who has the final say on hiring?",
]
UNANSWERED = [
    "What is the salary of a director?",
    "How do I bake bread?",
    "Which tool should a director use for roadmaps?",
]


def offered(result: Answer | Abstention) -> tuple[str, ...]:
    return result.follow_ups if isinstance(result, Answer) else result.try_instead


@pytest.mark.parametrize("question", [*QUESTIONS, *UNANSWERED])
def test_every_question_offered_gets_an_answer(built_coach, question):
    questions = offered(built_coach.ask(question))
    assert questions
    assert len(set(questions)) == len(questions) <= 3
    for one in questions:
        assert isinstance(built_coach.ask(one), Answer)


def test_nothing_is_offered_twice_in_a_conversation(built_coach):
    history: list[Turn] = []
    asked = [QUESTIONS[0]]
    for _ in range(4):
        answer = built_coach.ask(asked[-1], history=history)
        assert isinstance(answer, Answer)
        assert not set(answer.follow_ups) & set(asked)
        history += [Turn("user", asked[-1]), Turn("assistant", answer.text)]
        asked.append(answer.follow_ups[0])


class Counting:
    """A retriever that notes what it is asked for."""

    def __init__(self, inner) -> None:
        self.inner, self.searched = inner, []

    def prepare(self, questions):
        self.inner.prepare(questions)

    def search(self, question, collection=None):
        self.searched.append(question)
        return self.inner.search(question, collection)


def test_a_question_is_looked_up_once_for_each_state_of_the_guides(built_coach):
    counting = Counting(built_coach.parts.retriever)
    offers = Offers(counting)
    found, weighed = built_coach.look_up(QUESTIONS[0])
    first = offers.pick(Question(QUESTIONS[0]), QUESTIONS[0], found, weighed)
    count = len(counting.searched)
    assert offers.pick(Question(QUESTIONS[0]), QUESTIONS[0], found, weighed) == first
    assert len(counting.searched) == count >= 3


def test_a_small_index_is_looked_through_before_the_first_reader_comes(built_coach):
    counting = Counting(built_coach.parts.retriever)
    warmed, offers = Offers(counting), Offers(built_coach.parts.retriever)
    warmed.warm(built_coach.store.reader())
    assert 0 < len(set(counting.searched)) == len(counting.searched) <= 128
    counting.searched.clear()
    for question in QUESTIONS:
        found, weighed = built_coach.look_up(question)
        asked = Question(question), question, found, weighed
        assert warmed.pick(*asked) == offers.pick(*asked) != ()
    assert not counting.searched


def test_a_large_index_is_not_looked_through(built_coach, monkeypatch):
    monkeypatch.setattr("coach.offering.SMALL", 10)
    counting = Counting(built_coach.parts.retriever)
    Offers(counting).warm(built_coach.store.reader())
    assert not counting.searched


@pytest.mark.parametrize("reply", ["yes", "sure, please", "ok go ahead"])
def test_yes_takes_up_the_first_question_offered(built_coach, reply):
    answer = built_coach.ask(QUESTIONS[0])
    history = [Turn("user", QUESTIONS[0]), Turn("assistant", answer.text)]
    taken = built_coach.ask(reply, history=history)
    assert isinstance(taken, Answer)
    assert taken.standalone_question == answer.follow_ups[0]
    assert taken.text == built_coach.ask(answer.follow_ups[0]).text


def test_an_ordinal_takes_up_that_question_and_the_next_yes_another(built_coach):
    answer = built_coach.ask(QUESTIONS[0])
    history = [Turn("user", QUESTIONS[0]), Turn("assistant", answer.text)]
    second = built_coach.ask("the second one", history=history)
    assert second.standalone_question == answer.follow_ups[1]
    history += [Turn("user", "the second one"), Turn("assistant", second.text)]
    third = built_coach.ask("yes", history=history)
    assert isinstance(third, Answer)
    assert third.standalone_question == second.follow_ups[0]
