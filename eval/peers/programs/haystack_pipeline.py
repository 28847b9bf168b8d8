"""Haystack's retrieval-augmented pipeline as its first tutorial builds it: embed, retrieve, fill the prompt, ask."""

from __future__ import annotations

from typing import Any

from answering import Ask, Reply, answer_questions

PROMPT = (  # of the tutorial "Creating your first QA pipeline with retrieval augmentation"
    "Given the following information, answer the question.\n\nContext:\n{% for document in documents %}\n"
    "    {{ document.content }}\n{% endfor %}\n\nQuestion: {{question}}\nAnswer:\n"
)


def build(job: dict[str, Any]) -> Ask:
    """The pipeline over an in-memory document store."""
    from haystack import Document, Pipeline
    from haystack.components.builders import ChatPromptBuilder
    from haystack.components.embedders import OpenAIDocumentEmbedder, OpenAITextEmbedder
    from haystack.components.generators.chat import OpenAIChatGenerator
    from haystack.components.preprocessors import DocumentSplitter
    from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
    from haystack.dataclasses import ChatMessage
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack.utils import Secret

    chat, embedding = job["chat"], job["embedding"]
    where = {
        "model": embedding["model"],
        "api_base_url": embedding["url"],
        "api_key": Secret.from_token(embedding["key"]),
        "timeout": chat["seconds"],
    }
    # The splitter counts words; six characters of English prose are about one, with the blank.
    splitter = DocumentSplitter(
        split_by="word", split_length=job["chunk_size"] // 6, split_overlap=job["chunk_overlap"] // 6
    )
    guides = [Document(content=d["text"], meta={"guide": d["id"]}) for d in job["documents"]]
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    store.write_documents(OpenAIDocumentEmbedder(**where).run(splitter.run(guides)["documents"])["documents"])

    pipeline = Pipeline()
    pipeline.add_component("embedder", OpenAITextEmbedder(**where))
    pipeline.add_component("retriever", InMemoryEmbeddingRetriever(store, top_k=job["top_k"]))
    template = [ChatMessage.from_user(PROMPT)]
    pipeline.add_component("prompt", ChatPromptBuilder(template=template, required_variables="*"))
    pipeline.add_component(
        "model",
        OpenAIChatGenerator(
            model=chat["model"],
            api_base_url=chat["url"],
            api_key=Secret.from_token(chat["key"]),
            generation_kwargs={"temperature": 0, "max_tokens": job["max_tokens"]},
            timeout=chat["seconds"],
        ),
    )
    pipeline.connect("embedder.embedding", "retriever.query_embedding")
    pipeline.connect("retriever", "prompt.documents")
    pipeline.connect("prompt.prompt", "model.messages")

    def ask(question: str) -> Reply:
        ran = pipeline.run(
            {"embedder": {"text": question}, "prompt": {"question": question}}, include_outputs_from={"retriever"}
        )
        passages = [
            {"document": d.meta["guide"], "text": d.content, "score": d.score} for d in ran["retriever"]["documents"]
        ]
        return {"answer": ran["model"]["replies"][0].text, "passages": passages}

    return ask


if __name__ == "__main__":
    answer_questions(build)
