"""`coach ask`: one question, one cited answer."""

from __future__ import annotations

import sys

import click

from coach.cli.state import State, collection_option, get_coach, json_option, read_settings, top_k_option
from coach.cli.text import write_json
from coach.problems import ABSTAINED, ANSWERED

MAX_INPUT = 1_000_000  # bytes read from standard input


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="QUESTION...")
@click.option("--style", type=click.Choice(["auto", "quoted", "written"]), default="auto", help="Who words the answer.")
@collection_option
@top_k_option
@json_option
@click.pass_obj
def ask(state: State, words: tuple[str, ...], style: str, collection: str | None, top_k: int | None) -> int:
    """Answer a question from the guides, with their exact words.

    The question may be quoted or not; a single - reads it from standard input.

    Exit codes: 0 answered, 3 the guides do not cover it, 2 something to fix, 1 a bug.
    """
    from coach.types import Abstention, Question

    text = read_question(words)
    asked = Question(text, style=style, collection=collection, top_k=top_k)  # type: ignore[arg-type]
    result = get_coach(read_settings()).ask(asked)
    if state.json:
        from coach.wire import to_json

        write_json(to_json(result))
    else:
        from coach.cli.answers import show_result

        show_result(result)
    return ABSTAINED if isinstance(result, Abstention) else ANSWERED


def read_question(words: tuple[str, ...]) -> str:
    """The question from the arguments, or from standard input when they are a single `-`.

    Bytes that are no UTF-8 become replacement characters, which no guide answers to.
    """
    if words != ("-",):
        return " ".join(words).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    from coach.errors import QuestionError

    raw = sys.stdin.buffer.read(MAX_INPUT + 1)
    if len(raw) > MAX_INPUT:
        raise QuestionError("The question on standard input is too long.", remedy="Ask in a few sentences.")
    return raw.decode("utf-8", "replace").strip()
