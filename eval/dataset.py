"""Datasets: questions with what a right answer must hold, one JSON object a line.

A dataset of Coach begins with a header row `{"header": {...}}` that names origin, licence and making. A file of facts
from elsewhere may lack the header and the gold sentences; everything but the retrieval scores works on it.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from coach.errors import FixError

Expect = Literal["answer", "abstain", "answer_with_correction"]
_EXPECTS = get_args(Expect)


class DatasetError(FixError):
    """A dataset cannot be used as it stands; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something an answer may say: it is found when any of the patterns is."""

    name: str
    any_of: tuple[re.Pattern[str], ...]
    required: bool = True


@dataclass(frozen=True, slots=True)
class Gold:
    """An exact sentence of a document that answers the question, or part of it."""

    document: str
    quote: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One question and how its answer is judged. `turns` are the reader's earlier questions, oldest first."""

    id: str
    kind: str
    question: str
    expect: Expect = "answer"
    turns: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    min_facts: int = 0
    forbid: tuple[re.Pattern[str], ...] = ()
    gold: tuple[Gold, ...] = ()
    abstain_ok: bool = False
    partial_ok: bool = False
    note: str = ""

    @property
    def answerable(self) -> bool:
        """Whether the documents hold an answer."""
        return self.expect != "abstain"


@dataclass(frozen=True, slots=True)
class Dataset:
    """Samples in the order of the file, and the header that says where they come from."""

    name: str
    samples: tuple[Sample, ...]
    header: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""  # SHA-256 of the file, in hex
    path: str = ""


def get_shipped(name: str) -> Path:
    """The path of a dataset that ships, by its name without `.jsonl`."""
    return Path(__file__).parent / "datasets" / f"{name}.jsonl"


def load_dataset(path: str | Path) -> Dataset:
    """Read a dataset by path, or by the name of one that ships.

    Raises DatasetError, naming the line, for a file that is missing, empty or malformed.
    """
    import hashlib

    file = _find(path)
    content = file.read_bytes()
    rows = list(parse_rows(_decode(content, file), file))
    header = _header(rows.pop(0)[1]["header"], file) if rows and "header" in rows[0][1] else {}
    samples = tuple(sample_from_row(row, f"{file}, line {line}") for line, row in rows)
    if not samples:
        raise DatasetError(f"{file} holds no questions.", remedy="A run needs at least one sample.")
    _refuse_doubles(samples, file)
    name = str(header.get("dataset") or file.stem)
    return Dataset(name, samples, header, hashlib.sha256(content).hexdigest(), str(file.resolve()))


def _header(header: Any, file: Path) -> Mapping[str, Any]:
    if not isinstance(header, dict):
        raise DatasetError(f"{file}, line 1: `header` is a JSON object, this is a {type(header).__name__}.")
    return header


def read_rows(path: str | Path) -> list[dict[str, Any]]:
    """The rows of a dataset as plain objects, without its header; DatasetError as for `load_dataset`."""
    file = _find(path)
    return [row for _, row in parse_rows(_decode(file.read_bytes(), file), file) if "header" not in row]


def _decode(content: bytes, file: Path) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DatasetError(f"{file} is not UTF-8 text: {error.reason} at byte {error.start}.") from None


def _find(path: str | Path) -> Path:
    for candidate in (Path(path), get_shipped(str(path))):
        if candidate.is_file():
            return candidate
    shipped = ", ".join(sorted(p.stem for p in get_shipped("x").parent.glob("*.jsonl")))
    raise DatasetError(f"There is no dataset {path}.", remedy=f"Give the path of a file, or one of: {shipped}.")


def parse_rows(text: str, file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each row of a file of JSON lines with the number of its line. Raises DatasetError, which names `file`."""
    for line, raw in enumerate(text.split("\n"), start=1):
        if not raw.strip():
            continue
        try:
            row = json.loads(raw)
        except json.JSONDecodeError as error:
            raise DatasetError(f"{file}, line {line}: not JSON ({error.msg} at column {error.colno}).") from None
        if not isinstance(row, dict):
            raise DatasetError(f"{file}, line {line}: a row is a JSON object, this is a {type(row).__name__}.")
        yield line, row


def sample_from_row(row: Mapping[str, Any], place: str) -> Sample:
    """One row as a sample. Raises DatasetError that begins with `place` for a row that cannot be one."""
    for name, kind in _FIELDS.items():
        if name in row and not isinstance(row[name], kind):
            raise DatasetError(f"{place}: `{name}` has the wrong type, {type(row[name]).__name__}.")
    for name in row:
        near = [] if name in _KNOWN else difflib.get_close_matches(name, _KNOWN, n=1, cutoff=0.8)
        if near:  # a fact that nobody reads would let every answer pass
            raise DatasetError(f"{place}: there is no field `{name}`.", remedy=f"Did you mean `{near[0]}`?")
    for name in ("id", "kind", "question", "expect"):
        if not str(row.get(name) or "").strip():
            raise DatasetError(f"{place}: `{name}` is missing or empty.")
    if row["expect"] not in _EXPECTS:
        raise DatasetError(f"{place}: `expect` is {row['expect']!r}; it is one of {', '.join(_EXPECTS)}.")
    return Sample(
        id=row["id"],
        kind=row["kind"],
        question=row["question"],
        expect=row["expect"],
        turns=tuple(str(t) for t in row.get("turns") or ()),
        facts=tuple(_fact(f, place) for f in row.get("facts") or ()),
        min_facts=row.get("min_facts") or 0,
        forbid=tuple(_pattern(p, place) for p in row.get("forbid") or ()),
        gold=tuple(_gold(g, place) for g in row.get("gold") or ()),
        abstain_ok=bool(row.get("abstain_ok")),
        partial_ok=bool(row.get("partial_ok")),
        note=str(row.get("note") or ""),
    )


_FIELDS: Mapping[str, Any] = {
    "id": str,
    "kind": str,
    "question": str,
    "expect": str,
    "turns": (list, type(None)),
    "facts": (list, type(None)),
    "forbid": (list, type(None)),
    "gold": (list, type(None)),
    "min_facts": (int, type(None)),
    "abstain_ok": (bool, type(None)),
    "partial_ok": (bool, type(None)),
}
_KNOWN = (*_FIELDS, "note")


def _fact(row: Any, place: str) -> Fact:
    if not isinstance(row, dict) or not row.get("name") or not isinstance(row.get("any_of"), list) or not row["any_of"]:
        raise DatasetError(f"{place}: a fact needs a `name` and a list of patterns `any_of`.")
    if not isinstance(row.get("required", False), bool):
        raise DatasetError(f"{place}: `required` of a fact is true or false, this is {row['required']!r}.")
    return Fact(str(row["name"]), tuple(_pattern(p, place) for p in row["any_of"]), bool(row.get("required")))


def _gold(row: Any, place: str) -> Gold:
    if not isinstance(row, dict) or not row.get("document") or not row.get("quote"):
        raise DatasetError(f"{place}: a gold sentence needs `document` and `quote`.")
    return Gold(str(row["document"]), str(row["quote"]))


def _pattern(source: Any, place: str) -> re.Pattern[str]:
    try:
        return re.compile(source, re.IGNORECASE)
    except (re.error, TypeError) as error:
        raise DatasetError(f"{place}: the pattern {source!r} cannot be used: {error}.") from None


def _refuse_doubles(samples: Iterable[Sample], file: Path) -> None:
    seen: set[str] = set()
    for sample in samples:
        if sample.id in seen:
            raise DatasetError(f"{file}: the id {sample.id} stands twice.")
        seen.add(sample.id)
