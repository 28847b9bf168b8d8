"""The collections of an archive brought back into the index."""

from __future__ import annotations

from coach.index import IndexStore
from coach.library.archive import Archive
from coach.library.syncing import Cut, preview, without_reading
from coach.types import Progress, SyncReport


def restore(
    store: IndexStore, archive: Archive, *, trial: Cut | None = None, progress: Progress | None = None
) -> dict[str, SyncReport]:
    """Make each collection of the archive what the archive holds of it; reports by collection.

    All of the archive is checked before anything is written; DocumentError when it cannot be taken. With
    `trial`, the way documents are cut, nothing is written and the reports say what would be.
    """
    archive.check()
    reports: dict[str, SyncReport] = {}
    for part in archive.manifest.collections:
        documents = archive.documents(part)
        reports[part.name] = (
            preview(store, documents, collection=part.name, cut=trial)
            if trial
            else store.sync(documents, collection=part.name, progress=without_reading(progress))
        )
    return reports
