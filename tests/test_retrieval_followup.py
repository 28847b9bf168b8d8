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
        ("What does a first-level EM decide?", "at VP level then?", "What does a VP of Engineering decide?"),
        ("What does an EM decide?", "same question but director pls", "What does a director of engineering decide?"),
        ("What does a VP decide?", "and the top job?", "What does a chief technology officer decide?"),
        ("What is the management track?", "And the other track?", "What is the technical track?"),
        (
            "Is a program manager's scope wider?",
            "what about the other one?",
            "Is a project manager's scope wider?",
        ),
        ("What does a VP do?", "and what must they be good at?", "and what must they be good at (VP of Engineering)?"),
        (
            "Does a director hire?",
            "does that stop at the next level?",
            "Does a director hire - does that stop at the next level (director of engineering to VP of Engineering)?",
        ),
        (
            "What is a ladder?",
            "why does it exist in the first place?",
            "What is a ladder - why does it exist in the first place?",
        ),
        ("How do I step up?", "give me examples", "How do I step up - give me examples"),
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


CONVERSATIONS = [
    # roles: another one, several, none of the last
    (
        ["How many engineers does a senior EM lead?"],
        "and for directors?",
        "How many engineers does a director of engineering lead?",
    ),
    (["What does a VP decide?"], "no, I meant the CTO", "What does a chief technology officer decide?"),
    (["What does an EM decide?", "what about a director?"], "and a VP?", "What does a VP of Engineering decide?"),
    (["what is a tech lead?"], "do they still code?", "do they still code (technical lead)?"),
    (
        ["What does a VP do?"],
        "and how many people do they lead?",
        "and how many people do they lead (VP of Engineering)?",
    ),
    (
        ["What does a VP do?"],
        "how does it compare to a director?",
        "how does it compare to a director (VP of Engineering)?",
    ),
    (["VP or CTO?"], "what does the latter decide?", "what does the chief technology officer decide?"),
    (["VP or CTO?"], "and the former?", "and the VP of Engineering?"),
    (
        ["VP or CTO?"],
        "which of those two hires?",
        "which of those two hires (VP of Engineering and chief technology officer)?",
    ),
    # the other side of what was asked
    (
        ["How far can an engineer rise in a large company?"],
        "what about small companies?",
        "How far can an engineer rise in a small company?",
    ),
    (
        ["How far can an engineer rise in a large company?"],
        "and in small ones?",
        "How far can an engineer rise in a small company?",
    ),
    # too little said: the question before goes along
    (["What does a VP do?"], "why?", "What does a VP do - why?"),
    (["What does a VP do?"], "tell me more", "What does a VP do - tell me more"),
    (
        ["How do you go from EM to senior EM?"],
        "how long does that take?",
        "How do you go from EM to senior EM - how long does that take?",
    ),
    (["How often is a patient turned?"], "and at night?", "How often is a patient turned - and at night?"),
    (["How often is a patient turned?"], "who does that?", "How often is a patient turned - who does that?"),
    (["How long does a steak rest?"], "why?", "How long does a steak rest - why?"),
    (["How long does a steak rest?"], "and a roast chicken?", "How long does a steak rest - and a roast chicken?"),
    (
        ["How do I become a nurse?", "what changes in the work itself?"],
        "why?",
        "How do I become a nurse - what changes in the work itself - why?",
    ),
    # another topic: nothing of the old one goes along
    (["What does a VP do?"], "ok, what is managing up?", "what is managing up?"),
    (
        ["What does a VP do?"],
        "thanks! how do I build relationships with other managers?",
        "how do I build relationships with other managers?",
    ),
    (["What does a VP do?"], "Is it true that directors hire managers?", "Is it true that directors hire managers?"),
    (["What does a VP do?"], "Are there steps on the technical path?", "Are there steps on the technical path?"),
    (
        ["What does a VP do?"],
        "How do I tell my manager that I want to lead?",
        "How do I tell my manager that I want to lead?",
    ),
    (["How long does a steak rest?"], "How do I wash mushrooms?", "How do I wash mushrooms?"),
    (["How long does a steak rest?"], "also, what is a roux?", "what is a roux?"),
    (["How often is a patient turned?"], "What are the steps of hand washing?", "What are the steps of hand washing?"),
    (["What does a VP do?"], "thanks", "thanks"),
]


@pytest.mark.parametrize(("earlier", "question", "standalone"), CONVERSATIONS)
def test_a_conversation_of_any_field_goes_on_and_changes_its_subject(earlier, question, standalone):
    history = talk(*(m for e in earlier for m in (e, "Something [1].")))
    assert resolve(question, history, VOCABULARY) == standalone


def test_both_may_be_two_roles_that_only_the_answer_named():
    history = talk("Who sets the vision?", "A CTO does, with the VP of Engineering [1].")
    found = resolve("do they both report to the CEO?", history, VOCABULARY)
    assert found == "do they both report to the CEO (chief technology officer and VP of Engineering)?"


def test_what_is_borrowed_has_an_end():
    history = talk(*("why?" if n else "What does a VP do?" for n in range(80)))
    assert len(resolve("why?", history, VOCABULARY)) < 400


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
        ("2", True),
        ("and in a hospital?", True),
        ("Is it hard to become a nurse or a doctor?", False),
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


SIX = (
    "Six steps toward leadership are leading projects, mentoring juniors, taking responsibility, formal training, "
    "acting as a lead, and stepping up. [1]\n\n- Leading projects comes first. [2]\n- Mentoring helps. [3]"
)


@pytest.mark.parametrize(
    ("earlier", "answer", "question", "standalone"),
    [
        ("Which steps?", SIX, "tell me about the fourth one", "tell me about the fourth one (formal training)?"),
        (
            "Who leads vision, the CTO or the CIO?",
            "A CTO leads vision, innovation, and technology. [1]",
            "and the second one, what does it lead?",
            "and the chief information officer, what does it lead?",
        ),
        (
            "What does a senior EM do?",
            "It leads. [1]",
            "how do I get there from EM?",
            "how do I get to senior engineering manager from EM?",
        ),
        (
            "What is a product manager responsible for?",
            "A roadmap. [1]",
            "what about the program one",
            "What is a program manager responsible for?",
        ),
        (
            "Who leads 50 to 200 engineers?",
            "A VP of Engineering does. [1] Others do not. [2]",
            "who do they hire and manage?",
            "who do they hire and manage (VP of Engineering)?",
        ),
        (
            "Tell me about the product manager role",
            "A role. [1]",
            "what skills does it take?",
            "what skills does it take (product manager)?",
        ),
        (
            "What comes after director?",
            "A VP. [1]",
            "so VP. how many engineers does a VP lead?",
            "VP. how many engineers does a VP lead?",
        ),
    ],
)
def test_what_a_reader_points_at_is_named(earlier, answer, question, standalone):
    assert resolve(question, talk(earlier, answer), VOCABULARY) == standalone
