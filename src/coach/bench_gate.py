"""`coach bench --written`: what the gate costs for one sentence of a model, in processor time."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from coach.bench_ingest import Row

if TYPE_CHECKING:
    from coach.coach import Coach
    from coach.types import Draft

_EVIDENCE = 12  # sentences that a model is shown


def measure_gate(coach: Coach, questions: Sequence[str]) -> list[Row]:
    """Processor time of all threads together, which no single core can undercut; sentences come one by one.

    The sentences are the guides' own, said otherwise in truth and bent out of it, so that neither a cache nor a look at
    the words alone answers for all of them.
    """
    drafts = [draft for question in questions for draft in _make_drafts(coach, question)]
    for draft in drafts[:_EVIDENCE]:
        _pass(coach, draft)  # what is loaded on use is loaded
    spent = [_pass(coach, draft) for draft in drafts[_EVIDENCE:]]
    p95 = statistics.quantiles(spent, n=20)[18]
    return [
        Row(
            what=f"gate, processor time a sentence, p50 of {len(spent)}",
            value=f"{statistics.median(spent):.1f} ms",
            aim="under 25 ms",
        ),
        Row(what="gate, processor time a sentence, p95", value=f"{p95:.1f} ms", aim=""),
    ]


def _make_drafts(coach: Coach, question: str) -> Iterator[Draft]:
    from coach.types import Draft
    from coach.verifying.mutations import falsify, restate

    rng, vocabulary = random.Random(question), coach.parts.vocabulary
    evidence = tuple(weighed.evidence for weighed in coach.look_up(question)[1][:_EVIDENCE])
    for one in evidence:
        text = one.sentence.text
        said = [text, *(v.text for v in (*restate(text, rng, vocabulary)[:2], *falsify(text, rng, vocabulary)[:2]))]
        yield from (Draft(sentence, (one,), others=evidence) for sentence in said)


def _pass(coach: Coach, draft: Draft) -> float:
    """Milliseconds of processor time in which one sentence is shown or dropped."""
    from coach.grounding import ground
    from coach.verifying.base import read_with

    verifier = read_with(coach.parts.verifier, coach.parts.vocabulary)
    started = time.process_time()
    list(ground(iter([draft]), verifier=verifier, get_document=coach.document))
    return 1000 * (time.process_time() - started)
