"""Finding the words a claim rests on when those it names do not bear it out, or it names none.

A writer may give a wrong number, or none, and still say what a guide says. Each other piece of evidence is asked alone,
the likeliest first; a claim that its own evidence refutes is not given a second chance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from coach.retrieval.words import find_stems
from coach.types import Draft, Evidence, Judgement

_ASKED = 3  # pieces of evidence asked for one claim
_SURE = 0.9  # a claim that does not say itself what it rests on must fit better than one that does
_LEAST = 0.5  # share of a claim's words that stand in the evidence before it is worth asking: with fewer none was sure

Verify = Callable[[Sequence[tuple[str, Sequence[Evidence]]]], list[Judgement]]


def attribute(draft: Draft, verify: Verify) -> tuple[Draft, Judgement] | None:
    """The draft resting on the best of its other evidence, and the verdict; None when none supports it."""
    own = find_stems(draft.text)
    shares = [(_share(own, e), e) for e in draft.others if e not in draft.evidence]
    likely = [e for share, e in sorted(shares, key=lambda s: -s[0])[:_ASKED] if share >= _LEAST]
    judged = list(zip(verify([(draft.text, (e,)) for e in likely]), likely, strict=True))
    fitting = [(j, e) for j, e in judged if j.verdict == "supported" and j.score >= _SURE]
    if not fitting:
        return None
    judgement, evidence = max(fitting, key=lambda pair: pair[0].score)
    return replace(draft, evidence=(evidence,)), judgement


def _share(own: frozenset[str], evidence: Evidence) -> float:
    words = find_stems(" ".join((evidence.sentence.text, *evidence.sentence.headings)))
    return len(own & words) / len(own) if own else 0.0
