"""Claims, the sentences they are held against, and whether a careful person would sign them: a yardstick for judges."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .dataset import DatasetError, parse_rows

SHIPPED = Path(__file__).parent / "datasets" / "support" / "guides-support.jsonl"


@dataclass(frozen=True, slots=True)
class Labelled:
    """One claim, its evidence as (document, quote), and its label; None where nobody labelled it.

    `kind` says how the claim was made: the fault of a false one, the way of wording a true one.
    """

    id: str
    question: str
    evidence: tuple[tuple[str, str], ...]
    claim: str
    supported: bool | None = None
    kind: str = ""
    reason: str = ""

    @property
    def quotes(self) -> tuple[str, ...]:
        """The words of the evidence."""
        return tuple(quote for _, quote in self.evidence)


@dataclass(frozen=True, slots=True)
class Labels:
    """Labelled claims in the order of their file, its header and digest."""

    rows: tuple[Labelled, ...]
    header: Mapping[str, Any]
    digest: str


def load_labels(path: Path | None = None) -> Labels:
    """Read labelled claims; None means those that ship.

    Raises DatasetError, naming the line, for a file that is missing or malformed, or lacks one of the two labels.
    """
    file = path or SHIPPED
    try:
        content = file.read_bytes()
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{file} cannot be read: {error}.") from None
    rows, header = [], {}
    for line, row in parse_rows(text, file):
        if "header" in row:
            header = row["header"]
        else:
            rows.append(_to_row(row, f"{file}, line {line}"))
    if len({r.supported for r in rows}) < 2:
        raise DatasetError(
            f"{file} needs both supported and unsupported claims.", remedy="Agreement means nothing else."
        )
    return Labels(tuple(rows), header, hashlib.sha256(content).hexdigest())


def _to_row(row: Mapping[str, Any], place: str) -> Labelled:
    for name in ("id", "claim"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            raise DatasetError(f"{place}: `{name}` is missing or empty.")
    if not isinstance(row.get("supported"), bool):
        raise DatasetError(f"{place}: `supported` is true or false, this is {row.get('supported')!r}.")
    try:
        evidence = tuple((str(e["document"]), str(e["quote"])) for e in row["evidence"])
    except (KeyError, TypeError):
        raise DatasetError(f"{place}: `evidence` is a list of `document` and `quote`.") from None
    if not evidence:
        raise DatasetError(f"{place}: `evidence` is empty.")
    texts = (str(row.get(name) or "") for name in ("kind", "reason"))
    return Labelled(row["id"], str(row.get("question") or ""), evidence, row["claim"], row["supported"], *texts)
