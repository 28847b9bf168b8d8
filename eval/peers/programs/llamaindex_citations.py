"""LlamaIndex's CitationQueryEngine, with its own prompt: numbered sources in, markers such as [1] out."""

from __future__ import annotations

import re
from typing import Any

from answering import Ask, Reply, answer_questions

_NUMBERED = re.compile(r"\ASource \d+:\n")  # what the engine puts before each source it shows to the model


def build(job: dict[str, Any]) -> Ask:
    """The engine over an in-memory vector index."""
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.core.query_engine import CitationQueryEngine
    from llama_index.embeddings.openai_like import OpenAILikeEmbedding
    from llama_index.llms.openai_like import OpenAILike

    chat, embedding = job["chat"], job["embedding"]
    embedder = OpenAILikeEmbedding(
        model_name=embedding["model"],
        api_base=embedding["url"],
        api_key=embedding["key"],
        embed_batch_size=32,
        timeout=chat["seconds"],
    )
    model = OpenAILike(
        model=chat["model"],
        api_base=chat["url"],
        api_key=chat["key"],
        is_chat_model=True,
        temperature=0,
        max_tokens=job["max_tokens"],
        context_window=8192,
        timeout=chat["seconds"],
    )
    guides = [Document(text=d["text"], doc_id=d["id"], metadata={}) for d in job["documents"]]
    # The splitter counts tokens; four characters of English prose are about one.
    splitter = SentenceSplitter(chunk_size=job["chunk_size"] // 4, chunk_overlap=job["chunk_overlap"] // 4)
    index = VectorStoreIndex.from_documents(guides, transformations=[splitter], embed_model=embedder)
    engine = CitationQueryEngine.from_args(index, llm=model, similarity_top_k=job["top_k"])

    def ask(question: str) -> Reply:
        response = engine.query(question)
        passages = [
            {"document": n.node.ref_doc_id, "text": _NUMBERED.sub("", n.node.get_content()), "score": n.score or 0.0}
            for n in response.source_nodes
        ]
        return {"answer": str(response), "passages": passages, "sources": passages}

    return ask


if __name__ == "__main__":
    answer_questions(build)
