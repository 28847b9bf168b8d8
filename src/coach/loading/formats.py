"""Which parser reads which kind of file; each is imported when its first file comes."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from coach.errors import DocumentError
from coach.loading.pieces import Parsed


class Loader(Protocol):
    """Reads the bytes of one file; `name` is its path in the folder."""

    def __call__(self, data: bytes, name: str) -> Parsed:
        """Raises DocumentError with a reason that speaks of the file as "it"."""
        ...


_MODULES = {
    "text": (".md", ".markdown", ".mdown", ".txt", ".text"),
    "html": (".html", ".htm", ".xhtml"),
    "pdf": (".pdf",),
    "docx": (".docx",),
    "pptx": (".pptx",),
    "odt": (".odt",),
    "epub": (".epub",),
    "sheets": (".csv", ".tsv", ".xlsx"),
    "dumps": (".json", ".jsonl", ".yaml", ".yml"),
}
_BY_SUFFIX = {suffix: module for module, suffixes in _MODULES.items() for suffix in suffixes}


def get_loader(suffix: str) -> Loader:
    """The loader for a file name's suffix; DocumentError listing the known ones when there is none."""
    module = _BY_SUFFIX.get(suffix.lower())
    if module is None:
        known = f"known are {', '.join(list_suffixes())}"
        raise DocumentError(f"its format {suffix or '(none)'} is not known; {known}", remedy="Convert the file.")
    return cast(Loader, import_module(f"coach.loading.{module}").load)


def is_simple(suffix: str) -> bool:
    """Whether a format is plain text that this process can parse by itself; unknown ones are refused at once."""
    return _BY_SUFFIX.get(suffix.lower(), "text") == "text" and suffix.lower() != ".zip"


def list_suffixes() -> tuple[str, ...]:
    """Every suffix that can be read, in order."""
    return tuple(sorted((*_BY_SUFFIX, ".zip")))
