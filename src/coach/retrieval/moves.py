"""Whether a question is about going from one position to another, and between which two roles.

"What changes from EM to director" says so. Most people say it otherwise: that they hold the one role and are about to
hold the other, and what will be new. A word of moving must stand in the question, for who only names two roles
compares them.
"""

from __future__ import annotations

from dataclasses import dataclass

from coach.retrieval.asking import Form, get_english
from coach.retrieval.subjects import find_asked_roles
from coach.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the part of it that asks, the sentences of it that do so by themselves, and the roles it is about."""

    text: str
    asking: str
    questions: str
    roles: tuple[str, ...]


_OPEN: frozenset[Form] = frozenset(("comparison", "definition", "explanation", "advice", "yes_no"))


def find_move(asked: Asked, form: Form, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The two roles of a move that a question asks about, the lower one of a ladder first; () where it asks of none.

    A figure, a list or a person is answered as such, whatever else is told.
    """
    english = get_english()
    roles = asked.roles if len(asked.roles) == 2 else find_asked_roles(asked.text, vocabulary)
    if len(roles) != 2:
        return ()
    changes = "transition" in vocabulary.find_dimensions(asked.questions)
    if changes and not vocabulary.find_roles(asked.questions):
        return _order(roles, vocabulary)  # a story of two roles that ends in "what changes?"
    if form not in _OPEN or english.contrasting.search(asked.asking):
        return ()
    moving = [bool(english.moving.search(vocabulary.mask_roles(t, "_"))) for t in (asked.asking, asked.text)]
    asks = changes or form == "comparison" or len(vocabulary.find_roles(asked.asking)) == 2
    return _order(roles, vocabulary) if moving[0] or (moving[1] and asks) else ()


def asks_of_newcomer(asked: Asked, form: Form, vocabulary: Vocabulary) -> bool:
    """Whether a question that names one role at most asks what changes for somebody on the way to another position."""
    english = get_english()
    if form not in (_OPEN - {"yes_no"} | {"transition"}) or len(asked.roles) > 1:
        return False
    text, asking = (vocabulary.mask_roles(t, "_") for t in (asked.text, asked.asking))
    return bool(english.moving.search(text) and english.changing.search(asking))


def _order(roles: tuple[str, ...], vocabulary: Vocabulary) -> tuple[str, ...]:
    one, other = (vocabulary.roles[r] for r in roles)
    if one.ladder != other.ladder or one.level is None or other.level is None or one.level < other.level:
        return roles
    return roles[::-1]
