"""One sentence as the checks see it: clauses, roles, quantities, content words and what is denied."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from coach.types import Evidence
from coach.verifying.lexicon import STOP
from coach.verifying.numbers import Quantity, find_quantities
from coach.verifying.polarity import Strength, find_denied, find_strengths
from coach.verifying.words import LIGHT_STEMS, is_content, normalise, stem, tokenise
from coach.vocabulary import RoleMention, Vocabulary

_SPLIT = re.compile(r"[,;:()]|\s-\s|\b(?:and|but|while|whereas|although|though|because)\b")
_OPENING = re.compile(
    r"^(?:[\W_]|\b(?:a|an|the|each|every|any|most|many|some|for|as|in|at|to|typical|new|good|only|all|no)\b)*$"
)
_LISTED = re.compile(
    r"(?:'?s\b)?\W*(?:[,;/&]|and|or|nor|plus|versus|vs)(?:\W|\b(?:and|or|a|an|the|with|as|to|for|in|of|its|their)\b)*",
    re.IGNORECASE,
)
_DETERMINERS = r"(?:(?:a|an|the|its|their|another|any|every|each|most|many|some|all|no|new|typical|good|only)\s)*"
_AFTER = re.compile(
    r"\b(to|from|of|by|as|for|with|than|under|into|like|unlike|at|between|above|below|before|after|over|against)\s"
    rf"{_DETERMINERS}$"
)
_OPENS = re.compile(
    rf"(?:^|[,;:()]\s?|\b(?:and|but|while|whereas|that|how|or|because|if|when|for|as|of|at)\s)\W*{_DETERMINERS}$"
)
_TIMES = frozenset("day days week weeks month months quarter quarters year years decade percent percentage".split())
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)(?<![\w'])[A-Z][\w&.+-]*[\w+]|\b\w*[a-z]\d\w*|https?://\S+|\b\w+@\w+\.\w+")


@dataclass(frozen=True, slots=True)
class Word:
    """A content word or a role, where it stands, and whether it is denied or part of an enumeration."""

    stem: str  # "@" and the id for a role
    start: int
    end: int
    denied: bool
    listed: bool
    after: str = ""  # the preposition right before it
    opens: bool = False  # nothing but an article stands between it and the start of its clause


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence with a subject of its own or the one carried over from before."""

    words: tuple[Word, ...]
    roles: frozenset[str]  # all it speaks of, the carried subject among them
    subject: frozenset[str]
    quantities: tuple[Quantity, ...]

    @property
    def stems(self) -> frozenset[str]:
        """Its content words without roles."""
        return frozenset(w.stem for w in self.words if not w.stem.startswith("@"))


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence taken apart; `context` are stems of its headings and lead-in."""

    normal: str
    words: tuple[Word, ...]
    clauses: tuple[Clause, ...]
    denials: tuple[frozenset[str], ...]  # what each negation reaches over
    roles: frozenset[str]  # those of its words and of its headings
    quantities: tuple[Quantity, ...]
    strengths: Counter[Strength]
    every: frozenset[str]  # stems of all words, function words too
    names: tuple[str, ...] = ()
    context: frozenset[str] = frozenset()
    vouching: frozenset[str] = (
        frozenset()
    )  # of its words and headings, those outside the names of roles and their heads

    @property
    def stems(self) -> frozenset[str]:
        """Its own content words without roles."""
        return frozenset(w.stem for w in self.words if not w.stem.startswith("@"))

    @property
    def covering(self) -> frozenset[str]:
        """Everything its words and headings can vouch for."""
        return self.every | self.context


def read_claim(text: str, vocabulary: Vocabulary) -> Reading:
    """Take a claim apart; if it names one role, all of it is about that role."""
    roles = vocabulary.find_roles(text)
    only = frozenset(roles) if len(roles) == 1 else frozenset()
    return _read(text, vocabulary, carried=only, context=frozenset(), more_roles=frozenset())


def read_evidence(evidence: Evidence, vocabulary: Vocabulary) -> Reading:
    """Take a quote apart, with the subject and the words that its headings and lead-in lend it."""
    said = evidence.sentence
    above = " . ".join((*said.headings, said.lead_in))
    named = set(vocabulary.find_roles(said.text))
    about = said.roles or vocabulary.annotate(said.headings, said.text).roles
    # A sentence said to be about every role it names has no subject to lend to its clauses.
    subject = () if set(about) == named else about or vocabulary.find_roles(said.lead_in)
    context = stems_of(normalise(above))
    more = frozenset((*vocabulary.find_roles(above), *said.roles))
    own = _read(said.text, vocabulary, carried=frozenset(subject), context=context, more_roles=more)
    return replace(
        own,
        strengths=own.strengths + find_strengths(normalise(said.lead_in)),
        vouching=stems_of(normalise(vocabulary.shorten_roles(f"{said.text} . {above}"))),
    )


def stems_of(normal: str) -> frozenset[str]:
    """Stems of all the words of a normalised text."""
    return frozenset(stem(word) for word, _, _ in tokenise(normal))


def _read(
    text: str, vocabulary: Vocabulary, *, carried: frozenset[str], context: frozenset[str], more_roles: frozenset[str]
) -> Reading:
    normal = normalise(text)
    mentions = vocabulary.find_mentions(normal)
    quantities = find_quantities(normal)
    words = _find_words(normal, mentions, quantities)
    roles = frozenset(m.role for m in mentions)
    return Reading(
        normal=normal,
        words=words,
        clauses=tuple(_find_clauses(normal, words, mentions, quantities, carried)),
        roles=roles | more_roles,
        denials=tuple(frozenset(w.stem for w in words if start <= w.start < end) for start, end in find_denied(normal)),
        quantities=quantities,
        strengths=find_strengths(normal),
        every=stems_of(normal),
        names=_find_names(text, vocabulary),
        context=context,
    )


def _find_words(normal: str, mentions: Sequence[RoleMention], quantities: Sequence[Quantity]) -> tuple[Word, ...]:
    """Content words and roles in order; numbers, times and words inside a role's name have their own checks."""
    taken = [(m.start, m.end) for m in mentions] + [(q.start, q.end) for q in quantities]
    found = [(f"@{m.role}", m.start, m.end) for m in mentions]
    found += [
        (stem(word), start, end)
        for word, start, end in tokenise(normal)
        if is_content(word) and word not in _TIMES and not _within(start, taken)
    ]
    found.sort(key=lambda w: w[1])
    denied = find_denied(normal)
    gaps = [normal[a[2] : b[1]] for a, b in itertools.pairwise(found)]
    listed = [_LISTED.fullmatch(gap) is not None for gap in gaps]
    around = zip([False, *listed], [*listed, False], strict=True)
    return tuple(
        Word(name, start, end, _within(start, denied), before or after, *_find_place(normal[:start]))
        for (name, start, end), (before, after) in zip(found, around, strict=False)
    )


def _find_place(before: str) -> tuple[str, bool]:
    """The preposition a word stands after, and whether it opens its clause."""
    preposition = _AFTER.search(before)
    return preposition[1] if preposition else "", _OPENS.search(before) is not None


def _within(position: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= position < end for start, end in spans)


def _find_clauses(
    normal: str,
    words: Sequence[Word],
    mentions: Sequence[RoleMention],
    quantities: Sequence[Quantity],
    carried: frozenset[str],
) -> Iterable[Clause]:
    """Cut at punctuation and conjunctions, but never inside "a director or a VP" or a range."""
    subject = carried
    for start, end in _clause_spans(normal, mentions, quantities):
        inside = [m for m in mentions if start <= m.start < end]
        own = _leading_group(normal, inside)
        opens = bool(inside) and (_OPENING.match(normal[start : inside[0].start]) is not None)
        subject = own if opens else subject
        roles = frozenset(m.role for m in inside) | (frozenset() if opens else subject)
        yield Clause(
            words=tuple(w for w in words if start <= w.start < end),
            roles=roles,
            subject=subject or (own if len(own) == len({m.role for m in inside}) else frozenset()),
            quantities=tuple(q for q in quantities if start <= q.start < end),
        )


def _clause_spans(
    normal: str, mentions: Sequence[RoleMention], quantities: Sequence[Quantity]
) -> list[tuple[int, int]]:
    kept = [(q.start, q.end) for q in quantities]
    kept += [(m.start, m.end) for m in mentions]
    kept += [(a.start, b.end) for a, b in itertools.pairwise(mentions) if _are_joined(normal, a, b)]
    cuts = [m.end() for m in _SPLIT.finditer(normal) if not _within(m.start(), kept)]
    spans = list(zip([0, *cuts], [*cuts, len(normal)], strict=True))
    return [(start, end) for start, end in spans if normal[start:end].strip(" ,;:()-.")]


def _are_joined(normal: str, left: RoleMention, right: RoleMention) -> bool:
    between = normal[left.end : right.start]
    return re.fullmatch(r"'?s?\s?\(?\)?\s?(?:,|/|and|or|, and|, or|\()?\s?(?:an?|the)?\s?", between) is not None


def _leading_group(normal: str, mentions: Sequence[RoleMention]) -> frozenset[str]:
    """The first role of a clause and those joined to it by "and" or "or"."""
    group = list(mentions[:1])
    for mention in mentions[1:]:
        if not _are_joined(normal, group[-1], mention):
            break
        group.append(mention)
    return frozenset(m.role for m in group)


def _find_names(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Named things: capitals inside a sentence, addresses, words with digits in them; roles are not among them."""
    spans = [(m.start, m.end) for m in vocabulary.find_mentions(text)]
    found = (m.group() for m in _NAME.finditer(text) if not _within(m.start(), spans))
    return tuple(name for name in found if normalise(name) not in STOP)


def is_weighty(one: str) -> bool:
    """Whether a stem has to stand in the evidence: not a role, not a word that only frames."""
    return not one.startswith("@") and one not in LIGHT_STEMS
