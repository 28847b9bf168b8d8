"""What a question asks for by name: the skills of "what skills does a CIO need", the city of "in what city".

A guide may speak of the role and of everything around it and still not of that one thing, and then a sentence that
shares the rest of the question's words looks like an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from coach.retrieval.asking import get_english, join_questions
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
_CLAUSE_ENDS = re.compile(r"[.;:!?]+\s|,\s|\s[-\u2013\u2014]\s")
_OF_ASKER = re.compile(
    r"\W*(?:(?:and|but|so|hi|hello|hey|well|ok)\W+)*(?:as an?|i|i['\u2019]m|im|my|we|our)\b", re.IGNORECASE
)
_PLACING = re.compile(r"\b(?:at|than|vs|versus|of) $")
_NOTHING_MORE = re.compile(r"\W*(?:$|[?.!,;]|\b(?:and|or|now|today)\b)")
_MASKED = re.compile(r"x+")
_PLURAL = re.compile(r"[A-Z]{2,}s")
_CODE = re.compile(r"[A-Z]-\d")
_TIME = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tues|wednes|thurs|fri|satur|sun)\w*|[qh]\d|fy\d+|english",
    re.IGNORECASE,
)
_SAYING = re.compile(r"\s*(?:terms|view|opinion|words|eyes|claim|sake)\b", re.IGNORECASE)
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

    A name is a word with a capital, but the first, or an owner without an article. Beside sentences that end as
    questions only these count: the rest is the asker's life, and so is a long story that asks nothing.
    """
    return frozenset(name.lower() for name, _, _ in _find_unknown(_find_asking(text), found))


def asks_elsewhere(text: str, found: Retrieved) -> bool:
    """Whether a question asks about a firm, a place or a thing with a name of which the guides know nothing.

    A name by itself may be a friend's ("Anna says directors still code"), one in a clause about the asker tells where
    the asker is ("I lead a team in India, what changes?"). Whose something is, where it is, what it is compared with,
    and what is written like H-1B is neither.
    """
    asking = ". ".join(c for c in _CLAUSE_ENDS.split(_find_asking(text)) if not _OF_ASKER.match(c))
    return any(_is_elsewhere(*one) for one in _find_unknown(asking, found))


def _find_asking(text: str) -> str:
    """The sentences that end as questions; all of a short text without any, nothing of a long one."""
    return join_questions(text) or (text if len(text) <= _STORY else "")


def _is_elsewhere(name: str, before: str | None, after: str) -> bool:
    if before is None:
        return not _SAYING.match(after)
    if _CODE.search(name) or _PLACING.search(before):
        return True
    return before.endswith(" in ") and bool(_NOTHING_MORE.match(after)) and not _TIME.fullmatch(name)


def _find_unknown(text: str, found: Retrieved) -> Iterator[tuple[str, str | None, str]]:
    """Each such name with what stands before it, None for an owner, and what stands behind it."""
    if found.vocabulary.mask_roles(text, " ").isupper():
        return  # who types in capitals names nobody by them
    plain = found.vocabulary.mask_roles(text, "x")
    named: list[tuple[re.Match[str], str | None]] = [(m, plain[: m.start()]) for m in _NAME.finditer(plain)]
    named += [(m, None) for m in _OWNER.finditer(plain)]
    known = get_english().stop_words | get_english().unit_words | found.vocabulary.words
    for match, before in named:
        name = strip_possessive(match[1] if before is None else match[0])
        if _MASKED.fullmatch(name) or _PLURAL.fullmatch(name):
            continue  # a role's own ("the VP's or the CTO's"), and a kind of thing ("PRs", "OKRs")
        if name.lower() not in known and not found.lexicon.stem_counts.get(stem(name.lower())):
            yield name, before, plain[match.end() :]


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
