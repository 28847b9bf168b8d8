"""Whether the guides say the contrary of what a question takes for granted, and in which sentence.

A premise is called wrong only where a sentence about the same role and matter denies it, gives another number, says
the opposite or the other way round, and no other sentence at hand bears it out: silence is no contradiction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from coach.composing.figures import are_rivals, compare_figures
from coach.composing.phrasing import phrase
from coach.composing.positions import are_contrary
from coach.composing.premises import find_premises
from coach.composing.stances import Stance, StanceMemory, are_on_other_rungs, find_shared, get_scales, read_stance
from coach.retrieval.evidence import Weighed, weigh_evidence
from coach.retrieval.retriever import Retrieved
from coach.types import Draft, Evidence, Sentence
from coach.verifying.direction import find_swap
from coach.verifying.numbers import Quantity, same_unit
from coach.verifying.polarity import overstates
from coach.verifying.reading import Reading, is_weighty
from coach.verifying.vetoes import check_subjects
from coach.verifying.words import get_opposites, get_same, stem
from coach.vocabulary import Vocabulary

CORRECTION = "Not quite - the guides say otherwise:"
_ABOUT = 0.6  # of the premise's weighty words that a sentence must hold to be about the same thing
_ABOUT_ROLE = 0.5  # the same where the role alone tells much
_REACH = 0.6  # of the words under a negation that the other side must hold
_NEAR = 24  # sentences looked through
_OUTWEIGHS = 3  # sentences against a premise for each that could be read as bearing it out
_HEDGED = re.compile(r"\b(?:may|might|can|could|possibl[ey]|perhaps|if|whether|more than|beyond|not only|not just)\b")
_MORE_THAN = re.compile(r"\b(?:more than|beyond|not (?:only|just|merely)|both|alongside)\b")
_STILL = re.compile(r"\b(?:still|always|continues?|keeps?|remains?|actively)\b")
_IS_NO = re.compile(r"\b(?:is|are|was|were)(?: not|n't) (?:an?|the)\b")  # "is not a manager" is no "does not manage"
_NEEDING = frozenset(map(stem, "need require have".split()))
_SUPERLATIVE = re.compile(
    r"\b(?:is|are|was) (?:often |typically )?the (?:very |single )?(\w{2,}est|most \w+|first|last|only)\b"
)
_ALL_BUT = 0.75  # of the premise's words that a sentence holds which gives the same rank to somebody else
_ROOT = 4  # letters a word with a prefix has at least without it
_CONTRASTING = frozenset(map(stem, "while whereas but unlike not".split()))


@dataclass(frozen=True)
class Correction:
    """The sentence that refutes a premise, and what was found when that premise was looked up."""

    sentence: Weighed
    found: Retrieved
    weighed: tuple[Weighed, ...]


def find_correction(asked: Retrieved, search: Callable[[str], Retrieved], stances: StanceMemory) -> Correction | None:
    """Look each premise of a question up; the first that the guides refute, or None."""
    for premise in find_premises(asked.query.text, asked.vocabulary, asked.query.roles):
        found = search(premise)
        weighed = tuple(weigh_evidence(found))
        if sentence := find_refuting(premise, weighed, found.vocabulary, stances):
            return Correction(sentence, replace(found, query=replace(found.query, form="yes_no", unit=None)), weighed)
    return None


def find_refuting(
    premise: str, weighed: Sequence[Weighed], vocabulary: Vocabulary, stances: StanceMemory
) -> Weighed | None:
    """The sentence that refutes a premise best, or None where none does or another one bears the premise out."""
    claim, read = read_stance(_to_evidence(premise), vocabulary), stances.get_read(vocabulary)
    near = [(w, read(w.evidence)) for w in weighed[:_NEAR]]
    about = [(w, s, _share(claim, s, vocabulary)) for w, s in near if claim.reading.roles <= s.reading.roles]
    least = _ABOUT_ROLE if claim.reading.roles else _ABOUT
    against = [(share + _insists(claim, s), w) for w, s, share in about if share >= least and contradicts(claim, s)]
    against += [(1.0, w) for w, s in near if _gives_to_another(claim, s, vocabulary)]
    backing = sum(_bears_out(claim, s) for _, s, _ in about)
    if not against or len(against) < _OUTWEIGHS * backing:
        return None
    return max(against, key=lambda found: (found[0], found[1].score))[1]


def put_first(correction: Correction, drafts: Sequence[Draft]) -> list[Draft]:
    """An answer's drafts behind the sentence that corrects the question; labelled sides keep what they say."""
    evidence = correction.sentence.evidence
    first = Draft(phrase(correction.sentence.sentence), (evidence,))
    rest = [d for d in drafts if "**" in d.lead or evidence not in d.evidence]
    if rest:
        rest[0] = replace(rest[0], break_before=2 if rest[0].lead else 0)
    return [Draft(CORRECTION, connective=True), first, *rest]


def contradicts(claim: Stance, evidence: Stance) -> bool:
    """Whether a sentence about the same thing says the contrary of a claim."""
    if _denies(evidence, claim) or are_on_other_rungs(claim, evidence):
        return True
    if not claim.weighty:
        return False
    general = bool(claim.reading.roles) or not evidence.subject  # of managers in general one kind of them says little
    return (
        (general and _denies(claim, evidence))
        or _has_rival_number(claim, evidence)
        or _has_opposite(claim, evidence)
        or _takes_other_side(claim, evidence)
        or _is_not_all(claim, evidence)
        or _turns_round(claim, evidence)
    )


def _denies(one: Stance, other: Stance) -> bool:
    """Whether one denies most of what it negates of a thing while the other affirms it, or the like of it."""
    own = _affirmed(other.reading)
    subject = {f"@{role}" for role in one.subject}
    for denial in one.reading.denials:
        core = frozenset(s for s in denial if s.startswith("@") or is_weighty(s)) - _NEEDING - subject
        shared = frozenset(s for s in core if get_same(s) & own)
        enough = len(shared) >= max(_REACH * len(core), 2 if _IS_NO.search(one.reading.normal) else 1)
        if enough and not _denied(other.reading):
            return True
    return False


def _affirmed(reading: Reading) -> frozenset[str]:
    return frozenset(w.stem for w in reading.words if not w.denied)


def _denied(reading: Reading) -> frozenset[str]:
    return frozenset(s for denial in reading.denials for s in denial)


def _has_rival_number(claim: Stance, evidence: Stance) -> bool:
    """Whether both count the same kind of thing and cannot both be right."""
    mine, theirs = claim.reading.quantities, evidence.reading.quantities
    if not mine or not theirs:
        return False
    if any(_agree(a, b) for a in mine for b in theirs):
        return False
    return bool(compare_figures(claim, evidence)) or any(are_rivals(a, b) for a in mine for b in theirs)


def _agree(one: Quantity, other: Quantity) -> bool:
    known = bool(one.unit and other.unit)  # "Level 2" counts nothing, so it agrees with no count
    return known and same_unit(one.unit, other.unit) and not are_rivals(one, other)


def _has_opposite(claim: Stance, evidence: Stance) -> bool:
    """Whether one word of the claim stands in its opposite in otherwise kindred words, with as many denials."""
    if claim.denies or evidence.denies:
        return False
    bounds = {stem(w) for w in ("least", "most", "more", "less", "fewer")} if claim.reading.quantities else set()
    rest = find_shared(claim.weighty, evidence.weighty)
    turned = (
        one
        for one in claim.reading.every - evidence.reading.covering - bounds
        if any(
            not any({one, other} <= scale for scale in get_scales())  # small companies and large ones are two subjects
            for other in _find_opposites(one, evidence.reading.every) - claim.reading.every
        )
    )
    return any(rest - {one} for one in turned)


def _find_opposites(one: str, among: frozenset[str]) -> frozenset[str]:
    """Stems that say the contrary of this one, those with a denying prefix among them ("certain", "uncertainty")."""
    bare = one.removeprefix("un")
    prefixed = (s for s in among if len(bare) > _ROOT and s.removeprefix("un").startswith(bare))
    contrary = frozenset().union(*map(get_opposites, _compare(one)))
    degrees = {s for s in among if _compare(s) & contrary}
    return frozenset(degrees | {s for s in prefixed if s.startswith("un") != one.startswith("un")})


def _compare(one: str) -> frozenset[str]:
    """A stem and what it may be a degree of: "narrower" and "lowest" are of "narrow" and "low"."""
    bare = re.sub(r"(?:er|est)$", "", one)
    return frozenset((one, bare, re.sub(r"(.)\1$", r"\1", bare))) if len(bare) > 2 else frozenset((one,))


def _takes_other_side(claim: Stance, evidence: Stance) -> bool:
    """Whether the two hold phrases of the two sides of a question, said of the same."""
    return any(
        claim.sides[n] + evidence.sides[n] == 1
        and (contrary.is_loose or are_contrary(claim, evidence, n, contrary, None))
        for n, contrary in enumerate(claim.contraries)
    )


def _is_not_all(claim: Stance, evidence: Stance) -> bool:
    """Whether a claim says "only" where the sentence says that there is more to it."""
    return bool(claim.reading.strengths["only"] and _MORE_THAN.search(evidence.reading.normal))


def _turns_round(claim: Stance, evidence: Stance) -> bool:
    """Whether who does what to whom is exchanged, or a contrast gives to one role what the claim gives to another."""
    if claim.denies or evidence.denies:
        return False
    if all(" than " in s.reading.normal and s.weighty == claim.weighty for s in (claim, evidence)):
        return bool(find_swap(claim.reading, evidence.reading))  # who has more than whom
    if len(claim.reading.roles) > 1 and find_swap(claim.reading, evidence.reading):
        return True
    named = {w.stem for w in evidence.reading.words if w.stem.startswith("@")}
    contrasts = len(named) > 1 and bool(_CONTRASTING & evidence.reading.every)
    return contrasts and check_subjects(claim.reading, [evidence.reading]) is not None


def _gives_to_another(claim: Stance, evidence: Stance, vocabulary: Vocabulary) -> bool:
    """Whether a sentence says of another role alone what only one can be: "the biggest change", "the first level"."""
    mine, theirs = (_SUPERLATIVE.search(s.reading.normal) for s in (claim, evidence))
    if not mine or not theirs or mine[1] != theirs[1] or claim.denies or evidence.denies:
        return False
    holders = {w.stem[1:] for w in evidence.reading.words if w.stem.startswith("@")}
    alone = len(claim.reading.roles) == 1 and len(holders) == 1 and not holders & claim.reading.roles
    return alone and len(claim.weighty) > 1 and _share(claim, evidence, vocabulary) >= _ALL_BUT


def _bears_out(claim: Stance, evidence: Stance) -> bool:
    """Whether a sentence says outright of the same role what the claim says, in its words and with its numbers."""
    own = {w.stem[1:] for w in evidence.reading.words if w.stem.startswith("@")}
    if not claim.weighty or len(own) > len(claim.reading.roles) + 1:  # a list of roles says nothing of one
        return False
    if overstates(claim.reading.strengths, evidence.reading.strengths):
        return False
    if not claim.reading.roles <= (own or evidence.reading.roles) or _HEDGED.search(evidence.reading.normal):
        return False
    if claim.denies != evidence.denies or not all(get_same(s) & evidence.reading.stems for s in claim.weighty):
        return False
    numbers = evidence.reading.quantities
    return all(any(_agree(q, n) for n in numbers) for q in claim.reading.quantities) and not contradicts(
        claim, evidence
    )


def _insists(claim: Stance, evidence: Stance) -> float:
    """What counts for a sentence that says "still" where the claim says that something has ended."""
    return _MORE * bool(claim.denies and _STILL.search(evidence.reading.normal))


_MORE = 0.2


def _share(claim: Stance, evidence: Stance, vocabulary: Vocabulary) -> float:
    """Share of the claim's weighty words that a sentence holds, in these words, in others, or in their opposites."""
    held = evidence.reading.covering
    alike = ((get_same(s) | _stand_ins(s, vocabulary)) & held or _find_opposites(s, held) for s in claim.weighty)
    return sum(map(bool, alike)) / len(claim.weighty) if claim.weighty else 1.0


def _stand_ins(one: str, vocabulary: Vocabulary) -> frozenset[str]:
    return frozenset().union(*(g for g in _stem_groups(vocabulary.synonyms) if one in g))


@lru_cache(maxsize=4)
def _stem_groups(synonyms: tuple[frozenset[str], ...]) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(map(stem, group)) for group in synonyms)


def _to_evidence(premise: str) -> Evidence:
    return Evidence("", "", "", Sentence(premise, 0, len(premise)))
