"""Text for a terminal: nothing in a guide or a question may steer it, and pipes get plain lines."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

MAX_WIDTH = 100  # characters; longer lines are hard to read

# C0 and C1 controls but for the newline and the tab: escape sequences among them move the cursor and
# retitle windows. Then the marks that turn the reading direction, which can make text read as other text.
_CONTROLS = {code: "\N{REPLACEMENT CHARACTER}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}
_TURNS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), None)
# Bytes of a file's name that are no text come as lone surrogates, which cannot be written.
_BROKEN = dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")
_HARMLESS = {**_CONTROLS, **_TURNS, **_BROKEN}

_SPELT = {code: f"\\u{code:04x}" for code in (*range(127, 160), *_TURNS, 0x2028, 0x2029)} | _BROKEN


def printable(text: str) -> str:
    """The text without anything that a terminal would obey."""
    return text.translate(_HARMLESS)


def write_json(value: Any) -> None:
    """One JSON value on standard output."""
    click.echo(to_json(value, indent=2))


def to_json(value: Any, *, indent: int | None = None) -> str:
    """JSON that can be written whatever is in it, with all that a terminal obeys spelt out.

    ValueError for numbers that JSON does not know.
    """
    return json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False).translate(_SPELT)


def write(text: str = "", *, err: bool = False) -> None:
    """One line, or several."""
    click.echo(printable(text), err=err)


def get_console() -> Console | None:
    """A console of a comfortable width when a person is looking, else None."""
    if not sys.stdout.isatty():
        return None
    from rich.console import Console

    console = Console(highlight=False)
    console.width = min(console.width, MAX_WIDTH)
    return console


def one_line(text: str, width: int) -> str:
    """The beginning of a text on one line of at most `width` characters."""
    joined = " ".join(text.split())
    return joined if len(joined) <= width else joined[: width - 3].rstrip() + "..."
