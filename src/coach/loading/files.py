"""Files and folders into Documents: what is taken, what is refused and why."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from coach.cleaning import mark_near_duplicates
from coach.errors import CorpusError, DocumentError, MissingExtraError
from coach.loading.formats import is_simple
from coach.loading.reading import read_document
from coach.loading.sources import Source, is_archive, list_files, name_of, read_bytes, read_sources
from coach.loading.workers import Worker, read_in_parallel
from coach.types import Document, Progress, Refusal

_ORDINARY_BYTES = 1_000_000  # a text of three hundred pages
_MANY = 2_000  # plain files from which several processes, which take a second to start, read faster than this one
_REMEDY = "Put guides there, or set COACH_CORPUS to another folder."


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a folder gave: its documents in order of path, and the files that were refused."""

    documents: tuple[Document, ...]
    refused: tuple[Refusal, ...]


def load_file(
    path: Path, *, root: Path | None = None, collection: str = "guides", isolated: bool | None = None
) -> Document:
    """Read one file into a Document.

    `root` is the folder that ids and paths are relative to; a file that leads outside of it is
    refused. `isolated` says whether a process of its own parses it, with a limit on time and memory:
    by default for everything but plain text and Markdown of ordinary length. Raises DocumentError naming the file,
    the place in it where that is known, and the reason; MissingExtraError.
    """
    path = Path(path)
    root = path.parent if root is None else Path(root)
    name = name_of(path, root)
    try:
        if is_archive(path):
            raise DocumentError("it is an archive", remedy="Put it in a folder and load the folder.")
        source = Source(name, read_bytes(path, root))
        if not (isolated if isolated is not None else not _is_light(path)):
            return read_document(source, collection)
        with Worker() as worker:
            return worker.read(source, collection)
    except DocumentError as error:
        raise DocumentError(f"{name} was not taken: {error.message}", remedy=error.remedy) from None


def load_folder(folder: Path, *, collection: str = "guides", progress: Progress | None = None) -> Loaded:
    """Read every file below a folder, and the files inside its archives.

    A file that cannot be read is refused and never stops the others. Hidden files, README.md and the
    like are skipped. A paragraph that several documents share is kept in the first of them. Raises
    CorpusError when the folder is missing or unreadable, or when no file in it could be taken.
    """
    folder = Path(folder)
    return _collect(_read_all([(path, folder) for path in list_files(folder)], collection, progress), folder)


def iterate_folder(
    folder: Path, *, collection: str = "guides", progress: Progress | None = None
) -> Iterator[Document | Refusal]:
    """One document of a folder after the other, so that a large folder never lies in memory as a whole."""
    folder = Path(folder)
    return _read_all([(path, folder) for path in list_files(folder)], collection, progress)


def iterate_archive(
    path: Path, *, collection: str = "guides", progress: Progress | None = None
) -> Iterator[Document | Refusal]:
    """One document of a ZIP file after the other; their names begin with the file's own."""
    return _read_all([(path, path.parent)], collection, progress)


def _read_all(
    files: Sequence[tuple[Path, Path]], collection: str, progress: Progress | None
) -> Iterator[Document | Refusal]:
    """Many files, and formats that need heavy parsers, are read by several processes at once."""
    sources = _open_all(files, progress)
    if len(files) >= _MANY or not all(_is_light(path) for path, _ in files):
        return read_in_parallel(sources, collection)
    return (_read_here(source, collection) for source in sources)


def _open_all(files: Sequence[tuple[Path, Path]], progress: Progress | None) -> Iterator[Source | Refusal]:
    """The sources of all files; progress counts files, an archive after its last member."""
    for done, (path, root) in enumerate(files, start=1):
        yield from read_sources(path, root)
        if progress is not None:
            progress("Reading guides", done, len(files))


def _collect(outcomes: Iterable[Document | Refusal], origin: object) -> Loaded:
    documents: dict[str, Document] = {}
    refused: list[Refusal] = []
    for outcome in outcomes:
        if isinstance(outcome, Refusal):
            refused.append(outcome)
        elif (first := documents.setdefault(outcome.id, outcome)) is not outcome:
            refused.append(Refusal(outcome.path, f"its id {outcome.id} is taken by {first.path}"))
    if not documents:
        why = "; ".join(f"{r.path}: {r.reason}" for r in refused[:3])
        raise CorpusError(f"No guide could be read from {origin} ({why}).", remedy=_REMEDY)
    return Loaded(tuple(mark_near_duplicates(documents.values())), tuple(refused))


def _is_light(path: Path) -> bool:
    """Whether this process may parse a file by itself: plain text of ordinary length, or nothing it can parse."""
    with contextlib.suppress(OSError):
        return is_simple(path.suffix) and path.stat().st_size <= _ORDINARY_BYTES
    return True


def _read_here(source: Source | Refusal, collection: str) -> Document | Refusal:
    if isinstance(source, Refusal):
        return source
    try:
        return read_document(source, collection)
    except DocumentError as error:
        return Refusal(source.name, error.message)
    except MissingExtraError as error:
        return Refusal(source.name, str(error))
