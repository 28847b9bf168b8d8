"""Cutting a Document into Chunks along its structure, never inside a sentence.

A chunk is one section, several small sibling sections, or a part of a long one; parts of a long section
overlap by whole sentences. `document.text[start:end] == text` holds for every chunk and every sentence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from coach.sentences import split_sentences
from coach.types import Block, Chunk, Document, Sentence
from coach.vocabulary import Annotation

CHUNKING_VERSION = 2


class Annotator(Protocol):
    """What chunking needs of a vocabulary."""

    def annotate(self, headings: Sequence[str], text: str) -> Annotation:
        """Roles, mentions and dimensions of a sentence under its headings."""
        ...


@dataclass(frozen=True, slots=True)
class _Part:
    """Consecutive sentences that belong together, under one heading path."""

    headings: tuple[str, ...]
    start: int
    end: int
    sentences: tuple[Sentence, ...]
    run: int = 0  # counts the blocks before it that are not citable: parts of one run have none between them

    def __len__(self) -> int:
        return self.end - self.start


def chunk_document(document: Document, *, vocabulary: Annotator, size: int, overlap: int) -> tuple[Chunk, ...]:
    """Chunks of at most `size` characters (a longer sentence stays whole), in the order of the text.

    `overlap` is about how many characters two parts of one long section share.
    """
    sections = list(_cut_sections(document, vocabulary))
    parts = [part for section in sections for part in _split_long(section, size, overlap)]
    return tuple(_to_chunk(document, group) for group in _join_small(parts, size))


def _cut_sections(document: Document, vocabulary: Annotator) -> Iterator[_Part]:
    """One part per run of citable blocks under the same headings; the heading itself belongs to its section.

    Blocks that are not citable end a part, so that no chunk's text holds them.
    """
    sentences: list[Sentence] = []
    start, end, run = -1, 0, 0
    headings: tuple[str, ...] = ()
    for block in document.blocks:
        if not block.citable or block.kind == "heading" or block.headings != headings:
            if sentences:
                yield _Part(headings, start, end, tuple(sentences), run)
            sentences, start, headings = [], -1, block.headings
        if block.citable:
            sentences += () if block.kind == "heading" else _to_sentences(document, block, vocabulary)
            start, end = block.start if start < 0 else start, block.end
        else:
            run += 1
    if sentences:
        yield _Part(headings, start, end, tuple(sentences), run)


def _to_sentences(document: Document, block: Block, vocabulary: Annotator) -> tuple[Sentence, ...]:
    text = document.text[block.start : block.end]
    spans = [(0, len(text))] if block.kind in ("row", "code") else split_sentences(text, document.language)
    found = []
    for start, end in spans:
        words = text[start:end]
        note = vocabulary.annotate(block.headings, words)
        found.append(
            Sentence(
                text=words,
                start=block.start + start,
                end=block.start + end,
                headings=block.headings,
                lead_in=block.lead_in,
                kind=block.kind,
                roles=note.roles,
                mentions=note.mentions,
                dimensions=note.dimensions,
                page=block.page,
            )
        )
    return tuple(found)


def _split_long(section: _Part, size: int, overlap: int) -> Iterator[_Part]:
    """The section as it is, or parts of it that fit, each repeating the last sentences of the one before."""
    if len(section) <= size:
        yield section
        return
    held: list[Sentence] = []
    fresh = 0  # sentences of `held` that no part before it has
    start = section.start
    for sentence in section.sentences:
        if fresh and sentence.end - start > size:
            yield replace(section, start=start, end=held[-1].end, sentences=tuple(held))
            held = [s for s in held[1:] if held[-1].end - s.start <= overlap and sentence.end - s.start <= size]
            start = held[0].start if held else sentence.start
            fresh = 0
        held.append(sentence)
        fresh += 1
    if fresh:
        yield replace(section, start=start, end=held[-1].end, sentences=tuple(held))


def _join_small(parts: Sequence[_Part], size: int) -> Iterator[list[_Part]]:
    """Neighbouring parts under the same parent heading, joined while they fit; overlapping parts stay apart."""
    group: list[_Part] = []
    for part in parts:
        fits = bool(group) and part.end - group[0].start <= size and part.start >= group[-1].end
        fits = fits and part.run == group[-1].run
        if fits and _are_siblings(group[-1].headings, part.headings):
            group.append(part)
            continue
        if group:
            yield group
        group = [part]
    if group:
        yield group


def _are_siblings(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether two sections stand side by side, or one opens the other's parent section."""
    if len(left) >= 2 and left[:-1] == right[:-1]:
        return True
    return bool(left) and left == right[: len(left)] and len(right) == len(left) + 1


def _to_chunk(document: Document, group: Sequence[_Part]) -> Chunk:
    start, end = group[0].start, group[-1].end
    text = document.text[start:end]
    headings = _common(part.headings for part in group)
    sentences = tuple(s for part in group for s in part.sentences)
    return Chunk(
        id=_make_id(document.id, start, headings, text),
        document_id=document.id,
        text=text,
        start=start,
        end=end,
        headings=headings,
        sentences=sentences,
        roles=tuple(dict.fromkeys(r for s in sentences for r in s.roles)),
        dimensions=tuple(dict.fromkeys(d for s in sentences for d in s.dimensions)),
        collection=document.collection,
    )


def _common(paths: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The path all sections share; a lone section keeps its own."""
    first, *others = paths
    shared = first
    for other in others:
        shared = tuple(a for a, b in zip(shared, other, strict=False) if a == b)
    return shared


def _make_id(document_id: str, start: int, headings: Sequence[str], text: str) -> str:
    content = "\x1f".join((document_id, str(start), *headings, text))
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:20]
