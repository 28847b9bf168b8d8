"""Whole sections of a page that are no content: author boxes, related articles, feedback below the text."""

from __future__ import annotations

from collections import defaultdict

from coach.cleaning.page import Page, ends_like_a_sentence, find_words
from coach.cleaning.patterns import get_headings, get_properties

_LONGEST_TEASER, _LONGEST_BIO = 45, 90  # words
_CONTENT_WORDS = 12  # from here on, a paragraph that ends like a sentence is content
_REPEATS = 3
_LONGEST_NAME = 70  # characters


def mark_sections(page: Page) -> None:
    """Mark author boxes, lists of other articles and comment areas with everything below their headings.

    Each ends at the first paragraph that is too long for it: that is content which lost its heading.
    """
    for heading in page.headings():
        words = page.words[heading].strip(" :?!")
        why = next((why for pattern, why in get_headings() if pattern.fullmatch(words)), "")
        if why:
            _mark_until_long(page, heading, why, _LONGEST_BIO if why == "author box" else _LONGEST_TEASER)


def mark_properties(page: Page) -> None:
    """Mark lines such as "Owner: ..." where several follow one another: a page's properties, not its text."""
    run: list[int] = []
    for index in range(len(page.blocks) + 1):
        if (
            index < len(page.blocks)
            and page.blocks[index].kind in ("heading", "paragraph")
            and get_properties().fullmatch(page.words[index])
        ):
            run.append(index)
            continue
        if len(run) > 1:
            page.mark(run, "page properties")
        run = []


def mark_repeats(page: Page) -> None:
    """Mark short lines that stand again and again with nothing below them, such as a site's name.

    A heading that comes back with text below it ("Scope" under each level) is structure and stays.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for index, block in enumerate(page.blocks):
        words = page.words[index]
        short = len(words) <= _LONGEST_NAME and not words.endswith(":")
        if block.kind in ("heading", "paragraph") and short:
            places[_fold(page.words[index])].append(index)
    for found in places.values():
        bare = sum(not page.has_text_below(index) for index in found)
        if len(found) >= _REPEATS and 2 * bare > len(found):
            page.mark(found, "repeated line")


def mark_ends(page: Page) -> None:
    """Mark what is left before and after the text where most of it is known to be no content."""
    content = [i for i in range(len(page.blocks)) if not page.reasons[i] and _is_content(page, i)]
    if not content:
        return
    tail = range(content[-1] + 1, len(page.blocks))
    marked = [i for i in tail if page.reasons[i]]
    if len(marked) >= 3 and 2 * len(marked) >= len(tail):
        page.mark(range(marked[0], len(page.blocks)), "text around the page's comments and links")
        _mark_up_to(page, content[-1], marked[0])


def mark_bare_headings(page: Page) -> None:
    """Mark headings below which everything is marked; one with nothing below it stays.

    Headings that were marked before end nothing: what stands below them belongs to the heading above.
    """
    known = list(page.reasons)
    unmarked: int | None = None  # the next block without a reason
    for index in range(len(page.blocks) - 1, -1, -1):
        block = page.blocks[index]
        if block.kind == "heading" and not page.reasons[index]:
            end = len(page.blocks) if unmarked is None else unmarked
            ends = unmarked is None or (page.is_heading(end) and page.blocks[end].level <= block.level)
            if ends and end > index + 1 and (known[index + 1] or page.blocks[index + 1].level > block.level):
                page.mark((index,), page.reasons[index + 1])
        if not page.reasons[index]:
            unmarked = index


def mark_empty_labels(page: Page) -> None:
    """Mark items that only introduce the items below them ("Key responsibilities:")."""
    for index, words in enumerate(page.words):
        if page.blocks[index].kind == "item" and words.endswith(":") and len(words.split()) <= 4:
            page.mark((index,), "introduces a list")


def _mark_until_long(page: Page, heading: int, why: str, most_words: int) -> None:
    page.mark((heading,), why)
    for index in page.below(heading):
        if len(find_words(page.words[index])) > most_words:
            break
        page.mark((index,), why)


def _mark_up_to(page: Page, content: int, first: int) -> None:
    """Lines between the last content and the first marked line after it, as long as they are no sentences."""
    for index in range(first - 1, content, -1):
        if ends_like_a_sentence(page.words[index]):
            return
        page.mark((index,), "text around the page's comments and links")


def _is_content(page: Page, index: int) -> bool:
    if page.blocks[index].kind in ("item", "row", "code"):
        return True
    words = page.words[index]
    return (
        page.blocks[index].kind == "paragraph"
        and ends_like_a_sentence(words)
        and len(find_words(words)) >= _CONTENT_WORDS
    )


def _fold(words: str) -> str:
    return " ".join(words.casefold().split())
