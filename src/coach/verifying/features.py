"""A claim and its evidence as one row of numbers: what checks, words, vectors and encoder say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from coach.verifying import alignment, spans
from coach.verifying.alignment import Tokens
from coach.verifying.base import Case
from coach.verifying.deterministic import vouches
from coach.verifying.numbers import entails
from coach.verifying.reading import Reading, is_weighty
from coach.verifying.vetoes import find_vetoes

KINDS = (
    "number", "number_subject", "role", "subject", "negation", "quantifier", "opposite", "direction", "name",
)  # fmt: skip
NAMES = (
    "covered", "covered_by_one", "missing", "words", "quantities", "quantities_unsaid", "denials", "denials_near",
    "names_unsaid", "names_unsaid_share", "may_lost", "clause_least", "clause_second",
    *(f"veto_{kind}" for kind in KINDS), *alignment.NAMES, *spans.NAMES, "entailed",
)  # fmt: skip
_SPEAKS_FOR = frozenset(
    """covered covered_by_one clause_least clause_second match match_plain match_least match_second_least match_tenth
    match_quarter exact inexact_match inexact_least exact_match exact_least one_match one_least one_exact reverse
    in_order bigrams trigrams pooled pooled_mean pair_match pair_least second_match longest_run soft_match topic
    well_matched entailed""".split()
)
_SPEAKS_AGAINST = frozenset(
    """missing quantities_unsaid names_unsaid names_unsaid_share may_lost below_40 below_55 below_70 below_85
    one_below_55 inexact_weight gap gap_share shortfall""".split()
) | {f"veto_{kind}" for kind in KINDS}
# For each of NAMES: 1 where more of it can only speak for a claim, -1 where only against it, 0 where it may do either.
DIRECTIONS = tuple((name in _SPEAKS_FOR) - (name in _SPEAKS_AGAINST) for name in NAMES)


def describe(
    case: Case, claim_tokens: Tokens, evidence_tokens: Sequence[Tokens], entailed: float
) -> NDArray[np.float32]:
    """One value for each of NAMES; the tokens are those of claim and evidence, `entailed` is the encoder's logit."""
    aligned = alignment.align(claim_tokens, evidence_tokens)
    spanned = spans.describe_spans(claim_tokens, evidence_tokens)
    said = np.asarray([entailed], dtype=np.float32)
    return np.concatenate([_describe_words(case.own, case.quotes), aligned, spanned, said])


def _describe_words(claim: Reading, evidence: Sequence[Reading]) -> NDArray[np.float32]:
    words = [w.stem for w in claim.words if is_weighty(w.stem)]
    covered = [sum(vouches(e, one) for one in words) for e in evidence]
    union = sum(any(vouches(e, one) for e in evidence) for one in words)
    have = [q for e in evidence for q in e.quantities]
    unsaid = sum(not any(entails(q, wanted) for q in have) for wanted in claim.quantities)
    strange = sum(not any(name.casefold() in e.normal for e in evidence) for name in claim.names)
    near = evidence[int(np.argmax(covered))] if evidence else None
    total = max(1, len(words))
    found = {v.kind for v in find_vetoes(claim, evidence)}
    values = [
        union / total,
        max(covered, default=0) / total,
        len(words) - union,
        len(words),
        len(claim.quantities),
        unsaid,
        len(claim.denials),
        len(near.denials) if near else 0,
        strange,
        strange / max(1, len(claim.names)),
        max(0, near.strengths["may"] - claim.strengths["may"]) if near else 0,
        *_cover_clauses(claim, evidence),
        *(kind in found for kind in KINDS),
    ]
    return np.asarray(values, dtype=np.float32)


def _cover_clauses(claim: Reading, evidence: Sequence[Reading]) -> list[float]:
    """How far the worst and the second worst clause of the claim are covered by one piece of evidence each."""
    parts = [[w.stem for w in c.words if is_weighty(w.stem)] for c in claim.clauses]
    shares = sorted(
        max((sum(vouches(e, one) for one in part) / len(part) for e in evidence), default=0.0) for part in parts if part
    )
    return [*shares, 1.0, 1.0][:2]
