"""Backup and restore: every collection in one ZIP file, documents only.

`manifest.json` says what the archive holds; `collections/NAME.jsonl` holds a document a line: canonical text,
blocks and metadata. Passages and vectors are made anew from these on import. An archive may come from anywhere,
so all of it is checked before anything is indexed, and nothing of it is ever unpacked to the disk.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import secrets
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from coach.errors import DocumentError, FixError
from coach.index import IndexReader
from coach.index.records import to_json
from coach.types import Document

VERSION = 1
MANIFEST = "manifest.json"
MAX_MANIFEST_BYTES = 1_000_000
MAX_COLLECTIONS = 1_000
MAX_DOCUMENTS = 1_000_000
MAX_LINE_BYTES = 200_000_000  # one document with its blocks
MAX_UNPACKED_BYTES = 4_000_000_000
COLLECTION = r"^[a-z0-9][a-z0-9-]{0,62}$"
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,127}")
_DIGEST = re.compile(r"(?:[0-9a-f]{64})?")
_MAX_FIELD = 20_000  # characters of a title, a source and the like
_DOCUMENT = TypeAdapter(Document)


class Part(BaseModel):
    """One collection of an archive."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: str = Field(pattern=COLLECTION)
    documents: int = Field(ge=0, le=MAX_DOCUMENTS)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")

    @property
    def file(self) -> str:
        """The member that holds its documents."""
        return f"collections/{self.name}.jsonl"


class Manifest(BaseModel):
    """What an archive says of itself; `settings` are those its index was made with, to be read by people."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    format: Literal["coach-archive"] = "coach-archive"
    version: int = VERSION
    created: str = Field(max_length=40)
    fingerprint: str = Field(max_length=64)
    settings: dict[str, str | int]
    collections: list[Part] = Field(max_length=MAX_COLLECTIONS)


class _Header(BaseModel):
    """The part of a manifest that every version has."""

    format: str
    version: int


class Archive:
    """An archive opened to read; its documents have been looked through once all of them were asked for."""

    def __init__(self, name: str, members: zipfile.ZipFile, manifest: Manifest) -> None:
        """Use `open_archive`."""
        self.manifest = manifest
        self._name = name
        self._members = members

    def documents(self, part: Part) -> Iterator[Document]:
        """The documents of a collection; DocumentError at the first thing that is not as it should be."""
        digest, count = hashlib.sha256(), 0
        with _telling(self._name), self._members.open(part.file) as stream:
            lines = io.BufferedReader(stream)  # type: ignore[type-var]  # typeshed has it be no raw stream
            while line := lines.readline(MAX_LINE_BYTES + 1):
                count += 1
                if len(line) > MAX_LINE_BYTES or count > part.documents:
                    raise _refuse(self._name, f"{part.file} holds more than its manifest says or the limits allow")
                digest.update(line)
                yield _to_document(line, part.name, f"{part.file} line {count}", self._name)
        if count != part.documents or digest.hexdigest() != part.sha256:
            raise _refuse(self._name, f"{part.file} is not what its manifest says")

    def check(self) -> None:
        """Look through all of it; DocumentError when any part cannot be taken."""
        seen: set[str] = set()
        for part in self.manifest.collections:
            for document in self.documents(part):
                if document.id in seen:
                    raise _refuse(self._name, f"it holds two documents with the id {document.id}")
                seen.add(document.id)


def write_archive(path: Path, reader: IndexReader) -> Manifest:
    """Write all collections to a new file, whole or not at all; FixError when that cannot be done."""
    if path.exists():
        raise FixError(f"The file {path} exists already.", remedy="Choose another name, or delete it first.")
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with zipfile.ZipFile(draft, "x", zipfile.ZIP_DEFLATED) as members:
            parts = [_write_part(members, name, reader) for name in sorted(reader.manifest.collections)]
            manifest = _describe(reader, parts)
            members.writestr(MANIFEST, manifest.model_dump_json(indent=2) + "\n")
        _flush(draft)
        os.replace(draft, path)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise FixError(f"The archive {path} cannot be written: {reason}.", remedy="Choose another place.") from None
    finally:
        draft.unlink(missing_ok=True)
    return manifest


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open an archive and read its manifest; DocumentError in one sentence when it is none of ours."""
    name = path.name
    with ExitStack() as stack:
        with _telling(name):
            members = stack.enter_context(zipfile.ZipFile(path))
            _check_members(members.infolist(), name)
            manifest = _read_manifest(members, name)
        files = [MANIFEST, *(part.file for part in manifest.collections)]
        if sorted(files) != sorted(members.namelist()):
            raise _refuse(name, "its files are not those its manifest names")
        yield Archive(name, members, manifest)


def _write_part(members: zipfile.ZipFile, name: str, reader: IndexReader) -> Part:
    digest, count = hashlib.sha256(), 0
    with members.open(f"collections/{name}.jsonl", "w", force_zip64=True) as stream:
        for count, summary in enumerate(reader.documents(name), start=1):  # noqa: B007 - counted on purpose
            line = to_json(reader.document(summary.id)).encode() + b"\n"
            digest.update(line)
            stream.write(line)
    return Part(name=name, documents=count, sha256=digest.hexdigest())


def _describe(reader: IndexReader, parts: list[Part]) -> Manifest:
    recipe = reader.manifest.recipe
    return Manifest(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        fingerprint=reader.fingerprint,
        settings={
            "embedding_model": recipe.embedding_model,
            "chunk_size": recipe.chunk_size,
            "chunk_overlap": recipe.chunk_overlap,
            "vocabulary": recipe.vocabulary,
        },
        collections=parts,
    )


def _check_members(members: list[zipfile.ZipInfo], name: str) -> None:
    if len(members) > MAX_COLLECTIONS + 1:
        raise _refuse(name, f"it holds more than {MAX_COLLECTIONS:,} collections")
    if len({m.filename for m in members}) != len(members):
        raise _refuse(name, "it holds two files of one name")
    # A member is never read beyond the size it claims, so the claims bound the work.
    if sum(m.file_size for m in members) > MAX_UNPACKED_BYTES:
        raise _refuse(name, f"it would unpack to more than {MAX_UNPACKED_BYTES // 1_000_000_000} GB")
    if any(m.flag_bits & 0x1 for m in members):
        raise _refuse(name, "it is protected by a password")
    if any(m.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for m in members):
        raise _refuse(name, "it is packed in a way that `coach export` does not use")


def _read_manifest(members: zipfile.ZipFile, name: str) -> Manifest:
    with members.open(MANIFEST) as stream:
        data = stream.read(MAX_MANIFEST_BYTES + 1)
    if len(data) > MAX_MANIFEST_BYTES:
        raise _refuse(name, "its manifest is too large")
    header = _Header.model_validate_json(data)
    if header.format != "coach-archive":
        raise _refuse(name, "it was not written by `coach export`")
    if header.version != VERSION:
        raise _refuse(name, f"its format is version {header.version}, and this Coach reads version {VERSION}")
    return Manifest.model_validate_json(data)


def _to_document(line: bytes, collection: str, place: str, archive: str) -> Document:
    try:
        document = _DOCUMENT.validate_json(line, strict=True)
    except ValidationError:
        raise _refuse(archive, f"{place} is no document") from None
    if document.collection != collection:
        raise _refuse(archive, f"{place} belongs to another collection")
    if fault := _find_fault(document):
        raise _refuse(archive, f"{place} has {fault}")
    return document


def _find_fault(document: Document) -> str:
    """What of a document no loader could have made, or "" when nothing is."""
    path = PurePosixPath(document.path.replace("\\", "/"))
    short = (document.title, document.source, document.summary, document.updated, document.language, document.path)
    checks = (
        (not _ID.fullmatch(document.id), "an id that cannot be used"),
        (path.is_absolute() or ".." in path.parts or "\0" in document.path, "a path that leads out of its folder"),
        (not _DIGEST.fullmatch(document.digest), "a digest that is none"),
        (any(len(value) > _MAX_FIELD for value in (*short, *document.topics)), "a field that is too long"),
        (not document.text.strip(), "no text"),
        (not _are_in_place(document), "blocks that do not lie one behind the other in its text"),
    )
    return next((fault for found, fault in checks if found), "")


def _are_in_place(document: Document) -> bool:
    position = 0
    for block in document.blocks:
        if not position <= block.start < block.end <= len(document.text) or not 0 <= block.level <= 100:
            return False
        position = block.end
    return True


@contextmanager
def _telling(name: str) -> Iterator[None]:
    """Whatever a damaged or hostile file makes the libraries raise, as one sentence."""
    try:
        yield
    except (ValidationError, KeyError):
        raise _refuse(name, "its manifest is missing or damaged") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise _refuse(name, "it is damaged, or no ZIP file") from None
    except OSError as error:
        raise _refuse(name, f"it cannot be read: {(error.strerror or 'it is damaged').lower()}") from None


def _refuse(name: str, reason: str) -> DocumentError:
    return DocumentError(
        f"The archive {name} was not taken: {reason}.", remedy="Use a file that `coach export` has written."
    )


def _flush(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
