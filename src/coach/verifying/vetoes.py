"""What keeps a claim from being shown whatever else speaks for it: one small check per way of being wrong.

A check looks at the claim and its evidence, both already taken apart, and returns a `Veto` or None.
`refuted` means the evidence says otherwise, `not_enough_info` that it does not say so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from coach.types import Verdict
from coach.verifying.direction import compares_anew, find_exchanged_roles, find_swap
from coach.verifying.edits import find_exchange, find_flip, is_near
from coach.verifying.numbers import Quantity, entails, same_unit
from coach.verifying.polarity import CERTAINTY, find_doubted, overstates
from coach.verifying.reading import Clause, Reading, stems_of
from coach.verifying.relations import find_reversed
from coach.verifying.words import get_opposites, get_same, normalise, stem, tokenise

Kind = Literal["number", "number_subject", "role", "subject", "negation", "quantifier", "opposite", "direction", "name"]


@dataclass(frozen=True, slots=True)
class Veto:
    """One reason not to show a claim, in words for a person; a weak one is no more than a doubt."""

    kind: Kind
    why: str
    verdict: Verdict = "not_enough_info"
    weak: bool = False


_CONTRARY = Veto("negation", "the quoted words say the contrary", "refuted")
_DOUBTFUL = Veto("negation", "the quoted words deny something else", weak=True)


def find_vetoes(claim: Reading, evidence: Sequence[Reading]) -> tuple[Veto, ...]:
    """Every check's objection to the claim, the gravest kinds first."""
    return tuple(veto for check in CHECKS if (veto := check(claim, evidence)) is not None)


def check_numbers(claim: Reading, evidence: Sequence[Reading]) -> Veto | None:
    """Every number of the claim stands in the evidence, bounded the same way and of the same unit."""
    have = [q for e in evidence for q in e.quantities]
    for wanted in claim.quantities:
        if not any(entails(q, wanted) for q in have):
            rival = next((q for q in have if wanted.unit and same_unit(q.unit, wanted.unit)), None)
            why = f"the quoted words do not say {_spell(claim, wanted)}"
            return Veto("number", why, "refuted" if rival else "not_enough_info")
    return None


def check_number_subjects(claim: Reading, evidence: Sequence[Reading]) -> Veto | None:
    """Every number is said of the same role, and no other number is said of what the claim speaks of."""
    clauses = [c for e in evidence for c in e.clauses]
    for own in claim.clauses:
        for wanted in own.quantities:
            stating = [c for c in clauses if any(entails(q, wanted) for q in c.quantities)]
            if stating and not any(_fits(own, c, clauses, wanted) for c in stating):
                return Veto("number_subject", f"{_spell(claim, wanted)} is said of something else", "refuted")
    return None


def check_roles(claim: Reading, evidence: Sequence[Reading]) -> Veto | None:
    """Every role the claim names stands in the quoted words or the headings above them."""
    said = {w.stem for e in evidence for w in e.words}
    above = {f"@{r}" for e in evidence if not _names_another(e, claim) for r in e.roles}
    # A heading lends a subject; it does not lend somebody to report to or to become.
    unvouched = (w for w in claim.words if w.stem not in said and not (w.stem in above and w.opens))
    missing = sorted(w.stem[1:] for w in unvouched if w.stem.startswith("@"))
    return Veto("role", f"the quoted words do not speak of the {_role(missing[0])}") if missing else None


def _names_another(evidence: Reading, claim: Reading) -> bool:
    """Whether a claim is the quote but for a role that the quote names itself: no heading lends another instead.

    Only the quote's first clause counts: "Leads 30 people, each nurse among them" lacks its subject still.
    """
    own = {w.stem for clause in evidence.clauses[:1] for w in clause.words if w.stem.startswith("@")}
    return bool(own - {w.stem for w in claim.words}) and is_near(claim.normal, evidence.normal)


def check_subjects(claim: Reading, evidence: Sequence[Reading]) -> Veto | None:
    """What a clause says of a role is said of that role in the clause of the evidence that is most like it."""
    clauses = [pair for e in evidence for pair in _with_ellipsis(e)]
    for own in claim.clauses:
        overlaps = [len(_widened(own.stems) & stems) for _, stems in clauses]
        best = max(overlaps, default=0)
        if not own.subject or best == 0:
            continue
        likest = frozenset(r for (c, _), n in zip(clauses, overlaps, strict=True) if n == best for r in c.roles)
        if likest and not own.subject & likest:
            why = f"that is said of the {_role(min(likest))}, not of the {_role(min(own.subject))}"
            return Veto("subject", why, "refuted")
    return None


def check_negation(claim: Reading, evidence: Sequence[Reading]) -> Veto | None:
    """Nothing is denied that the evidence affirms, nothing affirmed that it denies.

    Where both deny something, a claim in words of its own may well deny the same ("not needed" of what
    one does "without"): then it is merely not known.
    """
    near = _nearest(claim, evidence)
    if _find_edit(find_flip, claim, near):
        return _CONTRARY
    if _denies_otherwise(claim, near) or _adds_denial(claim, near) or _loses_denial(claim, near):
        return _DOUBTFUL if claim.denials and any(e.denials for e in near) else _CONTRARY
    return None


def _denies_otherwise(claim: Reading, near: Sequence[Reading]) -> bool:
    """Whether some clause denies mostly what is affirmed, or affirms mostly what is denied."""
    denied = {w.stem for e in near for w in e.words if w.denied}
    affirmed = {w.stem for e in near for w in e.words if not w.denied}
    for clause in claim.clauses:
        for is_denied in (True, False):
            own = {w.stem for w in clause.words if w.denied is is_denied and not w.stem.startswith("@")}
            against = (affirmed - denied) if is_denied else (denied - affirmed)
            shared = own & (affirmed | denied)
            if shared and 2 * len(shared & against) >= len(shared):
                return True
    return False


def _adds_denial(claim: Reading, near: Sequence[Reading]) -> bool:
    return bool(near) and len(claim.denials) > sum(len(e.denials) for e in near)


def _loses_denial(claim: Reading, near: Sequence[Reading]) -> bool:
    """Whether a claim without any denial has all the words that a quote only denies."""
    if claim.denials:
        return False
    affirmed = {w.stem for e in near for w in e.words if not w.denied}
    own = claim.stems
    return any(only and only <= own for e in near for denied in e.denials for only in [denied - affirmed])


def check_quantifiers(claim: Reading, evidence: Sequence[Reading]) -> Veto | None:
    """No "all", "only", "most" or "must" is added, no "may" taken away."""
    have = sum((e.strengths for e in _nearest(claim, evidence)), Counter())
    # Doubt counts only where the claim was taken from, not in a sentence that shares a few of its words.
    have["may"] = min((_count_doubts(e, claim) for e in _nearest(claim, evidence, share=1.0)), default=0)
    fault = overstates(claim.strengths, have)
    # In words of its own a claim is often sure of something else than what the quote doubts.
    weak = fault == CERTAINTY and not any(is_near(claim.normal, e.normal) for e in evidence)
    return Veto("quantifier", f"the quoted words do not say so with {fault}", weak=weak) if fault else None


def _count_doubts(evidence: Reading, claim: Reading) -> int:
    """How often the evidence doubts something that the claim speaks of."""
    mine = _widened(claim.stems)
    reached = (stems_of(evidence.normal[start:end]) for start, end in find_doubted(evidence.normal))
    own = sum(bool(mine & stems) for stems in reached)
    return own or (evidence.strengths["may"] if not find_doubted(evidence.normal) else 0)


def check_opposites(claim: Reading, evidence: Sequence[Reading]) -> Veto | None:
    """No word is replaced by its opposite."""
    near = _nearest(claim, evidence)
    have = frozenset().union(*(e.every for e in near)) if near else frozenset()
    vouched = frozenset().union(*(e.covering for e in evidence)) if evidence else frozenset()
    bounds = {"least", "most", "more", "less", "fewer"} if claim.quantities else set()
    for one in sorted(claim.every - vouched - bounds):
        contrary = (get_opposites(one) & have) - claim.every
        if contrary:
            return Veto("opposite", f'the quoted words say "{min(contrary)}", the contrary of "{one}"', "refuted")
    return None


def check_direction(claim: Reading, evidence: Sequence[Reading]) -> Veto | None:
    """Who does what to whom is not turned round; the same words in another order are merely not known to say so."""
    near = _nearest(claim, evidence)
    roles = [find_exchanged_roles(claim, e) for e in near]
    if find_reversed(claim, near) or _find_edit(find_exchange, claim, near) or (roles and all(roles)):
        return Veto("direction", "the quoted words say it the other way round", "refuted")
    if compares_anew(claim, evidence):
        return Veto("direction", "the quoted words compare nothing", weak=True)
    swaps = [find_swap(claim, e) for e in near]
    return Veto("direction", "the quoted words say it in another order", weak=True) if swaps and all(swaps) else None


def _find_edit(find: Callable[[str, str], str], claim: Reading, evidence: Sequence[Reading]) -> str:
    """How some quote was changed to make the claim, unless another quote has all its words unchanged."""
    found = [find(claim.normal, e.normal) for e in evidence]
    unchanged = (e for e, edit in zip(evidence, found, strict=True) if not edit)
    changed = next((edit for edit in found if edit), "")
    return changed if not changed or not any(claim.stems <= e.covering for e in unchanged) else ""


def check_names(claim: Reading, evidence: Sequence[Reading]) -> Veto | None:
    """Every named thing of the claim stands in the evidence."""
    vouched = frozenset().union(*(e.covering for e in evidence)) if evidence else frozenset()
    for name in claim.names:
        parts = {stem(p) for p in normalise(name).replace("-", " ").replace(".", " ").split()}
        if not parts <= vouched and not _is_spelt_otherwise(name, claim, evidence):
            return Veto("name", f"the quoted words do not mention {name[:60]}")
    return None


def _is_spelt_otherwise(name: str, claim: Reading, evidence: Sequence[Reading]) -> bool:
    """Whether the evidence has the name with other blanks, or the initials stand for words close by."""
    plain = normalise(name)
    joined = re.sub(r"[\W_]", "", plain)
    if any(plain in e.normal or (len(joined) > 6 and joined in re.sub(r"[\W_]", "", e.normal)) for e in evidence):
        return True
    initials = name.removesuffix("s") if name[:-1].isupper() else name
    if not (initials.isalpha() and initials.isupper() and len(initials) > 2):
        return False
    return any(initials.casefold() in _get_initials(reading.normal) for reading in (claim, *evidence))


def _get_initials(normal: str) -> str:
    return "".join(word[0] for word, *_ in tokenise(normal))


CHECKS: tuple[Callable[[Reading, Sequence[Reading]], Veto | None], ...] = (
    check_numbers,
    check_number_subjects,
    check_roles,
    check_direction,
    check_subjects,
    check_negation,
    check_opposites,
    check_quantifiers,
    check_names,
)


def _fits(own: Clause, stating: Clause, clauses: Sequence[Clause], wanted: Quantity) -> bool:
    """Whether a clause states the number of the claim clause's subject rather than of another thing.

    Besides the roles it looks for a rival: a clause with another number of the same kind that has all
    the words the claim shares with the stating clause, and more of them.
    """
    if own.subject and stating.roles and not own.subject & stating.roles:
        return False
    if wanted.unit in ("", "ordinal"):
        return True
    mine = _widened(own.stems)
    shared = mine & stating.stems
    rivals = (
        c
        for c in clauses
        if any(same_unit(q.unit, wanted.unit) and not entails(q, wanted) for q in c.quantities)
        and not (own.subject and c.roles and not own.subject & c.roles)
    )
    return not any(shared < mine & c.stems for c in rivals if c is not stating)


def _with_ellipsis(evidence: Reading) -> list[tuple[Clause, frozenset[str]]]:
    """Each clause with its content words; one that only names a role ("2 to 5 years for a VP") has those before it."""
    found: list[tuple[Clause, frozenset[str]]] = []
    before: frozenset[str] = frozenset()
    for clause in evidence.clauses:
        before = clause.stems if clause.stems else before
        found.append((clause, before))
    return found


def _nearest(claim: Reading, evidence: Sequence[Reading], share: float = 0.5) -> list[Reading]:
    """The quotes the claim shares most words with: those a flipped word would have been taken from."""
    mine = _widened(claim.stems)
    overlaps = [len(mine & e.stems) for e in evidence]
    best = max(overlaps, default=0)
    return [e for e, n in zip(evidence, overlaps, strict=True) if n >= share * best]


def _widened(stems: Iterable[str]) -> frozenset[str]:
    return frozenset(same for one in stems for same in get_same(one))


def _spell(claim: Reading, quantity: Quantity) -> str:
    return claim.normal[quantity.start : quantity.end].strip()


def _role(role: str) -> str:
    return role.replace("-", " ")
