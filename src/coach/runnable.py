"""The chain as a LangChain Runnable and its retrieval as a LangChain retriever."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig

from coach.types import Abstention, Answer, Found, Question, Shown

if TYPE_CHECKING:
    from coach.coach import Coach


class CoachRunnable(Runnable[str | Mapping[str, Any] | Question, Answer | Abstention]):
    """`invoke` gives the Answer or Abstention; `stream` gives Found, Shown and last Finished events."""

    name = "coach"

    def __init__(self, coach: Coach) -> None:
        """Wrap a Coach."""
        self._coach = coach

    def invoke(
        self, input: str | Mapping[str, Any] | Question, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Answer | Abstention:
        """Answer one question, with LangChain's callbacks and tracing around it."""
        return self._call_with_config(self._ask, input, config, run_type="chain")

    def stream(
        self, input: str | Mapping[str, Any] | Question, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[Any]:
        """The events of one answer as they happen: a claim is shown whole or not at all, so never a part of one."""
        from coach.coach import to_question

        yield from self._coach.stream(to_question(input))

    def _ask(self, value: str | Mapping[str, Any] | Question) -> Answer | Abstention:
        from coach.coach import to_question

        return self._coach.ask(to_question(value))


class CoachRetriever(BaseRetriever):
    """Coach's hybrid retrieval for any LangChain chain; metadata carries offsets, headings and score."""

    coach: Any
    top_k: int = 8
    collection: str | None = None

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        passages = self.coach.search(query, self.top_k, self.collection)
        return [
            LangChainDocument(
                id=p.chunk.id,
                page_content=p.chunk.text,
                metadata={
                    "document_id": p.chunk.document_id,
                    "title": p.title,
                    "source": p.source,
                    "headings": list(p.chunk.headings),
                    "start": p.chunk.start,
                    "end": p.chunk.end,
                    "score": p.score,
                },
            )
            for p in passages
        ]


__all__ = ["CoachRetriever", "CoachRunnable", "Found", "Shown"]
