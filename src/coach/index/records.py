"""Documents and chunks as JSON and back, and the digests that tell whether they changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Any, TypeVar

from coach.types import Block, Chunk, Document, Sentence

_Value = TypeVar("_Value")


def to_json(value: Document | Chunk) -> str:
    """One line of JSON; fields that hold their default are left out."""
    return json.dumps(_to_plain(value), ensure_ascii=False, separators=(",", ":"))


def to_document(text: str) -> Document:
    """The Document that `to_json` wrote."""
    data = json.loads(text)
    return _from_plain(Document, data, blocks=tuple(_from_plain(Block, b) for b in data["blocks"]))


def to_chunk(text: str) -> Chunk:
    """The Chunk that `to_json` wrote."""
    data = json.loads(text)
    return _from_plain(Chunk, data, sentences=tuple(_from_plain(Sentence, s) for s in data["sentences"]))


def get_embedded_sentences(chunk: Chunk) -> list[str]:
    """What is embedded of each sentence: its innermost two headings, then its words."""
    return [f"{' - '.join(s.headings[-2:])}: {s.text}" if s.headings else s.text for s in chunk.sentences]


def get_content_hash(chunk: Chunk) -> str:
    """Digest of everything that is embedded of a chunk: equal digests have equal vectors."""
    return get_digest("\x00".join([chunk.embedded_text, *get_embedded_sentences(chunk)]))


def get_digest(text: str) -> str:
    """SHA-256 of a text, in hex; lone surrogates count as they stand."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


_DEFAULTS = {kind: tuple((f.name, f.default) for f in fields(kind)) for kind in (Document, Block, Chunk, Sentence)}


def _to_plain(value: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for name, default in _DEFAULTS[type(value)]:
        item = getattr(value, name)
        if default is MISSING or item != default:
            nested = isinstance(item, tuple) and item and not isinstance(item[0], str)
            plain[name] = [_to_plain(part) for part in item] if nested else item
    return plain


def _from_plain(kind: Callable[..., _Value], data: dict[str, Any], **ready: Any) -> _Value:
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items() if k not in ready}
    return kind(**values, **ready)
