"""`coach documents`: what answers are drawn from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach.cli.state import State, collection_option, get_coach, json_option, read_settings
from coach.cli.text import one_line, write, write_json

if TYPE_CHECKING:
    from coach.types import Block, Document


@click.group()
def documents() -> None:
    """List, show, remove and export the documents answers are drawn from."""


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


@documents.command("remove")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@json_option
@click.pass_obj
def remove(state: State, ids: tuple[str, ...]) -> int:
    """Take documents out of the index at once.

    They come back with the next `coach ingest` of the files they came from. Documents of the collection
    that follows COACH_CORPUS are removed by deleting their files.
    """
    from coach.build import open_store
    from coach.cli.collections import require_own
    from coach.cli.ingest import report_to_plain, show_report
    from coach.cli.progress import show_progress
    from coach.library.syncing import remove_documents

    settings = read_settings()
    store = open_store(settings)
    reader = store.reader()
    for document in map(reader.document, ids):
        require_own(document.collection, document.id, document.path, settings)
    with show_progress() as progress:
        reports = remove_documents(store, ids, progress=progress)
    if state.json:
        write_json([report_to_plain(name, report) for name, report in reports.items()])
        return 0
    for name, report in reports.items():
        show_report(name, report)
    return 0


@documents.command("export")
@click.argument("document_id", metavar="ID")
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help="Write there; a .json file gets JSON.")
@json_option
@click.pass_obj
def export_document(state: State, document_id: str, out: Path | None) -> int:
    """Print the text of a document as Markdown, or as JSON with its structure."""
    import json

    from coach.library.markdown import to_markdown
    from coach.wire import document_to_json

    document = get_coach(read_settings()).document(document_id)
    as_json = state.json or (out is not None and out.suffix.lower() == ".json")
    plain = document_to_json(document) if as_json else None
    text = json.dumps(plain, ensure_ascii=False, indent=2) + "\n" if as_json else to_markdown(document)
    if out is None:
        click.echo(text, nl=False) if as_json else write(text.rstrip("\n"))
    else:
        _write_new(out, text)
    return 0


def _write_new(path: Path, text: str) -> None:
    from coach.errors import FixError

    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise FixError(f"The file {path} exists already.", remedy="Choose another name, or delete it first.") from None
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise FixError(f"The file {path} cannot be written: {reason}.", remedy="Choose another place.") from None


def _show_uncitable(document: Document) -> None:
    kept = [block for block in document.blocks if not block.citable]
    for block in kept:
        write(f"{block.start}-{block.end}  {block.kind}, {block.why or 'no reason given'}: {_words(document, block)}")
    total = len(document.blocks)
    write(f"{len(kept)} of {total} parts of {document.id} are never quoted.")


def _words(document: Document, block: Block) -> str:
    return one_line(document.text[block.start : block.end], 80)
