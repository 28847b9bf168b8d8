"""What to ask next or instead: questions of the vocabulary or of the guides' own headings that the guides do answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from coach.composing.followups import choose_answered, suggest
from coach.composing.questions import to_question
from coach.retrieval.evidence import Weighed, weigh_evidence
from coach.retrieval.retriever import SMALL, HybridRetriever, Retrieved
from coach.sufficiency import decide
from coach.types import Citation, Question

if TYPE_CHECKING:
    from coach.index import IndexReader

_AHEAD = 128  # questions looked up before the first reader comes: about two seconds
_AT_ONCE = 8  # of these embedded together: with their parts no more texts than an embedder remembers
_PASSAGES = 10  # best passages that must hold the answer to a question before it is offered


class Offers:
    """Picks questions and remembers, for each state of the index, which of them are answered."""

    def __init__(self, retriever: HybridRetriever) -> None:
        """Keep the retriever; nothing is searched until a question is to be offered."""
        self._retriever = retriever
        self._decide = lru_cache(maxsize=4096)(self._is_answered)

    def pick(
        self,
        question: Question,
        standalone: str,
        found: Retrieved,
        weighed: Sequence[Weighed],
        shown: Iterable[Citation] = (),
    ) -> tuple[str, ...]:
        """Questions to ask after this one, none that the conversation has had."""
        asked = [standalone, question.text, *(t.content for t in question.history if t.role == "user")]
        fingerprint = found.reader.fingerprint
        return suggest(
            weighed,
            found.vocabulary,
            shown=shown,
            asked=asked,
            is_answered=lambda q: self._decide(q, question.collection, fingerprint),
        )

    def warm(self, reader: IndexReader) -> None:
        """Of a small index, look up now what each section offers, so that no reader waits for it."""
        if reader.chunk_count > SMALL:
            return
        headings = dict.fromkeys(s.headings for chunk in reader.iterate_chunks() for s in chunk.sentences)
        questions = dict.fromkeys(to_question(h, reader.vocabulary) for h in headings)
        ahead = list(islice(filter(None, questions), _AHEAD))
        for start in range(0, len(ahead), _AT_ONCE):
            batch = ahead[start : start + _AT_ONCE]
            self._retriever.prepare(batch)
            for question in batch:
                self._decide(question, None, reader.fingerprint)

    def choose(self, questions: Iterable[str], question: Question, found: Retrieved) -> tuple[str, ...]:
        """Those of the questions that the guides answer, in place of one they do not."""
        fingerprint = found.reader.fingerprint
        return choose_answered(questions, lambda q: self._decide(q, question.collection, fingerprint))

    def _is_answered(self, question: str, collection: str | None, fingerprint: str) -> bool:
        """Whether there is enough in the guides; the fingerprint only tells one state of them from another."""
        found = self._retriever.search(question, collection)
        best = replace(found, passages=found.passages[:_PASSAGES])
        decision = decide(best, weigh_evidence(best))
        return decision.reason is None and not decision.gap
