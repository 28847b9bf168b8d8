"""Headings as the list that a question asks for: "Common leadership roles" over one heading for each role.

Many pages never write such a list in one sentence; their sub-headings are the list. Each becomes an item of the answer
and is quoted at its own place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coach.retrieval.evidence import Weighed
from coach.retrieval.query import Query
from coach.retrieval.retriever import Retrieved
from coach.retrieval.words import find_words, stem
from coach.types import Block, Document, Draft, Evidence, Sentence

_FEWEST, _MOST = 3, 12  # items of a list
_DOCUMENTS = 3  # nearest documents that are looked through
_COMMAS = 3  # of a sentence that names a list itself


@dataclass(frozen=True, slots=True)
class Outline:
    """A heading and those directly below it."""

    heading: Block
    items: tuple[Block, ...]


def list_headings(found: Retrieved, weighed: Sequence[Weighed]) -> list[Draft]:
    """The headings that are the list asked for, as drafts; nothing when a sentence names it or none fits.

    The heading above them must hold the words of the question; the document's title may supply what they leave out.
    """
    query = found.query
    if query.form != "list" or query.roles or not query.terms or _names_a_list(weighed):
        return []
    for document_id in list(dict.fromkeys(p.chunk.document_id for p in found.passages))[:_DOCUMENTS]:
        document = found.reader.document(document_id)
        for outline in find_outlines(document):
            if _is_asked_for(query, document, outline.heading):
                return _to_drafts(document, outline)
    return []


def find_outlines(document: Document) -> Iterator[Outline]:
    """Every citable heading with three or more headings directly below it, in order.

    A lone heading of the highest level is the page's title: below it stand the page's parts, and no list.
    """
    headings = [b for b in document.blocks if b.kind == "heading" and b.citable]
    top = min((b.level for b in headings), default=0)
    has_title = sum(b.level == top for b in headings) == 1
    for number, heading in enumerate(headings):
        if has_title and heading.level == top:
            continue
        below = []
        for other in headings[number + 1 :]:
            if other.level <= heading.level:
                break
            below.append(other)
        level = min((b.level for b in below), default=0)
        items = tuple(b for b in below if b.level == level)
        if _FEWEST <= len(items) <= _MOST:
            yield Outline(heading, items)


def _names_a_list(weighed: Sequence[Weighed]) -> bool:
    return bool(weighed) and weighed[0].sentence.text.count(",") >= _COMMAS


def _is_asked_for(query: Query, document: Document, heading: Block) -> bool:
    """Whether the heading holds most words of the question, two at least, and its document's title the others.

    Words that may stand for one another do not count: "stages" is not "levels" when a list is to be named.
    """
    wanted = {t.stem for t in query.terms}
    others = wanted - _stems(document.text[heading.start : heading.end])
    return len(wanted - others) >= max(2, len(others) + 1) and others <= _stems(document.title)


def _stems(text: str) -> frozenset[str]:
    return frozenset(map(stem, find_words(text)))


def _to_drafts(document: Document, outline: Outline) -> list[Draft]:
    head = _quote(document, outline.heading)
    items = (_quote(document, item) for item in outline.items)
    return [
        Draft(f"{head.sentence.text.rstrip(':. ')}:", (head,)),
        *(Draft(item.sentence.text, (item,), lead="- ", break_before=1 if n else 2) for n, item in enumerate(items)),
    ]


def _quote(document: Document, block: Block) -> Evidence:
    words = document.text[block.start : block.end]
    sentence = Sentence(words, block.start, block.end, headings=block.headings[:-1], kind="heading", page=block.page)
    return Evidence(document.id, document.title, document.source, sentence)
