"""A process of its own that parses documents, so that a hostile file can take only that process down.

It reads requests from its standard input and writes replies to its standard output, each as a length
in eight bytes and that many bytes. Replies are JSON, never pickles: what comes back from a process
that a file may have taken over is data.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import sys
from typing import IO, Any

from coach.errors import CoachError, MissingExtraError
from coach.loading.limits import MAX_MEMORY_BYTES
from coach.loading.reading import read_document
from coach.loading.sources import Source
from coach.types import Block, Document

_LENGTH = struct.Struct(">Q")
_DOCUMENT = tuple(name for name in Document.__dataclass_fields__ if name != "blocks")
_BLOCK = tuple(Block.__dataclass_fields__)


def main() -> None:
    """Serve until the input ends."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what a parser prints must not reach the replies
    _limit_memory()
    while (request := read_frame(sys.stdin.buffer)) is not None:
        collection, name, data = decode_request(request)
        write_frame(replies, json.dumps(_answer(Source(name, data), collection)).encode())


def _answer(source: Source, collection: str) -> dict[str, Any]:
    try:
        return {"document": document_to_json(read_document(source, collection))}
    except CoachError as error:
        kind = "extra" if isinstance(error, MissingExtraError) else "document"
        return {"error": kind, "message": error.message, "remedy": error.remedy}


def _limit_memory() -> None:
    """Cap the address space where the system knows such a cap."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))


def encode_request(source: Source, collection: str) -> bytes:
    """Collection and name as one line of JSON, then the bytes."""
    return json.dumps([collection, source.name]).encode() + b"\n" + source.data


def decode_request(request: bytes) -> tuple[str, str, bytes]:
    """Collection, name and bytes."""
    head, _, data = request.partition(b"\n")
    collection, name = json.loads(head)
    return collection, name, data


def document_to_json(document: Document) -> dict[str, Any]:
    """A Document as plain values."""
    fields = {name: getattr(document, name) for name in _DOCUMENT}
    return {**fields, "blocks": [[getattr(block, name) for name in _BLOCK] for block in document.blocks]}


def document_from_json(content: dict[str, Any]) -> Document:
    """The Document that `document_to_json` wrote."""
    blocks = tuple(
        Block(kind, start, end, tuple(headings), *rest) for kind, start, end, headings, *rest in content["blocks"]
    )
    fields = {name: content[name] for name in _DOCUMENT}
    return Document(**{**fields, "topics": tuple(fields["topics"]), "blocks": blocks})


def write_frame(stream: IO[bytes], data: bytes) -> None:
    """A length, then the bytes."""
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """The next frame, or None at the end of the stream."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    return data if len(data) == length else None


if __name__ == "__main__":
    main()
