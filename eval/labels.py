"""Whether the labels of a dataset still describe the documents at hand."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from .dataset import Dataset, DatasetError, Sample
from .scorers import normalise

_NEAR = 0.6  # a sentence this similar is offered as what the quote has become
Fault = Literal["document_gone", "quote_gone", "quote_changed", "no_facts", "facts_not_in_gold", "forbidden_in_gold"]


@dataclass(frozen=True, slots=True)
class Stale:
    """One label that does not hold: which sample, what is wrong, and the words that show it."""

    sample: str
    fault: Fault
    detail: str


def check_labels(dataset: Dataset, texts: Mapping[str, str]) -> list[Stale]:
    """Every label of the dataset that the documents (`id -> text`) do not bear out, in order of the file.

    Gold sentences must stand in their document word for word. What they say must be enough for the facts a right answer
    needs, and must not itself be forbidden; samples without gold sentences are only checked for having facts at all.
    """
    return [stale for sample in dataset.samples for stale in check_sample(sample, texts)]


def check_sample(sample: Sample, texts: Mapping[str, str]) -> list[Stale]:
    """The same for one sample."""
    return [*_quotes(sample, texts), *_facts(sample)]


def _quotes(sample: Sample, texts: Mapping[str, str]) -> list[Stale]:
    found = []
    for gold in sample.gold:
        text = texts.get(gold.document)
        if text is None:
            found.append(Stale(sample.id, "document_gone", gold.document))
        elif gold.quote not in text:
            near = difflib.get_close_matches(gold.quote, _sentences(text), n=1, cutoff=_NEAR)
            fault: Fault = "quote_changed" if near else "quote_gone"
            found.append(Stale(sample.id, fault, near[0] if near else gold.quote))
    return found


def _sentences(text: str) -> list[str]:
    """A rough cut, good enough to look for what a sentence has become."""
    return [s.strip("- ") for line in text.splitlines() for s in re.split(r"(?<=[.?!])\s+", line) if s.strip("- ")]


def _facts(sample: Sample) -> list[Stale]:
    if not sample.answerable:
        return []
    if not sample.facts:
        return [Stale(sample.id, "no_facts", "an answer without facts cannot be wrong")]
    if not sample.gold:
        return []
    words = normalise(" ".join(g.quote for g in sample.gold))
    found = {f.name for f in sample.facts if any(p.search(words) for p in f.any_of)}
    missing = [f.name for f in sample.facts if f.required and f.name not in found]
    stale = []
    if missing or len(found) < sample.min_facts:
        detail = ", ".join(missing) or f"{len(found)} of {sample.min_facts} facts"
        stale.append(Stale(sample.id, "facts_not_in_gold", detail))
    hits = [p.pattern for p in sample.forbid if p.search(words)]
    return stale + [Stale(sample.id, "forbidden_in_gold", pattern) for pattern in hits]


def require_documents(dataset: Dataset, documents: Collection[str]) -> None:
    """Refuse questions about other documents: DatasetError when none of those their gold stands in is at hand."""
    wanted = {g.document for s in dataset.samples for g in s.gold}
    if wanted and not wanted & set(documents):
        named = ", ".join(sorted(wanted)[:5])
        raise DatasetError(
            f"{dataset.name} asks about {named}, and none of these documents is indexed here.",
            remedy="Set COACH_CORPUS to the documents it was written for, or take another dataset.",
        )
