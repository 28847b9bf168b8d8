"""Files on disk, and the files inside archives, as names and bytes; what cannot be read is refused by name."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from coach.errors import CorpusError, DocumentError
from coach.loading.limits import MAX_ARCHIVE_BYTES, MAX_FILE_BYTES, MAX_FILES, MAX_NESTING, MAX_UNPACKED_BYTES
from coach.loading.zipped import is_safe_name, open_zip, read_member
from coach.types import Refusal

_NOT_GUIDES = frozenset({"readme.md", "license", "license.md", "licence.md", "changelog.md", "thumbs.db"})
_ARCHIVES = (".zip",)
_UNSOUND = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069]")
_REMEDY = "Put guides there, or set COACH_CORPUS to another folder."


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of one document and the name it is known by: its path in the folder that is read."""

    name: str
    data: bytes


def list_files(folder: Path) -> list[Path]:
    """The files of a folder and its sub-folders, sorted; CorpusError when there is nothing to read."""
    if not folder.exists():
        raise CorpusError(f"The corpus folder {folder} does not exist.", remedy=_REMEDY)
    if not folder.is_dir():
        raise CorpusError(f"The corpus {folder} is not a folder.", remedy=_REMEDY)
    paths: list[Path] = []
    for place, folders, names in os.walk(folder, onerror=_raise_unreadable):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        paths += [Path(place, n) for n in names if _may_be_guide(n)]
        if len(paths) > MAX_FILES:
            raise CorpusError(f"The corpus folder {folder} holds more than {MAX_FILES:,} files.", remedy=_REMEDY)
    if not paths:
        raise CorpusError(f"No guide could be read from {folder} (it holds no guides).", remedy=_REMEDY)
    return sorted(paths)


def read_sources(path: Path, root: Path) -> Iterator[Source | Refusal]:
    """The one source of a file, or those inside it when it is an archive."""
    name = name_of(path, root)
    try:
        if path.suffix.lower() in _ARCHIVES:
            yield from _unpack(name, read_bytes(path, root, MAX_ARCHIVE_BYTES), _Budget())
        else:
            yield Source(name, read_bytes(path, root))
    except DocumentError as error:
        yield Refusal(name, error.message)


def is_archive(path: Path) -> bool:
    """Whether a file holds other files, told by its name."""
    return path.suffix.lower() in _ARCHIVES


def name_of(path: Path, root: Path) -> str:
    """The path of a file in the folder that is read, with a sign for what cannot be stored or shown."""
    return to_sound_name(path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name)


def to_sound_name(name: str) -> str:
    """A name without bytes that are no text, line breaks, escape codes or marks that turn the reading direction."""
    return _UNSOUND.sub("\ufffd", name)


def read_bytes(path: Path, root: Path, limit: int = MAX_FILE_BYTES) -> bytes:
    """The bytes of a regular file inside `root`; DocumentError with the reason why not."""
    try:
        if not path.resolve(strict=True).is_relative_to(root.resolve()):
            raise DocumentError("it is a link to a file outside the folder")
        if not path.is_file():
            raise DocumentError("it is no regular file")
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        raise DocumentError(f"it cannot be read: {(error.strerror or 'unknown reason').lower()}") from None
    except RuntimeError:  # what resolving a circle of links raises
        raise DocumentError("it is a link to itself") from None
    if len(data) > limit:
        raise DocumentError(f"it is larger than {limit // 1_000_000} MB", remedy="Split it into smaller files.")
    if not data.strip():
        raise DocumentError("it is empty")
    return data


@dataclass(slots=True)
class _Budget:
    """What an archive and the archives inside it may still unpack to, together."""

    left: int = MAX_UNPACKED_BYTES
    depth: int = 0


def _unpack(name: str, data: bytes, budget: _Budget) -> Iterator[Source | Refusal]:
    budget.depth += 1
    if budget.depth > MAX_NESTING:
        raise DocumentError("it is an archive inside an archive inside an archive")
    with open_zip(data) as archive:
        for member in sorted(archive.infolist(), key=lambda m: m.filename):
            inner = f"{name}/{to_sound_name(member.filename)}"
            if member.is_dir() or not _is_content(member.filename):
                continue
            if not is_safe_name(member):
                yield Refusal(inner, "its path leads outside of the archive, or it is a link")
                continue
            try:
                yield from _unpack_member(archive, member, inner, budget)
            except DocumentError as error:
                yield Refusal(inner, error.message)
    budget.depth -= 1


def _unpack_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, inner: str, budget: _Budget
) -> Iterator[Source | Refusal]:
    nested = PurePosixPath(inner).suffix.lower() in _ARCHIVES
    data = read_member(archive, member.filename, min(budget.left, MAX_ARCHIVE_BYTES if nested else MAX_FILE_BYTES))
    budget.left -= len(data)
    if nested:
        yield from _unpack(inner, data, budget)
    elif not data.strip():
        raise DocumentError("it is empty")
    else:
        yield Source(inner, data)


def _is_content(filename: str) -> bool:
    """Hidden files and what operating systems add to archives are no documents."""
    parts: Sequence[str] = PurePosixPath(filename.replace("\\", "/")).parts
    return bool(parts) and _may_be_guide(parts[-1]) and not any(p.startswith((".", "__")) and p != ".." for p in parts)


def _may_be_guide(name: str) -> bool:
    return not name.startswith((".", "~$")) and name.lower() not in _NOT_GUIDES


def _raise_unreadable(error: OSError) -> None:
    reason = (error.strerror or "unknown reason").lower()
    raise CorpusError(f"The corpus folder {error.filename} cannot be read: {reason}.", remedy=_REMEDY) from None
