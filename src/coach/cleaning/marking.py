"""The detectors in their order, and their findings put into the blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from coach.cleaning.furniture import mark_furniture
from coach.cleaning.orders import mark_orders, split_orders
from coach.cleaning.padding import split_padding
from coach.cleaning.page import Detector, open_page
from coach.cleaning.sections import (
    mark_bare_headings,
    mark_empty_labels,
    mark_ends,
    mark_properties,
    mark_repeats,
    mark_runs,
    mark_sections,
)
from coach.cleaning.template import mark_placeholders, mark_stock_sections
from coach.types import Block

Splitter = Callable[[str, str], Sequence[tuple[int, int, str]]]

# Single lines first: the later ones judge a stretch of the page by what is already known of it.
_DETECTORS: tuple[Detector, ...] = (
    mark_orders,
    mark_furniture,
    mark_placeholders,
    mark_sections,
    mark_properties,
    mark_repeats,
    mark_stock_sections,
    mark_runs,
    mark_ends,
    mark_empty_labels,
    mark_bare_headings,
)


def mark_blocks(title: str, text: str, blocks: Sequence[Block], language: str = "en") -> tuple[Block, ...]:
    """The blocks with everything that must not be quoted marked, and the reason given.

    The text stays as it is. A paragraph of which only some sentences are padding or orders becomes
    several blocks, one for each stretch. Blocks must know their headings.
    """
    whole = [part for block in blocks for part in _cut(text, block, split_orders, language)]
    padded = [part for block in whole for part in _cut(text, block, split_padding, language)]
    page = open_page(title, text, padded)
    for detect in _DETECTORS:
        detect(page)
    return tuple(_mark(block, why) for block, why in zip(page.blocks, page.reasons, strict=True))


def _mark(block: Block, why: str) -> Block:
    return block if block.why == why else replace(block, citable=not why, why=why)


def _cut(text: str, block: Block, split: Splitter, language: str) -> Iterator[Block]:
    if block.kind != "paragraph" or not block.citable:
        yield block
        return
    parts = split(text[block.start : block.end], language)
    if len(parts) == 1 and not parts[0][2]:
        yield block
        return
    for start, end, why in parts:
        yield replace(block, start=block.start + start, end=block.start + end, citable=not why, why=why)
