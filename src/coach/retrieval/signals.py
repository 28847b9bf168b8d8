"""How well the evidence at hand meets a question: the numbers that the decision to answer rests on.

All of them compare a question with sentences and those with one another, so that they mean the same for any
guides: a share of the question's words, or a cosine against the cosines of everything else that came up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from coach.quantities import find_frequencies, find_quantities
from coach.retrieval.asking import get_english
from coach.retrieval.evidence import Weighed, says_none
from coach.retrieval.focus import find_focus, find_strangers
from coach.retrieval.query import Query, Term
from coach.retrieval.retriever import Retrieved
from coach.retrieval.spelling import get_surprise

_BEST = 5  # sentences that count as the evidence at hand
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+")
_FEW = 4  # content words up to which a question is short


@dataclass(frozen=True)
class Signals:
    """What the decision rests on; shares are 0..1, and a question without the thing measured counts as met."""

    similarity: float  # cosine of the best sentence with the question, -1..1
    topic: float  # the same once what all found sentences have in common is taken out of both, -1..1
    coverage: float  # share of the question's content that the best sentences hold together
    one: float  # share that one of them holds alone, under its headings, about a role asked for
    rarest: float  # how telling the most telling word is that the sentence with most of them does not hold
    hits: float  # content words of the question (and second roles) together in one of the best sentences, up to 4
    quantity: float  # 0 when a kind of quantity is asked for and no good sentence has it, else 1
    aspect: float  # share of the aspects asked for that sentences about the role asked for treat
    roles: float  # share of the roles asked for that any sentence found speaks of
    person: float  # 0 when somebody is asked for and no good sentence names anybody the question does not, else 1
    several: float  # 0 when a list is asked for and no sentence lists things, nor do three stand together, else 1
    focus: float  # share of what the question asks for by name that one good sentence holds, under its headings
    named: float  # 0 when the question names somebody or something that no guide holds, else 1
    short: float  # 1 for a question of few content words


NAMES = tuple(f.name for f in fields(Signals))


def read_signals(found: Retrieved, weighed: Sequence[Weighed]) -> Signals:
    """Measure the evidence against the question; what nothing was found for measures as badly as can be."""
    query, lexicon, best = found.query, found.lexicon, list(weighed[:_BEST])
    asked = find_counted(query) if query.unit else query.terms
    own = frozenset().union(*(w.stems for w in best))
    aspects = {d for w in best for d in w.sentence.dimensions}
    fitting = [w for w in weighed[: _BEST + 3] if w.fits_roles]
    fullest = max(best, key=lambda w: w.coverage, default=None)
    moves = query.form == "transition" and any(set(query.roles) <= w.heading_roles for w in best)
    return Signals(
        similarity=max((w.similarity for w in best), default=0.0),
        topic=_measure_topic(found, weighed),
        coverage=lexicon.cover(asked, own, aspects) if asked else 1.0,
        one=max((w.coverage for w in fitting), default=0.0) if query.terms and not moves else 1.0,
        rarest=0.0 if moves else _find_rarest(asked, fullest),
        hits=float(min(4, max((_count_hits(query, w) for w in best), default=0))),
        quantity=float(query.unit is None or any(answers_unit(found, w) for w in weighed[:_BEST])),
        aspect=_share_of_aspects(query, weighed),
        roles=_share_of_roles(query, weighed),
        person=float(query.form != "who" or any(_names_somebody(query, w) for w in fitting[:3])),
        several=float(query.form != "list" or _lists(fitting)),
        focus=_measure_focus(found, fitting),
        named=float(not find_strangers(query.texts[0], found)) if query.texts else 1.0,
        short=float(len(query.terms) <= _FEW),
    )


def answers_unit(found: Retrieved, weighed: Weighed) -> bool:
    """Whether a sentence has the quantity asked for and speaks of what is counted, beyond the unit's own words."""
    if not (weighed.fits_unit and weighed.fits_roles):
        return False
    query = found.query
    if query.roles and says_none(weighed.sentence.text, query):
        return True
    if not get_english().meets_needs(query.text, weighed.sentence.text, of_quantity=True):
        return False  # hours a week are not said by how many years ahead somebody plans
    moves = len(query.roles) == 2 and get_english().from_to.search(query.text)
    if moves and not set(query.roles) <= {*weighed.heading_roles, *weighed.sentence.mentions}:
        return False  # how long a move takes is not said by how far ahead either role plans
    reaching = query.unit == "duration" and query.roles and get_english().reaching.search(query.text)
    if reaching and not get_english().reached.search(weighed.sentence.text):
        return False  # nor is how long it takes to get there
    if query.unit == "people" and set(query.dimensions) & set(weighed.sentence.dimensions):
        return True  # how many sit, work or are found under somebody is said of the team's size in other words
    beyond = find_counted(query)
    if not beyond:
        return weighed.similarity >= 0.45
    return found.lexicon.cover(beyond, weighed.stems, weighed.sentence.dimensions) >= 0.3 or weighed.similarity >= 0.65


def find_counted(query: Query) -> list[Term]:
    """What a question for a quantity is about, beyond words that only name the unit."""
    return [t for t in query.terms if t.word not in get_english().unit_words]


def is_vague(found: Retrieved, weighed: Sequence[Weighed]) -> bool:
    """Whether a question for how often is met by "regularly" at best."""
    if found.query.unit != "frequency":
        return False
    answering = [w.sentence.text for w in weighed[:_BEST] if answers_unit(found, w)]
    exact = (f for t in answering for f in find_frequencies(t) if not f.startswith("regular"))
    return not any(exact) and not any(q.unit == "duration" for t in answering for q in find_quantities(t))


def _measure_focus(found: Retrieved, weighed: Sequence[Weighed]) -> float:
    asked = find_focus(found.query, found.vocabulary)
    cover = found.lexicon.cover
    return (
        max((cover(asked, w.stems | w.heading_stems, w.sentence.dimensions) for w in weighed), default=0.0)
        if asked
        else 1.0
    )


def _find_rarest(terms: Sequence[Term], weighed: Weighed | None) -> float:
    """How telling the most telling missing word is; one that names an aspect a heading may say in other words."""
    stems = weighed.stems | weighed.heading_stems if weighed else frozenset()
    missing = (t for t in terms if not t.dimension and not t.alternatives & stems)
    return max((get_surprise(t.word) for t in missing), default=0.0)


def _measure_topic(found: Retrieved, weighed: Sequence[Weighed]) -> float:
    """Similarity beyond what question and sentences share with everything found.

    Sentences about a role are all near a question about that role; what tells them apart is the rest. So the mean of
    the found sentences about it is projected out of all vectors first (as in Arora et al. 2017 for sentence vectors).
    """
    about = [w.vector for w in weighed if w.fits_roles]
    if len(weighed) == 1:  # a collection of one sentence: it has nothing in common with others
        return weighed[0].similarity
    if len(about) < 2:
        return 0.0
    rows = np.stack(about).astype(np.float32)
    centre = _unit(rows.mean(axis=0, keepdims=True))[0]
    rest = _unit(rows - np.outer(rows @ centre, centre))
    asked = found.vectors[: found.asked]
    asked = _unit(asked - np.outer(asked @ centre, centre))
    return float((rest @ asked.T).max())


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6), dtype=np.float32)


def _count_hits(query: Query, weighed: Weighed) -> int:
    """Words of the question in one sentence; roles count from the second on, for one alone is said everywhere."""
    roles = set(query.roles) & {*weighed.sentence.roles, *weighed.sentence.mentions}
    return len(weighed.terms) + max(0, len(roles) - 1)


def _share_of_roles(query: Query, weighed: Sequence[Weighed]) -> float:
    spoken_of = {r for w in weighed for r in (*w.sentence.roles, *w.sentence.mentions)}
    return len(spoken_of & set(query.roles)) / len(query.roles) if query.roles else 1.0


def _names_somebody(query: Query, weighed: Weighed) -> bool:
    """Whether a sentence names a role, or has a name in it (a capital within), that is not the question's."""
    said = {*weighed.sentence.roles, *weighed.sentence.mentions}
    names = _NAME.findall(weighed.sentence.text)
    asked = query.text.lower()
    return bool(said - set(query.roles)) or len(query.roles) > 1 or any(n.lower() not in asked for n in names)


def _share_of_aspects(query: Query, weighed: Sequence[Weighed]) -> float:
    """An aspect is treated under a heading of its own, or by a sentence that has the question's word for it.

    The quantity asked for is as good ("15 to 50 engineers" treats team size), and so is every word of the question.
    """
    if not query.dimensions:
        return 1.0
    words = {t.dimension: t.alternatives for t in query.terms if t.dimension}

    def meets(w: Weighed) -> bool:
        return (query.unit is not None and w.fits_unit) or (bool(query.terms) and len(w.terms) == len(query.terms))

    treated = [
        any(
            d in w.sentence.dimensions or words.get(d, frozenset()) & w.stems or meets(w)
            for w in weighed
            if w.fits_roles
        )
        for d in query.dimensions
    ]
    return sum(treated) / len(treated)


def _lists(weighed: Sequence[Weighed]) -> bool:
    """Whether a sentence names several things, or three sentences stand in one section."""
    sections = [(w.evidence.document_id, w.sentence.headings) for w in weighed]
    together = any(sections.count(s) >= 3 for s in sections)
    return together or any(w.sentence.text.count(",") >= 2 or find_quantities(w.sentence.text) for w in weighed[:3])
