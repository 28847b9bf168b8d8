from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.retrieval.followup import depends_on_history, resolve
from coach.types import Turn
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
STANDALONE = [
    "How can I lead without a title?",
    "How many engineers does a director lead?",
    "What are the signs of growth of a VP?",
    "List the skills of a senior engineering manager.",
    "VP of Engineering or CTO: what is the difference?",
    "Do I have to become a manager to get promoted?",
]
LISTED = "The stages:\n\n- senior engineer [1]\n- architect [2]\n- researcher [3]"
ENUMERATED = "Here they are. The stages are senior engineer, architect, and researcher [1]."


def talk(*messages: str) -> list[Turn]:
    return [Turn(("user", "assistant")[n % 2], m) for n, m in enumerate(messages)]


@pytest.mark.parametrize(
    ("earlier", "question", "standalone"),
    [
        (
            "How many engineers does an EM lead?",
            "And the level above that?",
            "How many engineers does a senior engineering manager lead?",
        ),
        (
            "How many engineers does a senior EM lead?",
            "and the level below?",
            "How many engineers does an engineering manager lead?",
        ),
        ("What does an EM decide?", "And a director?", "What does a director of engineering decide?"),
        ("What is the management track?", "And the other track?", "What is the technical track?"),
        ("What does a VP do?", "why?", "What does a VP do - why?"),
        (
            "What does a VP do compared with a CTO?",
            "Which of those two hires and recruits?",
            "Which of those two hires and recruits (VP of Engineering and chief technology officer)?",
        ),
        ("What does a CTO lead?", "and the level above?", "What does a CTO lead - and the level above?"),
    ],
)
def test_a_follow_up_borrows_what_it_leaves_out(earlier, question, standalone):
    assert resolve(question, talk(earlier, "Something [1]."), VOCABULARY) == standalone


@pytest.mark.parametrize("answer", [LISTED, ENUMERATED])
@pytest.mark.parametrize(
    ("question", "standalone"),
    [
        ("What does the third one do?", "What does the third one do (researcher)?"),
        ("and the 2nd?", "and the 2nd (architect)?"),
        ("tell me about the last one", "tell me about the last one (researcher)?"),
        ("the ninth one?", "What are the stages? - the ninth one?"),
    ],
)
def test_an_item_of_the_last_answer_is_spelled_out(answer, question, standalone):
    found = resolve(question, talk("What are the stages?", answer), VOCABULARY)
    assert found == standalone.replace("stages? -", "stages -")


def test_each_question_builds_on_the_one_before():
    history = talk("How many engineers does an EM lead?", "5 to 8 [1].", "And the level above?", "8 to 15 [1].")
    found = resolve("and the next one up?", history, VOCABULARY)
    assert found == "How many engineers does a director of engineering lead?"


def test_what_the_assistant_said_is_no_subject():
    history = talk("What does a VP do?", "Ask about the CTO instead.")
    assert resolve("And the level below?", history, VOCABULARY) == "What does a director of engineering do?"


@given(
    question=st.sampled_from(STANDALONE),
    history=st.lists(st.text(max_size=60) | st.sampled_from([*STANDALONE, LISTED]), max_size=6),
)
def test_a_question_that_stands_alone_stays_as_it_is(question, history):
    assert resolve(f" {question}\n", talk(*history), VOCABULARY) == question


@given(st.text(max_size=80))
def test_without_a_conversation_nothing_is_borrowed(question):
    assert resolve(question, (), VOCABULARY) == question.strip()


@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=5))
def test_any_conversation_can_be_read(question, messages):
    assert isinstance(resolve(question, talk(*messages), VOCABULARY), str)


@pytest.mark.parametrize(
    ("question", "depends"),
    [
        ("why?", True),
        ("What about it?", True),
        ("and for a VP?", True),
        ("the second one", True),
        ("What is the first thing an EM learns?", False),
        *((q, False) for q in STANDALONE),
    ],
)
def test_words_that_point_outside_a_question_are_noticed(question, depends):
    assert depends_on_history(question, VOCABULARY) is depends


def test_a_long_answer_without_a_list_is_read_quickly():
    history = talk("What are the stages?", "word " * 40_000 + ", " + "word " * 40_000)
    started = time.perf_counter()
    resolve("the third one?", history, VOCABULARY)
    assert time.perf_counter() - started < 5
