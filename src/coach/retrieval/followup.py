"""Making a follow-up stand alone, by rule: carry subjects, substitute roles, resolve "the other" and "the third one".

Works on the earlier questions alone (the answers only for "the third one"), so the same conversation always
resolves the same way, with or without a model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.retrieval.asking import get_english
from coach.retrieval.words import find_words
from coach.types import Turn
from coach.vocabulary import Vocabulary

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ITEM = re.compile(r"^\s*(?:[-*\u2022]|\d{1,2}[.)])\s+(.*)$", re.M)
_MARKER = re.compile(r"\s*\[\d+\]")


def resolve(question: str, history: Sequence[Turn], vocabulary: Vocabulary) -> str:
    """The question as it would be asked with no conversation before it.

    A question that stands alone comes back unchanged.
    """
    standalone, answer = "", ""
    for turn in history:
        if turn.role == "assistant":
            answer = turn.content
        elif turn.content.strip():
            standalone = _combine(turn.content.strip(), standalone, answer, vocabulary)
    return _combine(question.strip(), standalone, answer, vocabulary)


def depends_on_history(question: str, vocabulary: Vocabulary) -> bool:
    """Whether the words of a question point outside it."""
    content = [w for w in find_words(question) if w not in get_english().stop_words]
    short = len(question.split()) <= 9
    has_role = bool(vocabulary.find_roles(question))
    if get_english().elliptic.search(question) and len(question.split()) <= 12:
        return True
    if get_english().ordinal.search(question) and not has_role and short:
        return True
    return bool(get_english().pointing.search(question)) and (not has_role or short) and len(content) <= 8


def _combine(question: str, before: str, answer: str, vocabulary: Vocabulary) -> str:
    """One step of the conversation: the question with what it borrows from the one before."""
    if not before or not depends_on_history(question, vocabulary):
        return question
    return (
        _pick_item(question, answer)
        or _substitute_role(question, before, vocabulary)
        or _swap_contrast(question, before, vocabulary)
        or _append_subject(question, before, vocabulary)
    )


def _pick_item(question: str, answer: str) -> str | None:
    """Spell out "the eighth one" of the last answer's list."""
    match = get_english().ordinal.search(question)
    items = _list_items(answer)
    if not match or not items:
        return None
    word, digits, number, last = match.groups()
    nth = len(items) if last else _ORDINALS.index(word.lower()) + 1 if word else int(digits or number)
    if not 1 <= nth <= len(items):
        return None
    return f"{question.rstrip('?. ')} ({items[nth - 1]})?"


def _list_items(answer: str) -> list[str]:
    """Items of a Markdown list, else of the longest enumeration in a sentence."""
    plain = _MARKER.sub("", answer)
    items = [m.group(1).strip() for m in _ITEM.finditer(plain)]
    if len(items) >= 2:
        return items
    longest = max(re.split(r"[.:;\n]", plain), key=lambda part: part.count(", "))
    if longest.count(", ") < 2:
        return []
    return [re.sub(r"^(?:and|or) ", "", part.strip()) for part in longest.split(",") if part.strip()]


def _substitute_role(question: str, before: str, vocabulary: Vocabulary) -> str | None:
    """Ask the earlier question of another role: "And the level above that?"."""
    earlier = vocabulary.find_mentions(before)
    if not earlier:
        return None
    named = vocabulary.find_roles(question)
    content = [w for w in find_words(question) if w not in get_english().stop_words and w not in _LADDER_WORDS]
    role_words = {w for m in vocabulary.find_mentions(question) for w in find_words(question[m.start : m.end])}
    if [w for w in content if w not in role_words]:
        return None  # it asks something of its own
    wanted = named[0] if named else _step(question, earlier[-1].role, vocabulary)
    if wanted is None:
        return None
    name = vocabulary.roles[wanted].name
    # Every mention of the last role gives way to the new one; others stay.
    target, out, at = earlier[-1].role, [], 0
    for mention in earlier:
        if mention.role == target:
            out += [_fit_article(before[at : mention.start], name), name]
            at = mention.end
    return "".join(out) + before[at:]


def _fit_article(before: str, name: str) -> str:
    """The text that ends in "a" or "an" as it must stand before a name."""
    return re.sub(r"\b(a)n?(\s+)$", r"\1n\2" if name[:1].lower() in "aeiou" else r"\1\2", before, flags=re.I)


_LADDER_WORDS = frozenset("level levels rung step role position above below higher lower next up down".split())


def _step(question: str, role: str, vocabulary: Vocabulary) -> str | None:
    if get_english().up.search(question):
        return vocabulary.get_neighbour(role, 1)
    if get_english().down.search(question):
        return vocabulary.get_neighbour(role, -1)
    return None


def _swap_contrast(question: str, before: str, vocabulary: Vocabulary) -> str | None:
    """Ask the earlier question of its counterpart: "And the other track?"."""
    if not re.search(r"\bother\b", question, re.I):
        return None
    clause = re.split(r"[,;]", before.rstrip("?. "))[0]
    for left, right in vocabulary.contrasts:
        for here, there in ((left, right), (right, left)):
            if _holds(clause, here) and not _holds(clause, there):
                return re.sub(rf"\b{re.escape(here)}\b", there, clause, flags=re.I) + "?"
    return None


def _holds(text: str, word: str) -> bool:
    return re.search(rf"\b{re.escape(word)}\b", text, re.I) is not None


def _append_subject(question: str, before: str, vocabulary: Vocabulary) -> str:
    """Name what "those two" or "it" may be: the roles of the earlier question, else the question itself."""
    earlier = vocabulary.find_mentions(before)
    if earlier and (other := _step(question, earlier[-1].role, vocabulary)):
        here, there = (vocabulary.roles[r].name for r in (earlier[-1].role, other))
        return f"{question.rstrip('?. ')} ({here} to {there})?"
    roles = vocabulary.find_roles(before)
    own = vocabulary.find_roles(question)
    if roles and not own:
        names = " and ".join(vocabulary.roles[r].name for r in roles[:3])
        content = [w for w in find_words(question) if w not in get_english().stop_words]
        if len(content) >= 2:
            return f"{question.rstrip('?. ')} ({names})?"
    return f"{before.rstrip('?. ')} - {question}"
