"""A follow-up made to stand alone by a model, where one is set up; whatever is odd about its reply, the rule's stands.

The reply is data like the conversation it was made from: it only decides what is searched for.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Sequence

from coach.model.base import Call, ChatModel, Usage
from coach.orders import find_command, find_order
from coach.paths import get_prompt
from coach.retrieval.asking import get_english
from coach.retrieval.words import find_stems
from coach.types import Turn
from coach.vocabulary import Vocabulary

log = logging.getLogger(__name__)

_SECONDS = 4.0  # a reader waits at most this long for a better search
_TURNS, _TURN, _LONGEST = 6, 400, 300  # turns that are sent, characters of each, and of the reply
_NEW_WORDS = 1  # content words of the reply that neither the conversation nor the rule had
_ODD = re.compile(r"[<>\[\]{}`|\\\x00-\x1f\x7f]|https?:|\*\*")


def restate(
    question: str, history: Sequence[Turn], by_rule: str, model: ChatModel, vocabulary: Vocabulary, usage: Usage
) -> str:
    """The model's standalone question, or the rule's when the model fails or replies with anything odd."""
    call = Call(deadline=time.monotonic() + _SECONDS, max_tokens=80, usage=usage)
    reply = ""
    try:
        for piece in model.stream(get_prompt("standalone"), build_request(question, history), call):
            reply += piece
            if len(reply) > _LONGEST or "\n" in reply.strip():
                break
    except Exception as error:  # whatever a model raises, a better search is not worth an answer
        log.debug("Resolved by rule as %r: %s", by_rule, error)
        return by_rule
    rewritten = reply.strip().strip("\"'").strip()
    fault = find_fault(rewritten, question, history, by_rule, vocabulary)
    log.debug("Resolved by rule as %r, by the model as %r%s.", by_rule, rewritten, f" ({fault})" if fault else "")
    return by_rule if fault else rewritten


def build_request(question: str, history: Sequence[Turn]) -> str:
    """The last turns, each on one line and cut short, then the question."""
    names = {"user": "Reader", "assistant": "Coach"}
    lines = [f"{names[t.role]}: {_one_line(t.content)}" for t in history[-_TURNS:] if t.content.strip()]
    return "\n".join(["Conversation:", *lines, "", "Last question:", _one_line(question), "", "Standalone question:"])


def find_fault(rewritten: str, question: str, history: Sequence[Turn], by_rule: str, vocabulary: Vocabulary) -> str:
    """Why a rewritten question is not used, or ""."""
    if not 2 < len(rewritten.split()) <= 45 or len(rewritten) > _LONGEST:
        return "too short or too long"
    if _ODD.search(rewritten) or find_order(rewritten) or find_command(rewritten):
        return "no plain question"
    said = " ".join((question, by_rule, *(t.content for t in history)))
    if set(re.findall(r"\d+", rewritten)) - set(re.findall(r"\d+", said)):
        return "a number of its own"
    roles = set(vocabulary.find_roles(rewritten))
    if roles - set(vocabulary.find_roles(said)) - set(vocabulary.find_roles(by_rule)):
        return "a role of its own"
    stop = find_stems(" ".join(sorted(get_english().stop_words)))
    if len(find_stems(rewritten) - find_stems(said) - stop) > _NEW_WORDS:
        return "words of its own"
    own = find_stems(question) - stop
    return "not the question asked" if own and not own & find_stems(rewritten) and not roles else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_TURN]
