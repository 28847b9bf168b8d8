"""From passages to single sentences: which of them answer the question, and by how much."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from coach.quantities import find_dates, find_frequencies, find_quantities, find_vague_durations
from coach.retrieval.asking import get_english
from coach.retrieval.query import Excluded, Query
from coach.retrieval.ranking import rank
from coach.retrieval.retriever import Retrieved
from coach.retrieval.words import find_stems, find_words, stem, strip_possessive
from coach.types import Evidence, Passage, Sentence
from coach.vocabulary import Vocabulary

_TO_THE_POINT = 0.6  # share of what is asked, besides the role, that a sentence without any role must hold
_BESIDE = 0.5  # share of the telling words from which a sentence may name what the question rules out
_OF_STORY = 0.88  # what a sentence near the story counts, against one near the question itself


@dataclass(frozen=True)
class EvidenceTuning:
    """Weights of the signals, on the scale of cosine similarity; set by hand, and together one signal of `ranking`."""

    coverage: float = 0.35
    heading_coverage: float = 0.08
    story: float = 0.12
    same_role: float = 0.10
    mentioned_role: float = 0.03
    other_role: float = -0.18
    dimension: float = 0.08
    answers_unit: float = 0.12
    lacks_unit: float = -0.08
    number_fits: float = 0.42
    number_misses: float = -0.15
    rank: float = 0.04
    excluded: float = -0.30
    move: float = 0.25  # under a heading about the move between the roles asked about
    unnamed_move: float = 0.12  # under a heading about a move, where a question about one names no role
    unasked_transition: float = -0.06  # what is said of newcomers to a role, when nobody asked of a move


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sentence as evidence for one question: the total and the signals it is made of."""

    evidence: Evidence
    score: float
    similarity: float  # cosine of the question and the sentence under its headings, -1..1
    coverage: float  # weighted share of the question's content words in sentence and headings, 0..1
    fits_roles: bool  # about a role the question names, or of none and to the point, or the question names none
    fits_unit: bool  # holds the kind of quantity asked for, or none is asked for
    rank: int  # of its passage
    parts: tuple[float, ...] = ()  # cosine with each part of the question (one role each)
    stems: frozenset[str] = frozenset()  # of its words, role names cut down to their heads
    heading_stems: frozenset[str] = frozenset()
    terms: frozenset[str] = frozenset()  # stems of the question's terms it holds
    heading_roles: frozenset[str] = frozenset()  # every role its headings name
    names_superior: bool = False  # says who manages the role asked about, or whom it reports to
    number: float = 0.0  # part of the score: it holds the range that a headcount in the question falls in, or another
    excluded: float = 0.0  # part of the score: it speaks of what the question rules out
    move: float = 0.0  # part of the score: it stands under a heading that names both roles of a move
    prior: float = 0.0  # the score by hand-set weights, before the best were ranked anew
    vector: NDArray[np.float32] = field(default_factory=lambda: np.zeros(1, np.float32), compare=False, repr=False)

    @property
    def sentence(self) -> Sentence:
        """The sentence itself."""
        return self.evidence.sentence

    @property
    def section(self) -> tuple[str, tuple[str, ...]]:
        """Its document and the headings it stands under."""
        return self.evidence.document_id, self.sentence.headings

    @property
    def key(self) -> tuple[str, int]:
        """Where it stands."""
        return self.evidence.document_id, self.sentence.start


def weigh_evidence(found: Retrieved) -> list[Weighed]:
    """Every sentence of the passages with its weight, best first; a sentence in two chunks counts once."""
    return rank(found, weigh_by_hand(found))


def weigh_by_hand(found: Retrieved, tuning: EvidenceTuning | None = None) -> list[Weighed]:
    """The same before the best are ranked anew: by hand-set weights alone."""
    tuning = tuning or EvidenceTuning()
    best: dict[tuple[str, int, int], Weighed] = {}
    for passage in found.passages:
        vectors = found.reader.sentence_vectors(passage.chunk.id)
        similarities = _similarities(found, vectors)
        parts = (vectors @ found.vectors[found.asked :].T).tolist()
        rows = zip(passage.chunk.sentences, similarities, parts, vectors, strict=True)
        for sentence, similarity, part, vector in rows:
            if sentence.text.endswith((":", "?")):
                continue  # it introduces or asks, and answers nothing by itself
            weighed = _weigh(sentence, float(similarity), passage, found, tuning, tuple(part), vector)
            key = (passage.chunk.document_id, sentence.start, sentence.end)
            if key not in best or weighed.score > best[key].score:
                best[key] = weighed
    return sorted(best.values(), key=lambda w: (-w.score, w.key))


def _similarities(found: Retrieved, vectors: np.ndarray) -> np.ndarray:
    """Cosine with the asking part, or with the whole story where that is nearer (at a discount)."""
    cosines = vectors @ found.vectors[: found.asked].T
    cosines[:, 1:] *= _OF_STORY
    return np.asarray(cosines.max(axis=1))


def _weigh(
    sentence: Sentence,
    similarity: float,
    passage: Passage,
    found: Retrieved,
    tuning: EvidenceTuning,
    parts: tuple[float, ...],
    vector: NDArray[np.float32],
) -> Weighed:
    query, shorten = found.query, found.vocabulary.shorten_roles
    own = find_stems(shorten(sentence.text))
    around = own | find_stems(shorten(" ".join((*sentence.headings, sentence.lead_in))))
    fits_unit = holds_unit(sentence.text, query)
    unit_stems = _find_unit_stems(query)
    held, held_around = (s | unit_stems if fits_unit else s - unit_stems for s in (own, around))
    coverage = found.lexicon.cover(query.terms, held)
    wide = found.lexicon.cover(query.terms, held_around, sentence.dimensions)
    score = similarity + tuning.coverage * coverage + tuning.heading_coverage * (wide - coverage)
    score += tuning.story * found.lexicon.cover(query.story, own)
    score += _role_weight(sentence, query, tuning)
    score += tuning.dimension * bool(set(query.dimensions) & set(sentence.dimensions))
    moving = "transition" in sentence.dimensions and "transition" not in query.dimensions
    score += tuning.unasked_transition * (moving and query.form != "transition")
    score += tuning.rank * (1 - passage.rank / max(len(found.passages), 1))
    if query.unit:
        score += tuning.answers_unit if fits_unit else tuning.lacks_unit
    excluded = tuning.excluded * _speaks_of_excluded(sentence, around, found)
    score += excluded
    named = frozenset(found.vocabulary.find_roles(" - ".join(sentence.headings)))
    is_of_move = _is_of_move(sentence, named, query, found.vocabulary)
    move = (tuning.move if query.roles else tuning.unnamed_move) * is_of_move
    score += move
    number = _number_weight(sentence, query, tuning)
    score += number
    evidence = Evidence(passage.chunk.document_id, passage.title, passage.source, sentence)
    held = frozenset(t.stem for t in query.terms if t.alternatives & own)
    fits_roles = _fits_roles(sentence, passage.title, wide, found)
    return Weighed(
        evidence,
        score,
        similarity,
        wide,
        fits_roles,
        fits_unit,
        passage.rank,
        parts,
        stems=own,
        heading_stems=around - own,
        terms=held,
        heading_roles=named,
        names_superior=query.asks_superior and names_superior(sentence, query.roles[0], found.vocabulary),
        number=number,
        excluded=excluded,
        move=move,
        prior=score,
        vector=vector,
    )


def _is_of_move(sentence: Sentence, named: frozenset[str], query: Query, vocabulary: Vocabulary) -> bool:
    """Whether a sentence stands under a heading about the move asked for: between both roles, or to the one named."""
    if not query.moves or len(named) < 2:
        return False
    if len(query.roles) == 2:
        return named >= set(query.roles)
    if "transition" not in sentence.dimensions:
        return False
    between = vocabulary.find_roles(sentence.headings[-1])
    return len(between) == 2 and (not query.roles or between[-1] == query.roles[0])


def _speaks_of_excluded(sentence: Sentence, around: frozenset[str], found: Retrieved) -> bool:
    """Whether a sentence or its headings speak of what the question rules out.

    What holds the words that tell what is asked for may well name the thing ruled out beside it, and a sentence that
    denies it ("instead of management") is not about it. Words that name an aspect ("stages") do not tell.
    """
    query, shorten = found.query, found.vocabulary.shorten_roles
    if not any(e.stem in around for e in query.excluded):
        return False
    telling = [t for t in query.terms if not t.dimension] or query.terms
    if found.lexicon.cover(telling, around) >= _BESIDE:
        return False
    texts = (get_english().denied.sub(" ", sentence.text), *sentence.headings)
    return any(_holds(shorten(text), excluded) for text in texts for excluded in query.excluded)


def _holds(text: str, excluded: Excluded) -> bool:
    stems = [stem(strip_possessive(w)) for w in find_words(text)]
    if not excluded.before:
        return excluded.stem in stems
    return any(a == excluded.stem and b in excluded.before for a, b in pairwise(stems))


def names_superior(sentence: Sentence, role: str, vocabulary: Vocabulary) -> bool:
    """Whether a sentence says whom somebody of this role answers to, as its subject or as the one who is managed."""
    english = get_english()
    own = [m for m in vocabulary.find_mentions(sentence.text) if m.role == role]
    if role in sentence.roles:  # its subject; a sentence that only refers to it names it in a heading
        return bool(english.answers_to.search(sentence.text, own[0].end if own else 0))
    plain = vocabulary.mask_roles(sentence.text, "_")  # a tech lead is no verb
    return any(english.manages.search(plain[: m.start]) for m in own)


def _find_unit_stems(query: Query) -> frozenset[str]:
    """Words of the question that only name the unit: "15 to 50 engineers" speaks of headcount, "headcount" need not."""
    return frozenset(t.stem for t in query.terms if t.word in get_english().unit_words) if query.unit else frozenset()


def _fits_roles(sentence: Sentence, title: str, coverage: float, found: Retrieved) -> bool:
    """Whether a sentence may answer a question about these roles.

    One that names no role at all is of everybody: it fits when its document is about the role, or when it holds
    most of what is asked besides the role.
    """
    wanted = set(found.query.roles)
    named = {*sentence.roles, *sentence.mentions}
    if not wanted or named:
        return not wanted or bool(wanted & named)
    about = found.vocabulary.find_roles(title)
    return bool(wanted & set(about)) or (not about and bool(found.query.terms) and coverage >= _TO_THE_POINT)


def _role_weight(sentence: Sentence, query: Query, tuning: EvidenceTuning) -> float:
    if not query.roles or not (sentence.roles or sentence.mentions):
        return 0.0
    subject = bool(set(query.roles) & set(sentence.roles))
    mentioned = bool(set(query.roles) & set(sentence.mentions))
    if query.asks_for_subject and len(query.roles) == 1:
        # "Who hires the directors?" is answered by a sentence about somebody else that mentions directors.
        return tuning.same_role if mentioned and not subject else 0.0
    if subject:
        return tuning.same_role
    return tuning.mentioned_role if mentioned else tuning.other_role


def holds_unit(text: str, query: Query) -> bool:
    """Whether a text holds the kind of quantity the question asks for; True when it asks for none."""
    if query.unit is None:
        return True
    if query.unit == "date":
        return bool(find_dates(text))
    if says_none(text, query):
        return True
    units = {q.unit for q in find_quantities(text)}
    often = find_frequencies(text)
    if query.unit == "frequency":
        return bool(often) or "duration" in units
    if query.unit == "duration":
        recurring = any(not f.startswith("regular") for f in often)
        return "duration" in units or recurring or bool(find_vague_durations(text))
    if query.unit == "count":
        return bool(units)
    return query.unit in units


def says_none(text: str, query: Query) -> bool:
    """Whether a text answers "how many" with none: "nobody reporting to them", "without direct reports"."""
    if query.unit not in ("people", "count"):
        return False
    counted = {t.stem for t in query.terms}
    return any(counted & find_stems(match[1]) for match in _NONE.finditer(text))


_NONE = re.compile(r"\b(?:nobody|no one|none|no|without|zero)\b((?:\W+\w+){1,4})", re.IGNORECASE)


def _number_weight(sentence: Sentence, query: Query, tuning: EvidenceTuning) -> float:
    """A question that brings its own headcount wants the range it falls in, or the one it gets wrong.

    "12 engineers: which level?" is answered by the range that holds 12; "a director leads 8 people, so ..."
    by what is said of directors, whether it agrees or not.
    """
    ranges = [q for q in find_quantities(sentence.text) if q.unit == "people"] if query.headcount else []
    if not ranges or query.headcount is None:
        return 0.0
    if query.roles:
        return tuning.number_fits if set(query.roles) & set(sentence.roles) else 0.0
    headcount = query.headcount
    fits = any(q.low < headcount < q.high or q.low == headcount for q in ranges)
    return tuning.number_fits if fits else tuning.number_misses
