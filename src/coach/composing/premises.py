"""What a question takes for granted: "since a director leads 8 people, how ...", "the ladder has nine levels, right?".

Only statements about the world count. What askers tell of themselves ("as a new EM with 12 engineers") is theirs to
say, and no guide can know better.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from coach.retrieval.asking import get_english
from coach.vocabulary import Vocabulary

_LEAST, _MOST = 8, 200  # characters of a premise
_SENTENCE = 4  # words from which what stands before a question tells something
_ENDS = re.compile(r"(?<=[.!?;])\s+")  # a chat's sentences begin with small letters
_TAG = re.compile(r"[\s,]+(?:right|correct|true|yes|yeah|huh)$", re.IGNORECASE)


def find_premises(question: str, vocabulary: Vocabulary, roles: Sequence[str] = ()) -> tuple[str, ...]:
    """The statements a question rests on, as they may be held against a guide; most questions have none.

    A statement about "they" is one about the role that the question names, if it names just one.
    """
    text = " ".join(question.split())
    found = (_plain(part, vocabulary, roles) for part in _find_statements(text, vocabulary))
    return tuple(dict.fromkeys(p for p in found if p))


def _find_statements(text: str, vocabulary: Vocabulary) -> Iterator[str]:
    """Parts of a question that state something, by the words that introduce or follow them."""
    english = get_english()
    for match in english.why_not.finditer(text):
        yield f"not {match[1]}"
    for pattern in english.premises:
        for match in pattern.finditer(text):
            yield match[1]
    sentences = _ENDS.split(text)
    asked = max((n for n, s in enumerate(sentences) if english.asking.search(s)), default=0)
    told = [
        s
        for n, s in enumerate(sentences)
        if not english.asking.search(s) and len(s.split()) >= _SENTENCE and (n < asked or vocabulary.find_roles(s))
    ]  # after the question come wishes for the answer: "one line is enough"
    if told and len(told) < len(sentences):
        yield told[-1]


def _plain(statement: str, vocabulary: Vocabulary, roles: Sequence[str]) -> str:
    """The bare statement, "stop coding" put as "not coding" and "one team" as "single team"; "" for no statement."""
    english = get_english()
    text = _TAG.sub("", english.reported.sub("", statement).strip(" ,.?!;-"))
    if not _LEAST <= len(text) <= _MOST or english.no_statement.search(text) or _only_names(text, vocabulary):
        return ""
    if pronoun := english.stands_for.match(text):
        if len(set(roles)) != 1 or vocabulary.find_roles(text):
            return ""
        text = f"{vocabulary.roles[roles[0]].name} {text[pronoun.end() :]}"
    text = english.ceasing.sub("not ", text)
    text = english.just_one.sub("single", text)
    return " ".join(english.intensifying.sub(" ", text).split())


def _only_names(text: str, vocabulary: Vocabulary) -> bool:
    """Whether the text says who is meant and nothing of them: "staff engineer at a bank", "EM with 12 engineers"."""
    mention = next(iter(vocabulary.find_mentions(text)), None)
    if mention is None or not re.fullmatch(r"(?:(?:an?|the|my|new|only)\s)*", text[: mention.start], re.IGNORECASE):
        return False
    return re.match(r"'?s?\s*(?:$|(?:with|at|in|for|without|from|on)\b)", text[mention.end :]) is not None
