"""What a question asks for by name: the skills of "what skills does a CIO need", the city of "in what city".

A guide may speak of the role and of everything around it and still not of that one thing, and then a sentence that
shares the rest of the question's words looks like an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from coach.retrieval.asking import get_english
from coach.retrieval.query import Query, Term
from coach.retrieval.retriever import Retrieved
from coach.retrieval.words import stem, strip_possessive
from coach.vocabulary import Vocabulary

_WORD = re.compile(r"[\w'-]+|[^\w\s]")
_NAME = re.compile(r"(?<=[a-z,;] )(?:[A-Z][a-z]+\w*|[A-Z][\w-]*[A-Z0-9]\w*)\b")
# Whose: without an article or "my", it is a name, however it is written ("does initech's ladder go higher").
_OWNER = re.compile(
    r"(?:^|\b(?:does|do|is|are|was|were|at|of|than|in|for|about|on|with|from|by|to|and|or|vs) )"
    r"([a-z][\w-]+)['\u2019]s\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"[^.!?]+\?")
_PLACING = re.compile(r"\b(?:at|in|than|vs|versus|like|of) $")
_STORY = 160  # characters from which a question tells of the asker
_ROLE = "\x00"
_DETERMINERS = frozenset("what which whose".split())
_OTHER_FORMS = frozenset("who whom when where why how".split())
_OPENING = frozenset("is are was were 's s the a an any some are of kind kinds type types sort sorts main".split())
_PREPOSITIONS = frozenset(
    "of for in on at to from by with about as between among into within during over under vs versus than".split()
)


def find_focus(query: Query, vocabulary: Vocabulary) -> tuple[Term, ...]:
    """The terms that name what is asked for; none where the form of the question says it (who, when, how)."""
    words = _read_words(query.texts[0], vocabulary)
    terms = {t.word: t for t in query.terms}
    for at, word in enumerate(words):
        if word in _OTHER_FORMS:
            return ()
        if word in _DETERMINERS:
            return tuple(_take(words[at + 1 :], terms))
    begins_with_verb = bool(words) and words[0] in get_english().stop_words
    return () if begins_with_verb else tuple(_take(words, terms))


def find_strangers(text: str, found: Retrieved) -> frozenset[str]:
    """Names within a question that no guide and no word of the field knows.

    A name is a word with a capital, but the first, or an owner without an article. In a story only the sentences that
    end as questions count: the rest is the asker's life.
    """
    return frozenset(name.lower() for name, _ in _find_unknown(text, found))


def asks_elsewhere(text: str, found: Retrieved) -> bool:
    """Whether a question asks about a firm, a place or a thing with a name of which the guides know nothing.

    A name by itself may be a friend's: "Anna says directors still code". Whose something is, where it is, what it is
    compared with, and what is written like H-1B is no friend.
    """
    return any(
        before is None or _PLACING.search(before) or sum(c.isupper() or c.isdigit() for c in name) > 1
        for name, before in _find_unknown(text, found)
    )


def _find_unknown(text: str, found: Retrieved) -> Iterator[tuple[str, str | None]]:
    """Each such name with what stands before it; None for an owner."""
    if len(text) > _STORY:
        text = " ".join(_QUESTION.findall(text))
    kept = list(text)
    for mention in found.vocabulary.find_mentions(text):
        kept[mention.start : mention.end] = "x" * (mention.end - mention.start)
    plain = "".join(kept)
    named: list[tuple[str, str | None]] = [(m[0], plain[: m.start()]) for m in _NAME.finditer(plain)]
    named += [(m[1], None) for m in _OWNER.finditer(plain)]
    known = get_english().stop_words | get_english().unit_words | found.vocabulary.words
    for name, before in named:
        bare = strip_possessive(name.lower())
        if bare not in known and not found.lexicon.stem_counts.get(stem(bare)):
            yield strip_possessive(name), before


def _read_words(text: str, vocabulary: Vocabulary) -> Sequence[str]:
    """Lower-case words with a mark in place of each role, whose names hold prepositions of their own."""
    out, at = [], 0
    for mention in vocabulary.find_mentions(text):
        out += [text[at : mention.start], f" {_ROLE} "]
        at = mention.end
    spaced = "".join([*out, text[at:]]).lower().replace("\u2019", "'")
    return [
        _ROLE if part == _ROLE else strip_possessive(w)
        for part in re.split(f"({_ROLE})", spaced)
        for w in (_WORD.findall(part) if part != _ROLE else [part])
    ]


def _take(words: Sequence[str], terms: dict[str, Term]) -> Iterator[Term]:
    """The content words up to the end of the first noun phrase."""
    begun = False
    for word in words:
        if word in terms and word not in get_english().unit_words:
            begun = True
            yield terms[word]
        elif begun or word not in _OPENING:
            return
