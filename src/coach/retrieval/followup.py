"""Making a follow-up stand alone, by rule: carry subjects, substitute roles, resolve "the other" and "the third one".

Works on the earlier questions and, for what lists and offers they were answered with, on the answers' text, so the
same conversation always resolves the same way, with or without a model.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence

from coach.retrieval.asking import get_english
from coach.retrieval.picking import pick_item, pick_offer
from coach.retrieval.query import leave_out_roles
from coach.retrieval.words import find_stems, find_words, stem
from coach.types import Turn
from coach.vocabulary import Vocabulary

log = logging.getLogger(__name__)

Recall = Callable[[Sequence[Turn]], Sequence[str]]  # the questions offered with the last answer of a conversation

_LONGEST = 300  # characters that a question may borrow
_SHORT = 12  # words of a question that may lean on the one before
_BRIEF = 9  # words of one that may though it names a role


def resolve(question: str, history: Sequence[Turn], vocabulary: Vocabulary, recall: Recall = lambda _: ()) -> str:
    """The question as it would be asked with no conversation before it.

    A question that stands alone comes back unchanged. `recall` is asked only when a reader takes up an offer.
    """
    standalone, answer = "", ""
    for n, turn in enumerate(history):
        if turn.role == "assistant":
            answer = turn.content
        elif turn.content.strip():
            standalone = _step_on(turn.content.strip(), standalone, answer, history[:n], vocabulary, recall)
    resolved = _step_on(question.strip(), standalone, answer, history, vocabulary, recall)
    if resolved != question.strip():
        log.debug("Resolved by rule: %r as %r.", question, resolved)
    return resolved


def depends_on_history(question: str, vocabulary: Vocabulary) -> bool:
    """Whether the words of a question point outside it."""
    english = get_english()
    plain = english.expletive.sub(" ", question)
    count, has_role = len(question.split()), bool(vocabulary.find_roles(question))
    if (english.ordinal.search(question) or question.strip(" .#?").isdigit()) and not has_role and count <= _BRIEF:
        return True
    points = bool(english.pointing.search(plain))
    if not points and stands_alone(question, vocabulary):
        return False
    if english.elliptic.search(question) and count <= _SHORT:
        return True
    return points and (not has_role or count <= _BRIEF) and len(_content(question)) <= 8


def stands_alone(question: str, vocabulary: Vocabulary) -> bool:
    """Whether a question is whole once words that only tie it to the last one ("ok, so") are left out."""
    english = get_english()
    rest = english.filler.sub("", question)
    if not english.whole.search(rest):
        return False
    words = [w for w in _content(rest) if w not in english.unit_words]
    has_role = bool(vocabulary.find_roles(rest))
    return len(words) >= 2 or has_role or bool(words and english.definition.search(rest))


def _content(question: str) -> list[str]:
    return [w for w in find_words(question) if w not in get_english().stop_words]


def _step_on(
    question: str, before: str, answer: str, history: Sequence[Turn], vocabulary: Vocabulary, recall: Recall
) -> str:
    """One step of the conversation: the question with what it borrows from the one before."""
    if not before:
        return question
    if picked := pick_offer(question, answer, lambda: recall(history)):
        return picked
    if not depends_on_history(question, vocabulary) and not _only_names_another(question, before, vocabulary):
        return get_english().filler.sub("", question) if stands_alone(question, vocabulary) else question
    before = before[:_LONGEST]
    question = _name_the_one(question, before, vocabulary)
    return (
        _pick_asked(question, before, vocabulary)
        or pick_item(question, answer)
        or _name_the_place(question, before, vocabulary)
        or _pick_role(question, before, answer, vocabulary)
        or _substitute_role(question, before, vocabulary)
        or _swap_contrast(question, before, vocabulary)
        or _append_subject(question, before, answer, vocabulary)
    )


def _only_names_another(question: str, before: str, vocabulary: Vocabulary) -> bool:
    """Whether a question is a role and nothing besides, after one about a role: "at VP level then?"."""
    if get_english().whole.search(question) or not vocabulary.find_roles(question):
        return False
    return bool(vocabulary.find_roles(before)) and not _own_words(question, vocabulary)


def _own_words(question: str, vocabulary: Vocabulary) -> list[str]:
    """What a question asks besides naming roles and rungs."""
    return [w for w in _content(leave_out_roles(question, vocabulary)) if w not in _LADDER_WORDS]


def _name_the_one(question: str, before: str, vocabulary: Vocabulary) -> str:
    """The question with "the program one" as the role it means, after one about a product manager."""
    earlier = vocabulary.find_mentions(before)
    if not earlier or vocabulary.find_roles(question):
        return question
    kind = vocabulary.roles[earlier[-1].role].name.split()[-1]
    named = re.sub(r"\b(\w+) ones?\b", rf"\1 {kind}", question, flags=re.I)
    return named if vocabulary.find_roles(named) else question


def _name_the_place(question: str, before: str, vocabulary: Vocabulary) -> str | None:
    """The question with "there" as the role just spoken of: "how do I get there from EM?"."""
    earlier = vocabulary.find_mentions(before)
    if not earlier:
        return None
    name = vocabulary.roles[earlier[-1].role].name
    moved = re.sub(rf"\b({_MOVES}) there\b", lambda m: f"{m[1]} to {name}", question, flags=re.I)
    return moved if moved != question else None


_MOVES = r"(?:get|got|getting|go|going|move|moving|grow|growing|make it|be|arrive|advance)(?: up)?"


def _pick_asked(question: str, before: str, vocabulary: Vocabulary) -> str | None:
    """Name "the second one" of the two roles that the last question named, whatever its answer lists."""
    match = _OF_TWO.search(question)
    roles = vocabulary.find_roles(before)
    if not match or len(roles) != 2:
        return None
    role = roles[0] if match[1].lower() == "first" else roles[1]
    return f"{question[: match.start()]}the {vocabulary.roles[role].name}{question[match.end() :]}"


_OF_TWO = re.compile(
    r"\b(?:the )?(first|second) (?:(?:one|role)(?! of\b)|of (?:them|these|those|the two))\b", re.IGNORECASE
)


def _pick_role(question: str, before: str, answer: str, vocabulary: Vocabulary) -> str | None:
    """Name "the former" or "the latter" of two roles just spoken of."""
    match = get_english().former.search(question)
    roles = _find_pair(before, answer, vocabulary)
    if not match or len(roles) != 2:
        return None
    role = roles[0] if match[1].lower().startswith("f") else roles[1]
    return question[: match.start()] + f"the {vocabulary.roles[role].name}" + question[match.end() :]


def _find_pair(before: str, answer: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The roles of the last question when there are several, else those of its answer when there are just two."""
    asked = vocabulary.find_roles(before)
    said = vocabulary.find_roles(answer)
    return asked if len(asked) > 1 else said if len(said) == 2 else asked


def _substitute_role(question: str, before: str, vocabulary: Vocabulary) -> str | None:
    """Ask the earlier question of another role: "And the level above that?"."""
    earlier = vocabulary.find_mentions(before)
    if not earlier:
        return None
    named = vocabulary.find_roles(question)
    if _own_words(question, vocabulary):
        return None  # it asks something of its own
    wanted = named[0] if named else _step(question, earlier[-1].role, vocabulary)
    if wanted is None:
        return None
    name = vocabulary.roles[wanted].name
    # Every mention of the last role gives way to the new one; others stay.
    target, out, at = earlier[-1].role, [], 0
    for mention in earlier:
        if mention.role == target:
            out += [_fit_article(_LEVEL.sub("", before[at : mention.start]), name), name]
            at = mention.end
    return "".join(out) + before[at:]


# "A first-level manager" gives way whole: there is no first-level director.
_LEVEL = re.compile(
    r"\b(?:first|second|third|entry|low|mid|top)(?:er|est)?[\s-]?(?:level|line|rung|tier) $", re.IGNORECASE
)


def _fit_article(before: str, name: str) -> str:
    """The text that ends in "a" or "an" as it must stand before a name."""
    return re.sub(r"\b(a)n?(\s+)$", r"\1n\2" if name[:1].lower() in "aeiou" else r"\1\2", before, flags=re.I)


_LADDER_WORDS = frozenset(
    "level levels rung step role position job spot above below higher lower highest top topmost senior next up down "
    "mean meant instead case same".split()
)


def _step(question: str, role: str, vocabulary: Vocabulary) -> str | None:
    if get_english().top.search(question):
        return vocabulary.get_top(role)
    if get_english().up.search(question):
        return vocabulary.get_neighbour(role, 1)
    if get_english().down.search(question):
        return vocabulary.get_neighbour(role, -1)
    return None


def _swap_contrast(question: str, before: str, vocabulary: Vocabulary) -> str | None:
    """Ask the earlier question of its counterpart: "And the other track?", "What about small companies?"."""
    plain = get_english().expletive.sub(" ", question)
    clause = re.split(r"[,;]", before.rstrip("?. "))[0]
    for left, right in vocabulary.contrasts:
        for here, there in ((left, right), (right, left)):
            if not _holds(_leave_out_other_roles(clause, here, vocabulary), here) or _holds(clause, there):
                continue
            if _holds(plain, "other") or _only_swaps(question, there, clause):
                return re.sub(rf"\b{re.escape(here)}\b", there, clause, flags=re.I) + "?"
    return None


def _leave_out_other_roles(text: str, word: str, vocabulary: Vocabulary) -> str:
    """The text without the names of roles but the one that the word is: no "manager" in "program manager"."""
    own = vocabulary.find_roles(word)
    for mention in reversed(vocabulary.find_mentions(text)):
        if mention.role not in own:
            text = f"{text[: mention.start]} {text[mention.end :]}"
    return text


def _only_swaps(question: str, there: str, clause: str) -> bool:
    """Whether a question names the counterpart and nothing besides that the earlier one does not name."""
    own = {stem(w) for w in _content(question)} - find_stems(there)
    return _holds(question, there) and own <= find_stems(clause)


def _holds(text: str, word: str) -> bool:
    return re.search(rf"\b{re.escape(word)}\b", text, re.I) is not None


def _append_subject(question: str, before: str, answer: str, vocabulary: Vocabulary) -> str:
    """Name what "those two" or "it" may be: the roles of the earlier question, else the question itself."""
    earlier = vocabulary.find_mentions(before)
    if earlier and (other := _step(question, earlier[-1].role, vocabulary)):
        here, there = (vocabulary.roles[r].name for r in (earlier[-1].role, other))
        asked = f"{question.rstrip('?. ')} ({here} to {there})?"
        return f"{before.rstrip('?. ')} - {asked}" if get_english().resuming.search(question) else asked
    if _is_whole(question, vocabulary):
        return get_english().filler.sub("", question)
    roles = _find_pair(before, answer, vocabulary) if get_english().both.search(question) else ()
    roles = roles or vocabulary.find_roles(before) or _find_subject(question, answer, vocabulary)
    new = [r for r in roles if r not in vocabulary.find_roles(question)][:3]
    if new and _asks_anew(question, vocabulary):
        return f"{question.rstrip('?. ')} ({' and '.join(vocabulary.roles[r].name for r in new)})?"
    return f"{before.rstrip('?. ')} - {question}"


def _is_whole(question: str, vocabulary: Vocabulary) -> bool:
    """Whether one sentence of it names its own role and speaks of nobody else: "so VP. how many does a VP lead?"."""
    if get_english().persons.search(question):
        return False
    return any(vocabulary.find_roles(p) and stands_alone(p, vocabulary) for p in re.split(r"[.!?;]\s", question))


def _find_subject(question: str, answer: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The one role that the last answer's first sentence names, when "they" or "it" is asked about."""
    if not get_english().persons.search(question):
        return ()
    roles = vocabulary.find_roles(re.split(r"(?<=[.!?])\s", answer.strip(), maxsplit=1)[0])
    return roles if len(roles) == 1 else ()


def _asks_anew(question: str, vocabulary: Vocabulary) -> bool:
    """Whether a question asks something of its own and only leaves open of whom: "do they still code?"."""
    english = get_english()
    words = [w for w in _content(question) if w not in _LADDER_WORDS]
    if english.both.search(question) or len(words) >= 2:
        return True
    rest = english.expletive.sub(" ", english.filler.sub("", question))
    own = words or english.find_unit(question) or vocabulary.find_dimensions(question)
    return bool(own and english.whole.search(rest) and english.persons.search(rest))
