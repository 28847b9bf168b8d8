"""The gate: drafts go in, and only claims whose exact evidence supports them come out.

Whoever wrote a draft - a model, the quoting composer, a model that lies - every statement passes
here, one at a time, and nothing else reaches a reader. Each cited sentence must stand in its
document at its offsets, the verifier must say `supported`, and the text must be one plain line.
Whatever goes wrong on the way drops the claim.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from coach import gaps
from coach.attributing import attribute
from coach.presenting import MAX_CLAIM, present, split_lead
from coach.types import Citation, Claim, Document, Draft, DroppedClaim, Evidence, Judgement, Shown, Verdict
from coach.verifying.base import Verifier

log = logging.getLogger(__name__)

# A verdict is the likelier of two; what is shown to a reader as the guides' word must be surer than that.
LEAST_SCORE = 0.7
MAX_DRAFTS = 200  # drafts read of one answer; a writer that never ends is cut off here

# Words that claim nothing. Those that announce several things are shown only when two follow.
CONNECTIVES: tuple[str, ...] = (
    "In short:",
    "In the guides' words:",
    "The guides say:",
    "The guides describe it so:",
    "Not quite - the guides say otherwise:",
    "The steps, in order:",
    "Signs of growth:",
    "On the other hand:",
    "For comparison:",
    "What the guides do say:",
    *gaps.CONNECTIVES,
)
PLURAL_CONNECTIVES: tuple[str, ...] = (
    "The guides differ on this:",
    "The guides differ on one point:",
    "The guides describe both:",
    "Two things matter here:",
    "These things matter here:",
    "Side by side:",
)


@dataclass(frozen=True, slots=True)
class Grounded:
    """All that a stream of gate events amounts to; `text[c.start:c.end] == c.text` for each claim."""

    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    dropped: tuple[DroppedClaim, ...]


@dataclass(frozen=True, slots=True)
class _Checked:
    """A draft after its evidence was resolved and its words looked at."""

    draft: Draft
    shown: str = ""  # the text with Markdown's signs escaped
    bullet: str = ""
    label: str = ""
    why: str = ""  # the fault that drops it unverified, or ""


@dataclass(slots=True)
class _Page:
    """The answer as it grows: its length, its citations, and what waits to be shown."""

    length: int = 0
    markers: dict[tuple[str, int, int], int] = field(default_factory=dict)
    said: set[tuple[str, str]] = field(default_factory=set)
    connective: Draft | None = None
    held: list[tuple[_Checked, Judgement]] = field(default_factory=list)
    gap: int = 0  # newlines owed for drafts that were dropped


def ground(
    drafts: Iterable[Draft],
    *,
    verifier: Verifier,
    get_document: Callable[[str], Document],
    role_names: Collection[str] = (),
) -> Iterator[Shown | DroppedClaim]:
    """Yield, for each draft, the claim as shown or the claim dropped and why.

    A Sequence is verified in one batch; any other iterable one draft at a time, as it arrives.
    `role_names` are words a bold label may use besides the headings and title of its evidence.
    A connective is shown at the head of the next shown claim's delta, or not at all.
    Raises only what iterating `drafts` raises.
    """
    page = _Page()
    look_up = _remember(get_document)
    batches: Iterable[Sequence[Draft]]
    batches = [drafts[:MAX_DRAFTS]] if isinstance(drafts, Sequence) else _one_by_one(drafts)
    for batch in batches:
        checked = [_check(draft, look_up, role_names) for draft in batch]
        for one, judgement in zip(*_judge(checked, verifier), strict=True):
            yield from _place(page, *_look_further(one, judgement, verifier, look_up))
    yield from _release(page, with_connective=False)


def assemble(events: Iterable[Shown | DroppedClaim]) -> Grounded:
    """Put the events of one answer together: the text is the deltas in order."""
    every = list(events)
    shown = [e for e in every if isinstance(e, Shown)]
    return Grounded(
        text="".join(e.delta for e in shown),
        claims=tuple(e.claim for e in shown),
        citations=tuple(c for e in shown for c in e.citations),
        dropped=tuple(e for e in every if isinstance(e, DroppedClaim)),
    )


def resolve(evidence: Iterable[Evidence], get_document: Callable[[str], Document]) -> tuple[Evidence, ...]:
    """Keep the evidence whose words stand in their document at their offsets, each place once; log the rest."""
    kept: dict[tuple[str, int, int], Evidence] = {}
    for one in evidence:
        fault = _resolution_fault(one, get_document)
        if fault:
            log.warning("A citation was dropped: %s (%s %d-%d).", fault, *_place_of(one))
        else:
            kept.setdefault(_place_of(one), one)
    return tuple(kept.values())


def _one_by_one(drafts: Iterable[Draft]) -> Iterator[Sequence[Draft]]:
    for number, draft in enumerate(drafts):
        if number == MAX_DRAFTS:
            log.warning("An answer was cut off after %d sentences.", MAX_DRAFTS)
            return
        yield [draft]


def _remember(get_document: Callable[[str], Document]) -> Callable[[str], Document]:
    """Look each document up once per answer."""
    seen: dict[str, Document] = {}

    def look_up(document_id: str) -> Document:
        if document_id not in seen:
            seen[document_id] = get_document(document_id)
        return seen[document_id]

    return look_up


def _place_of(evidence: Evidence) -> tuple[str, int, int]:
    return evidence.document_id, evidence.sentence.start, evidence.sentence.end


def _resolution_fault(evidence: Evidence, get_document: Callable[[str], Document]) -> str:
    """Why this evidence cannot be cited, or ""."""
    try:
        document = get_document(evidence.document_id)
    except Exception as error:  # no document, no citation, whatever the reason
        return f"its document could not be read ({error})"
    _, start, end = _place_of(evidence)
    if not 0 <= start < end or document.text[start:end] != evidence.sentence.text:
        return "the quote does not stand there"
    if any(not b.citable and b.start < end and start < b.end for b in document.blocks):
        return "the passage is marked as not to be quoted"
    return ""


def _check(draft: Draft, get_document: Callable[[str], Document], role_names: Collection[str]) -> _Checked:
    """Everything about a draft that needs no verifier."""
    if draft.connective:
        known = draft.text in CONNECTIVES or draft.text in PLURAL_CONNECTIVES
        return _Checked(draft, why="" if known else "not one of the connecting phrases")
    found = resolve(draft.evidence, get_document)
    own = replace(draft, text=draft.text.strip(), evidence=found)
    shown, fault = present(own.text, found)
    bullet, label = split_lead(draft.lead, found, role_names)
    if not found:
        fault = "none of its citations stands in the guides" if draft.evidence else "it cites nothing"
    return _Checked(own, shown, bullet, label, fault)


def _judge(checked: Sequence[_Checked], verifier: Verifier) -> tuple[list[_Checked], list[Judgement]]:
    """Verify what can be verified in one call; a label stays only if the claim holds with it."""
    open_ = [n for n, one in enumerate(checked) if not one.why and not one.draft.connective]
    labelled = [n for n in open_ if checked[n].label]
    drafts = [checked[n].draft for n in open_]
    pairs = [(d.text, d.evidence) for d in drafts]
    pairs += [(f"{checked[n].label}: {checked[n].draft.text}", checked[n].draft.evidence) for n in labelled]
    verdicts = _verify(pairs, verifier)
    plain = dict(zip(open_, verdicts, strict=False))
    with_label = dict(zip(labelled, verdicts[len(open_) :], strict=True))
    settled = [
        replace(one, label="") if n in with_label and with_label[n].verdict != "supported" else one
        for n, one in enumerate(checked)
    ]
    return settled, [plain.get(n, Judgement("not_enough_info", 0.0, one.why)) for n, one in enumerate(checked)]


def _look_further(
    one: _Checked, judgement: Judgement, verifier: Verifier, look_up: Callable[[str], Document]
) -> tuple[_Checked, Judgement]:
    """A claim its own evidence leaves open may rest on something else that its writer had read."""
    open_ = judgement.verdict == "not_enough_info" and (not one.why or not one.draft.evidence)
    if not open_ or not one.draft.others or one.draft.connective:
        return one, judgement
    found = attribute(one.draft, lambda pairs: _verify(pairs, verifier))
    again = _check(found[0], look_up, ()) if found else one
    return (again, found[1]) if found and not again.why else (one, judgement)


def _verify(pairs: Sequence[tuple[str, Sequence[Evidence]]], verifier: Verifier) -> list[Judgement]:
    """Ask the verifier; if it fails in any way, nothing has been checked."""
    if not pairs:
        return []
    try:
        verdicts = list(verifier.verify(pairs))
    except Exception as error:  # whatever a verifier raises, its claims are not shown
        log.warning("The verifier %s failed: %s", getattr(verifier, "name", "?"), error)
        verdicts = []
    if len(verdicts) != len(pairs):
        return [Judgement("unchecked", 0.0, "the verifier did not answer")] * len(pairs)
    return [_be_sure(v) for v in verdicts]


def _be_sure(judgement: Judgement) -> Judgement:
    """Support that is less sure than a reader may expect is no support."""
    if judgement.verdict != "supported" or judgement.score >= LEAST_SCORE:
        return judgement
    return Judgement("not_enough_info", judgement.score, "the quoted words do not say so clearly enough")


def _place(page: _Page, one: _Checked, judgement: Judgement) -> Iterator[Shown | DroppedClaim]:
    """Show, hold or drop one judged draft."""
    if one.draft.connective and not one.why:
        yield from _release(page, with_connective=False)
        page.connective = _after_gap(page, one.draft)
    elif judgement.verdict != "supported":
        yield _drop(page, one.draft, judgement.verdict, judgement.why)
    elif (said := (one.label, one.draft.text.casefold())) in page.said:
        yield _drop(page, one.draft, "supported", "it was said before")
    else:
        page.said.add(said)
        page.held.append((replace(one, draft=_after_gap(page, one.draft)), judgement))
        needed = 2 if page.connective is not None and page.connective.text in PLURAL_CONNECTIVES else 1
        if len(page.held) >= needed:
            yield from _release(page, with_connective=True)


def _drop(page: _Page, draft: Draft, verdict: Verdict, why: str) -> DroppedClaim:
    page.gap = max(page.gap, draft.break_before)
    return DroppedClaim(draft.text[:MAX_CLAIM], verdict, why)


def _after_gap(page: _Page, draft: Draft) -> Draft:
    """Begin the paragraph that a dropped sentence would have begun."""
    gap, page.gap = page.gap, 0
    return replace(draft, break_before=max(draft.break_before, gap))


def _release(page: _Page, *, with_connective: bool) -> Iterator[Shown]:
    """Show the held claims, the waiting connective before them or forgotten but for its line break."""
    connective, page.connective = page.connective, None
    held, page.held = page.held, []
    opening, owed = "", 0
    if connective is not None and with_connective:
        opening = _separator(page.length, connective.break_before) + connective.text
    elif connective is not None:
        owed = connective.break_before
    for one, judgement in held:
        yield _show(page, one, judgement, opening, max(owed, one.draft.break_before))
        opening, owed = "", 0
    page.gap = max(page.gap, owed)


def _separator(length: int, newlines: int) -> str:
    return "" if length == 0 else "\n" * newlines or " "


def _show(page: _Page, one: _Checked, judgement: Judgement, opening: str, newlines: int) -> Shown:
    """Write one claim at the end of the page: separator, lead, text, markers."""
    label = f"**{one.label}**: " if one.label else ""
    before = opening + _separator(page.length + len(opening), newlines) + one.bullet + label
    new, markers = _number(page, one.draft.evidence)
    delta = f"{before}{one.shown} {''.join(f'[{m}]' for m in markers)}"
    start = page.length + len(before)
    page.length += len(delta)
    claim = Claim(one.shown, start, start + len(one.shown), markers, "supported", judgement.score)
    return Shown(claim, delta, new)


def _number(page: _Page, evidence: Sequence[Evidence]) -> tuple[tuple[Citation, ...], tuple[int, ...]]:
    """Markers by first use; the citations that are new with this claim."""
    fresh = [e for e in evidence if _place_of(e) not in page.markers]
    for marker, one in zip(itertools.count(len(page.markers) + 1), fresh, strict=False):
        page.markers[_place_of(one)] = marker
    citations = tuple(_cite(page.markers[_place_of(e)], e) for e in fresh)
    return citations, tuple(page.markers[_place_of(e)] for e in evidence)


def _cite(marker: int, evidence: Evidence) -> Citation:
    said = evidence.sentence
    return Citation(
        marker=marker,
        document_id=evidence.document_id,
        title=evidence.title,
        source=evidence.source,
        headings=said.headings,
        quote=said.text,
        start=said.start,
        end=said.end,
        page=said.page,
    )
