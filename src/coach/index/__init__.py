"""The index: documents, chunks, words and vectors on disk, replaced whole and read without locks."""

from __future__ import annotations

from coach.index.lexical import split_words
from coach.index.manifest import Manifest
from coach.index.reader import IndexReader
from coach.index.store import IndexStore

__all__ = ["IndexReader", "IndexStore", "Manifest", "split_words"]
