"""What a peer said, as a reply that the scorers know: sentences, the sources they name, and where those stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from coach.eval.replies import Quoted, Reply, Seen, Stated
from coach.eval.scorers import declines
from coach.sentences import split_sentences

_MARKERS = re.compile(r"\[(?:Source )?(\d{1,2}(?:\s*,\s*\d{1,2})*)\]", re.IGNORECASE)
_LEADING = re.compile(rf"(?:\s*{_MARKERS.pattern})+\s*", re.IGNORECASE)
_UNSURE = re.compile(r"\b(?:do(?:es)?n't|do(?:es)? not|cannot|can't|unable to) (?:know|answer|have|provide)\b", re.I)
Text = Callable[[str], str | None]


def to_reply(row: Mapping[str, Any], text: Text) -> Reply:
    """A peer's line as a Reply. `text` gives the text of a document, to look sources up in.

    A peer has no way of declining but its words: an answer that begins by saying that it does not know, or that the
    material does not give it, counts as declined. A marker that names no source is a citation that does not resolve.
    """
    if row.get("error"):
        return Reply(error=str(row["error"]))
    answer = str(row["answer"]).strip()
    claims = _to_claims(answer)
    used = sorted({m for claim in claims for m in claim.citations})
    sources: Sequence[Mapping[str, Any]] = row.get("sources") or ()
    abstained = not claims or declines(answer) or bool(_UNSURE.search(claims[0].text))
    return Reply(
        text=answer,
        abstained=abstained,
        claims=claims,
        citations=tuple(_to_quote(m, sources, text) for m in used) if sources else (),
        passages=tuple(_to_seen(p, rank, text) for rank, p in enumerate(row.get("passages") or (), 1)),
        style="written",
    )


def _to_claims(answer: str) -> tuple[Stated, ...]:
    claims: list[Stated] = []
    for start, end in split_sentences(answer):
        sentence = answer[start:end]
        behind = _LEADING.match(sentence)
        if behind and claims:  # a marker behind the full stop belongs to the sentence before it
            claims[-1] = replace(claims[-1], citations=_unique(claims[-1].citations, behind[0]))
            sentence = sentence[behind.end() :]
        plain = re.sub(r"\s+([.,;!?])", r"\1", _MARKERS.sub("", sentence)).strip()
        if re.search(r"\w", plain):
            claims.append(Stated(plain, _unique((), sentence)))
    return tuple(claims)


def _unique(before: tuple[int, ...], words: str) -> tuple[int, ...]:
    found = (int(n) for group in _MARKERS.findall(words) for n in group.split(","))
    return tuple(dict.fromkeys((*before, *found)))


def _to_quote(marker: int, sources: Sequence[Mapping[str, Any]], text: Text) -> Quoted:
    if not 1 <= marker <= len(sources):
        return Quoted(marker, "", "", 0, 0)
    seen = _to_seen(sources[marker - 1], marker, text)
    return Quoted(marker, seen.document, seen.text, seen.start, seen.end)


def _to_seen(passage: Mapping[str, Any], rank: int, text: Text) -> Seen:
    words, document = str(passage["text"]), str(passage["document"])
    start = (text(document) or "").find(words)
    end = start + len(words) if start >= 0 else -1
    return Seen(document, start, end, words, rank, float(passage.get("score") or 0.0))
