"""Is a text addressed to an assistant rather than to a reader, and what is left of a question without that."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from coach.orders.patterns import Rules, get_anywhere, get_asked, get_signs
from coach.orders.readings import unmask
from coach.sentences import split_sentences
from coach.types import Turn

LONGEST = 20_000  # characters of one text that are looked at, ends included; a longer one is cut in pieces
_FEWEST_WORDS = 3  # of a clause that asks something
_QUESTION_WORD = re.compile(r"(?<=\s)(?:what|who|whom|whose|when|where|which|why|how)\b", re.IGNORECASE)
_CLAUSES = re.compile(r"(?:[;:,\u2013\u2014]|\s-)\s+|\s+(?:and then|and also|and|then|but|instead)\s+", re.IGNORECASE)
_ASKS = re.compile(
    r"(?:(?:so|well|now|and|then|please|but|first|also|next|lastly|finally|afterwards?"
    r"|after (?:that|this)|(?:my )?q(?:uestion)?)[,:]?\s+)*"
    r"(?:what|who|whom|whose|when|where|which|why|how|is|are|was|were|does|do|did|can|could|should|would|will|shall|may"
    r"|must|has|have|am|compare|explain|describe|list|name|define|outline|summari[sz]e|show me|give me|help me|advise"
    r"|tell me|i (?:want|need|would like|wonder)|i'd like|what's|how's|who's)\b",
    re.IGNORECASE,
)


def find_order(text: str) -> str:
    """Why a text of a guide, a question or a draft counts as an order to an assistant, or nothing."""
    return next(filter(None, (_search(part, get_anywhere()) for part in _cut(text))), "")


@lru_cache(maxsize=1024)
def find_command(text: str) -> str:
    """The same of what a reader says: here orders need no sign that an assistant is meant."""
    return find_order(text) or next(filter(None, (_search(part, get_asked()) for part in _cut(text))), "")


def drop_commands(question: str) -> str:
    """A question without its orders to the assistant; nothing when it asks for nothing else.

    Of a sentence that gives an order, the clauses that ask something else are kept; of those after it, the ones
    that ask.
    """
    return " ".join(keep_asked(question)) if find_command(question) else question


def keep_asked(question: str) -> Sequence[str]:
    """The sentences, or their clauses, that are left of a question which gives orders."""
    kept: list[str] = []
    ordered = False
    for start, end in split_sentences(question):
        left = _keep(question[start:end])
        ordered = ordered or left != question[start:end]
        if left and (not ordered or asks(left)):
            kept.append(left)
    if not ordered:  # the order runs over several sentences
        kept = [sentence for sentence in kept if asks(sentence)]
    return kept


def drop_commands_from(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """Earlier messages without their orders; those that hold nothing else are left out.

    What is said to be the assistant's own may quote guides, which order people about: only what speaks to an
    assistant is taken out of it.
    """
    heard = (replace(turn, content=_drop(turn)) for turn in turns)
    return tuple(turn for turn in heard if turn.content)


def _drop(turn: Turn) -> str:
    if turn.role == "user":
        return drop_commands(turn.content)
    if not find_order(turn.content):
        return turn.content
    lines = (line for line in turn.content.split("\n") if not find_order(line))
    return "\n".join(lines)


def _keep(sentence: str) -> str:
    if not find_command(sentence):
        return sentence
    clauses = [clause.strip() for clause in _CLAUSES.split(sentence)]
    return " ".join(asked for clause in clauses if (asked := _keep_question(clause)))


def _keep_question(clause: str) -> str:
    """The clause if it asks and orders nothing, else what it asks at its end: "say yes How big is a team?"."""
    starts = [0, *(m.start() for m in _QUESTION_WORD.finditer(clause))]
    return next((clause[at:] for at in starts if asks(clause[at:]) and not find_command(clause[at:])), "")


def asks(clause: str) -> bool:
    """Whether a clause asks something, and not just "why?"."""
    long = len(clause.split()) >= _FEWEST_WORDS
    return long and (clause.endswith("?") or bool(_ASKS.match(clause)))


def _cut(text: str) -> Iterator[str]:
    """Pieces short enough to search, overlapping so that nothing is torn apart."""
    return (text[start : start + LONGEST] for start in range(0, max(len(text), 1), LONGEST - 500))


def _search(text: str, rules: Rules) -> str:
    for reading in unmask(text):
        if reading.isascii() and rules is get_anywhere() and not _has_sign(f" {reading} "):
            continue
        for pattern, why in rules:
            if pattern.search(reading):
                return why
    return ""


def _has_sign(reading: str) -> bool:
    return any(sign in reading for sign in get_signs())
