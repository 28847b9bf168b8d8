"""The YAML block at the top of a file, and what of it a Document keeps."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any

import yaml

from coach.loading.decoding import mend

_BLOCK = re.compile(r"\A\s*---[ ]*\n(.{0,65536}?)\n(?:---|\.\.\.)[ ]*(?:\n|\Z)", re.DOTALL)
_PAIR = re.compile(r"^([A-Za-z][\w -]{0,40}):[ ]*(.*)$")
_NAMES = {
    "title": ("title",),
    "summary": ("summary", "description", "abstract"),
    "language": ("language", "lang"),
    "updated": ("updated", "last_updated", "modified", "date"),
    "topics": ("topics", "tags", "keywords", "categories"),
    "source": ("source",),
    "id": ("id",),
}


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The front matter as a mapping (empty when there is none) and the text below it.

    Front matter that is not valid YAML is read line by line as `key: value`: exported pages often
    hold such blocks, and nothing in them is worth refusing the page for.
    """
    match = _BLOCK.match(text)
    if match is None:
        return {}, text
    try:
        content = yaml.load(match.group(1), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, ValueError, RecursionError):
        content = {m.group(1): m.group(2).strip() for m in map(_PAIR.match, match.group(1).split("\n")) if m}
    if not isinstance(content, dict) or not content:
        return {}, text
    return {str(k).strip().lower(): v for k, v in content.items()}, text[match.end() :]


def to_fields(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The Document fields a mapping of metadata holds, under whichever of their usual names."""
    fields: dict[str, Any] = {}
    for name, keys in _NAMES.items():
        convert = _CONVERTERS.get(name, to_line)
        value = next((found for key in keys if (found := convert(metadata.get(key)))), None)
        if value:
            fields[name] = value
    return fields


def to_line(value: object) -> str:
    """A scalar as one line of clean text (YAML can spell control characters); dates as ISO strings; else nothing."""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    return " ".join(mend(str(value)).split()) if isinstance(value, str | int | float) else ""


def to_words(value: object) -> tuple[str, ...]:
    """A list of scalars, or one string separated by commas, as a tuple of non-empty strings."""
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, list | tuple) else ()
    return tuple(dict.fromkeys(line for part in parts if (line := to_line(part))))


def _to_source(value: object) -> str:
    if isinstance(value, Mapping):
        title, kind = to_line(value.get("title")), to_line(value.get("kind"))
        return f"{title} ({kind})" if title and kind else title or kind
    return to_line(value)


_CONVERTERS: Mapping[str, Callable[[object], object]] = {"topics": to_words, "source": _to_source}
