"""What a version of the index says about itself, its fingerprint, and whether it fits the settings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from coach.errors import IndexMismatchError
from coach.index.faults import REBUILD

FORMAT = 1
FILE = "manifest.json"


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything besides the documents that decides what an index holds."""

    embedding_model: str
    chunking_version: int
    chunk_size: int
    chunk_overlap: int
    vocabulary: str  # digest of the vocabulary that annotated the sentences
    vectors: str  # "embedded" or "server"
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a collection holds."""

    documents: int
    chunks: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """One complete version of the index."""

    version: str
    replaces: str  # the version that was current before, or ""
    created: str  # ISO 8601, UTC
    fingerprint: str
    recipe: Recipe
    dimension: int
    sentences: int
    collections: Mapping[str, Counts]

    @property
    def chunks(self) -> int:
        """Chunks in all collections together."""
        return sum(c.chunks for c in self.collections.values())


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Write `manifest.json`; raises OSError."""
    (folder / FILE).write_text(json.dumps(asdict(manifest), indent=2, sort_keys=True) + "\n", encoding="utf-8")


def load_manifest(folder: Path) -> Manifest:
    """Read `manifest.json`.

    Raises OSError, ValueError, KeyError or TypeError when it is missing or not one of ours, and
    IndexMismatchError when another format wrote it.
    """
    data = json.loads((folder / FILE).read_text(encoding="utf-8"))
    if data["recipe"].get("format") != FORMAT:
        raise _mismatch("format", data["recipe"].get("format"), FORMAT)
    recipe = Recipe(**data.pop("recipe"))
    collections = {name: Counts(**counts) for name, counts in data.pop("collections").items()}
    return Manifest(recipe=recipe, collections=collections, **data)


def get_fingerprint(recipe: Recipe, texts: Iterable[tuple[str, str, str]]) -> str:
    """16 hex digits over (collection, document id, text digest) of every document, and the recipe.

    Where the vectors are kept does not change what is found, so it does not count.
    """
    parts = (
        recipe.embedding_model,
        recipe.chunking_version,
        recipe.chunk_size,
        recipe.chunk_overlap,
        recipe.vocabulary,
    )
    body = json.dumps([parts, sorted(texts)], ensure_ascii=True)
    return hashlib.sha256(body.encode()).hexdigest()[:16]


_NAMES = {
    "embedding_model": ("embedding model", REBUILD),
    "chunking_version": ("chunking version", REBUILD),
    "chunk_size": ("chunk size", REBUILD),
    "chunk_overlap": ("chunk overlap", REBUILD),
    "vectors": ("vector store", REBUILD),
    "vocabulary": ("vocabulary", "Run `coach ingest`."),
}


def check_recipe(made: Recipe, wanted: Recipe, *, ignore: frozenset[str] = frozenset()) -> None:
    """Raise IndexMismatchError naming the first thing that differs, with both values."""
    for name, (words, remedy) in _NAMES.items():
        was, wants = getattr(made, name), getattr(wanted, name)
        if was != wants and name not in ignore:
            raise _mismatch(words, was, wants, remedy)


def _mismatch(words: str, was: object, wants: object, remedy: str = REBUILD) -> IndexMismatchError:
    short = [str(v)[:12] if words == "vocabulary" else str(v) for v in (was, wants)]
    return IndexMismatchError(
        f"The index was made with the {words} {short[0]}, but the settings ask for {short[1]}.", remedy=remedy
    )
