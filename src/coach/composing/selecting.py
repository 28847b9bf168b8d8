"""Choosing which sentences answer, and in what order, for each form of question."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from coach.composing.filling import Group, fill, is_same
from coach.composing.moving import choose_steps
from coach.composing.posing import leave_out_posed
from coach.composing.sides import compare_roles
from coach.retrieval.asking import Form
from coach.retrieval.evidence import Weighed
from coach.retrieval.query import Query

Layout = str  # "prose", "bullets" or "labelled"


@dataclass(frozen=True)
class SelectingTuning:
    """How much an answer says: words in all, sentences, and how far below the best one may fall."""

    words: int = 85
    list_words: int = 170
    sentences: int = 3
    items: int = 9
    margin: float = 0.28
    list_margin: float = 0.34
    other_guide_margin: float = 0.30
    overlap: float = 0.62  # Jaccard of stems from which two sentences say the same


@dataclass(frozen=True, slots=True)
class Selection:
    """What an answer is made of, best or first group first."""

    groups: tuple[Group, ...]
    layout: Layout

    @property
    def sentences(self) -> tuple[Weighed, ...]:
        """All chosen sentences, in order."""
        return tuple(s for g in self.groups for s in g.sentences)


def select(query: Query, weighed: Sequence[Weighed], tuning: SelectingTuning | None = None) -> Selection:
    """The sentences that answer the question; no groups when there is no evidence at all."""
    settings = tuning or SelectingTuning()
    weighed = leave_out_posed(query, weighed) or weighed
    weighed = _superior_first(query, _quantity_first(query, [w for w in weighed if w.fits_roles] or weighed))
    if not weighed:
        return Selection((), "prose")
    if query.moves and (steps := choose_steps(query, weighed, settings)):
        return Selection((Group(tuple(steps)),), "prose")
    if len(query.roles) >= 2 and query.form != "yes_no" and not _tells_who(query, weighed[0]):
        sides = compare_roles(query, weighed, overlap=settings.overlap)
        if len(sides) >= 2:
            return Selection(sides, "labelled")
    return _SELECTORS.get(query.form, _select_explanation)(query, weighed, settings)


def _tells_who(query: Query, lead: Weighed) -> bool:
    """Whether a question for who of two does something is answered by one sentence that speaks of both."""
    if query.form != "who" or len(query.roles) != 2:
        return False
    told = lead.names_superior or (bool(query.terms) and lead.coverage >= _MOST)
    return told and set(query.roles) <= {*lead.sentence.roles, *lead.sentence.mentions}


_MOST = 0.5  # share of the question that such a sentence holds


def _quantity_first(query: Query, weighed: Sequence[Weighed]) -> Sequence[Weighed]:
    """A question for a quantity is answered first by a sentence that holds one, if it is nearly as good as the best."""
    if not query.unit or not weighed or weighed[0].fits_unit:
        return weighed
    holding = next((w for w in weighed if w.fits_unit and w.score >= weighed[0].score - _NEAR_BEST), None)
    return [holding, *(w for w in weighed if w is not holding)] if holding else weighed


def _superior_first(query: Query, weighed: Sequence[Weighed]) -> Sequence[Weighed]:
    """What says whom a role answers to comes first, and stands alone when nothing else was asked."""
    naming = [w for w in weighed if w.names_superior]
    if not naming:
        return weighed
    return naming if not query.terms else [naming[0], *(w for w in weighed if w is not naming[0])]


_NEAR_BEST = 0.2
_AT_HOME = 0.1  # what standing in the section of the best sentence adds


def _select_short(query: Query, weighed: Sequence[Weighed], tuning: SelectingTuning) -> Selection:
    """One direct answer, then at most two sentences nearly as good."""
    lead, *rest = weighed
    near = [w for w in rest if w.score >= lead.score - tuning.margin and w.fits_roles and w.fits_unit]
    if query.form == "definition":  # what a thing is, is told on where it was said first
        near = [replace(w, score=w.score + _AT_HOME * (w.section == lead.section)) for w in near]
    chosen = fill([lead], near, tuning.words, tuning.sentences, tuning.overlap)
    if query.across_guides:
        near = [w for w in rest if w.score >= lead.score - 1.6 * tuning.list_margin and w.fits_roles]
    chosen = _hear_other_guides(chosen, near, tuning)
    if query.form == "yes_no":
        chosen += _hear_other_roles(query, chosen, [w for w in rest if w.score >= lead.score - tuning.margin])
    return Selection((Group(tuple(chosen)),), "prose")


def _hear_other_roles(query: Query, chosen: Sequence[Weighed], near: Iterable[Weighed]) -> list[Weighed]:
    """For each role of the question that nothing chosen is about, the best sentence that is: "X, or only Y?"."""
    silent = [r for r in query.roles if len(query.roles) > 1 and all(r not in w.sentence.roles for w in chosen)]
    heard = (next((w for w in near if role in w.sentence.roles), None) for role in silent)
    return [w for w in heard if w is not None]


def _select_advice(query: Query, weighed: Sequence[Weighed], tuning: SelectingTuning) -> Selection:
    """The direct answer and what its own section goes on to say, so that advice can be acted on."""
    lead = weighed[0]
    home = [w for w in weighed[1:] if _top_section(w) == _top_section(lead)]
    near = [w for w in weighed[1:] if w.score >= lead.score - tuning.margin and w.fits_roles]
    chosen = fill([lead], near, tuning.words + 35, tuning.sentences + 1, tuning.overlap)
    at_home = [w for w in home if w not in chosen]
    chosen = fill(chosen, at_home, tuning.words + 60, max(len(chosen) + 1, tuning.sentences + 2), tuning.overlap)
    return Selection((Group(tuple(_keep_sections_together(chosen))),), "prose")


def _top_section(weighed: Weighed) -> tuple[str, tuple[str, ...]]:
    return weighed.evidence.document_id, weighed.sentence.headings[:1]


def _select_explanation(query: Query, weighed: Sequence[Weighed], tuning: SelectingTuning) -> Selection:
    """The best sentences, not more than three of one section, those of one section in the guide's order."""
    lead = weighed[0]
    near = [w for w in weighed[1:] if w.score >= lead.score - tuning.list_margin and w.fits_roles]
    spread = list(_limit_per_section([lead, *near], 3))[1:]
    chosen = fill([lead], spread, tuning.words + 35, tuning.sentences + 2, tuning.overlap)
    return Selection((Group(tuple(_keep_sections_together(chosen))),), "prose")


def _select_list(query: Query, weighed: Sequence[Weighed], tuning: SelectingTuning) -> Selection:
    """The items of the section that answers best, led by a sentence that names them all if there is one."""
    lead = _find_list_lead(weighed)
    floor = weighed[0].score - tuning.list_margin
    sections: dict[tuple[str, tuple[str, ...]], list[Weighed]] = defaultdict(list)
    for w in weighed:
        if w.score >= floor and w.fits_roles:
            sections[w.section].append(w)
    ranked = sorted(sections.values(), key=lambda s: -_mean_of_best(s))
    home = next((s for s in ranked if lead in s), ranked[0] if ranked else [lead])
    ordered = [lead, *sorted((w for w in home if w is not lead), key=lambda w: w.sentence.start)]
    others = [w for s in ranked if s is not home for w in s[:2] if w.score >= lead.score - tuning.margin]
    if _names_all(lead):
        others = []
    chosen = fill([ordered[0]], [*ordered[1:], *others], tuning.list_words, tuning.items, tuning.overlap)
    if len(chosen) < 3:
        return Selection((Group(tuple(chosen)),), "prose")
    return Selection((Group(tuple(chosen)),), "bullets")


_ENUMERATES = 2  # commas from which a sentence names several things
_WHOLE = 0.8  # share of the question from which a sentence that enumerates is the list asked for
_NEAR_LEAD = 0.15  # how far below the best sentence one that enumerates may lie to stand above it


def _hear_other_guides(chosen: list[Weighed], candidates: Iterable[Weighed], tuning: SelectingTuning) -> list[Weighed]:
    """Let a guide that is not heard yet have its say when it speaks to the point nearly as well."""
    heard = {w.evidence.document_id for w in chosen}
    for candidate in candidates:
        new = candidate.evidence.document_id not in heard
        if new and not any(is_same(candidate, w, tuning.overlap) for w in chosen):
            return [*chosen, candidate] if len(chosen) <= tuning.sentences else [*chosen[:-1], candidate]
    return chosen


def _limit_per_section(weighed: Iterable[Weighed], limit: int) -> Iterable[Weighed]:
    counts: dict[tuple[str, tuple[str, ...]], int] = defaultdict(int)
    for w in weighed:
        key = w.section
        counts[key] += 1
        if counts[key] <= limit:
            yield w


def _keep_sections_together(chosen: Sequence[Weighed]) -> list[Weighed]:
    """Sections in order of their best sentence; inside one, the lead stays first and the rest as written."""
    order = list(dict.fromkeys(w.section for w in chosen))
    lead = chosen[0]
    return sorted(
        chosen,
        key=lambda w: (
            order.index(w.section),
            w is not lead,
            w.sentence.start,
        ),
    )


def _find_list_lead(weighed: Sequence[Weighed]) -> Weighed:
    """The best sentence, or the best of those nearly as good that is a list in one sentence, where that one is not."""
    lead = weighed[0]
    if _enumerates(lead):
        return lead
    near = (w for w in weighed if w.score >= lead.score - _NEAR_LEAD and w.fits_roles)
    return next((w for w in near if _enumerates(w) and w.terms >= lead.terms), lead)


def _enumerates(weighed: Weighed) -> bool:
    """Whether a sentence names three things or more: "a, b, and c" and no mere clause between commas."""
    return weighed.sentence.text.count(",") >= _ENUMERATES and _ENUMERATION.search(weighed.sentence.text) is not None


_ENUMERATION = re.compile(r",\s+(?:[^\s,]+\s+){1,5}?(?:and|or)\s|,\s+(?:and|or)\s")


def _names_all(lead: Weighed) -> bool:
    """Whether the best sentence is the whole list by itself; what other sections add would only bury it."""
    return _enumerates(lead) and lead.coverage >= _WHOLE


def _mean_of_best(section: Sequence[Weighed]) -> float:
    best = sorted((w.score for w in section), reverse=True)[:3]
    return sum(best) / 3  # short sections count for less


_SELECTORS: dict[Form, Callable[[Query, Sequence[Weighed], SelectingTuning], Selection]] = {
    "quantity": _select_short,
    "who": _select_short,
    "definition": _select_short,
    "yes_no": _select_short,
    "list": _select_list,
    "comparison": _select_explanation,
    "explanation": _select_explanation,
    "advice": _select_advice,
}
