"""The dataset that accepted candidates go into: written whole or not at all, safe to leave at any moment."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from coach.errors import StorageError

from .dataset import DatasetError, load_dataset, read_rows, sample_from_row
from .labels import Stale, check_sample

_ORIGIN = (
    "Questions of readers, anonymised, that were declined, disliked or lost a claim; and questions of logged runs."
)
_MADE = "Proposed by `coach eval curate`; each was read, completed and accepted by a person."
_LICENCE = "The readers' own words: for use in this project, not for publication without their consent."


def accepted_ids(path: Path) -> frozenset[str]:
    """Ids of the questions in the dataset; none when there is no file yet."""
    return frozenset(str(row["id"]) for row in read_rows(path)) if path.exists() else frozenset()


def rejected_ids(path: Path) -> frozenset[str]:
    """Ids of the candidates that were turned down; a line that a kill cut short is no id of any."""
    file = _rejected(path)
    return frozenset(file.read_text(encoding="utf-8").split()) if file.exists() else frozenset()


def check_row(row: Mapping[str, Any], texts: Mapping[str, str]) -> list[Stale]:
    """What is wrong with a row as a label of the documents. Raises DatasetError for one that is malformed."""
    return check_sample(sample_from_row(row, f"candidate {row.get('id')}"), texts)


def accept(path: Path, row: Mapping[str, Any], documents: Sequence[str]) -> None:
    """Add a row; the file is replaced in one step, so that a kill leaves the old one or the new one.

    Raises DatasetError for a malformed row, or one that is there already, and StorageError on a full disk.
    """
    sample_from_row(row, f"candidate {row.get('id')}")
    with _locked(path):
        rows = read_rows(path) if path.exists() else []
        if row["id"] in {r["id"] for r in rows}:
            raise DatasetError(f"{row['id']} is in {path} already.")
        header = dict(load_dataset(path).header) if rows else _header(path, documents)
        header["rows"] = len(rows) + 1
        _replace(path, [{"header": header}, *rows, dict(row)])


def reject(path: Path, id_: str) -> None:
    """Remember that a candidate was turned down: its id alone, beside the dataset."""
    with _locked(path):
        known = rejected_ids(path) | {id_}
        _write(_rejected(path), "".join(f"{one}\n" for one in sorted(known)))


def _rejected(path: Path) -> Path:
    return path.with_name(f"{path.stem}.rejected.txt")


def _header(path: Path, documents: Sequence[str]) -> dict[str, Any]:
    return {
        "dataset": path.stem,
        "version": 1,
        "license": _LICENCE,
        "origin": _ORIGIN,
        "how_made": _MADE,
        "corpus": list(documents),
        "part": "curated",
    }


def _replace(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    _write(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def _write(path: Path, text: str) -> None:
    temporary = ""
    try:
        with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="utf-8", delete=False) as file:
            temporary = file.name
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True) if temporary else None
        raise StorageError(f"{path} cannot be written: {error.strerror}.", remedy="Make room and go on.") from None


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    from filelock import FileLock

    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{path}.lock", timeout=10):
        yield
