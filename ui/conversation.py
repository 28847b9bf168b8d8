"""One reader's conversation as a frozen value, and the turns that follow from asking.

Nothing here knows of a web framework: `reply` takes a conversation and a question and yields the page as it
changes, always ending in a finished turn, whatever happened on the way.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from coach.errors import CoachError, QuestionError
from coach.feedback import WatchedCoach
from coach.types import Abstention, Answer, Citation, Finished, Found, Shown, Turn

from . import render

if TYPE_CHECKING:
    from coach.coach import Coach

log = logging.getLogger("coach.ui")

MAX_TURNS = 40  # exchanges kept on the page; older ones scroll out of it


@dataclass(frozen=True, slots=True)
class Conversation:
    """What has been asked and shown so far; `said` is what follow-ups refer to."""

    turns: tuple[Markup, ...] = ()
    said: tuple[Turn, ...] = ()
    asked: int = 0  # questions so far, those that scrolled out included

    def with_turn(self, html: Markup, said: tuple[Turn, ...] = ()) -> Conversation:
        """The conversation one finished exchange later."""
        return Conversation((*self.turns, html)[-MAX_TURNS:], (*self.said, *said)[-2 * MAX_TURNS :], self.asked + 1)

    def html(self, pending: Markup | None = None) -> Markup:
        """All turns, and the one in progress."""
        return Markup("").join([*self.turns, *([pending] if pending is not None else [])])


@dataclass(frozen=True, slots=True)
class Step:
    """What the page shows now, and the conversation to keep: unchanged until a turn is finished."""

    html: Markup
    conversation: Conversation
    is_last: bool = False
    is_refused: bool = False  # the question cannot be asked as it stands


def reply(coach: Coach, conversation: Conversation, question: str) -> Iterator[Step]:
    """Ask, and yield what to show: a sign of life, verified sentences as they come, then the finished turn."""
    number = conversation.asked + 1

    def show(body: Markup) -> Step:
        pending = render.turn_html(number, question, body, pending=True)
        return Step(conversation.html(pending), conversation)

    yield show(render.waiting_html("Looking through the guides"))
    is_refused = False
    try:
        result = yield from _follow(coach, conversation, question, show)
        finished = _finish(conversation, question, result, votes=isinstance(coach, WatchedCoach))
    except CoachError as error:
        finished, is_refused = _fail(conversation, question, error), isinstance(error, QuestionError)
    except Exception:
        log.exception("A question could not be answered.")
        finished = _fail(conversation, question, _OWN_FAULT)
    yield Step(finished.html(), finished, is_last=True, is_refused=is_refused)


def stop(conversation: Conversation, question: str) -> Conversation:
    """The conversation after the reader took a question back."""
    return conversation.with_turn(render.turn_html(conversation.asked + 1, question, render.stopped_html()))


def _follow(
    coach: Coach, conversation: Conversation, question: str, show: Callable[[Markup], Step]
) -> Generator[Step, None, Answer | Abstention]:
    """Show what is verified as it comes; the result is the last event."""
    text, citations = "", list[Citation]()
    for event in coach.stream(question, history=conversation.said):
        if isinstance(event, Finished):
            return event.result
        if isinstance(event, Found):
            yield show(render.waiting_html(render.found_text(event.passages)))
        elif isinstance(event, Shown):
            text, citations = text + event.delta, [*citations, *event.citations]
            yield show(render.draft_html(text, citations))
    raise RuntimeError("The stream ended without a result.")


def _finish(
    conversation: Conversation, question: str, result: Answer | Abstention, *, votes: bool = False
) -> Conversation:
    body, answered = render.result_html(result), result.text if isinstance(result, Answer) else result.message
    if votes:
        body += render.vote_html(result.id)
    html = render.turn_html(conversation.asked + 1, question, body, spoken=render.spoken(result))
    return conversation.with_turn(html, (Turn("user", question), Turn("assistant", answered)))


def _fail(conversation: Conversation, question: str, error: CoachError) -> Conversation:
    """Errors stay on the page, but follow-ups do not refer to them."""
    body = render.error_html(error, question)
    return conversation.with_turn(render.turn_html(conversation.asked + 1, question, body))


_OWN_FAULT = CoachError("Something went wrong inside Coach.", remedy="Ask again; tell the maintainer if it stays.")
