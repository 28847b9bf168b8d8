"""Variants that need an index of their own: chunks without headings, and no vocabulary of the field."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from coach import Coach, build_coach

if TYPE_CHECKING:
    from coach.settings import Settings
    from coach.types import Chunk, Document

_NO_WORDS = "# No role, no aspect and no synonym is known.\n"


def drop_headings(coach: Coach) -> Coach:
    """The same Coach over chunks that know nothing of the headings they stand under."""
    from coach.build import sync_corpus
    from coach.embedding import get_embedder
    from coach.index import IndexStore
    from coach.retrieval.retriever import HybridRetriever

    settings, vocabulary = _apart(coach, "no-headings"), coach.parts.vocabulary
    embedder = get_embedder(settings)
    store = IndexStore(settings, embedder, vocabulary)
    cut = store._chunk

    def behead(document: Document) -> tuple[Chunk, ...]:
        return tuple(_behead(chunk) for chunk in cut(document))

    store._chunk = behead
    sync_corpus(settings, store=store)
    retriever = HybridRetriever(store, embedder)
    return Coach(replace(coach.parts, settings=settings, store=store, retriever=retriever))


def _behead(chunk: Chunk) -> Chunk:
    sentences = tuple(replace(s, headings=()) for s in chunk.sentences)
    return replace(chunk, headings=(), roles=(), dimensions=(), sentences=sentences)


def forget_vocabulary(coach: Coach) -> Coach:
    """The same Coach with an empty vocabulary, as for a field that nobody has described."""
    settings = _apart(coach, "no-vocabulary")
    words = Path(settings.data_dir) / "vocabulary.toml"
    words.parent.mkdir(parents=True, exist_ok=True)
    words.write_text(_NO_WORDS, encoding="utf-8")
    return build_coach(settings.model_copy(update={"vocabulary": words}))


def _apart(coach: Coach, name: str) -> Settings:
    """The settings with a data folder of the variant's own."""
    return coach.settings.model_copy(update={"data_dir": Path(coach.settings.data_dir) / "ablate" / name})
