"""A reply as the harness sees it, whichever product gave it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Quoted:
    """A citation: the quote, where it is said to stand, and the headings above it."""

    marker: int
    document: str
    quote: str
    start: int
    end: int
    headings: tuple[str, ...] = ()

    @property
    def premise(self) -> str:
        """What a claim may rest on: a list item says little without the headings it stands under."""
        return " ".join((*self.headings, self.quote))


@dataclass(frozen=True, slots=True)
class Stated:
    """A shown claim and the markers it rests on; `score` is what the product's own verifier gave it."""

    text: str
    citations: tuple[int, ...]
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Dropped:
    """A drafted claim that was not shown."""

    text: str
    verdict: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A passage that was retrieved: its document, span, words, and the rank it had from 1."""

    document: str
    start: int
    end: int
    text: str
    rank: int
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back for one question. A failed call is a reply with `error` set and nothing else."""

    text: str = ""
    abstained: bool = False
    reason: str = ""
    standalone: str = ""  # the question as it was looked up
    claims: tuple[Stated, ...] = ()
    citations: tuple[Quoted, ...] = ()
    disagreements: int = 0
    dropped: tuple[Dropped, ...] = ()
    passages: tuple[Seen, ...] = ()
    style: str = ""
    model: str = ""
    fingerprint: str = ""
    seconds: float = 0.0
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    usage: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain values, for one line of a run."""
        return asdict(self)


def reply_from_json(row: Mapping[str, Any]) -> Reply:
    """The inverse of `Reply.to_json`."""
    fields = dict(row)
    for name, kind in (("dropped", Dropped), ("passages", Seen)):
        fields[name] = tuple(kind(**item) for item in fields.get(name) or ())
    cited = fields.get("citations") or ()
    fields["citations"] = tuple(Quoted(**{**c, "headings": tuple(c.get("headings") or ())}) for c in cited)
    stated = (Stated(c["text"], tuple(c["citations"]), c.get("score", 0.0)) for c in fields.get("claims") or ())
    return Reply(**{**fields, "claims": tuple(stated)})
