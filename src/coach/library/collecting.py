"""Files, folders and ZIP files as one collection, a document at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from os.path import exists, realpath
from pathlib import Path

from coach.cleaning import mark_near_duplicates
from coach.errors import CorpusError, DocumentError, MissingExtraError
from coach.loading import iterate_archive, iterate_folder, load_file
from coach.loading.sources import name_of
from coach.types import Document, Progress, Refusal

_REMEDY = "Put guides there, or name another place."
_Outcome = Document | Refusal


@dataclass(frozen=True, slots=True)
class Collected:
    """Documents as they are read; `refused` fills while they are, and is complete when they end."""

    documents: Iterator[Document]
    refused: list[Refusal] = field(default_factory=list)


def collect(paths: Sequence[Path], *, collection: str, progress: Progress | None = None) -> Collected:
    """Read files, folders and ZIP files as one collection; what cannot be read is refused and stops nothing.

    Raises CorpusError when a path does not exist and, once the documents are asked for, when a folder
    cannot be listed or nothing at all could be taken.
    """
    for path in paths:
        if not exists(path):
            raise CorpusError(f"There is no file or folder {path}.", remedy=_REMEDY)
    refused: list[Refusal] = []
    outcomes = (o for path in _without_repeats(paths) for o in _read(path, collection, progress))
    return Collected(mark_near_duplicates(_take(outcomes, refused, paths)), refused)


def _without_repeats(paths: Sequence[Path]) -> list[Path]:
    return list({realpath(path): path for path in paths}.values())  # unlike resolve, it bears a circle of links


def _take(outcomes: Iterator[_Outcome], refused: list[Refusal], paths: Sequence[Path]) -> Iterator[Document]:
    """The documents, each id once; a collection of which nothing can be read is no collection."""
    taken: dict[str, str] = {}
    for outcome in outcomes:
        if isinstance(outcome, Refusal):
            refused.append(outcome)
        elif outcome.id in taken:
            refused.append(Refusal(outcome.path, f"its id {outcome.id} is taken by {taken[outcome.id]}"))
        else:
            taken[outcome.id] = outcome.path
            yield outcome
    if not taken:
        why = "; ".join(f"{r.path}: {r.reason}" for r in refused[:3]) or "it holds no guides"
        raise CorpusError(f"No guide could be read from {', '.join(map(str, paths))} ({why}).", remedy=_REMEDY)


def _read(path: Path, collection: str, progress: Progress | None) -> Iterator[_Outcome]:
    """Names are relative to a folder that is given, so that giving a second one changes no id of the first."""
    if path.is_dir():
        yield from iterate_folder(path, collection=collection, progress=progress)
    elif path.suffix.lower() == ".zip":
        yield from _read_archive(path, collection, progress)
    else:
        yield _read_file(path, collection)


def _read_archive(path: Path, collection: str, progress: Progress | None) -> Iterator[_Outcome]:
    is_empty = True
    for outcome in iterate_archive(path, collection=collection, progress=progress):
        is_empty = False
        yield outcome
    if is_empty:
        yield Refusal(name_of(path, path.parent), "it holds no guides")


def _read_file(path: Path, collection: str) -> _Outcome:
    try:
        return load_file(path, collection=collection)
    except (DocumentError, MissingExtraError) as error:
        name = name_of(path, path.parent)
        return Refusal(name, error.message.removeprefix(f"{name} was not taken: "))
