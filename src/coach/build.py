"""The only place that picks implementations: settings in, a working Coach out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from coach.chunking import chunk_document
from coach.coach import Coach, Parts
from coach.embedding import get_embedder
from coach.index import IndexStore
from coach.library.syncing import Cut, preview_paths, sync_paths
from coach.model.choosing import get_chat_model
from coach.retrieval.reranker import Reranker
from coach.retrieval.retriever import HybridRetriever
from coach.settings import Settings
from coach.types import Progress, SyncReport
from coach.verifying import get_verifier
from coach.vocabulary import load_vocabulary


def build_coach(settings: Settings, *, progress: Progress | None = None) -> Coach:
    """A Coach over the corpus of the settings, indexed first if it is new or changed.

    Only the collection of the settings follows the corpus; others are left as they are.
    Raises SettingsError, MissingExtraError, CorpusError, and what indexing raises.
    """
    coach = open_coach(settings)
    sync_corpus(settings, store=coach.store, progress=progress)
    return coach


def open_coach(settings: Settings) -> Coach:
    """A Coach over the index as it stands; the corpus is not looked at."""
    vocabulary = load_vocabulary(settings.vocabulary)
    embedder = get_embedder(settings)
    store = IndexStore(settings, embedder, vocabulary)
    return Coach(
        Parts(
            settings=settings,
            store=store,
            vocabulary=vocabulary,
            retriever=HybridRetriever(store, embedder, reranker=Reranker()),
            verifier=get_verifier(settings, embedder=embedder, vocabulary=vocabulary),
            model=get_chat_model(settings),
        )
    )


def open_store(settings: Settings) -> IndexStore:
    """The index of the settings, to write or to read; nothing of a Coach that answers is loaded."""
    return IndexStore(settings, get_embedder(settings), load_vocabulary(settings.vocabulary))


def get_cut(settings: Settings) -> Cut:
    """How documents are cut into chunks for this index."""
    vocabulary = load_vocabulary(settings.vocabulary)
    return partial(chunk_document, vocabulary=vocabulary, size=settings.chunk_size, overlap=settings.chunk_overlap)


def sync_corpus(
    settings: Settings,
    *,
    paths: Sequence[Path] = (),
    store: IndexStore | None = None,
    rebuild: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> SyncReport:
    """Bring the collection of the settings up to date with files, folders and ZIP files; without any, with the corpus.

    `store` saves opening the index again; `dry_run` only says what would happen.
    """
    paths = paths or (settings.corpus,)
    store = store or open_store(settings)
    if dry_run:
        return preview_paths(store, paths, collection=settings.collection, cut=get_cut(settings), progress=progress)
    return sync_paths(store, paths, collection=settings.collection, rebuild=rebuild, progress=progress)
