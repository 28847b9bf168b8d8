"""Scoring one reply against one sample: pure functions of words, facts, quotes and offsets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .dataset import Sample
from .replies import Quoted, Reply

Outcome = Literal[
    "answered",
    "declined",
    "partly_declined",
    "wrongly_declined",
    "wrongly_answered",
    "facts_missing",
    "forbidden",
    "too_long",
    "unscored",
]
LONGEST: Mapping[str, int] = {"lookup": 120, "list": 220, "comparison": 260, "unanswerable": 150, "off_topic": 100}
LONGEST_ANY = 250

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
_QUOTES = {**dict.fromkeys(map(ord, "‘’‛′"), "'"), **dict.fromkeys(map(ord, "“”„″"), '"')}
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_MARKUP = (
    (re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)"), r"\1"),  # a link keeps its words
    (re.compile(r"\[\^?\d{1,3}(?:\s*[,;]\s*\d{1,3})*\]"), " "),  # a marker goes
    (re.compile(r"[*`]+|(?<!\w)_+|_+(?!\w)"), ""),
    (re.compile(r"^[ \t]*(?:#{1,6}|>+)[ \t]*", re.M), ""),
    (re.compile(r"\b(etc|vs|approx|sr|jr|incl|esp)\.", re.I), r"\1"),  # so that a full stop ends a sentence
    (re.compile(r"\b([ei])\.([ge])\.", re.I), r"\1\2"),
    (re.compile(r"[ \t\r\f\v]+"), " "),
    (re.compile(r" ?\n ?"), "\n"),
    (re.compile(r"(?<=[a-z,])\n(?=[a-z(])"), " "),  # a wrapped line
)
_DECLINES = re.compile(
    r"(?:n't|\bnot|\bno|\bnothing|\bnone)\b[^.;\n]{0,60}?\b(?:cover|mention|say|stat|specif|give|address|include|contain|"
    r"describ|discuss|rank|information|figure)\w*|\boutside (?:of )?what\b|\bnothing (?:on|about)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Score:
    """How one reply fared. `correct` is None when it could not be scored, which is not the same as wrong."""

    outcome: Outcome
    correct: bool | None
    facts_found: tuple[str, ...] = ()
    facts_missing: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()  # the words that matched
    words: int = 0
    claims: int = 0
    cited_claims: int = 0
    citations: int = 0
    resolved: int = 0
    gold_cited: int = 0
    gold: int = 0
    disagreement: bool = False


def normalise(text: str) -> str:
    """The same words with plain punctuation, without Markdown, markers and soft line breaks."""
    text = unicodedata.normalize("NFKC", text).translate(_INVISIBLE).translate(_DASHES).translate(_QUOTES)
    for pattern, replacement in _MARKUP:
        text = pattern.sub(replacement, text)
    return text.strip()


def declines(text: str) -> bool:
    """Whether an answer begins by saying that the material does not give what was asked."""
    return bool(_DECLINES.search(normalise(text)[:400]))


def score(sample: Sample, reply: Reply, texts: Mapping[str, str]) -> Score:
    """Judge one reply. `texts` maps a document's id to its text, for checking offsets.

    A reply that failed is unscored. Patterns are searched in the normalised answer.
    """
    if reply.error:
        return Score("unscored", None)
    text = normalise(reply.text)
    found = tuple(f.name for f in sample.facts if any(p.search(text) for p in f.any_of))
    missing = tuple(f.name for f in sample.facts if f.name not in found)
    forbidden = tuple(hit.group(0)[:120] for hit in (p.search(text) for p in sample.forbid) if hit)
    outcome = _outcome(sample, reply, found, forbidden)
    words = len(text.split())
    right = outcome in ("answered", "declined", "partly_declined")
    if right and words > LONGEST.get(sample.kind, LONGEST_ANY):
        outcome, right = "too_long", False
    cited = [g for g in sample.gold if is_cited(g.document, g.quote, reply.citations)]
    return Score(
        outcome=outcome,
        correct=right,
        facts_found=found,
        facts_missing=missing,
        forbidden=forbidden,
        words=words,
        claims=len(reply.claims),
        cited_claims=sum(bool(c.citations) for c in reply.claims),
        citations=len(reply.citations),
        resolved=sum(resolves(c, texts) for c in reply.citations),
        gold_cited=len(cited),
        gold=len(sample.gold),
        disagreement=reply.disagreements > 0,
    )


def _outcome(sample: Sample, reply: Reply, found: tuple[str, ...], forbidden: tuple[str, ...]) -> Outcome:
    if forbidden:
        return "forbidden"
    if not sample.answerable:
        if reply.abstained:
            return "declined"
        return "partly_declined" if sample.partial_ok and declines(reply.text) else "wrongly_answered"
    if reply.abstained:
        return "declined" if sample.abstain_ok else "wrongly_declined"
    required = {f.name for f in sample.facts if f.required}
    return "answered" if required <= set(found) and len(found) >= sample.min_facts else "facts_missing"


def resolves(citation: Quoted, texts: Mapping[str, str]) -> bool:
    """Whether the document's text between the offsets is exactly the quote, and the quote is not empty."""
    text = texts.get(citation.document)
    return text is not None and bool(citation.quote) and text[citation.start : citation.end] == citation.quote


def is_cited(document: str, quote: str, citations: tuple[Quoted, ...]) -> bool:
    """Whether one of the citations holds the sentence, or is held by it."""
    return any(c.document == document and c.quote and (quote in c.quote or c.quote in quote) for c in citations)
