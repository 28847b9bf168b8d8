from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from coach.coach import Coach, to_question
from coach.errors import FixError, ModelError, NotFoundError, QuestionError
from coach.orders.detecting import find_command
from coach.orders.patterns import get_anywhere
from coach.runnable import CoachRetriever
from coach.types import Abstention, Answer, Finished, Found, Question, Shown, Turn

DIRECTOR = "How many engineers does a director of engineering lead?"
ANSWERED = [
    DIRECTOR,
    "What are the growth signs of an engineering manager?",
    "VP of Engineering or CTO: what is the difference?",
    "What changes when I go from EM to senior EM?",
    "Do I have to become a manager to get promoted?",
    "what does a tech lead do",
    "🦄 how many engineers does a director lead 🦄?",
    "How many \x00engineers\x07 does a\tdirector\nlead?",
    "How many <b>engineers</b> does a [director](https://example.org) lead?",
    "What does a \ud800 director of engineering do?",
    "How many engineers does a d\u0131rector or a director lead?",
]


class Writer:
    """A chat model that answers from the evidence lines it is sent, as its script says; keeps what it was sent."""

    name = "test:writer"

    def __init__(self, script) -> None:
        self.script = script
        self.history: list[str] = []

    def stream(self, system: str, user: str, call=None) -> Iterator[str]:
        self.history.append(user)
        yield from self.script([m[1] for m in re.finditer(r"^\[\d+\] \(.*?\) (?=[A-Z])(.+)$", user, re.MULTILINE)])


def truth(lines):
    yield f"{lines[0].rstrip('.')} [1]. "
    yield f"{lines[1].rstrip('.')} [2]."


def invention(lines):
    yield "A director of engineering leads 900 engineers [1]. Salaries rise by 30 percent a year [1]."


def both(lines):
    yield from invention(lines)
    yield f" {lines[0].rstrip('.')} [1]."


def decline(lines):
    yield "NOT COVERED"


def die_at_once(lines):
    raise ModelError("The model is down.")
    yield


def die_midway(lines):
    yield from truth(lines)
    yield " A director of eng"
    raise ModelError("The model is down.")


def with_model(coach: Coach, script) -> Coach:
    return Coach(replace(coach.parts, model=Writer(script)))


def with_settings(coach: Coach, **changes) -> Coach:
    return Coach(replace(coach.parts, settings=coach.settings.model_copy(update=changes)))


def prove(coach: Coach, answer: Answer) -> None:
    """Every claim stands where it says, is supported, and cites words that stand in their guide."""
    assert answer.claims and answer.citations
    cited = {c.marker: c for c in answer.citations}
    assert list(cited) == list(range(1, len(cited) + 1))
    for claim in answer.claims:
        assert answer.text[claim.start : claim.end] == claim.text
        assert claim.verdict == "supported"
        assert claim.citations and set(claim.citations) <= set(cited)
    for c in answer.citations:
        assert coach.document(c.document_id).text[c.start : c.end] == c.quote
        assert f"[{c.marker}]" in answer.text


# --- answers


@pytest.mark.parametrize("question", ANSWERED, ids=ascii)
def test_every_claim_stands_where_it_says_and_cites_exact_words(built_coach, question):
    answer = built_coach.ask(question)
    assert isinstance(answer, Answer)
    prove(built_coach, answer)
    assert answer.question == question
    assert (answer.style, answer.model, answer.notice) == ("quoted", "quoting", "")
    assert answer.fingerprint == built_coach.fingerprint
    assert set(answer.timings_ms) == {"retrieve", "draft", "verify", "total"}


def test_the_answer_says_what_was_asked(built_coach):
    answer = built_coach.ask(DIRECTOR)
    assert "15 to 50 engineers" in answer.claims[0].text


@pytest.mark.parametrize("question", ANSWERED[:4])
def test_a_stream_finds_then_shows_then_finishes(built_coach, question):
    found, *shown, finished = built_coach.stream(question)
    assert isinstance(found, Found) and isinstance(finished, Finished)
    assert shown and all(isinstance(e, Shown) for e in shown)
    answer = finished.result
    assert "".join(e.delta for e in shown) == answer.text
    assert tuple(e.claim for e in shown) == answer.claims
    assert tuple(c for e in shown for c in e.citations) == answer.citations
    assert answer.text == built_coach.ask(question).text


def test_the_number_of_passages_is_the_question_s_else_the_settings(built_coach):
    few = with_settings(built_coach, top_k=3)
    assert len(next(few.stream(DIRECTOR)).passages) == 3
    assert len(next(few.stream(DIRECTOR, top_k=5)).passages) == 5
    assert len(few.search(DIRECTOR)) == 3


def test_follow_ups_are_questions_the_guides_answer(built_coach):
    follow_ups = built_coach.ask(DIRECTOR).follow_ups
    assert 1 <= len(follow_ups) <= 3 and len(set(follow_ups)) == len(follow_ups)
    for question in follow_ups:
        assert isinstance(built_coach.ask(question), Answer), question


def test_starters_are_questions_the_guides_answer(built_coach):
    starters = built_coach.starters()
    assert starters
    assert all(isinstance(built_coach.ask(q), Answer) for q in starters)


def test_a_follow_up_is_asked_as_it_stands_alone(built_coach):
    history = [Turn("user", "How many engineers does an EM lead?"), Turn("assistant", "5 to 8 engineers [1].")]
    answer = built_coach.ask("And the level above?", history=history)
    assert answer.question == "And the level above?"
    assert answer.standalone_question == "How many engineers does a senior engineering manager lead?"
    assert "8 to 15 engineers" in answer.text


def test_no_more_of_a_conversation_is_read_than_the_settings_say(built_coach):
    history = [Turn("user", "How many engineers does an EM lead?"), Turn("assistant", "5 to 8 engineers [1].")]
    for limit, standalone in [(0, "And the level above?"), (1, "And the level above?")]:
        result = with_settings(built_coach, max_history=limit).ask("And the level above?", history=history)
        assert result.standalone_question == standalone


# --- abstentions


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("What should I cook for dinner tonight?", "off_topic"),
        ("How much salary does a director of engineering earn?", "not_covered"),
        ("What about it?", "needs_context"),
    ],
)
def test_what_is_not_covered_is_a_value_with_a_reason(built_coach, question, reason):
    result = built_coach.ask(question)
    assert isinstance(result, Abstention)
    assert result.reason == reason
    assert result.message.endswith(".") and result.searched
    assert 1 <= len(result.nearest) <= 3
    assert result.fingerprint == built_coach.fingerprint
    assert result.try_instead
    for other in result.try_instead:
        assert isinstance(built_coach.ask(other), Answer), other


def test_a_stream_of_an_abstention_shows_nothing(built_coach):
    events = list(built_coach.stream("What should I cook for dinner tonight?"))
    assert [type(e) for e in events] == [Found, Finished]


# --- questions that cannot be asked


@pytest.mark.parametrize("question", ["", "   \n", "?!", "🦄🦄", "\u200b\u202e", "\x00"], ids=ascii)
def test_a_question_without_words_is_refused(built_coach, question):
    for call in (built_coach.ask, built_coach.search, built_coach.stream):
        with pytest.raises(QuestionError, match="empty"):
            call(question)


def test_a_question_too_long_is_refused_with_both_numbers(built_coach):
    with pytest.raises(QuestionError, match=r"8,001 characters; at most 8,000"):
        built_coach.ask("a" * 8001)


def test_the_longest_question_is_answered_or_declined(built_coach):
    text = ("How many engineers does a director lead? " * 200)[:8000]
    assert isinstance(built_coach.ask(text), Answer | Abstention)


def test_markup_in_a_question_reaches_no_answer(built_coach):
    result = built_coach.ask("How many engineers <script>alert(1)</script> does a director of engineering lead?")
    shown = result.text if isinstance(result, Answer) else result.message
    assert "<script" not in shown and "alert" not in shown


def test_an_unknown_collection_is_not_found(built_coach):
    for call in (built_coach.ask, built_coach.search):
        with pytest.raises(NotFoundError, match="nowhere"):
            call(DIRECTOR, collection="nowhere")
    with pytest.raises(NotFoundError):
        built_coach.documents("nowhere")


# --- answers a model writes


def test_the_written_style_needs_a_model(built_coach):
    with pytest.raises(FixError, match="No model") as caught:
        built_coach.stream(DIRECTOR, style="written")
    assert "COACH_MODEL" in caught.value.remedy


@pytest.mark.parametrize("style", ["auto", "written"])
def test_true_sentences_of_a_model_are_shown(built_coach, style):
    coach = with_model(built_coach, truth)
    answer = coach.ask(DIRECTOR, style=style)
    prove(coach, answer)
    assert (answer.style, answer.model, answer.notice) == ("written", "test:writer", "")
    assert len(answer.claims) == 2 and not answer.dropped_claims


def test_a_model_is_not_asked_for_quotes_nor_when_nothing_covers_the_question(built_coach):
    coach = with_model(built_coach, truth)
    assert coach.ask(DIRECTOR, style="quoted").model == "quoting"
    assert isinstance(coach.ask("What should I cook for dinner tonight?"), Abstention)
    assert coach.parts.model.history == []


def test_a_model_reads_the_question_as_it_stands_alone(built_coach):
    coach = with_model(built_coach, truth)
    coach.ask("And the level above?", history=[Turn("user", "How many engineers does an EM lead?")])
    assert "How many engineers does a senior engineering manager lead?" in coach.parts.model.history[-1]


def test_inventions_are_dropped_and_the_rest_is_shown(built_coach):
    coach = with_model(built_coach, both)
    answer = coach.ask(DIRECTOR)
    prove(coach, answer)
    assert answer.style == "written" and answer.notice == ""
    assert len(answer.claims) == 1
    assert [d.text for d in answer.dropped_claims] == [
        "A director of engineering leads 900 engineers.",
        "Salaries rise by 30 percent a year.",
    ]
    assert "900" not in answer.text and all(d.why for d in answer.dropped_claims)


def test_a_stream_never_carries_what_was_dropped(built_coach):
    found, *shown, finished = with_model(built_coach, both).stream(DIRECTOR)
    assert isinstance(found, Found) and finished.result.dropped_claims
    assert [type(e) for e in shown] == [Shown]


@pytest.mark.parametrize("script", [invention, decline, die_at_once])
def test_the_guides_are_quoted_when_nothing_of_a_model_holds(built_coach, script):
    coach = with_model(built_coach, script)
    answer = coach.ask(DIRECTOR)
    prove(coach, answer)
    assert (answer.style, answer.model) == ("quoted", "quoting")
    assert answer.text == built_coach.ask(DIRECTOR).text
    assert "quotes" in answer.notice
    assert ("The model is down." in answer.notice) is (script is die_at_once)


def test_a_model_that_dies_midway_leaves_what_was_verified(built_coach):
    coach = with_model(built_coach, die_midway)
    *_, finished = coach.stream(DIRECTOR)
    answer = finished.result
    prove(coach, answer)
    assert (answer.style, answer.model) == ("written", "test:writer")
    assert "The model is down." in answer.notice and "stops" in answer.notice
    assert "A director of eng " not in answer.text


# --- LangChain


def test_the_chain_is_a_runnable(built_coach):
    chain = built_coach.runnable
    expected = built_coach.ask(DIRECTOR).text
    for value in (DIRECTOR, {"question": DIRECTOR}, {"input": DIRECTOR, "style": "quoted"}, Question(DIRECTOR)):
        assert chain.invoke(value).text == expected
    assert [a.text for a in chain.batch([DIRECTOR, DIRECTOR])] == [expected, expected]
    assert isinstance(list(chain.stream(DIRECTOR))[-1], Finished)


def test_a_runnable_composes_and_tells_its_callbacks(built_coach):
    from langchain_core.callbacks import BaseCallbackHandler
    from langchain_core.runnables import RunnableLambda

    class Listener(BaseCallbackHandler):
        def __init__(self) -> None:
            self.heard: list[str] = []

        def on_chain_start(self, serialized, inputs, **kwargs) -> None:
            self.heard.append(kwargs.get("name", ""))

    listener = Listener()
    chain = built_coach.runnable | RunnableLambda(lambda answer: len(answer.citations))
    assert chain.invoke(DIRECTOR, config={"callbacks": [listener]}) >= 1
    assert "coach" in listener.heard


def test_questions_come_in_three_shapes():
    turns = (Turn("user", "Hello"),)
    asked = Question("Why?", turns, top_k=3)
    assert to_question(asked) is asked
    assert to_question("Why?") == Question("Why?")
    given = {"question": "Why?", "history": [{"role": "user", "content": "Hello"}], "top_k": 3}
    assert to_question(given) == asked
    assert "question" in given
    with pytest.raises(TypeError):
        to_question({"question": "Why?", "colour": "red"})


def test_the_retriever_gives_langchain_documents_with_their_place(built_coach):
    documents = CoachRetriever(coach=built_coach, top_k=4).invoke(DIRECTOR)
    assert len(documents) == 4
    for d in documents:
        text = built_coach.document(d.metadata["document_id"]).text
        assert text[d.metadata["start"] : d.metadata["end"]] == d.page_content
        assert d.id and d.metadata["title"] and d.metadata["score"] > 0


def test_warming_loads_what_the_first_reader_would_wait_for(built_coach):
    find_command.cache_clear()  # another test may have warmed up in this process
    get_anywhere.cache_clear()
    built_coach.warm()
    assert get_anywhere.cache_info().currsize == 1
    assert {d.id for d in built_coach.documents()} >= {"management-ladder", "leadership-roles"}
