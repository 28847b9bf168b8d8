"""How answers and abstentions look in a terminal, and as plain text in a pipe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from coach.cli.text import get_console, one_line, printable, write
from coach.types import Abstention, Answer, Citation, Passage

if TYPE_CHECKING:
    from rich.console import Console

EXCERPT = 200  # characters of a nearest passage
_DIFFER = "The guides differ on "  # how an answer that says so itself begins a line


def show_result(result: Answer | Abstention) -> None:
    """Print a result: wrapped and styled for a person, plain lines for a pipe."""
    console = get_console()
    body = result.text if isinstance(result, Answer) else result.message
    notes = list(answer_notes(result) if isinstance(result, Answer) else abstention_notes(result))
    if console is None:
        write("\n".join([body, *notes]))
    else:
        _print_styled(console, body, notes)


def _print_styled(console: Console, body: str, notes: list[str]) -> None:
    from rich.markdown import Markdown
    from rich.padding import Padding
    from rich.text import Text

    console.print(Markdown(printable(body), hyperlinks=False))
    for note in notes:
        words = note.lstrip(" ")
        style = "dim" if words != note else "bold" if note.endswith(":") else ""
        console.print(Padding(Text(printable(words), style=style), (0, 0, 0, len(note) - len(words))))


def answer_notes(answer: Answer) -> Iterator[str]:
    """What stands below an answer: sources with their quotes, unsaid disagreements, a notice, what to ask next."""
    yield from ("", "Sources:")
    for citation in answer.citations:
        yield from _source(citation)
    is_said = any(line.startswith(_DIFFER) for line in answer.text.splitlines())
    for disagreement in () if is_said else answer.disagreements:
        yield from ("", f"{_DIFFER}{disagreement.topic}:")
        for position in disagreement.positions:
            yield f"  - {position.text} {''.join(f'[{marker}]' for marker in position.citations)}"
    if answer.notice:
        yield from ("", answer.notice)
    yield from _listed("You could also ask:", answer.follow_ups)


def abstention_notes(abstention: Abstention) -> Iterator[str]:
    """What stands below an abstention: the passages that come nearest, and what the guides do answer."""
    nearest = [f"{_place(passage)}: {one_line(passage.chunk.excerpt, EXCERPT)}" for passage in abstention.nearest]
    yield from _listed("Nearest in the guides:", nearest)
    yield from _listed("You could ask instead:", abstention.try_instead)


def _source(citation: Citation) -> Iterator[str]:
    page = f", page {citation.page}" if citation.page else ""
    yield f"[{citation.marker}] {_path(citation.title, citation.headings)}{page}"
    yield f'    "{one_line(citation.quote, 10_000)}"'


def _place(passage: Passage) -> str:
    return _path(passage.title, passage.chunk.headings)


def _path(title: str, headings: tuple[str, ...]) -> str:
    """The document's title and the headings below it; a first heading that repeats the title is left out."""
    rest = headings[1:] if headings and headings[0] == title else headings
    return " > ".join((title, *rest))


def _listed(heading: str, lines: tuple[str, ...] | list[str]) -> Iterator[str]:
    if lines:
        yield from ("", heading)
        yield from (f"  - {line}" for line in lines)
