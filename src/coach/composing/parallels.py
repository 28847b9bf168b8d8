"""What a sentence is like once the names of roles are taken out of it: how sentences on several roles are matched.

Guides often treat roles in parallel: in one section with a sentence for each ("By planning horizon, a VP ..."), or in
sections of one pattern, one for each role ("Director of engineering: scope", "VP of Engineering: scope").
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from coach.retrieval.evidence import Weighed
from coach.retrieval.lexicon import Lexicon
from coach.retrieval.words import find_stems
from coach.types import Sentence
from coach.vocabulary import Vocabulary

_MARK = "\0"
_BRACKETS = re.compile(r"\([^)]*\)")
_JOINED = re.compile(r"\W*(?:or|and|/)\W*(?:an? |the )?", re.IGNORECASE)
# What stands before the role that a sentence is about: "In people development, a", "The impact of a".
_OPENS = re.compile(
    r"^(?:[^,]+,)?\s*(?:(?:an?|the|each|every|most|many|some|new|good|typical|successful|software)\s+)*$"
    r"|^[^,]+\b(?:of|by|for)\s+(?:(?:an?|the|each|new)\s+)*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A sentence without its roles: whom it is about, and what it shares with sentences about others."""

    roles: tuple[str, ...]  # one, or two in one breath
    pattern: tuple[str, str]  # its document, and its innermost heading without roles
    stems: frozenset[str]
    place: int  # how many sentences about a role stand before it in its section


def find_subjects(sentence: Sentence, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The role that a sentence is about, or the two of one breath ("a VP or CTO"); none where it only names roles."""
    text = _BRACKETS.sub("", sentence.text)
    mentions = vocabulary.find_mentions(text)
    if not mentions:
        return sentence.roles if len(sentence.roles) == 1 else ()
    if not _OPENS.search(text[: mentions[0].start]):
        return ()
    joined = len(mentions) > 1 and _JOINED.fullmatch(text[mentions[0].end : mentions[1].start])
    return tuple(dict.fromkeys(m.role for m in mentions[: 2 if joined else 1]))


def read_kinds(pool: Iterable[Weighed], vocabulary: Vocabulary) -> dict[tuple[str, int], Kind]:
    """The kind of each sentence that is about a role, by its key."""
    about = [(w, roles) for w in pool if (roles := find_subjects(w.sentence, vocabulary))]
    starts = defaultdict(list)
    for w, _ in about:
        starts[w.section].append(w.sentence.start)
    return {
        w.key: Kind(
            roles,
            (w.evidence.document_id, _mask((w.sentence.headings or ("",))[-1], vocabulary)),
            find_stems(_mask(w.sentence.text, vocabulary)),
            sum(start < w.sentence.start for start in starts[w.section]),
        )
        for w, roles in about
    }


def compare_words(one: Kind, other: Kind, lexicon: Lexicon) -> float:
    """Share 0..1 of the words of two kinds that both hold, each word weighed by how rare it is in the guides."""
    either = _weigh(one.stems | other.stems, lexicon)
    return _weigh(one.stems & other.stems, lexicon) / either if either else 0.0


def order_by_ladder(roles: Iterable[str], vocabulary: Vocabulary) -> list[str]:
    """Roles ladder by ladder, lowest rung first; those on no ladder last."""
    ladders = list(dict.fromkeys(r.ladder for r in vocabulary.roles.values() if r.ladder))
    place = {id_: n for n, id_ in enumerate(vocabulary.roles)}

    def rank(id_: str) -> tuple[int, int, int]:
        role = vocabulary.roles[id_]
        ladder = ladders.index(role.ladder) if role.level is not None else len(ladders)
        return ladder, role.level or 0, place[id_]

    return sorted(roles, key=rank)


def _mask(text: str, vocabulary: Vocabulary) -> str:
    return _BRACKETS.sub(" ", vocabulary.mask_roles(text, _MARK)).replace(_MARK, "").strip()


def _weigh(stems: frozenset[str], lexicon: Lexicon) -> float:
    return sum(lexicon.weigh_stem(s) for s in stems)
