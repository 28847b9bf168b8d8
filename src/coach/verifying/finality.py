"""Which objections of the checks are the last word, and which a trained model may overrule.

The checks compare words. Where a claim takes most of its words from one quote, a changed word, figure or negation is a
changed meaning, and an objection is final. Where it says things in words of its own, the same checks often take a
paraphrase for a contradiction; there the objection is one feature among others.
"""

from __future__ import annotations

from collections.abc import Sequence

from coach.verifying.deterministic import vouches
from coach.verifying.reading import Reading, is_weighty
from coach.verifying.vetoes import Veto

NEAR = 0.6  # share of a claim's words, from one quote, from which it is that quote changed
# What a claim is about and who does it to whom is settled by names, not by wording.
_ALWAYS = frozenset({"role", "subject", "direction"})
_NEVER = frozenset({"name"})  # a name stands for much that a passage says in other words


def find_final(vetoes: Sequence[Veto], claim: Reading, evidence: Sequence[Reading]) -> Veto | None:
    """The first objection that no model may overrule, if there is one.

    A figure is contradicted by another of its kind; where the evidence has none it may follow from something else.
    """
    near = bool(vetoes) and cover_by_one(claim, evidence) >= NEAR
    return next((veto for veto in vetoes if _is_final(veto, near)), None)


def _is_final(veto: Veto, near: bool) -> bool:
    if veto.weak or veto.kind in _ALWAYS or veto.kind in _NEVER:
        return not veto.weak and veto.kind in _ALWAYS
    return near or (veto.kind == "number" and veto.verdict == "refuted")


def cover_by_one(claim: Reading, evidence: Sequence[Reading]) -> float:
    """The largest share of the claim's weighty words that one quote vouches for; 1 for a claim without any."""
    words = [w.stem for w in claim.words if is_weighty(w.stem)]
    if not words:
        return 1.0
    return max((sum(vouches(e, one) for one in words) / len(words) for e in evidence), default=0.0)
