"""Results as plain JSON values: the one place that decides how Coach's words look on the wire.

Pure functions from frozen values to dicts of str, int, float, bool, None, list and dict. Every key is always
there, so that a reader never has to ask whether one exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coach.orders import find_order, repeats_prompt
from coach.types import (
    Abstention,
    Answer,
    Block,
    Citation,
    Claim,
    Disagreement,
    Document,
    DocumentSummary,
    DroppedClaim,
    Finished,
    Found,
    Passage,
    Section,
    Shown,
    SyncReport,
)

Json = dict[str, Any]


def to_json(result: Answer | Abstention) -> Json:
    """One result as the object `/v1/ask` returns; an abstention holds its message as `answer`."""
    return {
        "id": result.id,
        "question": result.question,
        "standalone_question": result.standalone_question,
        **(_answered(result) if isinstance(result, Answer) else _abstained(result)),
        "style": result.style,
        "model": result.model,
        "fingerprint": result.fingerprint,
        "dropped_claims": [_dropped(one) for one in result.dropped_claims],
        "usage": dict(result.usage),
        "timings_ms": _milliseconds(result.timings_ms),
    }


def event_to_json(event: Found | Shown | Finished) -> tuple[str, Json]:
    """A stream event as its name and its data: `passages`, `claim` or `answer`."""
    if isinstance(event, Found):
        return "passages", {"passages": [passage_to_json(passage) for passage in event.passages]}
    if isinstance(event, Shown):
        citations = [citation_to_json(citation) for citation in event.citations]
        return "claim", {"claim": _claim(event.claim), "delta": event.delta, "citations": citations}
    return "answer", to_json(event.result)


def passage_to_json(passage: Passage) -> Json:
    """A retrieved passage; `start` and `end` are offsets into the document's text."""
    chunk = passage.chunk
    return {
        "chunk_id": chunk.id,
        "document_id": chunk.document_id,
        "title": passage.title,
        "source": passage.source,
        "headings": list(chunk.headings),
        "text": chunk.text,
        "start": chunk.start,
        "end": chunk.end,
        "score": float(passage.score),
        "rank": passage.rank,
    }


def citation_to_json(citation: Citation) -> Json:
    """A citation; `text[start:end]` of the document named is `quote`."""
    return {
        "marker": citation.marker,
        "document_id": citation.document_id,
        "title": citation.title,
        "source": citation.source,
        "headings": list(citation.headings),
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "page": citation.page,
    }


def document_to_json(document: Document) -> Json:
    """A whole document: the canonical text that all offsets point into, its sections and its blocks."""
    return {
        "id": document.id,
        "title": document.title,
        "source": document.source,
        "summary": document.summary,
        "language": document.language,
        "updated": document.updated,
        "topics": list(document.topics),
        "collection": document.collection,
        "path": document.path,
        "text": document.text,
        "sections": [_section(section) for section in document.sections],
        "blocks": [_block(block) for block in document.blocks],
    }


def summary_to_json(summary: DocumentSummary) -> Json:
    """A document as listings show it, without its text."""
    return {
        "id": summary.id,
        "title": summary.title,
        "source": summary.source,
        "summary": summary.summary,
        "language": summary.language,
        "updated": summary.updated,
        "topics": list(summary.topics),
        "collection": summary.collection,
        "path": summary.path,
        "chunks": summary.chunks,
        "characters": summary.characters,
    }


def report_to_json(report: SyncReport) -> Json:
    """What bringing the index up to date did, by document id; refusals name the file and the reason."""
    return {
        "added": list(report.added),
        "changed": list(report.changed),
        "removed": list(report.removed),
        "unchanged": list(report.unchanged),
        "refused": [{"path": refusal.path, "reason": refusal.reason} for refusal in report.refused],
        "chunks": report.chunks,
        "fingerprint": report.fingerprint,
        "seconds": round(float(report.seconds), 3),
    }


def _answered(answer: Answer) -> Json:
    return {
        "answer": answer.text,
        "abstained": False,
        "abstention": None,
        "claims": [_claim(claim) for claim in answer.claims],
        "citations": [citation_to_json(citation) for citation in answer.citations],
        "disagreements": [_disagreement(one) for one in answer.disagreements],
        "follow_ups": list(answer.follow_ups),
        "notice": answer.notice,
        "gap": answer.gap,
    }


def _abstained(abstention: Abstention) -> Json:
    said = {
        "reason": abstention.reason,
        "message": abstention.message,
        "searched": list(abstention.searched),
        "nearest": [passage_to_json(passage) for passage in abstention.nearest],
        "try_instead": list(abstention.try_instead),
    }
    nothing: Json = {"claims": [], "citations": [], "disagreements": [], "follow_ups": [], "notice": "", "gap": ""}
    return {"answer": abstention.message, "abstained": True, "abstention": said, **nothing}


def _claim(claim: Claim) -> Json:
    return {
        "text": claim.text,
        "start": claim.start,
        "end": claim.end,
        "citations": list(claim.citations),
        "verdict": claim.verdict,
        "score": float(claim.score),
    }


def _disagreement(disagreement: Disagreement) -> Json:
    positions = [{"text": one.text, "citations": list(one.citations)} for one in disagreement.positions]
    return {"topic": disagreement.topic, "positions": positions}


def _dropped(claim: DroppedClaim) -> Json:
    """What was not shown and why; orders and words of the prompts are not even told."""
    told = "" if find_order(claim.text) or repeats_prompt(claim.text) else claim.text
    return {"text": told, "verdict": claim.verdict, "why": claim.why}


def _section(section: Section) -> Json:
    return {"headings": list(section.headings), "level": section.level, "start": section.start, "end": section.end}


def _block(block: Block) -> Json:
    """Blocks are many, so what is rare (a refusal to be cited, a page) stands only where it holds."""
    rare = {"page": block.page, "citable": None if block.citable else False, "why": block.why or None}
    present = {key: value for key, value in rare.items() if value is not None}
    return {"kind": block.kind, "start": block.start, "end": block.end, "level": block.level, **present}


def _milliseconds(timings: Mapping[str, float]) -> dict[str, float]:
    return {stage: round(float(duration), 2) for stage, duration in timings.items()}
