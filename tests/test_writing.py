"""What a model leaves out, gets wrong or breaks off before, the guides' own sentences say."""

from __future__ import annotations

import itertools
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from coach import Answer, Coach
from coach.errors import ModelError
from coach.model.base import watch_reader
from coach.types import Finished, Judgement, Shown

DIRECTOR = "How many engineers does a director of engineering lead?"
UP = "what does managing up mean"
LEAD = "What does a technical lead do all day?"  # answered by sentences that name it "(tech lead)" too
COMPARE = "VP of Engineering vs CTO, what is the difference?"


class Scripted:
    """Each call is answered by the next script, given the lines of evidence; keeps what it was sent."""

    name = "test:scripted"

    def __init__(self, *scripts: Callable[[list[str]], Iterator[str]], is_small: bool = False) -> None:
        self.scripts, self.is_small = itertools.chain(scripts, itertools.repeat(scripts[-1])), is_small
        self.history: list[str] = []

    def stream(self, system: str, user: str, call=None) -> Iterator[str]:
        self.history.append(user)
        if call is not None:
            call.usage.add({"input_tokens": 10, "output_tokens": 2})
        yield from next(self.scripts)(
            [m[1] for m in re.finditer(r"^\[\d+\] \(.*?\) (.+)$", user, re.MULTILINE)] or [user]
        )


def say(text: str):
    return lambda lines: iter([text])


def quote_first(lines):
    yield f"{lines[0].rstrip('.')} [1]."


def die(lines):
    raise ModelError("The model is down.")
    yield


def asked_of(coach: Coach, *scripts, is_small=False, **settings) -> Coach:
    changed = coach.settings.model_copy(update=settings)
    return Coach(replace(coach.parts, model=Scripted(*scripts, is_small=is_small), settings=changed))


# --- a large model answers from evidence


def test_a_claim_without_a_number_is_shown_with_the_evidence_that_supports_it(built_coach):
    coach = asked_of(built_coach, lambda lines: iter([f"{lines[0].rstrip('.')}."]))
    answer = coach.ask(DIRECTOR)
    assert answer.style == "written" and not answer.notice
    assert "15 to 50" in answer.citations[0].quote


def test_json_is_read_as_prose_is(built_coach):
    def as_json(lines):
        said = [{"text": lines[0], "evidence": [1]}, {"text": "All lead 900 people.", "evidence": [1]}]
        yield json.dumps({"sentences": said})

    answer = asked_of(built_coach, as_json).ask(DIRECTOR)
    assert answer.style == "written" and "15 to 50" in answer.text and "900" not in answer.text


def test_what_is_missing_is_asked_for_once_and_then_written(built_coach):
    coach = asked_of(built_coach, say("Directors lead 900 engineers [1]."), quote_first)
    answer = coach.ask(DIRECTOR)
    assert answer.style == "written" and not answer.notice
    assert len(coach.parts.model.history) == 2
    first, second = coach.parts.model.history
    assert second.startswith(first.removesuffix("\n\nAnswer:"))  # a server reads only what is new
    assert "Directors lead 900 engineers." in second and "[1]" in second.splitlines()[-3]
    assert answer.usage == {**answer.usage, "calls": 2, "input_tokens": 20, "output_tokens": 4}


def test_what_is_missing_even_then_is_quoted_and_told(built_coach):
    def second_only(lines):
        yield f"{lines[1].rstrip('.')} [2]."

    coach = asked_of(built_coach, second_only)
    answer = coach.ask(COMPARE)
    quoted = built_coach.ask(COMPARE)
    assert answer.style == "written" and "Part of this answer quotes" in answer.notice
    assert len(coach.parts.model.history) == 2
    assert {c.quote for c in quoted.citations[:1]} <= {c.quote for c in answer.citations}


def test_a_model_that_fails_is_not_asked_again(built_coach):
    coach = asked_of(built_coach, die)
    answer = coach.ask(DIRECTOR)
    assert (answer.style, answer.text) == ("quoted", built_coach.ask(DIRECTOR).text)
    assert answer.notice == "The model is down. This answer quotes the guides instead."
    assert len(coach.parts.model.history) == 1


# --- a small model puts sentences into plainer words


def test_a_small_model_sees_single_sentences_and_never_the_question(built_coach):
    coach = asked_of(built_coach, say("Nonsense."), is_small=True)
    answer = coach.ask(LEAD)
    quoted = built_coach.ask(LEAD)
    assert coach.parts.model.history[0] == quoted.claims[0].text
    assert not any("all day" in asked for asked in coach.parts.model.history)
    assert (answer.text, answer.style) == (quoted.text, "quoted")
    assert "no better words" in answer.notice


def shorten(lines):
    yield lines[0].replace("lead (tech lead) are", "lead are")


def test_its_words_are_shown_where_they_are_proved_and_the_sentence_itself_elsewhere(built_coach):
    coach = asked_of(built_coach, shorten, is_small=True)
    answer, quoted = coach.ask(LEAD), built_coach.ask(LEAD)
    assert len(quoted.claims) > 2
    assert "of a technical lead are design decisions" in answer.claims[0].text
    assert [c.text for c in answer.claims[1:]] == [c.text for c in quoted.claims[1:]]
    assert answer.citations == quoted.citations
    assert (answer.style, answer.model, answer.notice) == ("written", "test:scripted", "")


def embellish(lines):
    yield lines[0].replace("lead (tech lead) are", "lead alone are")


def test_words_that_say_more_give_way_to_the_sentence(built_coach):
    answer = asked_of(built_coach, embellish, is_small=True).ask(LEAD)
    assert answer.text == built_coach.ask(LEAD).text


def test_words_that_the_gate_refuses_give_way_too(built_coach):
    class Refusing:
        name = "refusing"

        def verify(self, pairs):
            judged = built_coach.parts.verifier.verify(pairs)
            return [
                Judgement("refuted", 0.0, "no") if "lead are" in p[0] else j for p, j in zip(pairs, judged, strict=True)
            ]

    coach = asked_of(built_coach, shorten, is_small=True)
    answer = Coach(replace(coach.parts, verifier=Refusing())).ask(LEAD)
    assert answer.text == built_coach.ask(LEAD).text
    assert any("lead are" in d.text for d in answer.dropped_claims)


def test_when_it_fails_in_between_the_rest_is_quoted_and_told(built_coach):
    coach = asked_of(built_coach, shorten, die, is_small=True)
    answer, quoted = coach.ask(LEAD), built_coach.ask(LEAD)
    assert len(answer.claims) == len(quoted.claims)
    assert answer.notice == "The model is down. The rest of this answer quotes the guides."


def test_the_task_can_be_set(built_coach):
    coach = asked_of(built_coach, quote_first, is_small=True, model_task="answer")
    coach.ask(DIRECTOR)
    assert coach.parts.model.history[0].startswith("Evidence:")


# --- time, tokens and readers


def test_the_receipt_holds_the_cost_where_prices_are_set(built_coach):
    priced = asked_of(built_coach, quote_first, model_input_price=1.0, model_output_price=5.0).ask(DIRECTOR)
    assert priced.usage["cost"] == pytest.approx((10 * 1.0 + 2 * 5.0) / 1e6)
    assert asked_of(built_coach, quote_first).ask(DIRECTOR).usage["cost"] is None
    assert built_coach.ask(DIRECTOR).usage == {}


def test_the_time_of_the_verifier_is_told_apart_from_the_writer_s(built_coach):
    def slow(lines):
        time.sleep(0.3)
        yield from quote_first(lines)

    timings = asked_of(built_coach, slow).ask(DIRECTOR).timings_ms
    assert timings["draft"] >= 300 and 0 < timings["verify"] < 300


def test_a_sentence_is_shown_before_the_next_one_is_written(built_coach):
    released = threading.Event()

    def wait_between(lines):
        yield f"{lines[0].rstrip('.')} [1]."
        assert released.wait(20), "the first sentence was held back"
        yield f" {lines[1].rstrip('.')} [2]."

    events = asked_of(built_coach, wait_between).stream(DIRECTOR)
    assert isinstance(next(e for e in events if isinstance(e, Shown)), Shown)
    released.set()
    assert isinstance(list(events)[-1], Finished)


def test_a_reader_who_leaves_closes_the_model_s_stream(built_coach):
    closed = threading.Event()

    def endless(lines):
        try:
            while True:
                yield f"{lines[0].rstrip('.')} [1]. "
        finally:
            closed.set()

    events = asked_of(built_coach, endless).stream(DIRECTOR)
    next(e for e in events if isinstance(e, Shown))
    events.close()
    assert closed.is_set()


def test_whoever_watches_the_reader_can_stop_a_model_that_is_waited_for(built_coach):
    seen = []

    class Watching(Scripted):
        def stream(self, system, user, call=None):
            seen.append(call.left)
            yield from super().stream(system, user, call)

    left = threading.Event()
    coach = Coach(replace(built_coach.parts, model=Watching(quote_first)))

    def ask() -> None:
        watch_reader(left)
        assert isinstance(coach.ask(DIRECTOR), Answer)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert seen == [left]
