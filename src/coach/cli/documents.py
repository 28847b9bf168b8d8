"""`coach documents`: what answers are drawn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from coach.cli.state import State, collection_option, get_coach, json_option, read_settings
from coach.cli.text import one_line, write, write_json

if TYPE_CHECKING:
    from coach.types import Block, Document


@click.group()
def documents() -> None:
    """List and show the documents answers are drawn from."""


@documents.command("list")
@collection_option
@json_option
@click.pass_obj
def list_documents(state: State, collection: str | None) -> int:
    """List all documents, or those of one collection."""
    found = get_coach(read_settings()).documents(collection)
    if state.json:
        from coach.wire import summary_to_json

        write_json([summary_to_json(summary) for summary in found])
        return 0
    width = max((len(summary.id) for summary in found), default=0)
    for summary in found:
        size = f"{summary.chunks} passages, {summary.characters} characters"
        write(f"{summary.id:<{width}}  {summary.title}  ({summary.collection}; {size})")
    return 0


@documents.command("show")
@click.argument("document_id", metavar="ID")
@click.option("--why", is_flag=True, help="List instead the parts that are never quoted, and why.")
@json_option
@click.pass_obj
def show_document(state: State, document_id: str, why: bool) -> int:
    """Print the text of a document, as citations point into it."""
    document = get_coach(read_settings()).document(document_id)
    if state.json:
        from coach.wire import document_to_json

        write_json(document_to_json(document))
    elif why:
        _show_uncitable(document)
    else:
        write(document.text)
    return 0


def _show_uncitable(document: Document) -> None:
    kept = [block for block in document.blocks if not block.citable]
    for block in kept:
        write(f"{block.start}-{block.end}  {block.kind}, {block.why or 'no reason given'}: {_words(document, block)}")
    total = len(document.blocks)
    write(f"{len(kept)} of {total} parts of {document.id} are never quoted.")


def _words(document: Document, block: Block) -> str:
    return one_line(document.text[block.start : block.end], 80)
