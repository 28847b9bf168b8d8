"""Which collection a command means, and what must not be done to the one that follows the corpus."""

from __future__ import annotations

import re
from collections.abc import Sequence
from os.path import realpath
from pathlib import Path
from typing import TYPE_CHECKING

from coach.errors import FixError

if TYPE_CHECKING:
    from coach.settings import Settings

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def choose_collection(paths: Sequence[Path], named: str | None, settings: Settings) -> str:
    """The collection that paths become: the one named, else that of the corpus, else one named after the path.

    FixError for a name that cannot be used, for several paths without one, and for files other than the
    corpus in the collection that follows it: the next `coach ask` would undo what was done.
    """
    is_corpus = not paths or [realpath(path) for path in paths] == [realpath(settings.corpus)]
    name = named or (settings.collection if is_corpus else _name_after(paths))
    if not _NAME.fullmatch(name):
        raise FixError(
            f"The collection name {name[:80]!r} cannot be used.",
            remedy="Use up to 63 lower-case letters, digits and hyphens, for example --collection our-ladder.",
        )
    if name == settings.collection and not is_corpus:
        raise FixError(
            f"The collection {name} follows the folder {settings.corpus}, so nothing else can be put into it.",
            remedy="Name another with --collection, or set COACH_CORPUS to your folder.",
        )
    return name


def require_own(collection: str, document_id: str, path: str, settings: Settings) -> None:
    """FixError for a document of the collection that follows the corpus: it would come back with the next question."""
    if collection == settings.collection:
        raise FixError(
            f"{document_id} belongs to the collection {collection}, which follows the folder {settings.corpus}.",
            remedy=f"Delete {path or 'its file'} there, and it is gone with the next question.",
        )


def _name_after(paths: Sequence[Path]) -> str:
    if len(paths) > 1:
        raise FixError("Several files or folders need a name together.", remedy="Name it with --collection.")
    path = paths[0].resolve()
    return re.sub(r"[^a-z0-9]+", "-", (path.name if path.is_dir() else path.stem).lower()).strip("-")[:63].strip("-")
