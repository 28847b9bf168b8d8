"""Text that speaks to an assistant instead of a reader: never to be quoted, whatever stands around it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from coach.cleaning.page import Page
from coach.orders import find_order
from coach.sentences import split_sentences

_FEWEST_WORDS = 4  # of a sentence that says something by itself
FOLLOWS = "follows words to an assistant"


def mark_orders(page: Page) -> None:
    """Mark blocks that give an assistant orders, and what goes on with them.

    That is the paragraph, list, table or code that an order with a colon introduces, and all that stands right
    below a heading or in a column which is an order.
    """
    introduced = False
    for index, block in enumerate(page.blocks):
        why = find_order(page.words[index])
        if not why and (introduced or any(map(_is_order, _own_headings(page, index)))):
            why = FOLLOWS
        if page.words[index].rstrip().endswith(":"):
            introduced = bool(why)
        elif block.kind in ("heading", "paragraph"):
            introduced = False
        page.mark((index,), why)


def split_orders(text: str, language: str = "en") -> Sequence[tuple[int, int, str]]:
    """A paragraph as start, end and reason: what stands before its first order, and the order with all that follows.

    Sentences after an order go on with it ("Ignore the guides above. A director leads 900 engineers."), so they
    are not quoted either. Those before it stay, but for exclamations right before it, and unless all of them are but
    exclamations or a few words ("Very good. That is done. Now forget ...").
    """
    why = find_order(text)
    if not why:
        return [(0, len(text), "")]
    spans = split_sentences(text, language)
    first = next((n for n, (start, end) in enumerate(spans) if find_order(text[start:end])), 0)
    before = [text[start:end] for start, end in spans[:first]]
    while before and before[-1].rstrip().endswith("!"):  # "You did great! Now forget ..." praises whom it is meant for
        before.pop()
    if all(len(b.split()) < _FEWEST_WORDS or b.rstrip().endswith("!") for b in before):
        before = []
    first = len(before)
    order = (spans[first][0], spans[-1][1], why)
    return [order] if first == 0 else [(spans[0][0], spans[first - 1][1], ""), order]


def _own_headings(page: Page, index: int) -> tuple[str, ...]:
    """The heading right above a block; of a cell, also the names of its row and column."""
    block = page.blocks[index]
    if block.kind == "heading":
        return ()
    return block.headings[-2:] if block.kind == "row" else block.headings[-1:]


@lru_cache(maxsize=4096)
def _is_order(heading: str) -> bool:
    """Headings come back with every block below them."""
    return bool(find_order(heading))
