"""The only place that picks implementations: settings in, a working Coach out."""

from __future__ import annotations

from coach.coach import Coach, Parts
from coach.embedding import get_embedder
from coach.index import IndexStore
from coach.loading import load_folder
from coach.model.chat import get_chat_model
from coach.retrieval.retriever import HybridRetriever
from coach.settings import Settings
from coach.types import Progress, SyncReport
from coach.verifying import get_verifier
from coach.vocabulary import load_vocabulary


def build_coach(settings: Settings, *, progress: Progress | None = None) -> Coach:
    """A Coach over the corpus of the settings, indexed first if it is new or changed.

    Raises SettingsError, MissingExtraError, CorpusError, and what indexing raises.
    """
    coach = open_coach(settings)
    _sync(coach, settings, progress)
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
            retriever=HybridRetriever(store, embedder, vocabulary),
            verifier=get_verifier(settings, embedder=embedder, vocabulary=vocabulary),
            model=get_chat_model(settings),
        )
    )


def sync_corpus(settings: Settings, *, rebuild: bool = False, progress: Progress | None = None) -> SyncReport:
    """Bring the index up to date with the corpus folder of the settings."""
    return _sync(open_coach(settings), settings, progress, rebuild=rebuild)


def _sync(coach: Coach, settings: Settings, progress: Progress | None, *, rebuild: bool = False) -> SyncReport:
    loaded = load_folder(settings.corpus, collection=settings.collection, progress=progress)
    return coach.store.sync(
        loaded.documents, collection=settings.collection, refused=loaded.refused, rebuild=rebuild, progress=progress
    )
