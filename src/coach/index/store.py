"""The index of a data folder: brought up to date by one writer, read by any number of readers."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from coach.chunking import CHUNKING_VERSION, chunk_document
from coach.embedding import Embedder, is_successor
from coach.errors import CoachError, IndexMissingError, StorageError
from coach.index.build import Live, Workshop, build_version
from coach.index.catalogue import Catalogue
from coach.index.embedded_vectors import EmbeddedVectors
from coach.index.faults import damaged, reading, writing
from coach.index.manifest import Manifest, Recipe, check_recipe, load_manifest
from coach.index.reader import IndexReader
from coach.index.server_vectors import ServerVectors
from coach.index.vectors import VectorStore
from coach.index.versions import Stamp, get_current, get_stamp, sweep, write_lock
from coach.settings import Settings
from coach.types import Document, Progress, Refusal, SyncReport
from coach.vocabulary import Vocabulary

FOLDER = "index"


class IndexStore:
    """The index below `settings.data_dir`; safe for threads. Building one reads and writes nothing."""

    def __init__(self, settings: Settings, embedder: Embedder, vocabulary: Vocabulary) -> None:
        """Remember what the index is made with; SettingsError for a server address that is none."""
        self._root = Path(settings.data_dir) / FOLDER
        self._embedder = embedder
        self._vocabulary = vocabulary
        address = settings.chroma_url
        self._vectors: VectorStore = EmbeddedVectors() if address is None else ServerVectors(address)
        self._chunk = partial(
            chunk_document, vocabulary=vocabulary, size=settings.chunk_size, overlap=settings.chunk_overlap
        )
        self._recipe = Recipe(
            embedding_model=embedder.name,
            chunking_version=CHUNKING_VERSION,
            chunk_size=settings.chunk_size,
            chunk_overlap=settings.chunk_overlap,
            vocabulary=vocabulary.digest,
            vectors=self._vectors.kind,
        )
        self._lock = threading.Lock()
        self._seen: tuple[Stamp, IndexReader] | None = None

    def sync(
        self,
        documents: Iterable[Document],
        *,
        collection: str,
        refused: Iterable[Refusal] = (),
        rebuild: bool = False,
        progress: Progress | None = None,
    ) -> SyncReport:
        """Make `documents` the whole of `collection`; other collections stay. The report counts its chunks.

        Only what changed is embedded, and nothing is written when nothing changed; `rebuild` embeds all
        collections anew, whatever made them, and so does a newer version of the model that ships. A document
        whose id is taken is refused and reported.
        Raises IndexBusyError beside another writer, IndexMismatchError when the index was made with
        another model or chunking, StorageError when the folder cannot be used, VectorServerError.
        """
        with write_lock(self._root) as obstacle:
            live = self._open_live(rebuild)
            try:
                if not obstacle:
                    self._sweep(live)
                shop = self._get_workshop(progress, obstacle)
                return build_version(shop, live, documents, collection, refused)
            finally:
                if live:
                    (live.reader or live.catalogue).close()

    def reader(self) -> IndexReader:
        """The current version; the same object until the index is replaced, by whichever process.

        Raises IndexMissingError before the first sync, IndexMismatchError when it does not fit the
        settings, StorageError when it is damaged.
        """
        with self._lock, reading(self._root):
            stamp = get_stamp(self._root)
            if stamp is None:
                raise IndexMissingError(f"Nothing is indexed yet in {self._root}.", remedy="Run `coach ingest`.")
            if self._seen is None or self._seen[0] != stamp:
                self._seen = stamp, self._open_at(stamp)
            return self._seen[1]

    def _open_at(self, stamp: Stamp) -> IndexReader:
        try:
            return self._open_reader()
        except StorageError:
            if get_stamp(self._root) == stamp:
                raise
            return self._open_reader()  # it was replaced and swept away while it was being opened

    def _get_workshop(self, progress: Progress | None, obstacle: CoachError | None) -> Workshop:
        return Workshop(
            root=self._root,
            recipe=self._recipe,
            embedder=self._embedder,
            vocabulary=self._vocabulary,
            vectors=self._vectors,
            chunk=self._chunk,
            progress=progress or _silent,
            obstacle=obstacle,
        )

    def _open_reader(self) -> IndexReader:
        folder = self._get_folder(get_current(self._root) or "")
        manifest = load_manifest(folder)
        check_recipe(manifest.recipe, self._recipe)
        return IndexReader(folder, manifest, self._vectors, self._vocabulary)

    def _get_folder(self, version: str) -> Path:
        folder = self._root / version
        if not version or not folder.is_dir():
            raise damaged(self._root, f"the version {version or 'in use'} is missing")
        return folder

    def _open_live(self, rebuild: bool) -> Live | None:
        with reading(self._root):
            version = get_current(self._root)
        if version is None:
            return None
        if rebuild:
            return _salvage(self._root / version) if version else None
        with reading(self._root):
            folder = self._get_folder(version)
            manifest = load_manifest(folder)
            if self._outdates(manifest.recipe):
                return _salvage(folder)
            check_recipe(manifest.recipe, self._recipe, ignore=frozenset({"vocabulary"}))
            reader = IndexReader(folder, manifest, self._vectors, self._vocabulary)
            return Live(folder, reader.catalogue, manifest, reader)

    def _outdates(self, made: Recipe) -> bool:
        """Whether an index lacks nothing but the newer version of the model that ships."""
        now = self._recipe.embedding_model
        return (
            is_successor(now, made.embedding_model)
            and replace(made, embedding_model=now, vocabulary=self._recipe.vocabulary) == self._recipe
        )

    def _sweep(self, live: Live | None) -> None:
        """Free what killed builds and versions before the last one left behind."""
        keep = {live.folder.name} if live else set()
        if live and live.manifest:
            keep.add(live.manifest.replaces)
        with writing(self._root):
            sweep(self._root, keep, self._vectors.drop)


def _salvage(folder: Path) -> Live | None:
    """What a rebuild can still read of the live version: its documents at best."""
    try:
        with reading(folder):
            catalogue = Catalogue(folder)
            catalogue.count()
    except StorageError:
        return None
    return Live(folder, catalogue, _find_manifest(folder), None)


def _find_manifest(folder: Path) -> Manifest | None:
    try:
        with reading(folder):
            return load_manifest(folder)
    except Exception:  # whatever is wrong with it, a rebuild writes another
        return None


def _silent(stage: str, done: int, total: int) -> None:
    """Progress nobody watches."""
