"""Tables as files: CSV, TSV and Excel workbooks. A ladder's matrix keeps the row and column of each cell."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from typing import Any

from coach.errors import DocumentError
from coach.loading.decoding import decode
from coach.loading.extras import require
from coach.loading.limits import MAX_CELLS
from coach.loading.pieces import Parsed, Piece
from coach.loading.tables import to_pieces
from coach.loading.zipped import open_zip

_DELIMITERS = ",;\t|"
_PLAIN_NAMES = ("sheet", "tabelle", "feuille", "hoja")


def load(data: bytes, name: str) -> Parsed:
    """Read a table file; a Block's page is the number of its sheet."""
    if name.lower().endswith((".csv", ".tsv")):
        return Parsed(tuple(_read_csv(decode(data))))
    return _read_workbook(data)


def _read_csv(text: str) -> Iterator[Piece]:
    try:
        dialect: Any = csv.Sniffer().sniff(text[:20_000], _DELIMITERS)
    except csv.Error:
        dialect = csv.excel
    try:
        rows = list(_bounded(csv.reader(io.StringIO(text), dialect)))
    except csv.Error as error:
        raise DocumentError(f"it is no table: {error}") from None
    yield from to_pieces(rows)


def _read_workbook(data: bytes) -> Parsed:
    open_zip(data).close()
    openpyxl = require("openpyxl", "Excel")
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            pieces = [piece for number, sheet in enumerate(book.worksheets, 1) for piece in _read_sheet(sheet, number)]
            properties = book.properties
        finally:
            book.close()
    except (KeyError, ValueError, TypeError, AttributeError, SyntaxError, zipfile.BadZipFile) as error:
        raise DocumentError(f"it is damaged ({type(error).__name__})") from None
    metadata = {"title": (properties.title or "").strip(), "updated": properties.modified}
    return Parsed(tuple(pieces), metadata)


def _read_sheet(sheet: Any, number: int) -> Iterator[Piece]:
    if sheet.sheet_state != "visible":
        return
    rows = [[_to_text(cell) for cell in row] for row in _bounded(sheet.iter_rows(values_only=True))]
    found = list(to_pieces(_drop_empty_columns(rows), page=number))
    if found and not sheet.title.lower().startswith(_PLAIN_NAMES):
        yield Piece("heading", sheet.title, level=2, page=number)
    yield from found


def _bounded(rows: Any) -> Iterator[Any]:
    cells = 0
    for row in rows:
        cells += len(row)
        if cells > MAX_CELLS:
            raise DocumentError(f"it has more than {MAX_CELLS:,} cells")
        yield row


def _to_text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _drop_empty_columns(rows: list[list[str]]) -> list[list[str]]:
    used = [
        i for i in range(max((len(row) for row in rows), default=0)) if any(i < len(r) and r[i].strip() for r in rows)
    ]
    return [[row[i] if i < len(row) else "" for i in used] for row in rows]
