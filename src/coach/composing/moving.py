"""Answering what is new for somebody who goes from one role to another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from coach.composing.filling import fill
from coach.retrieval.asking import get_english
from coach.retrieval.evidence import Weighed
from coach.retrieval.query import Query

if TYPE_CHECKING:
    from coach.composing.selecting import SelectingTuning

_AS_NEAR = 0.03  # cosine by which the section of a move that nobody named may be farther than the nearest sentence
_FEWEST = 2  # sentences that tell of a shift, without which both roles are told of instead


def choose_steps(query: Query, weighed: Sequence[Weighed], tuning: SelectingTuning) -> list[Weighed]:
    """What stands under headings that name both roles, in the guide's order.

    Where no heading does, what is said of the role moved to and tells of a shift; nothing where that is little.
    `weighed` come best first and are not empty.
    """
    wanted = _find_roles(query, weighed)
    passing = [w for w in weighed if wanted and wanted <= w.heading_roles]
    passing = [w for w in passing if "transition" in w.sentence.dimensions] or passing
    if not passing:
        return _choose_shifts(query, weighed, tuning) if len(query.roles) == 2 else []
    chosen = fill([passing[0]], passing[1:], tuning.words + 60, tuning.sentences + 3, tuning.overlap)
    if len(chosen) < tuning.sentences:
        near = [w for w in weighed if w not in passing and w.score >= weighed[0].score - tuning.margin]
        telling = [w for w in near if _tells_of_move(query, wanted, w)]
        chosen = fill(chosen, telling, tuning.words + 35, tuning.sentences + 1, tuning.overlap)
    return sorted(chosen, key=lambda w: (w.rank, w.sentence.start))


def _find_roles(query: Query, weighed: Sequence[Weighed]) -> frozenset[str]:
    """The roles of the move: those asked about, or where fewer are named, those over the best sentence.

    A section about a move that nobody named must be as near to the question as any, for moves are told alike.
    """
    if len(query.roles) == 2:
        return frozenset(query.roles)
    lead, nearest = weighed[0], max(w.similarity for w in weighed)
    at_home = max(w.similarity for w in weighed if w.section == lead.section)
    is_meant = lead.move and (query.roles or at_home >= nearest - _AS_NEAR)
    return lead.heading_roles if is_meant else frozenset()


def _choose_shifts(query: Query, weighed: Sequence[Weighed], tuning: SelectingTuning) -> list[Weighed]:
    """Sentences about the role moved to that say what is left behind or taken up, best first."""
    wanted, shifting = frozenset(query.roles), get_english().shifting
    near = [w for w in weighed if w.score >= weighed[0].score - tuning.list_margin]
    about = [w for w in near if query.roles[-1] in w.sentence.roles and len(w.sentence.roles) <= 2]
    telling = [w for w in about if _tells_of_move(query, wanted, w) or shifting.search(w.sentence.text)]
    if len(telling) < _FEWEST:
        return []
    return fill(telling[:1], telling[1:], tuning.words + 35, tuning.sentences + 1, tuning.overlap)


def _tells_of_move(query: Query, wanted: frozenset[str], weighed: Weighed) -> bool:
    """Whether a sentence sets both roles of a move side by side, or says what shifts for the one moved to."""
    said = weighed.sentence
    shifts = "transition" in said.dimensions and bool({*query.roles[-1:]} & {*said.roles})
    return wanted <= {*said.roles, *said.mentions} or (shifts and not weighed.heading_roles - wanted)
