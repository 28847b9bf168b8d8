"""Files and folders into Documents; one bad file is refused with its reason and never stops the rest."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coach.errors import CorpusError, DocumentError
from coach.loading.base import Parsed, Parser, lay_out, tidy
from coach.loading.markdown import parse_markdown
from coach.loading.text import parse_text
from coach.types import Document, Progress, Refusal

MAX_BYTES = 20 * 1024 * 1024
PARSERS: Mapping[str, Parser] = {".md": parse_markdown, ".markdown": parse_markdown, ".txt": parse_text}
_NOT_GUIDES = frozenset({"readme.md", "license", "license.md", "licence.md", "changelog.md"})


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a folder gave: documents in order of their paths, and the files that were not taken."""

    documents: tuple[Document, ...]
    refused: tuple[Refusal, ...]


def load_folder(folder: Path, *, collection: str = "guides", progress: Progress | None = None) -> Loaded:
    """Read every guide below a folder. README and hidden files are no guides.

    Raises CorpusError when the folder is missing, unreadable, or holds nothing that can be read.
    """
    files = _list_files(folder)
    documents: dict[str, Document] = {}
    refused: list[Refusal] = []
    for number, path in enumerate(files, 1):
        relative = path.relative_to(folder).as_posix()
        try:
            document = load_file(path, root=folder, collection=collection)
            if document.id in documents:
                raise DocumentError(f"its id {document.id} is taken by {documents[document.id].path}")
            documents[document.id] = document
        except DocumentError as error:
            refused.append(Refusal(relative, error.message))
        if progress:
            progress("Reading guides", number, len(files))
    if not documents:
        why = "; ".join(f"{r.path}: {r.reason}" for r in refused[:3]) or "it holds no guides"
        raise CorpusError(
            f"No guide could be read from {folder} ({why}).",
            remedy="Put Markdown or text files there, or set COACH_CORPUS to another folder.",
        )
    return Loaded(tuple(documents.values()), tuple(refused))


def load_file(path: Path, *, root: Path | None = None, collection: str = "guides") -> Document:
    """One file as a Document; DocumentError says what is wrong with it."""
    base = root or path.parent
    relative = path.relative_to(base).as_posix()
    parser = PARSERS.get(path.suffix.lower())
    if parser is None:
        known = ", ".join(sorted(PARSERS))
        raise DocumentError(f"its format {path.suffix or '(none)'} is not known; known are {known}")
    data = _read_bytes(path, base)
    parsed = parser(data)
    return _to_document(parsed, data, relative, collection)


def _to_document(parsed: Parsed, data: bytes, relative: str, collection: str) -> Document:
    about = parsed.metadata
    first_heading = next((tidy(p.text) for p in parsed.pieces if p.kind == "heading"), "")
    title = tidy(str(about.get("title") or first_heading or Path(relative).stem))
    text, blocks = lay_out(parsed.pieces, title)
    if not text.strip():
        raise DocumentError("it holds no text")
    return Document(
        id=_make_id(about.get("id"), relative),
        title=title,
        source=_describe_source(about.get("source"), relative),
        text=text,
        blocks=blocks,
        summary=tidy(str(about.get("summary") or "")),
        language=str(about.get("language") or about.get("lang") or "en"),
        updated=str(about.get("updated") or ""),
        topics=_to_topics(about.get("topics")),
        collection=collection,
        path=relative,
        digest=hashlib.sha256(data).hexdigest(),
    )


def _list_files(folder: Path) -> list[Path]:
    remedy = "Set COACH_CORPUS to a folder of guides."
    if not folder.exists():
        raise CorpusError(f"The corpus folder {folder} does not exist.", remedy=remedy)
    if not folder.is_dir():
        raise CorpusError(f"The corpus {folder} is not a folder.", remedy=remedy)
    try:
        os.listdir(folder)
    except OSError as error:
        raise CorpusError(f"The corpus folder {folder} cannot be read: {error.strerror}.", remedy=remedy) from None
    return sorted(_walk(folder))


def _walk(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in names:
            if not name.startswith(".") and name.lower() not in _NOT_GUIDES:
                yield Path(where) / name


def _read_bytes(path: Path, root: Path) -> bytes:
    try:
        if not path.resolve().is_relative_to(root.resolve()):
            raise DocumentError("it is a link to a file outside the folder")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DocumentError(f"it has {size / 1e6:.0f} MB; at most {MAX_BYTES / 1e6:.0f} MB are read")
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(f"it cannot be read: {(error.strerror or 'unknown reason').lower()}") from None


def _make_id(given: Any, relative: str) -> str:
    raw = str(given) if given else str(Path(relative).with_suffix(""))
    return (
        re.sub(r"[^a-z0-9]+", "-", raw.lower()).strip("-")[:100] or hashlib.sha256(relative.encode()).hexdigest()[:12]
    )


def _describe_source(source: Any, relative: str) -> str:
    if isinstance(source, dict):
        title, kind = str(source.get("title") or ""), str(source.get("kind") or "")
        return tidy(f"{title} ({kind})" if title and kind else title or kind or relative)
    return tidy(str(source)) if source else relative


def _to_topics(topics: Any) -> tuple[str, ...]:
    return tuple(tidy(str(t)) for t in topics if t) if isinstance(topics, list) else ()
