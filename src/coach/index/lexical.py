"""Search by words: BM25 over stemmed words without the ones that carry no topic.

BM25 is Robertson's, as bm25s computes it ("lucene" variant, k1 1.5, b 0.75).
"""

from __future__ import annotations

import json
import re
import unicodedata
from array import array
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
_WORD = re.compile(r"[^\W_]+(?:['\-/][^\W_]+)*")
_JOINT = re.compile(r"[-/]")
_ACCENT = re.compile("[\u0300-\u036f]")
_thread = local()  # a stemmer must not be used by two threads at once


def split_words(text: str) -> list[str]:
    """The words of a text in order, lower case; words joined by a hyphen or slash whole, then in their parts."""
    words: list[str] = []
    for word in _WORD.findall(text.lower().replace("\u2019", "'")):
        words.append(word)
        if "-" in word or "/" in word:
            words += _JOINT.split(word)
    return words


def to_terms(text: str) -> list[str]:
    """The stems that are indexed and searched for, accents and joints aside: "R\u00e9sum\u00e9-led" is resum, led."""
    return _to_stems(split_words(_strip_accents(text)))


def _strip_accents(text: str) -> str:
    return text if text.isascii() else _ACCENT.sub("", unicodedata.normalize("NFKD", text))


def _to_stems(words: Iterable[str]) -> list[str]:
    stop = _get_stop_words()
    stems: list[str] = _get_stemmer().stemWords([w for w in words if w not in stop and not _JOINT.search(w)])
    return stems


class LexicalBuilder:
    """Collects chunks by row and writes the word index of a version."""

    def __init__(self) -> None:
        """Start empty."""
        self._terms: dict[str, int] = {}
        self._rows: list[array[int]] = []
        self._words: Counter[str] = Counter()

    def add(self, text: str) -> None:
        """Take in the next row."""
        plain = _strip_accents(text)
        words = split_words(plain)
        self._rows.append(array("i", [self._terms.setdefault(t, len(self._terms)) for t in _to_stems(words)]))
        self._words.update({*words, *(split_words(text) if plain != text else ())})

    def save(self, folder: Path) -> None:
        """Write `bm25/` and `words.json`; raises OSError. Without a single term there is no `bm25/`."""
        counts = json.dumps(self._words, ensure_ascii=False, sort_keys=True)
        (folder / WORDS).write_text(counts, encoding="utf-8")
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
