"""Search by words: BM25 over stemmed words without the ones that carry no topic.

BM25 is Robertson's, as bm25s computes it ("lucene" variant, k1 1.5, b 0.75).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from threading import local
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDER = "bm25"
WORDS = "words.json"
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_thread = local()  # a stemmer must not be used by two threads at once


def split_words(text: str) -> list[str]:
    """The words of a text in order: lower case, without accents, apostrophes kept inside words.

    Hyphenated words count as their parts, so that "one-on-one" and "one on one" are the same.
    """
    plain = unicodedata.normalize("NFKD", text.replace("\u2019", "'").lower())
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))


def to_terms(text: str) -> list[str]:
    """The stems that are indexed and searched for."""
    words = [w for w in split_words(text) if w not in _get_stop_words()]
    stems: list[str] = _get_stemmer().stemWords(words)
    return stems


class LexicalBuilder:
    """Collects chunks by row and writes the word index of a version."""

    def __init__(self) -> None:
        """Start empty."""
        self._terms: dict[str, int] = {}
        self._rows: list[list[int]] = []
        self._words: Counter[str] = Counter()

    def add(self, text: str) -> None:
        """Take in the next row."""
        self._rows.append([self._terms.setdefault(t, len(self._terms)) for t in to_terms(text)])
        self._words.update(set(split_words(text)))

    def save(self, folder: Path) -> None:
        """Write `bm25/` and `words.json`; raises OSError. Without a single term there is no `bm25/`."""
        (folder / WORDS).write_text(json.dumps(self._words, ensure_ascii=False, sort_keys=True), encoding="utf-8")
        if self._terms:
            import bm25s

            index = bm25s.BM25(backend="numpy")
            index.index((self._rows, self._terms), show_progress=False, create_empty_token=False)
            index.save(folder / FOLDER, show_progress=False)


class LexicalSearch:
    """The word index of a version, mapped into memory; safe for threads."""

    def __init__(self, folder: Path, rows: Sequence[tuple[str, str]]) -> None:
        """Load it for `rows` of (chunk id, collection); raises OSError or ValueError when it does not fit them."""
        self._ids = [chunk_id for chunk_id, _ in rows]
        self._collections = np.array([collection for _, collection in rows])
        self._index: Any = _load_index(folder / FOLDER) if (folder / FOLDER).exists() else None
        if self._index is not None and self._index.scores["num_docs"] != len(rows):
            raise ValueError(f"the word index holds {self._index.scores['num_docs']} chunks instead of {len(rows)}")

    def search(self, text: str, top_k: int, collection: str | None) -> list[tuple[str, float]]:
        """(chunk id, score) of at most `top_k` chunks that share a term, best first; ties in order of row."""
        terms = self._index.get_tokens_ids(to_terms(text)) if self._index is not None else []
        if not terms:
            return []
        mask = None if collection is None else (self._collections == collection).astype(np.float32)
        scores = self._index.get_scores_from_ids(terms, weight_mask=mask)
        return [(self._ids[row], float(scores[row])) for row in _get_best(scores, top_k)]


def load_word_counts(folder: Path) -> dict[str, int]:
    """Lower-case word -> number of chunks that hold it; raises OSError or ValueError."""
    counts: dict[str, int] = json.loads((folder / WORDS).read_text(encoding="utf-8"))
    return counts


def _get_best(scores: NDArray[np.float32], top_k: int) -> Iterable[int]:
    positive = np.flatnonzero(scores > 0)
    order = np.argsort(-scores[positive], kind="stable")[:top_k]
    return (int(row) for row in positive[order])


def _load_index(folder: Path) -> Any:
    import bm25s

    return bm25s.BM25.load(folder, mmap=True, show_progress=False)


@cache
def _get_stop_words() -> frozenset[str]:
    from bm25s.stopwords import STOPWORDS_EN_PLUS

    return frozenset(STOPWORDS_EN_PLUS)


def _get_stemmer() -> Any:
    if not hasattr(_thread, "stemmer"):
        import Stemmer

        _thread.stemmer = Stemmer.Stemmer("english")
    return _thread.stemmer
