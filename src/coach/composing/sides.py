"""Comparing roles: for each of them what the guides say on the same point, side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from coach.composing.filling import Group, fill
from coach.composing.pairing import choose_pairs
from coach.retrieval.asking import get_english
from coach.retrieval.evidence import Weighed
from coach.retrieval.query import Query

_OPENINGS = 12  # best sentences among which one is looked for that compares
_NEARLY = 0.2  # how far below the best sentence it may lie
_PAIRS = 2
_ABOUT_BOTH = 0.15  # what standing under a heading that names every role adds
_SHARED = 0.3  # what a section that treats every role asked about adds: its sentences compare by design
_WORDS = 60  # of each side
_NEAR = 0.25  # how far below the best sentence of its side another may lie
_FAR = 0.5  # the same on a side that would else say less than the other


def compare_roles(query: Query, weighed: Sequence[Weighed], *, overlap: float) -> tuple[Group, ...]:
    """For each role asked about, what the guides say of it on the point asked; a sentence that compares comes first.

    The sides should speak of the same thing. Of two roles on one point the best pairs are told; else, and of a move or
    of who reports to whom, what is near the best sentence of all or stands in a section with a sentence for every role.
    """
    opening = _find_opening(query, weighed)
    groups = [Group((opening,))] if opening else []
    sides = {role: _weigh_side(query, weighed, role, opening) for role in query.roles}
    compares = _has_topic(query) and not query.moves and not _asks_who_reports(query)
    if compares and len(sides) == 2 and all(sides.values()):
        pairs = choose_pairs(*sides.values(), count=_PAIRS, overlap=overlap, counts=query.unit is not None)
        return (*groups, *(Group(tuple(said), role) for role, said in zip(sides, pairs, strict=True)))
    told = _tell_each(query, weighed, sides, overlap)
    return (*groups, *told) if len(told) >= 2 else ()


def _find_opening(query: Query, weighed: Sequence[Weighed]) -> Weighed | None:
    """The best sentence that sets the roles apart, if it answers nearly as well as any.

    One that only names two of them is no answer, unless nothing answers better ("the next step after A is B") or the
    question is who reports to whom.
    """
    relates = _asks_who_reports(query)
    wanted, lead = set(query.roles), weighed[0]
    near = [w for w in weighed[:_OPENINGS] if w.fits_unit and w.score >= lead.score - _NEARLY]
    named = [(w, wanted & {*w.sentence.roles, *w.sentence.mentions}) for w in near]
    naming = [(w, roles) for w, roles in named if len(roles) >= 2]
    apart = [w for w, roles in naming if (wanted == roles and (relates or _sets_apart(w))) or (w is lead and w.terms)]
    return max(apart, key=lambda w: w.score + _ABOUT_BOTH * (wanted <= w.heading_roles), default=None)


def _asks_who_reports(query: Query) -> bool:
    return get_english().answers_to.search(query.text) is not None


def _sets_apart(weighed: Weighed) -> bool:
    return get_english().setting_apart.search(weighed.sentence.text) is not None


def _tell_each(
    query: Query, weighed: Sequence[Weighed], sides: Mapping[str, Sequence[Weighed]], overlap: float
) -> list[Group]:
    """Each role on its own, what matches the best side first; no side says less than another, if it has more to say."""
    shared = _find_shared_sections(weighed, set(query.roles))
    candidates = [w for side in sides.values() for w in side[:8]]
    if not candidates:
        return []
    pivot = max(candidates, key=lambda w: w.score + _SHARED * (w.section in shared))
    per_side = 1 if len(query.roles) > 3 else 2
    ordered = {role: _order_side(query, side, pivot, shared) for role, side in sides.items()}
    chosen = {r: _fill_side(side, _NEAR, per_side, overlap) for r, side in ordered.items() if side}
    most = max(map(len, chosen.values()))
    filled = {
        r: said if len(said) == most else _fill_side(ordered[r], _FAR, most, overlap) for r, said in chosen.items()
    }
    return [Group(tuple(said), role) for role, said in filled.items()]


def _order_side(query: Query, side: Sequence[Weighed], pivot: Weighed, shared: Collection[object]) -> list[Weighed]:
    """Sentences of one side, those that match the best side first; the quantity that is compared comes before all."""
    topic = _has_topic(query)
    ordered = sorted(side, key=lambda w: -(w.score + _parallel(w, pivot, shared, has_topic=topic)))
    return sorted(ordered, key=lambda w: not w.fits_unit) if query.unit else ordered


def _fill_side(side: Sequence[Weighed], margin: float, count: int, overlap: float) -> list[Weighed]:
    best = side[0]
    near = [w for w in side[1:] if w.score >= best.score - margin and w.fits_unit == best.fits_unit]
    return fill([best], near, _WORDS, count, overlap)


def _weigh_side(query: Query, weighed: Sequence[Weighed], role: str, opening: Weighed | None) -> list[Weighed]:
    """Sentences about one role alone, weighed also by their nearness to the question put for that role.

    With no point to compare on, what a role is there for comes first.
    """
    others = set(query.roles) - {role}
    position = query.roles.index(role)
    telling = frozenset() if _has_topic(query) else frozenset({"responsibilities"})
    mine = [w for w in weighed if role in w.sentence.roles and not others & set(w.sentence.roles) and w is not opening]
    scored = (w.score + _part(w, position) - w.similarity + _tell_purpose(w, telling) for w in mine)
    return sorted((replace(w, score=s) for w, s in zip(mine, scored, strict=True)), key=lambda w: -w.score)


def _tell_purpose(weighed: Weighed, telling: Collection[str]) -> float:
    """What counts for a sentence that says what a role is there for, where that is wanted."""
    if not telling:
        return 0.0
    says = get_english().purpose.search(weighed.sentence.text)
    return 0.2 * bool(set(telling) & set(weighed.sentence.dimensions)) + 0.2 * bool(says)


def _has_topic(query: Query) -> bool:
    """Whether a comparison names the point to compare on, beyond asking for the difference."""
    return any(not t.dimension for t in query.terms) or bool(set(query.dimensions) - {"responsibilities", "transition"})


def _parallel(weighed: Weighed, pivot: Weighed, shared: Collection[object], *, has_topic: bool) -> float:
    """How well a sentence matches the best side: by meaning, and by standing in a section shared by all."""
    if not has_topic:
        return 0.0
    return 0.4 * float(weighed.vector @ pivot.vector) + _SHARED * (weighed.section in shared)


def _find_shared_sections(weighed: Sequence[Weighed], wanted: set[str]) -> set[tuple[str, tuple[str, ...]]]:
    treated: dict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
    for w in weighed:
        treated[w.section] |= set(w.sentence.roles)
    return {section for section, roles in treated.items() if wanted <= roles}


def _part(weighed: Weighed, position: int) -> float:
    return weighed.parts[position] if position < len(weighed.parts) else weighed.similarity
