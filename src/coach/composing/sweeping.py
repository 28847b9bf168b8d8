"""One sentence for each of several roles: "how far ahead does each level plan", "which of the bosses meet investors".

The sentence that answers best leads to those that say the same of other roles (`coach.composing.parallels`). Every good
sentence is tried as the one that leads, and what it gathers is judged as a whole: sentences near the question, near the
one that leads, for as many of the roles as are asked of. They are shown in the order of the ladder.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from coach.composing.parallels import Kind, compare_words, find_subjects, order_by_ladder, read_kinds
from coach.composing.phrasing import phrase
from coach.composing.sequences import asks_for_order
from coach.retrieval.evidence import Weighed, weigh_by_hand
from coach.retrieval.query import Query
from coach.retrieval.retriever import Retrieved
from coach.retrieval.spelling import get_surprise
from coach.retrieval.subjects import get_ladder
from coach.types import Draft
from coach.vocabulary import Vocabulary

Key = tuple[str, int]
_WHOLE = 0.5  # share of the question that a sentence about all levels holds where no other is wanted
_ITSELF = 0.5  # what a sentence that leads counts as near to its kind: nothing tells
_SERIES = 3  # parallel sentences from which they are a whole: of roles that nobody named only what is near is added


@dataclass(frozen=True)
class SweepTuning:
    """What makes a sentence one of those asked for; set on the development questions."""

    leads: int = 8  # best sentences, each of which may lead
    near: int = 24  # chunks nearest to the best sentence that are looked through beside those found
    parallel: float = 0.2  # what standing in a section of the same pattern adds
    together: float = 0.15  # the same for one section that treats several roles
    words: float = 0.3  # times the share of words in common
    meaning: float = 0.4  # times the cosine with the sentence that leads
    place: float = 0.06  # what standing at the same place of its section adds
    opening: float = 0.2  # what opening its section adds, where nothing beyond the aspect of the section is asked for
    lists: float = 0.3  # what naming several things adds, where a list is asked for
    aspect: float = 0.5  # share that a sentence holds whose heading names the aspect asked for
    holds: float = 0.5  # times the share of what is asked that it holds
    relevant: float = 0.5  # times how well the sentence, and the one that leads, answer the question
    alike: float = 0.1  # share of words in common from which a sentence of the same pattern that answers is parallel
    very_alike: float = 0.25  # the same for one that does not hold the words of the question
    some: float = 0.3  # share of what the best sentence holds of the question from which another holds some of it
    most: float = 0.6  # the same for a sentence that is not parallel
    singled: float = 0.7  # the same where only those roles are asked for of which a thing is said
    kin: float = 0.4  # cosine with the one that leads from which one that is not parallel joins a whole series
    margin: float = 0.25  # how far below the one that leads a sentence may lie that is not parallel
    telling: float = 0.16  # weight of the question's words, against the rarest there can be, from which they tell


def sweep(found: Retrieved, weighed: Sequence[Weighed], tuning: SweepTuning | None = None) -> list[Draft]:
    """Drafts, one for each role that a question asks of; nothing where it asks of no several or fewer than two fit."""
    query, settings = found.query, tuning or SweepTuning()
    if not weighed or not _asks_of_several(query, found.vocabulary) or _speaks_of_all(weighed[0], query):
        return []
    pool = _widen(found, weighed, settings)
    best = [w for w in weighed if w.key in pool][: settings.leads]
    gathering = _Gathering(found, pool, read_kinds(pool.values(), found.vocabulary), settings)
    for shares in _find_shares(found, pool, best, settings) if best else ():
        chosen = gathering.single_out(best[0], shares) if query.sweep == "some" else gathering.gather_best(best, shares)
        drafts = _lay_out(chosen, found.vocabulary)
        if len(drafts) > 1 and 2 * len(chosen) >= len(query.roles):
            return drafts
    return []


def _asks_of_several(query: Query, vocabulary: Vocabulary) -> bool:
    if query.moves:
        return False
    return bool(query.sweep) or (len(query.roles) > 2 and not asks_for_order(query.text, vocabulary))


def _speaks_of_all(lead: Weighed, query: Query) -> bool:
    """Whether the best sentence says of all levels at once what is asked, and it is no aspect that each is told by."""
    if query.sweep != "each" or query.dimensions:
        return False
    return lead.coverage >= _WHOLE and len(lead.sentence.roles) not in (1, 2)


def _widen(found: Retrieved, weighed: Sequence[Weighed], tuning: SweepTuning) -> dict[Key, Weighed]:
    """Sentences about a role, of the passages and of what lies near the best sentence in the same documents."""
    known, documents = {p.chunk.id for p in found.passages}, {p.chunk.document_id: p for p in found.passages}
    hits = found.reader.search_dense(weighed[0].vector, tuning.near)
    fresh = found.reader.chunks([h.chunk_id for h in hits if h.chunk_id not in known])
    near = (replace(documents[c.document_id], chunk=c, rank=len(known)) for c in fresh if c.document_id in documents)
    every = [*weighed, *weigh_by_hand(replace(found, passages=tuple(near)))]
    pool: dict[Key, Weighed] = {}
    for w in sorted(every, key=lambda w: (-w.prior, w.key)):
        if find_subjects(w.sentence, found.vocabulary):
            pool.setdefault(w.key, w)
    return pool


def _find_shares(
    found: Retrieved, pool: Mapping[Key, Weighed], best: Sequence[Weighed], tuning: SweepTuning
) -> Iterator[dict[Key, float]]:
    """How much of what is asked each sentence holds, against the best one: by words, then by the aspect asked for."""
    query = found.query
    if query.unit:
        yield {k: float(w.fits_unit) for k, w in pool.items()}
        return
    weights = _weigh_terms(found)
    told = {k: sum(weights[t] for t in w.terms) for k, w in pool.items()}
    most = max(told[w.key] for w in best)
    asked = set(query.dimensions) - {"responsibilities", "transition"}
    aspect = {k: float(bool(asked & set(w.sentence.dimensions))) for k, w in pool.items()}
    if most >= tuning.telling * math.log(max(2, found.lexicon.chunk_count)):
        yield {k: max(t / most, tuning.aspect * aspect[k]) for k, t in told.items()}
    if query.sweep == "each" and asked:
        yield aspect


def _weigh_terms(found: Retrieved) -> dict[str, float]:
    """How telling each word of the question is, by stem: rare in the guides, its stand-ins counted, and in English."""
    lexicon = found.lexicon
    counts = {t: sum(lexicon.stem_counts.get(s, 0) for s in t.alternatives) for t in found.query.terms}
    return {
        t.stem: math.log(max(1.0, lexicon.chunk_count / max(1, count))) * get_surprise(t.word) ** 2
        for t, count in counts.items()
    }


@dataclass(frozen=True)
class _Gathering:
    """The sentences at hand, and how they are gathered."""

    found: Retrieved
    pool: Mapping[Key, Weighed]
    kinds: Mapping[Key, Kind]
    tuning: SweepTuning

    def gather_best(self, best: Sequence[Weighed], shares: Mapping[Key, float]) -> dict[str, Weighed]:
        """For each role asked of the sentence that fits best, led by the one of the best that gathers most."""
        tuning = self.tuning
        floor = max(tuning.some, shares[best[0].key] / 2)
        families = [(w, self._gather(w, shares)) for w in best if shares[w.key] >= floor]

        def value(family: tuple[Weighed, Mapping[str, tuple[bool, float, Weighed]]]) -> float:
            lead, members = family
            return sum(score + tuning.relevant * lead.score for _, score, _ in members.values())

        if not families:
            return {}
        lead, members = max(families, key=value)
        whole = not self.found.query.roles and sum(parallel for parallel, _, _ in members.values()) >= _SERIES
        return {
            role: w
            for role, (parallel, _, w) in members.items()
            if parallel or not whole or float(w.vector @ lead.vector) >= tuning.kin
        }

    def _gather(self, lead: Weighed, shares: Mapping[Key, float]) -> dict[str, tuple[bool, float, Weighed]]:
        """For each role the sentence that says of it what the lead says of its own: (parallel, score, sentence)."""
        wanted = self.found.query.roles or get_ladder(self.kinds[lead.key].roles[0], self.found.vocabulary)
        members: dict[str, tuple[bool, float, Weighed]] = {}
        for key, w in self.pool.items():
            alike = compare_words(self.kinds[lead.key], self.kinds[key], self.found.lexicon)
            parallel = self._is_parallel(lead, w, alike, shares[key])
            if not parallel and (shares[key] < self.tuning.most or w.prior < lead.prior - self.tuning.margin):
                continue
            score = self._score(lead, w, alike, parallel=parallel) + self.tuning.holds * shares[key]
            for role in set(wanted) & set(self.kinds[key].roles):
                if role not in members or (parallel, score) > members[role][:2]:
                    members[role] = parallel, score, w
        return {role: members[role] for role in wanted if role in members}

    def _is_parallel(self, lead: Weighed, w: Weighed, alike: float, share: float) -> bool:
        if self.kinds[lead.key].pattern != self.kinds[w.key].pattern:
            return False
        answers = w.section == lead.section or share >= self.tuning.some
        return alike >= (self.tuning.alike if answers else self.tuning.very_alike)

    def _score(self, lead: Weighed, w: Weighed, alike: float, *, parallel: bool) -> float:
        tuning = self.tuning
        near = float(w.vector @ lead.vector)
        if w.key == lead.key:
            alike, near = tuning.very_alike, _ITSELF
        score = tuning.words * alike + tuning.meaning * near + tuning.relevant * w.prior
        if parallel:
            score += tuning.parallel + tuning.together * (w.section == lead.section)
            score += tuning.place * (self.kinds[w.key].place == self.kinds[lead.key].place)
        query = self.found.query
        if query.terms and all(t.dimension for t in query.terms):
            score += tuning.opening * (self.kinds[w.key].place == 0)
        return score + tuning.lists * (query.form == "list" and _names_several(w))

    def single_out(self, lead: Weighed, shares: Mapping[Key, float]) -> dict[str, Weighed]:
        """The best sentence of each role of which is said what the best sentence says of its own."""
        least = self.tuning.singled * shares[lead.key]
        holding = [w for k, w in self.pool.items() if shares[k] >= least and w.prior >= lead.prior - self.tuning.margin]
        chosen: dict[str, Weighed] = {}
        for w in (lead, *holding) if least else ():
            for role in self.kinds[w.key].roles:
                chosen.setdefault(role, w)
        return {role: chosen[role] for role in order_by_ladder(chosen, self.found.vocabulary)}


def _names_several(weighed: Weighed) -> bool:
    return weighed.sentence.text.count(",") > 2


def _lay_out(chosen: Mapping[str, Weighed], vocabulary: Vocabulary) -> list[Draft]:
    """Each sentence once, as an item under the name of its role or roles."""
    roles_of: dict[Key, list[str]] = defaultdict(list)
    for role, w in chosen.items():
        roles_of[w.key].append(role)
    drafts: list[Draft] = []
    for roles in roles_of.values():
        said = chosen[roles[0]]
        names = " and ".join(vocabulary.roles[r].name for r in roles)
        lead = f"- **{names[:1].upper()}{names[1:]}**: "
        drafts.append(Draft(phrase(said.sentence), (said.evidence,), lead, 1 if drafts else 0))
    return drafts
