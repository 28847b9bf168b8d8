"""JSON and YAML: exported pages with a body, and data whose keys are the headings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import yaml

from coach.errors import DocumentError
from coach.loading.decoding import decode
from coach.loading.front_matter import to_line
from coach.loading.html import parse_html
from coach.loading.limits import MAX_CELLS, MAX_DEPTH
from coach.loading.pieces import Parsed, Piece
from coach.loading.plain import parse_text

_BODIES = ("content", "body", "text", "markdown", "html", "article", "content_html", "content_text")
_NAMES = ("title", "name", "level", "role", "heading", "question", "label")
_LONG = 200  # characters from which a value under one of the keys above is a page's body
_DEEPEST_HEADING = 6


def load(data: bytes, name: str) -> Parsed:
    """Read a .json, .jsonl, .yaml or .yml file; DocumentError naming line and column where it breaks."""
    text = decode(data)
    try:
        if name.lower().endswith(".jsonl"):
            content: Any = [json.loads(line) for line in text.splitlines() if line.strip()]
        elif name.lower().endswith(".json"):
            content = json.loads(text)
        else:
            documents = list(yaml.load_all(text, Loader=_Loader))
            content = documents[0] if len(documents) == 1 else documents
    except json.JSONDecodeError as error:
        raise DocumentError(f"it is no valid JSON: {error.msg.lower()} in line {error.lineno}") from None
    except yaml.MarkedYAMLError as error:
        where = f" in line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise DocumentError(f"it is no valid YAML: {error.problem or 'it breaks'}{where}") from None
    except (ValueError, yaml.YAMLError):
        raise DocumentError("it holds values that cannot be read") from None
    except RecursionError:
        raise DocumentError("it is nested too deeply") from None
    return _to_parsed(content)


class _Loader(yaml.SafeLoader):
    """Refuses aliases: a few lines of them can stand for gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="aliases are not read", problem_mark=self.current_event.start_mark)
        return super().compose_node(parent, index)


def _to_parsed(content: Any) -> Parsed:
    if isinstance(content, Mapping) and (body := _find_body(content)):
        metadata = {str(k).lower(): v for k, v in content.items() if k != body}
        return Parsed(_parse_body(str(content[body])), metadata)
    metadata = {}
    if isinstance(content, Mapping):
        metadata = {
            k: content[k]
            for k in ("title", "id", "source", "language", "description")
            if isinstance(content.get(k), str)
        }
        content = {k: v for k, v in content.items() if k not in metadata}
    return Parsed(tuple(_bounded(_read(content, 2, 0))), metadata)


def _read(value: Any, level: int, depth: int) -> Iterator[Piece]:
    if depth > MAX_DEPTH:
        raise DocumentError("it is nested too deeply")
    if isinstance(value, Mapping):
        yield from _read_mapping(value, level, depth)
    elif isinstance(value, list):
        yield from _read_list(value, level, depth)
    elif line := to_line(value):
        yield Piece("paragraph", line)


def _read_mapping(value: Mapping[Any, Any], level: int, depth: int) -> Iterator[Piece]:
    body = _find_body(value)
    for key, inner in value.items():
        name = _to_name(key)
        if key == body:
            yield from _lower(_parse_body(str(inner)), level)
        elif isinstance(inner, Mapping | list):
            if inner:
                yield Piece("heading", name, level=min(level, _DEEPEST_HEADING))
                yield from _read(inner, level + 1, depth + 1)
        elif line := to_line(inner):
            yield Piece("item", f"{name}: {line}", level=1)


def _read_list(values: list[Any], level: int, depth: int) -> Iterator[Piece]:
    """Mappings that name themselves become sections; everything else becomes items."""
    for value in values:
        if isinstance(value, Mapping):
            named = next((k for k in value if str(k).lower() in _NAMES and isinstance(value[k], str)), None)
            if named is not None:
                yield Piece("heading", to_line(value[named]), level=min(level, _DEEPEST_HEADING))
            rest = {k: v for k, v in value.items() if k != named}
            yield from _read(rest, level + (named is not None), depth + 1)
        elif isinstance(value, list):
            yield from _read(value, level, depth + 1)
        elif line := to_line(value):
            yield Piece("item", line, level=1)


def _find_body(value: Mapping[Any, Any]) -> Any:
    """The key whose value is a page's text, or None."""
    return next(
        (k for k in value if str(k).lower() in _BODIES and len(str(value[k])) >= _LONG and isinstance(value[k], str)),
        None,
    )


def _parse_body(body: str) -> tuple[Piece, ...]:
    if len(re.findall(r"</(?:p|h[1-6]|li|div|ul|table)>", body)) >= 2:
        return parse_html(body).pieces
    return parse_text(body)


def _lower(pieces: tuple[Piece, ...], level: int) -> Iterator[Piece]:
    """A body's headings stand below the section it is in."""
    tops = [p.level for p in pieces if p.kind == "heading"]
    shift = max(level - min(tops), 0) if tops else 0
    for piece in pieces:
        yield replace(piece, level=min(piece.level + shift, _DEEPEST_HEADING)) if piece.kind == "heading" else piece


def _bounded(pieces: Iterator[Piece]) -> Iterator[Piece]:
    for count, piece in enumerate(pieces):
        if count > MAX_CELLS:
            raise DocumentError(f"it has more than {MAX_CELLS:,} values")
        yield piece


def _to_name(key: Any) -> str:
    """A key as words: team_scope and teamScope become Team scope."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(key)).replace("_", " ").strip()
    if " " in words and words != str(key):
        words = words.lower()
    return words[:1].upper() + words[1:]
