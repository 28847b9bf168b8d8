"""The words of Coach as frozen values: documents, chunks, passages, claims, answers.

All offsets count Unicode code points into `Document.text`, end exclusive, so that
`document.text[start:end]` is the text meant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

BlockKind = Literal["heading", "paragraph", "item", "row", "code"]
Verdict = Literal["supported", "refuted", "not_enough_info", "unchecked"]
Style = Literal["auto", "quoted", "written"]
Reason = Literal["off_topic", "not_covered", "needs_context"]


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, list item or table row of a Document.

    `headings` is the path of headings above the block, outermost first (a heading block holds its
    own title last). `lead_in` is the sentence that introduces a list. A block that is kept for the
    offsets' sake but must not be quoted has `citable=False` and says `why`.
    """

    kind: BlockKind
    start: int
    end: int
    headings: tuple[str, ...] = ()
    level: int = 0  # heading level 1..6, or nesting depth of a list item from 1
    lead_in: str = ""
    citable: bool = True
    why: str = ""
    page: int | None = None  # page, slide or sheet the block came from, counted from 1


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and everything below it up to the next heading of any level."""

    headings: tuple[str, ...]
    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """One source: canonical, cleaned text and the structure that offsets point into."""

    id: str
    title: str
    source: str
    text: str
    blocks: tuple[Block, ...]
    summary: str = ""
    language: str = "en"
    updated: str = ""
    topics: tuple[str, ...] = ()
    collection: str = "guides"
    path: str = ""  # the file it came from, relative to the folder that was read
    digest: str = ""  # SHA-256 of the original file, in hex

    @property
    def sections(self) -> tuple[Section, ...]:
        """The document cut at its headings, in order; text before the first heading has no headings."""
        starts = [b for b in self.blocks if b.kind == "heading"]
        bounds = [b.start for b in starts] + [len(self.text)]
        head = [Section((), 0, 0, bounds[0])] if bounds[0] > 0 and self.text[: bounds[0]].strip() else []
        return (
            *head,
            *(Section(b.headings, b.level, b.start, end) for b, end in zip(starts, bounds[1:], strict=True)),
        )


@dataclass(frozen=True, slots=True)
class Sentence:
    """The smallest thing that can be cited: a sentence, a list item or a table row.

    `roles` are canonical role ids the sentence is about (from its headings, else its own words),
    `mentions` all role ids in its own words, `dimensions` the topics its headings and words name.
    """

    text: str
    start: int
    end: int
    headings: tuple[str, ...] = ()
    lead_in: str = ""
    kind: BlockKind = "paragraph"
    roles: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A slice of a Document as indexed; `document.text[start:end] == text` always holds."""

    id: str
    document_id: str
    text: str
    start: int
    end: int
    headings: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    roles: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    collection: str = "guides"

    @property
    def embedded_text(self) -> str:
        """What is embedded and indexed: the heading path, then the text."""
        return f"{' - '.join(self.headings)}\n{self.text}" if self.headings else self.text

    @property
    def excerpt(self) -> str:
        """Its words on one line, without the headings, which are shown with it anyway."""
        lines = (line.strip().removeprefix("- ") for line in self.text.splitlines())
        return " ".join(line for line in lines if line and line not in self.headings)


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk id as a search of one kind returns it; higher scores are better."""

    chunk_id: str
    score: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A Chunk as retrieved for a question."""

    chunk: Chunk
    title: str
    source: str
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of a conversation."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a reader asks, with everything that may bear on it. All of it is data, never instructions."""

    text: str
    history: tuple[Turn, ...] = ()
    profile: Mapping[str, Any] | None = None
    style: Style = "auto"
    collection: str | None = None
    top_k: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One exact quote a claim may rest on, with the headings it stands under."""

    document_id: str
    title: str
    source: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence a writer proposes and the evidence it says it rests on; checked before it is shown.

    `lead` is Markdown put before the claim on the same line ("- ", "1. "); `break_before` is how
    many newlines separate it from what stands before; `connective` marks one of the few closed
    phrases that claim nothing. `others` is what else the writer had before it, and may rest on unsaid.
    """

    text: str
    evidence: tuple[Evidence, ...] = ()
    lead: str = ""
    break_before: int = 0
    connective: bool = False
    others: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a verifier says of one claim."""

    verdict: Verdict
    score: float
    why: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A marker in the answer and the exact words of a document it points at."""

    marker: int
    document_id: str
    title: str
    source: str
    headings: tuple[str, ...]
    quote: str
    start: int
    end: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A shown statement: `answer.text[start:end] == text`, resting on the citations named."""

    text: str
    start: int
    end: int
    citations: tuple[int, ...]
    verdict: Verdict
    score: float


@dataclass(frozen=True, slots=True)
class DroppedClaim:
    """A drafted statement that was not shown, and why."""

    text: str
    verdict: Verdict
    why: str


@dataclass(frozen=True, slots=True)
class Position:
    """One side of a disagreement between guides."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A topic on which guides say different things."""

    topic: str
    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A cited answer: every claim shown is supported by the citations it names."""

    id: str
    question: str
    standalone_question: str
    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    style: Literal["quoted", "written"]
    model: str
    fingerprint: str
    disagreements: tuple[Disagreement, ...] = ()
    follow_ups: tuple[str, ...] = ()
    dropped_claims: tuple[DroppedClaim, ...] = ()
    notice: str = ""  # e.g. which writer stepped in when the model was down
    gap: str = ""  # what was asked as well and the guides do not say, as the answer's first words put it
    usage: Mapping[str, Any] = field(default_factory=dict)
    timings_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Abstention:
    """The honest 'the guides do not cover this': a value, not an error."""

    id: str
    question: str
    standalone_question: str
    reason: Reason
    message: str
    fingerprint: str
    searched: tuple[str, ...] = ()
    nearest: tuple[Passage, ...] = ()
    try_instead: tuple[str, ...] = ()
    dropped_claims: tuple[DroppedClaim, ...] = ()
    style: Literal["quoted", "written"] = "quoted"
    model: str = "quoting"
    usage: Mapping[str, Any] = field(default_factory=dict)
    timings_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """What a listing shows of a Document."""

    id: str
    title: str
    source: str
    summary: str
    language: str
    updated: str
    topics: tuple[str, ...]
    collection: str
    path: str
    chunks: int
    characters: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not taken, where and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What bringing the index up to date did, by document id (refused: by file)."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()
    chunks: int = 0
    fingerprint: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Found:
    """Stream event: the passages an answer will be drawn from."""

    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """Stream event: one verified claim, the Markdown to append for it, and the citations new with it."""

    claim: Claim
    delta: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """Stream event, always the last: the whole result."""

    result: Answer | Abstention


Progress = Callable[[str, int, int], None]  # stage, done, total; a total of 0 means unknown
