"""`coach search`: the passages an answer would be drawn from."""

from __future__ import annotations

import click

from coach.cli.ask import read_question
from coach.cli.state import State, collection_option, get_coach, json_option, read_settings, top_k_option
from coach.cli.text import one_line, write, write_json

EXCERPT = 300  # characters shown of a passage


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="QUESTION...")
@collection_option
@top_k_option
@json_option
@click.pass_obj
def search(state: State, words: tuple[str, ...], collection: str | None, top_k: int | None) -> int:
    """Find the passages an answer would be drawn from.

    A single - reads the question from standard input.
    """
    question = read_question(words)
    passages = get_coach(read_settings()).search(question, top_k, collection)
    if state.json:
        from coach.wire import passage_to_json

        write_json({"question": question, "passages": [passage_to_json(passage) for passage in passages]})
        return 0
    for passage in passages:
        chunk = passage.chunk
        write(f"{passage.rank}. {' > '.join(chunk.headings) or passage.title}  ({passage.score:.3f})")
        write(f"   {chunk.document_id} {chunk.start}-{chunk.end}: {one_line(chunk.text, EXCERPT)}\n")
    return 0
