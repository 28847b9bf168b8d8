"""Reading a model's reply as it comes: whole sentences with the numbers of their evidence, from prose or JSON.

JSON is an object that holds a list of {"text", "evidence"}; each is read once its own brace is closed. A reply that
breaks off or turns into nonsense has given what was whole until then.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

SCHEMA: dict[str, Any] = {
    "title": "answer",
    "description": "The answer in short sentences, each with the numbers of the evidence it rests on.",
    "type": "object",
    "properties": {
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string", "description": "one short sentence, without numbers in brackets"},
                    "evidence": {"type": "array", "items": {"type": "integer"}},
                },
                "required": ["text", "evidence"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["sentences"],
    "additionalProperties": False,
}
MAX_CHARACTERS = 6000  # a reply longer than this is cut: a model that never ends must not hold a reader

_MARKERS = re.compile(r"\s*\[\s*(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*\]")
_SENTENCE = re.compile(r"\S.*?[.!?][\"'”’)]*(?:\s*\[[\d,;\s]+\])*[.]?(?=\s|$)", re.DOTALL)
_CLOSED = re.compile(r"\][.!?][\"'”’)]*$")  # nothing can follow that would belong to the sentence
_BULLET = re.compile(r"^\s*(?:[-*\u2022]|\d{1,2}[.)])\s+")
# "A leads five [1], and a B leads nine [2]": two claims, if what follows the comma begins like a sentence.
_NEXT_CLAIM = re.compile(r"(?<=\])\s*[,;]\s+(?:and|but|while|whereas)?\s*(?=(?:an?|the)\s+\w|[A-Z])")
_FENCE = re.compile(r"^\s*```(?:json)?\s*")


@dataclass(frozen=True, slots=True)
class Said:
    """One claim as a model put it, and the evidence numbers it gave, as it gave them."""

    text: str
    numbers: tuple[int, ...]


def read_reply(pieces: Iterable[str]) -> Iterator[Said]:
    """The claims of a reply, each as soon as it is complete; raises what the pieces raise, after what was whole."""
    stream = _limit(pieces)
    opening = ""
    for piece in stream:
        opening += piece
        begun = _FENCE.sub("", opening).lstrip()
        if begun and not "```json".startswith(opening.strip()):
            yield from (_read_json if begun[0] == "{" else _read_prose)(_chain(begun, stream))
            return


def split_claims(sentence: str) -> list[Said]:
    """A sentence of prose as its claims: those that have evidence numbers of their own stand alone."""
    parts = _NEXT_CLAIM.split(sentence)
    if not all(_MARKERS.search(part) for part in parts):
        parts = [sentence]
    return [_to_said(part if n == 0 else part[:1].upper() + part[1:]) for n, part in enumerate(parts)]


def _to_said(sentence: str) -> Said:
    numbers = tuple(int(n) for group in _MARKERS.findall(sentence) for n in re.split(r"[,;]", group))
    text = _BULLET.sub("", _MARKERS.sub("", sentence)).strip()
    text = re.sub(r"\s+([.!?])$", r"\1", re.sub(r"\s+", " ", text))
    return Said(text if re.search(r"[.!?][\"'”’)]*$", text) or not numbers else f"{text}.", numbers)


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _read_prose(pieces: Iterator[str]) -> Iterator[Said]:
    pending = ""
    for piece in pieces:
        pending += piece
        matches = list(_SENTENCE.finditer(pending))
        whole = matches if _CLOSED.search(pending) else matches[:-1]
        for match in whole:
            yield from split_claims(match.group())
        pending = pending[whole[-1].end() :] if whole else pending
    yield from (said for match in _SENTENCE.finditer(pending) for said in split_claims(match.group()))
    rest = _SENTENCE.sub("", pending).strip()
    if (
        rest.endswith("]") or rest.isupper()
    ):  # anything else that has no end was cut off, and may say half of what it meant
        yield from split_claims(rest)


def _read_json(pieces: Iterator[str]) -> Iterator[Said]:
    decoder, pending, position = json.JSONDecoder(), "", 1  # past the brace of the whole
    for piece in pieces:
        pending += piece
        while (start := pending.find("{", position)) >= 0:
            try:
                value, position = decoder.raw_decode(pending, start)
            except ValueError:
                break  # not complete yet, or never
            yield from _from_object(value)


def _from_object(value: Any) -> Iterator[Said]:
    text, numbers = value.get("text"), value.get("evidence")
    if isinstance(text, str) and text.strip():
        given = [n for n in numbers if isinstance(n, int)] if isinstance(numbers, list) else []
        said = _to_said(text)
        yield Said(said.text, (*given, *said.numbers))


def _limit(pieces: Iterable[str]) -> Iterator[str]:
    total = 0
    try:
        for piece in pieces:
            yield piece[: MAX_CHARACTERS - total]
            total += len(piece)
            if total >= MAX_CHARACTERS:
                return
    finally:
        getattr(pieces, "close", lambda: None)()
