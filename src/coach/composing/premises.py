"""What a question takes for granted, and whether the sentence that answers it says otherwise.

"Since a director leads 8 people, how ..." is answered by what the guides say of directors; a reader should be told
that this is a correction. Only a premise that the guide's words refute is called wrong, never one they do not cover,
and none that another sentence at hand bears out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.retrieval.asking import get_english
from coach.retrieval.evidence import Weighed
from coach.verifying.deterministic import vouches
from coach.verifying.reading import Reading, is_weighty, read_claim, read_evidence
from coach.verifying.vetoes import find_vetoes
from coach.vocabulary import Vocabulary

CORRECTION = "Not quite - the guides say otherwise:"
_KINDS = frozenset(("number", "number_subject", "negation", "opposite", "direction"))
_SHARE = 0.6  # of the premise's weighty words that a sentence must hold to be about the same thing
_NEAR = 12  # sentences looked through for one that bears the premise out


def find_premise(question: str) -> str:
    """The statement a question takes for granted ("why do ...", "since ..., ...", "..., right?"), or ""."""
    match = get_english().premise.search(question)
    found = next((g for g in match.groups() if g), "") if match else ""
    return re.sub(r"\s+", " ", found).strip(" ,.?!")


def is_refuted(question: str, answering: Weighed, others: Sequence[Weighed], vocabulary: Vocabulary) -> bool:
    """Whether the sentence that answers contradicts what the question takes for granted, and no other one backs it."""
    premise = find_premise(question)
    if not premise:
        return False
    claim = read_claim(premise, vocabulary)
    if not _says_enough(claim) or not _contradicts(claim, read_evidence(answering.evidence, vocabulary)):
        return False
    return not any(_bears_out(claim, read_evidence(w.evidence, vocabulary)) for w in others[:_NEAR])


def _says_enough(claim: Reading) -> bool:
    """A role and something of it, or two things: "it exists" cannot be told to be wrong."""
    return len(claim.roles) + len(_weighty(claim)) + len(claim.quantities) >= 2


def _weighty(claim: Reading) -> set[str]:
    return {w.stem for w in claim.words if is_weighty(w.stem)}


def _contradicts(claim: Reading, evidence: Reading) -> bool:
    about = claim.roles <= evidence.roles and _share(claim, evidence) >= _SHARE
    return about and any(v.verdict == "refuted" and v.kind in _KINDS for v in find_vetoes(claim, [evidence]))


def _bears_out(claim: Reading, evidence: Reading) -> bool:
    return claim.roles <= evidence.roles and _share(claim, evidence) >= _SHARE and not find_vetoes(claim, [evidence])


def _share(claim: Reading, evidence: Reading) -> float:
    words = _weighty(claim)
    return sum(vouches(evidence, one) for one in words) / len(words) if words else 1.0
