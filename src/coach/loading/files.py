"""Files and folders into Documents: what is taken, what is refused and why."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coach.cleaning import mark_near_duplicates
from coach.errors import CorpusError, DocumentError, MissingExtraError
from coach.loading.building import build_document
from coach.loading.formats import get_loader
from coach.loading.limits import MAX_FILE_BYTES, MAX_FILES
from coach.types import Document, Progress, Refusal

_NOT_GUIDES = frozenset({"readme.md", "license", "license.md", "licence.md", "changelog.md"})
_REMEDY = "Put guides there, or set COACH_CORPUS to another folder."


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a folder gave: its documents in order of path, and the files that were refused."""

    documents: tuple[Document, ...]
    refused: tuple[Refusal, ...]


def load_file(path: Path, *, root: Path | None = None, collection: str = "guides") -> Document:
    """Read one file into a Document.

    `root` is the folder that ids and paths are relative to; a file that leads outside of it is
    refused. Raises DocumentError naming the file, the place in it where that is known, and the reason.
    """
    path = Path(path)
    root = path.parent if root is None else Path(root)
    try:
        return _load(path, root, collection)
    except DocumentError as error:
        raise DocumentError(f"{_name(path, root)} was not taken: {error.message}", remedy=error.remedy) from None


def load_folder(folder: Path, *, collection: str = "guides", progress: Progress | None = None) -> Loaded:
    """Read every file below a folder; a file that cannot be read is refused and never stops the others.

    Hidden files, README.md and the like are skipped. Raises CorpusError when the folder is missing
    or unreadable, or when no file in it could be taken.
    """
    documents: dict[str, Document] = {}
    refused: list[Refusal] = []
    for outcome in iterate_folder(folder, collection=collection, progress=progress):
        if isinstance(outcome, Refusal):
            refused.append(outcome)
        elif (first := documents.setdefault(outcome.id, outcome)) is not outcome:
            refused.append(Refusal(outcome.path, f"its id {outcome.id} is taken by {first.path}"))
    if not documents:
        why = "; ".join(f"{r.path}: {r.reason}" for r in refused[:3])
        raise CorpusError(f"No guide could be read from {folder} ({why}).", remedy=_REMEDY)
    return Loaded(tuple(mark_near_duplicates(documents.values())), tuple(refused))


def iterate_folder(folder: Path, *, collection: str, progress: Progress | None = None) -> Iterator[Document | Refusal]:
    """One file of a folder after the other, so that a large folder never lies in memory as a whole."""
    folder = Path(folder)
    paths = list_files(folder)
    for done, path in enumerate(paths, start=1):
        try:
            yield _load(path, folder, collection)
        except (DocumentError, MissingExtraError) as error:
            yield Refusal(_name(path, folder), error.message if isinstance(error, DocumentError) else str(error))
        if progress is not None:
            progress("Reading guides", done, len(paths))


def _load(path: Path, root: Path, collection: str) -> Document:
    name = _name(path, root)
    loader = get_loader(path.suffix)
    data = _read_bytes(path, root)
    return build_document(loader(data, name), name=name, digest=hashlib.sha256(data).hexdigest(), collection=collection)


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def list_files(folder: Path) -> list[Path]:
    """The files of a folder and its sub-folders, sorted; CorpusError when there is nothing to read."""
    if not folder.exists():
        raise CorpusError(f"The corpus folder {folder} does not exist.", remedy=_REMEDY)
    if not folder.is_dir():
        raise CorpusError(f"The corpus {folder} is not a folder.", remedy=_REMEDY)
    paths: list[Path] = []
    for place, folders, names in os.walk(folder, onerror=_raise_unreadable):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        paths += [Path(place, n) for n in names if not n.startswith(".") and n.lower() not in _NOT_GUIDES]
        if len(paths) > MAX_FILES:
            raise CorpusError(f"The corpus folder {folder} holds more than {MAX_FILES:,} files.", remedy=_REMEDY)
    if not paths:
        raise CorpusError(f"No guide could be read from {folder} (it holds no guides).", remedy=_REMEDY)
    return sorted(paths)


def _read_bytes(path: Path, root: Path) -> bytes:
    try:
        if not path.resolve(strict=True).is_relative_to(root.resolve()):
            raise DocumentError("it is a link to a file outside the folder")
        if not path.is_file():
            raise DocumentError("it is no regular file")
        with path.open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise DocumentError(f"it cannot be read: {(error.strerror or 'unknown reason').lower()}") from None
    except RuntimeError:  # what resolving a circle of links raises
        raise DocumentError("it is a link to itself") from None
    if len(data) > MAX_FILE_BYTES:
        raise DocumentError(
            f"it is larger than {MAX_FILE_BYTES // 1_000_000} MB", remedy="Split it into smaller files."
        )
    if not data.strip():
        raise DocumentError("it is empty")
    return data


def _raise_unreadable(error: OSError) -> None:
    raise CorpusError(
        f"The corpus folder {error.filename} cannot be read: {(error.strerror or '').lower()}.", remedy=_REMEDY
    ) from None
