"""Hybrid retrieval: dense and BM25 rankings fused by reciprocal rank, roles respected, guides kept diverse."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from coach.retrieval.lexicon import Lexicon, build_lexicon
from coach.retrieval.query import Query, Term, read_question
from coach.types import Chunk, Hit, Passage
from coach.verifying.pieces import PieceMemory
from coach.vocabulary import Vocabulary

if TYPE_CHECKING:
    from coach.embedding import Embedder
    from coach.index import IndexReader, IndexStore
    from coach.retrieval.reranker import Reranker

_RRF_K = 60  # Cormack, Clarke and Buettcher 2009
SMALL = 300  # chunks up to which every sentence is read before the first question: about two seconds
_POOL = 32  # candidates taken from each ranking before fusion


@dataclass(frozen=True)
class Tuning:
    """The knobs of retrieval; defaults were set on the development questions."""

    dense: bool = True
    lexical: bool = True
    story_weight: float = 0.5  # of the whole text when a question comes wrapped in a story
    same_role: float = 1.25
    other_role: float = 0.75
    same_dimension: float = 1.1
    per_document: float = 0.5  # largest share of the passages one guide may take, once others fit


@dataclass(frozen=True)
class Retrieved:
    """What one question brought up: how it was read, its vectors (texts, dimension), and the passages.

    The first `asked` vectors are of the question itself, the rest of its parts (one role each).
    """

    query: Query
    asked: int
    vectors: NDArray[np.float32]
    passages: tuple[Passage, ...]
    reader: IndexReader
    lexicon: Lexicon
    vocabulary: Vocabulary
    tokens: PieceMemory | None = None  # gives word pieces with their vectors; None when the embedder has none
    reranker: Reranker | None = None  # reads sentences beside the question; None where nothing is to be read


class HybridRetriever:
    """Finds the passages of the guides that bear on a question."""

    def __init__(
        self,
        store: IndexStore,
        embedder: Embedder,
        tuning: Tuning | None = None,
        *,
        reranker: Reranker | None = None,
    ) -> None:
        """Keep the parts; the index is opened at the first question."""
        self._store = store
        self._embedder = embedder
        self._tuning = tuning or Tuning()
        self._reranker = reranker
        self._lexicon: tuple[str, Lexicon] | None = None
        pieces = PieceMemory(embedder)  # type: ignore[arg-type]  # the protocol of embedders does not ask for pieces
        self._pieces = pieces if pieces.is_able else None

    def retrieve(self, question: str, top_k: int = 8, collection: str | None = None) -> list[Passage]:
        """The best passages for a question, best first; fewer than top_k when the guides hold no more."""
        return diversify(self.search(question, collection).passages, top_k, self._tuning.per_document)

    def search(self, question: str, collection: str | None = None) -> Retrieved:
        """Every passage worth a look, and how the question was read, for the stages that follow."""
        reader = self._store.reader()
        lexicon = self._get_lexicon(reader)
        query, asked = self._read(question, reader)
        vectors = self._embedder.embed(query.texts)
        fused = self._fuse(query, vectors, reader, collection)
        best = sorted(fused, key=lambda i: (-fused[i], i))[:_POOL]
        titles = {d.id: d for d in reader.documents(collection)}
        passages = tuple(
            Passage(c, titles[c.document_id].title, titles[c.document_id].source, score, rank)
            for rank, (c, score) in enumerate(self._weigh(query, reader.chunks(best), fused), 1)
        )
        vocabulary = reader.vocabulary
        return Retrieved(query, asked, vectors, passages, reader, lexicon, vocabulary, self._pieces, self._reranker)

    def prepare(self, questions: Iterable[str]) -> None:
        """Embed a few questions in one batch, so that the embedder remembers them when each is searched for."""
        reader = self._store.reader()
        self._embedder.embed([t for question in questions for t in self._read(question, reader)[0].texts])

    def warm(self) -> None:
        """Load the models and, of a small index, read every sentence piece by piece, so that no reader waits for it."""
        if self._reranker is not None:
            self._reranker.load()
        reader = self.search("warm up").reader
        if self._pieces is None or reader.chunk_count > SMALL:
            return
        sentences = (s.text for chunk in reader.iterate_chunks() for s in chunk.sentences)
        self._pieces(list(dict.fromkeys(sentences)))

    def _read(self, question: str, reader: IndexReader) -> tuple[Query, int]:
        """A question as understood, and how many of its texts are of itself; the rest are of its parts."""
        query = read_question(question, vocabulary=reader.vocabulary, known=self._get_lexicon(reader).words)
        parts = _sub_questions(query, reader.vocabulary)
        return replace(query, texts=(*query.texts, *parts)), len(query.texts)

    def _get_lexicon(self, reader: IndexReader) -> Lexicon:
        if self._lexicon is None or self._lexicon[0] != reader.fingerprint:
            self._lexicon = (reader.fingerprint, build_lexicon(reader.word_counts(), reader.chunk_count))
        return self._lexicon[1]

    def _fuse(
        self, query: Query, vectors: NDArray[np.float32], reader: IndexReader, collection: str | None
    ) -> dict[str, float]:
        scores: dict[str, float] = defaultdict(float)
        unknown = " ".join(sorted(w for t in query.terms for w in self._stand_ins(t, reader)))
        for position, (text, vector) in enumerate(zip(query.texts, vectors, strict=True)):
            weight = 1.0 if position == 0 else self._tuning.story_weight
            if self._tuning.dense:
                _add_ranks(scores, reader.search_dense(vector, _POOL, collection), weight)
            if self._tuning.lexical:
                words = f"{text} {unknown}" if position == 0 else text
                _add_ranks(scores, reader.search_lexical(words, _POOL, collection), weight)
        return scores

    def _stand_ins(self, term: Term, reader: IndexReader) -> frozenset[str]:
        """Other words for one that no guide holds; a word the guides do hold needs none."""
        if self._get_lexicon(reader).stem_counts.get(term.stem):
            return frozenset()
        return reader.vocabulary.expand(term.word) - {term.word}

    def _weigh(self, query: Query, chunks: Iterable[Chunk], fused: dict[str, float]) -> list[tuple[Chunk, float]]:
        """Prefer chunks about the roles and aspects asked for; those about other roles only step back."""
        weighed = []
        for chunk in chunks:
            score = fused[chunk.id]
            if query.roles and chunk.roles:
                score *= self._tuning.same_role if set(query.roles) & set(chunk.roles) else self._tuning.other_role
            if set(query.dimensions) & set(chunk.dimensions):
                score *= self._tuning.same_dimension
            weighed.append((chunk, score))
        return sorted(weighed, key=lambda pair: (-pair[1], pair[0].id))


def _sub_questions(query: Query, vocabulary: Vocabulary) -> list[str]:
    """For a question about several roles, one search per role, so that none is crowded out.

    A question that brings its own headcount is also searched as one about team sizes.
    """
    if query.headcount and len(query.roles) < 2 and "team-size" in vocabulary.dimensions:
        about = "".join(f"{vocabulary.roles[r].name} " for r in query.roles)
        return [about + vocabulary.dimensions["team-size"].questions[0]]
    if query.asks_superior:  # said of the superior, in other words
        role = query.roles[0]
        above = (vocabulary.get_neighbour(role, step) for step in (1, 2))  # of guides that leave out a rung, too
        doers = ["", *(f"{vocabulary.roles[one].name} " for one in above if one)]
        return [f"{doer}manages and hires the {vocabulary.roles[role].name}" for doer in doers]
    if len(query.roles) < 2:
        return []
    topic = " ".join(t.word for t in query.terms) or "primary role and main focus"
    parts = [f"{vocabulary.roles[r].name} {topic}".strip() for r in query.roles[:5]]
    return parts + _ask_between(query, vocabulary) if query.form == "transition" else parts


def _ask_between(query: Query, vocabulary: Vocabulary) -> list[str]:
    """What a person would ask of a move between the two roles, for what is asked in a roundabout way."""
    if len(query.roles) != 2:
        return []
    names = dict(zip(("{one}", "{other}"), (vocabulary.roles[r].name for r in query.roles), strict=True))
    asks = [d.ask_between for d in vocabulary.dimensions.values() if d.ask_between]
    return [a.replace("{one}", names["{one}"]).replace("{other}", names["{other}"]) for a in asks]


def _add_ranks(scores: dict[str, float], hits: Sequence[Hit], weight: float) -> None:
    for rank, hit in enumerate(hits, 1):
        scores[hit.chunk_id] += weight / (_RRF_K + rank)


def diversify(passages: Sequence[Passage], top_k: int, share: float = 0.5) -> list[Passage]:
    """The best passages without repeats, no guide taking more than its share while others still have some."""
    limit = max(2, round(top_k * share))
    taken: Counter[str] = Counter()
    first: list[Passage] = []
    later: list[Passage] = []
    seen: set[str] = set()
    for passage in passages:
        key = " ".join(passage.chunk.text.lower().split())
        if key in seen:
            continue
        seen.add(key)
        taken[passage.chunk.document_id] += 1
        (first if taken[passage.chunk.document_id] <= limit else later).append(passage)
    chosen = sorted([*first, *later][:top_k], key=lambda p: p.rank)
    return [replace(p, rank=rank) for rank, p in enumerate(chosen, 1)]
