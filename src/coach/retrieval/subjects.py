"""Which roles a question is about: those it asks of, a range of a ladder, the two of a story that asks what changes."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Literal

from coach.retrieval.asking import get_english
from coach.vocabulary import RoleMention, Vocabulary

Sweep = Literal["", "each", "some"]

_STORY = 160  # characters from which a question is long enough to hold several thoughts
_BEFORE_HEAD = r"\b(?P<before>an?|the|one|each|every|per|as|new|first-time)"
_HEAD = re.compile(rf"{_BEFORE_HEAD} (?!(?:an?|the|new|first-time)\b)(?P<head>\w+)\b(?! of\b)", re.IGNORECASE)
_ONE = re.compile(r"\b(\w+) ones?\b", re.IGNORECASE)


def name_ones(text: str, vocabulary: Vocabulary) -> str:
    """The text with "a senior one" as the role it means, after an engineering manager."""
    for match in reversed(list(_ONE.finditer(text))):
        before = vocabulary.find_mentions(text[: match.start()])
        if not before:
            break
        kind = vocabulary.roles[before[-1].role].name.split()
        # "A senior one" after an engineering manager is a senior engineering manager; "the program one" a manager.
        for named in (f"{match[1]} {' '.join(kind)}", f"{match[1]} {kind[-1]}"):
            if any(m.start == 0 and m.end == len(named) for m in vocabulary.find_mentions(named)):
                text = text[: match.start()] + named + text[match.end() :]
                break
    return text


def name_heads(text: str, vocabulary: Vocabulary) -> str:
    """The text with a role's last word alone as the role it means: of "a manager", the lowest on a ladder.

    Only where one is meant: "managers" are of any level, and so are those of "his manager" and "manager of managers".
    """
    masked = vocabulary.mask_roles(text, "_")
    for match in reversed(list(_HEAD.finditer(masked))):
        if role := vocabulary.get_lowest(match["head"]):
            name = vocabulary.roles[role].name
            article = "an" if name[:1].lower() in "aeiou" else "a"
            before = article if match["before"].lower() in ("a", "an") else match["before"]
            text = f"{text[: match.start()]}{before} {name}{text[match.end() :]}"
    return text


def find_subjects(text: str, asking: str, questions: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Ids of the roles asked about, in order.

    `asking` is the part that asks, `questions` its sentences alone. A story that asks of no role is about the first one
    told of, mostly the asker's own; one that asks what differs or changes is about the first two.
    """
    if len(text) < _STORY:
        return find_asked_roles(asking, vocabulary) or find_asked_roles(text, vocabulary)
    if roles := find_asked_roles(questions, vocabulary):
        return roles
    told = find_asked_roles(text, vocabulary)
    compares = get_english().find_form(questions, role_count=0) == "comparison"
    compares = compares or "transition" in vocabulary.find_dimensions(questions)
    return told[: 2 if compares else 1]


def find_range(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Every role of "from X up to Y", lowest first: X and what Y's ladder holds up to Y; () where none is meant.

    Somebody's way from one to the other ("how do I get from EM up to CTO?") is a move and no range.
    """
    english = get_english()
    if english.somebody.search(text):
        return ()
    mentions = vocabulary.find_mentions(text)
    for one, other in pairwise(mentions):
        if english.ranging.search(re.sub(r"^'?s\b", "", text[one.end : other.start])):
            return _fill_range(one.role, other.role, vocabulary)
    return ()


def _fill_range(one: str, other: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    low, high = vocabulary.roles[one], vocabulary.roles[other]
    if high.level is None:
        return ()
    if low.ladder == high.ladder and low.level is not None and low.level > high.level:
        low, high = high, low
    least = low.level if low.ladder == high.ladder else None
    between = sorted(
        (r.level, r.id)
        for r in vocabulary.roles.values()
        if r.ladder == high.ladder
        and r.level is not None
        and (least is None or r.level >= least)
        and r.level <= (high.level or 0)
    )
    return tuple(dict.fromkeys([low.id, *(id_ for _, id_ in between)]))


def find_sweep(text: str, roles: tuple[str, ...], vocabulary: Vocabulary) -> tuple[Sweep, tuple[str, ...]]:
    """Whether a question asks the same of each level, or which of several roles do a thing; and of which roles.

    "A director and so on up" is about every rung from there, and a climb that names one role about the whole ladder.
    Else two roles are compared, and one is asked about alone.
    """
    english = get_english()
    mentions = vocabulary.find_mentions(text) if roles else ()
    behind = re.sub(r"^'?s\b", "", text[mentions[-1].end :]) if mentions else ""
    onward = english.onward.search(behind)
    if onward and (len(roles) != 2 or onward["further"]):  # "an EM, or a director and up?" leaves a choice of two
        last = mentions[-1].role
        ladder = get_ladder(last, vocabulary)
        return "each", tuple(dict.fromkeys((*roles, *ladder[ladder.index(last) :])))
    if len(roles) == 2:
        return "", roles
    if english.climbing.search(text):
        return "each", get_ladder(roles[0], vocabulary) if len(roles) == 1 else roles
    if len(roles) != 1 and english.sweeping.search(text):
        return "each", roles
    return ("some" if not roles and english.singling.search(text) else ""), roles


def get_ladder(role: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Every role of the ladder that a role stands on, lowest first; the role alone where it stands on none."""
    ladder = vocabulary.roles[role].ladder
    if not ladder:
        return (role,)
    rungs = (r for r in vocabulary.roles.values() if r.ladder == ladder and r.level is not None)
    return tuple(r.id for r in sorted(rungs, key=lambda r: r.level or 0))


def find_asked_roles(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The roles a text names, without the asker's own people who only said something, if any other is left."""
    mentions = vocabulary.find_mentions(text)
    asked = [m for m in mentions if not _tells(text, m)]
    return find_range(text, vocabulary) or tuple(dict.fromkeys(m.role for m in asked or mentions))


def _tells(text: str, mention: RoleMention) -> bool:
    english = get_english()
    own = english.telling.search(text[: mention.start])
    return bool(own and english.told.search(text[mention.end :].lstrip()))
