"""A plain LangChain chain: split, embed, retrieve, stuff into the prompt of LangChain's own tutorial, ask the model."""

from __future__ import annotations

from typing import Any

from answering import Ask, Reply, answer_questions

PROMPT = (  # rlm/rag-prompt, which LangChain's RAG tutorial pulls
    "You are an assistant for question-answering tasks. Use the following pieces of retrieved context to answer the "
    "question. If you don't know the answer, just say that you don't know. Use three sentences maximum and keep the "
    "answer concise.\nQuestion: {question} \nContext: {context} \nAnswer:"
)


def build(job: dict[str, Any]) -> Ask:
    """The chain over an in-memory vector store."""
    from langchain_core.documents import Document
    from langchain_core.output_parsers import StrOutputParser
    from langchain_core.prompts import ChatPromptTemplate
    from langchain_core.vectorstores import InMemoryVectorStore
    from langchain_openai import ChatOpenAI, OpenAIEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    chat, embedding = job["chat"], job["embedding"]
    store = InMemoryVectorStore(
        OpenAIEmbeddings(
            model=embedding["model"],
            base_url=embedding["url"],
            api_key=embedding["key"],
            check_embedding_ctx_length=False,  # would ask a host for a tokenizer
            timeout=chat["seconds"],
        )
    )
    splitter = RecursiveCharacterTextSplitter(chunk_size=job["chunk_size"], chunk_overlap=job["chunk_overlap"])
    guides = [Document(d["text"], metadata={"document": d["id"]}) for d in job["documents"]]
    store.add_documents(splitter.split_documents(guides))
    model = ChatOpenAI(
        model=chat["model"],
        base_url=chat["url"],
        api_key=chat["key"],
        temperature=0,
        max_tokens=job["max_tokens"],
        timeout=chat["seconds"],
    )
    chain = ChatPromptTemplate.from_template(PROMPT) | model | StrOutputParser()

    def ask(question: str) -> Reply:
        found = store.similarity_search_with_score(question, k=job["top_k"])
        context = "\n\n".join(d.page_content for d, _ in found)
        passages = [{"document": d.metadata["document"], "text": d.page_content, "score": s} for d, s in found]
        return {"answer": chain.invoke({"question": question, "context": context}), "passages": passages}

    return ask


if __name__ == "__main__":
    answer_questions(build)
