"""A claim and its evidence as one row of numbers: what the checks found, what the words cover, how vectors match."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from coach.verifying import alignment
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
    "names_unsaid", "may_lost", *(f"veto_{kind}" for kind in KINDS), *alignment.NAMES,
)  # fmt: skip


def describe(case: Case, claim_tokens: Tokens, evidence_tokens: Sequence[Tokens]) -> NDArray[np.float32]:
    """One value for each of NAMES; the tokens are those of the claim and of each piece of evidence."""
    aligned = alignment.align(claim_tokens, evidence_tokens)
    return np.concatenate([_describe_words(case.own, case.quotes), aligned])


def _describe_words(claim: Reading, evidence: Sequence[Reading]) -> NDArray[np.float32]:
    words = [w.stem for w in claim.words if is_weighty(w.stem)]
    covered = [sum(vouches(e, one) for one in words) for e in evidence]
    union = sum(any(vouches(e, one) for e in evidence) for one in words)
    have = [q for e in evidence for q in e.quantities]
    unsaid = sum(not any(entails(q, wanted) for q in have) for wanted in claim.quantities)
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
        sum(not any(name.casefold() in e.normal for e in evidence) for name in claim.names),
        max(0, near.strengths["may"] - claim.strengths["may"]) if near else 0,
        *(kind in found for kind in KINDS),
    ]
    return np.asarray(values, dtype=np.float32)
