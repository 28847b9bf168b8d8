"""The index looked at from inside, before any question is asked: what a later stage can only lose, it cannot mend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from .dataset import Dataset, Gold
from .metrics import rate
from .summary import Metrics

if TYPE_CHECKING:
    from coach import Coach
    from coach.types import Chunk, Document

_AT_ONCE = 500  # chunks read together


def probe_index(coach: Coach, dataset: Dataset) -> Metrics:
    """What the documents and their chunks hold, as shares.

    `gold_in_documents` of the gold sentences stand in their document word for word, `gold_in_chunks` of those lie whole
    in one chunk; `chunks_in_place` of the chunks hold what stands at their offsets, and `chunks_headed` of those below
    headings carry one of them.
    """
    documents = {d.id: coach.document(d.id) for d in coach.documents()}
    chunks = list(_read_chunks(coach))
    gold = list(dict.fromkeys(g for s in dataset.samples for g in s.gold))
    held = [g for g in gold if g.document in documents and g.quote in documents[g.document].text]
    below = [(c, headings) for c in chunks if (headings := _get_headings(documents[c.document_id], c.start))]
    return {
        "gold_in_documents": rate(len(held), len(gold)),
        "gold_in_chunks": rate(_count_whole(held, documents, chunks), len(held)),
        "chunks_in_place": rate(
            sum(documents[c.document_id].text[c.start : c.end] == c.text for c in chunks), len(chunks)
        ),
        "chunks_headed": rate(sum(not headings.isdisjoint(c.headings) for c, headings in below), len(below)),
    }


def _read_chunks(coach: Coach) -> Iterator[Chunk]:
    for group in coach.store.reader().catalogue.iterate(_AT_ONCE):
        yield from (chunk for _, chunk in group)


def _get_headings(document: Document, place: int) -> frozenset[str]:
    """The headings over a place in a document, without its title; a chunk there carries at least one of them."""
    over = [s.headings for s in document.sections if s.start <= place < s.end]
    return frozenset(over[-1]) - {document.title} if over else frozenset()


def _count_whole(gold: Sequence[Gold], documents: Mapping[str, Document], chunks: Sequence[Chunk]) -> int:
    spans: dict[str, list[tuple[int, int]]] = {}
    for chunk in chunks:
        spans.setdefault(chunk.document_id, []).append((chunk.start, chunk.end))
    return sum(
        any(start <= place and place + len(g.quote) <= end for start, end in spans.get(g.document, ()))
        for g in gold
        if (place := documents[g.document].text.find(g.quote)) >= 0
    )
