"""What of the evidence the encoder reads with a claim: all of a short one, the telling sentences of a long one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from coach.types import Evidence
from coach.verifying.base import Case
from coach.verifying.words import get_same

WORDS = 95  # of a passage, about 125 word pieces


def choose_windows(case: Case) -> list[str]:
    """One passage for a short evidence, two for a long one; none without evidence.

    Of a long one the first holds the sentences with most of the claim's words, wherever they stand, and the second
    the best of them among its neighbours.
    """
    said = [say_under_heading(e) for e in case.evidence]
    sizes = [len(text.split()) for text in said]
    if sum(sizes) <= WORDS:
        return [" ".join(said)] if said else []
    gains = _Gains(case)
    scattered = _fill(gains.rank(), sizes)
    best = scattered[0]
    near = _fill(sorted(range(len(said)), key=lambda n: (abs(n - best), n)), sizes)
    chosen = dict.fromkeys((tuple(sorted(scattered)), tuple(sorted(near))))
    return [" ".join(said[n] for n in window) for window in chosen]


def say_under_heading(evidence: Evidence) -> str:
    """A sentence after the innermost heading it stands under, which may name its subject."""
    said = evidence.sentence
    return ": ".join((*(h.strip(" :") for h in said.headings[-1:]), said.text))


class _Gains:
    """How much each sentence adds to what others said of the claim; words that few sentences hold weigh more."""

    def __init__(self, case: Case) -> None:
        wanted = [get_same(one) for one in sorted(case.own.stems | {f"@{r}" for r in case.own.roles})]
        have = [q.covering | {f"@{r}" for r in q.roles} for q in case.quotes]
        self._held = [frozenset(n for n, same in enumerate(wanted) if same & stems) for stems in have]
        spread = Counter(n for held in self._held for n in held)
        self._weight = {n: 1 / count for n, count in spread.items()}

    def rank(self) -> list[int]:
        """All sentences: the one that holds most first, then always the one that adds most, then that holds most."""
        left, order = set(range(len(self._held))), list[int]()
        said: frozenset[int] = frozenset()
        while left:
            best = max(left, key=lambda n: (self._sum(self._held[n] - said), self._sum(self._held[n]), -n))
            order.append(best)
            left.remove(best)
            said |= self._held[best]
        return order

    def _sum(self, held: frozenset[int]) -> float:
        return sum(self._weight[n] for n in held)


def _fill(order: Sequence[int], sizes: Sequence[int]) -> list[int]:
    """As many sentences in this order as a window holds; the first whatever its size."""
    chosen, words = [order[0]], sizes[order[0]]
    for n in order[1:]:
        if words + sizes[n] <= WORDS:
            chosen.append(n)
            words += sizes[n]
    return chosen
