"""Where the evidence for a question holds different numbers or positions on the same matter: find it, say it, list it.

Sentences of different guides are compared two by two, those of other guides too that the answer would not have
chosen. What differs is said under a connective of the gate's closed list, each position in its guide's own words and
with its own citation; like everything else it is shown only if the gate lets it pass.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from coach.composing.figures import FIGURES, compare_figures
from coach.composing.phrasing import phrase
from coach.composing.positions import compare_positions
from coach.composing.rungs import ASPECT as RUNG
from coach.composing.rungs import asks_for_rung
from coach.composing.sequences import ASPECT as ORDER
from coach.composing.sequences import asks_for_order, differ, find_steps
from coach.composing.stances import (
    Interest,
    Read,
    Stance,
    StanceMemory,
    are_on_other_rungs,
    are_told_apart,
    may_differ,
)
from coach.grounding import Grounded
from coach.quantities import find_quantities
from coach.retrieval.asking import get_english, join_questions
from coach.retrieval.evidence import Weighed
from coach.retrieval.query import Query, leave_out_roles
from coach.retrieval.retriever import Retrieved
from coach.retrieval.subjects import name_heads
from coach.retrieval.words import find_words
from coach.types import Disagreement, Draft, Evidence, Position
from coach.verifying.words import stem

_POOL = 80  # best sentences that are compared
_MARGIN = 0.6  # how far below the best sentence a position may lie
_ALIKE = 0.38  # cosine from which two sentences may be about the same matter
_POSITIONS = 3
_COMMON, _FEW = 0.25, 8  # share and number of passages that may hold a word that tells what is asked about
_OF_ORDER = frozenset(map(stem, "level step stage rung ladder order next after before follow path track".split()))
FIRST = "The guides differ on this:"
LATER = "The guides differ on one point:"


@dataclass(frozen=True, slots=True)
class Difference:
    """A topic on which guides say different things, and the sentences that say them."""

    topic: str
    positions: tuple[Weighed, ...]


class Differences:
    """Finds differences; how a sentence reads is worked out once."""

    def __init__(self, stances: StanceMemory) -> None:
        """Share what is remembered of sentences."""
        self._stances = stances

    def find(self, found: Retrieved, weighed: Sequence[Weighed], drafts: Sequence[Draft] = ()) -> Difference | None:
        """The difference that bears most on the question, or None; numbers that the drafts quote count as asked for."""
        # By hand-set weights: what answers best is not what matters here, but what speaks of the same thing.
        pool = sorted((w for w in weighed if w.fits_roles), key=lambda w: (-w.prior, w.key))[:_POOL]
        pool = [replace(w, score=w.prior) for w in pool if w.prior >= pool[0].prior - _MARGIN]
        read, interest = self._stances.get_read(found.vocabulary), _read_interest(found)
        return _find_contrary(found, pool, drafts, read, interest) or _find_order(found, pool, read, interest)


def _find_contrary(
    found: Retrieved, pool: Sequence[Weighed], drafts: Sequence[Draft], read: Read, interest: Interest
) -> Difference | None:
    """The best two or three sentences that give different numbers or take different positions."""

    def compare(left: Weighed, right: Weighed) -> str:
        return find_aspect(read(left.evidence), read(right.evidence), interest)

    quoted = {(e.document_id, e.sentence.start) for d in drafts for e in d.evidence}
    compared = (
        (left.score + right.score, aspect, left, right)
        for left, right in _pair(pool)
        if (aspect := compare(left, right)) and _is_wanted(found.query, aspect, left, right, quoted)
    )
    best = max(compared, key=lambda c: c[0], default=None)
    if best is None:
        return None
    _, aspect, *two = best
    more = (w for w in pool if all(_may_compare(w, p) and compare(w, p) == aspect for p in two))
    names = [found.vocabulary.roles[r].name for r in two[0].sentence.roles if r in found.vocabulary.roles]
    return Difference(f"{aspect} ({names[0]})" if len(names) == 1 else aspect, (*two, *more)[:_POSITIONS])


def _find_order(found: Retrieved, pool: Sequence[Weighed], read: Read, interest: Interest) -> Difference | None:
    """Two guides that put the roles of a ladder in another order, when that is asked about."""
    query = found.query
    if query.form == "transition" or query.headcount or query.unit not in (None, "count"):
        return None
    if not asks_for_order(query.text, found.vocabulary):
        return None
    told = [(w, steps) for w in pool if (steps := find_steps(w.sentence.text, found.vocabulary))]
    compared = (
        (differ(ours, theirs, query.roles), left.score + right.score, left, right)
        for (left, ours), (right, theirs) in itertools.combinations(told, 2)
        if left.evidence.document_id != right.evidence.document_id and left.score >= pool[0].score - _MARGIN / 2
    )
    asked = (
        c
        for c in compared
        if c[0] and (query.roles or interest.is_met(read(c[2].evidence), read(c[3].evidence), _OF_ORDER))
    )
    best = max(asked, key=lambda c: c[:2], default=None)
    return Difference(ORDER, best[2:]) if best else None


def find_aspect(left: Stance, right: Stance, interest: Interest | None = None) -> str:
    """What two sentences differ on, in words that may follow "The guides differ on"; "" when they do not.

    With an `interest`, positions count only when they are on what a question asks about.
    """
    if not may_differ(left, right) or are_told_apart(left, right):
        return ""
    rung = RUNG if are_on_other_rungs(left, right) else ""
    return rung or compare_figures(left, right) or compare_positions(left, right, interest)


def is_closed(query: Query) -> bool:
    """Whether a question asks whether or which: what guides think of a thing is no answer to how to do it."""
    asks = query.form == "yes_no" or query.across_guides or is_disputed(query)
    return asks or bool(get_english().choosing.search(query.text))


def is_disputed(query: Query) -> bool:
    """Whether a question tells of different answers that were heard to it."""
    return get_english().disputing.search(query.text) is not None


def _pair(pool: Sequence[Weighed]) -> Iterator[tuple[Weighed, Weighed]]:
    """Sentences of different guides on the same roles that are near one another in meaning."""
    if not pool:
        return
    vectors = np.stack([w.vector for w in pool])
    near = vectors @ vectors.T >= _ALIKE
    for n, left in enumerate(pool):
        for m in range(n + 1, len(pool)):
            if near[n, m] and _may_compare(left, pool[m]):
                yield left, pool[m]


def _may_compare(left: Weighed, right: Weighed) -> bool:
    return left.evidence.document_id != right.evidence.document_id and left.sentence.roles == right.sentence.roles


def _read_interest(found: Retrieved) -> Interest:
    """The question's words without its roles; telling are those that some passages hold but not a quarter of all."""
    lexicon = found.lexicon
    disputed = is_disputed(found.query)
    text = "" if disputed else join_questions(found.query.text)  # what else is told is not asked
    text = text or found.query.text
    words = frozenset(find_words(text))
    common = max(_FEW, lexicon.chunk_count * _COMMON)
    terms = [t for t in found.query.terms if t.word in words] or found.query.terms
    telling = (t for t in terms if 0 < lexicon.stem_counts.get(t.stem, 0) <= common)
    asked = frozenset(found.query.roles or found.vocabulary.find_roles(name_heads(text, found.vocabulary)))
    text = leave_out_roles(text, found.vocabulary)
    words = frozenset(stem(w) for w in find_words(text))
    return Interest(tuple(t.alternatives for t in telling), words, asked, disputed)


def _is_wanted(query: Query, aspect: str, left: Weighed, right: Weighed, quoted: Container[tuple[str, int]]) -> bool:
    """Whether a difference in numbers answers a question for a number, or contradicts one that is quoted."""
    if aspect == RUNG:
        return asks_for_rung(query.text) and bool(set(query.roles) & set(left.sentence.roles))
    if aspect not in FIGURES:
        return is_closed(query)
    if query.unit:
        return left.fits_unit and right.fits_unit
    if not all(find_quantities(w.sentence.text) for w in (left, right)):
        return False  # "several years" against five is worth a word only where it is asked how long
    return any((w.evidence.document_id, w.sentence.start) in quoted for w in (left, right))


def lay_out(drafts: Sequence[Draft], difference: Difference | None) -> list[Draft]:
    """An answer's drafts with the difference said: first where a position leads, else at its end."""
    if difference is None:
        return list(drafts)
    rest = [d for d in drafts if "**" in d.lead or not any(_rests_on(d, p.evidence) for p in difference.positions)]
    leads = bool(drafts) and not drafts[0].lead and drafts[0] not in rest
    opens = len(rest) < len(drafts) and (leads or not any(d.lead for d in drafts))
    opens = opens and not any(d.connective for d in drafts)
    if not opens and rest:
        return [replace(rest[0], break_before=0), *rest[1:], *_say(difference, LATER)]
    return [*_say(difference, FIRST), *(replace(d, break_before=2) if n == 0 else d for n, d in enumerate(rest))]


def add_to_written(
    drafts: Iterable[Draft], difference: Difference | None, *, is_due: Callable[[], bool]
) -> Iterator[Draft]:
    """A model's drafts as they come, then the difference unless they rest on all of its positions or it is not due."""
    open_ = list(difference.positions) if difference else []
    for draft in drafts:
        open_ = [p for p in open_ if not _rests_on(draft, p.evidence)]
        yield draft
    if difference and open_ and is_due():
        yield from _say(difference, LATER)


def _say(difference: Difference, connective: str) -> list[Draft]:
    """The connective and each position as an item below it."""
    positions = enumerate(difference.positions)
    items = (Draft(phrase(p.sentence), (p.evidence,), "- ", 2 if n == 0 else 1) for n, p in positions)
    return [Draft(connective, connective=True, break_before=0 if connective == FIRST else 2), *items]


def report(difference: Difference | None, grounded: Grounded) -> tuple[Disagreement, ...]:
    """The difference as the answer lists it, with the citations under which its positions are shown."""
    if difference is None:
        return ()
    markers = {(c.document_id, c.start): c.marker for c in grounded.citations}
    shown = [
        Position(p.sentence.text, (marker,))
        for p in difference.positions
        if (marker := markers.get((p.evidence.document_id, p.sentence.start))) is not None
    ]
    return (Disagreement(difference.topic, tuple(shown)),) if len(shown) > 1 else ()


def _rests_on(draft: Draft, evidence: Evidence) -> bool:
    return any(e.document_id == evidence.document_id and e.sentence == evidence.sentence for e in draft.evidence)
