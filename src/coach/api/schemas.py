"""What the API takes and gives, as pydantic models: the source of the OpenAPI description.

Requests are checked with these models. Answers are built by `coach.wire`, and a test holds both together.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from coach.types import Question, Turn

COLLECTION = r"^[a-z0-9][a-z0-9-]{0,62}$"
MAX_TURNS = 200


def _be_text(value: Any) -> Any:
    """Refuse halves of surrogate pairs: JSON can spell them, and no later step could write them out."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ValueError("it holds half of a surrogate pair, which is no character") from None
    return value


Text = Annotated[str, AfterValidator(_be_text)]
Profile = Annotated[dict[str, Any] | None, AfterValidator(_be_text)]

Collection = Annotated[
    str | None, Field(description="Look only into this collection of documents.", pattern=COLLECTION, examples=[None])
]
TopK = Annotated[int | None, Field(description="Passages to retrieve, best first.", ge=1, le=50, examples=[8])]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TurnIn(_Strict):
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: Text


class AskRequest(_Strict):
    """A question, and everything that may bear on it. All of it is data, never instructions."""

    question: Text = Field(
        description="The question, in English.",
        examples=["How many engineers does a director of engineering usually lead?"],
    )
    history: list[TurnIn] = Field(
        default=[], max_length=MAX_TURNS, description="Earlier messages, oldest first; follow-ups refer to them."
    )
    profile: Profile = Field(default=None, description="What is known of the reader, such as a level.")
    style: Literal["auto", "quoted", "written"] = Field(
        default="auto", description="`quoted` uses the guides' own sentences, `written` a language model."
    )
    collection: Collection = None
    top_k: TopK = None
    stream: bool = Field(default=False, description="Answer with server-sent events as claims are verified.")

    def to_question(self) -> Question:
        """The request as Coach's own value."""
        return Question(
            text=self.question,
            history=tuple(Turn(turn.role, turn.content) for turn in self.history),
            profile=self.profile,
            style=self.style,
            collection=self.collection,
            top_k=self.top_k,
        )


class SearchRequest(_Strict):
    """A question to find passages for, without an answer."""

    question: Text = Field(description="What to look for.", examples=["How large is a director's organisation?"])
    collection: Collection = None
    top_k: TopK = None


class PassageOut(_Strict):
    """A passage of a document; `text` is the document's `text[start:end]`."""

    chunk_id: str
    document_id: str
    title: str
    source: str
    headings: list[str]
    text: str
    start: int
    end: int
    score: float = Field(description="Higher is better; comparable within one result only.")
    rank: int


class ClaimOut(_Strict):
    """A shown statement; it is `answer[start:end]` and rests on the citations with these markers."""

    text: str
    start: int
    end: int
    citations: list[int]
    verdict: Literal["supported", "refuted", "not_enough_info", "unchecked"]
    score: float


class CitationOut(_Strict):
    """Exact words of a document; its `text[start:end]` is `quote`. Offsets count Unicode code points."""

    marker: int
    document_id: str
    title: str
    source: str
    headings: list[str]
    quote: str
    start: int
    end: int
    page: int | None


class PositionOut(_Strict):
    """One side of a disagreement."""

    text: str
    citations: list[int]


class DisagreementOut(_Strict):
    """A topic on which the guides differ."""

    topic: str
    positions: list[PositionOut]


class DroppedClaimOut(_Strict):
    """A drafted statement that was not shown, and why."""

    text: str
    verdict: Literal["supported", "refuted", "not_enough_info", "unchecked"]
    why: str


class AbstentionOut(_Strict):
    """Why there is no answer, and what comes nearest."""

    reason: Literal["off_topic", "not_covered", "needs_context"]
    message: str
    searched: list[str]
    nearest: list[PassageOut]
    try_instead: list[str]


class AskResponse(_Strict):
    """An answer in which every claim is cited, or an honest abstention."""

    id: str
    question: str
    standalone_question: str
    answer: str = Field(description="Markdown with markers like [1]; the message of an abstention.")
    abstained: bool
    abstention: AbstentionOut | None
    claims: list[ClaimOut]
    citations: list[CitationOut]
    disagreements: list[DisagreementOut]
    follow_ups: list[str] = Field(description="Questions that the guides can answer.")
    notice: str = Field(description="What the reader should know, such as which writer stepped in.")
    gap: str = Field(description="What was asked as well and the guides do not say; the answer begins with it.")
    style: Literal["quoted", "written"]
    model: str
    fingerprint: str = Field(description="A hash of guides, chunking and embedding model.")
    dropped_claims: list[DroppedClaimOut]
    usage: dict[str, Any]
    timings_ms: dict[str, float]


class SearchResponse(_Strict):
    """Passages, best first."""

    question: str
    passages: list[PassageOut]
    fingerprint: str


class SummaryOut(_Strict):
    """A document as listings show it."""

    id: str
    title: str
    source: str
    summary: str
    language: str
    updated: str
    topics: list[str]
    collection: str
    path: str
    chunks: int
    characters: int


class DocumentsResponse(_Strict):
    """All documents, or those of one collection."""

    documents: list[SummaryOut]
    fingerprint: str


class SectionOut(_Strict):
    """A heading path and the part of the text that stands below it."""

    headings: list[str]
    level: int
    start: int
    end: int


class BlockOut(_Strict):
    """A heading, paragraph, list item, table row or code block of the text."""

    kind: Literal["heading", "paragraph", "item", "row", "code"]
    start: int
    end: int
    level: int
    page: int | None = None
    citable: bool = True
    why: str = ""


class DocumentResponse(_Strict):
    """A whole document; all offsets point into `text`."""

    id: str
    title: str
    source: str
    summary: str
    language: str
    updated: str
    topics: list[str]
    collection: str
    path: str
    text: str
    sections: list[SectionOut]
    blocks: list[BlockOut]


class HealthResponse(_Strict):
    """The process answers."""

    status: Literal["ok"]
    version: str


class ReadyResponse(_Strict):
    """Questions can be answered now."""

    status: Literal["ready"]
    fingerprint: str


class ProblemResponse(BaseModel):
    """An RFC 9457 problem document. Every error has this shape."""

    type: str = Field(description="Names the sort of problem; answers with its description.")
    title: str
    status: int
    detail: str = Field(description="One sentence on what is wrong.")
    remedy: str = Field(description="What to do next.")
    instance: str = Field(description="The address that was asked.")
    request_id: str = Field(description="Stands in the server's log and in the header `x-request-id`.")
