"""Whole sections of a page that are no content: author boxes, related articles, feedback below the text."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby, takewhile

from coach.cleaning.page import Page, ends_like_a_sentence, find_words
from coach.cleaning.patterns import get_headings, get_properties

_LONGEST_TEASER, _LONGEST_BIO = 45, 90  # words
_CONTENT_WORDS = 12  # from here on, a paragraph that ends like a sentence is content
_REPEATS = 3
_BARE_WORDS, _TITLE_WORDS = 4, 14  # of a menu's entry, and of a title
_AROUND = "text around the page's comments and links"
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


def mark_runs(page: Page) -> None:
    """Mark the unknown lines in runs of bare short lines of which a third or more is known furniture.

    The last of a run may be the title of the text that follows, and stays. Lines before any text are left to
    `mark_ends`.
    """
    content = next((i for i in range(len(page.blocks)) if not page.reasons[i] and _is_content(page, i)), 0)
    for bare, group in groupby(range(len(page.blocks)), lambda index: _is_bare(page, index)):
        run = list(group)
        known = sum(bool(page.reasons[i]) for i in run)
        if not bare or len(run) < _REPEATS or known < 2 or 3 * known < len(run):
            continue
        last = () if run[-1] + 1 == len(page.blocks) else run[-1:]
        page.mark((i for i in run if i > content and i not in last), "page furniture")


def _is_bare(page: Page, index: int) -> bool:
    """Whether a line is known furniture, or so short and so little of a sentence that it may be."""
    words = page.words[index]
    if page.blocks[index].kind not in ("heading", "paragraph"):
        return False
    short = len(words.split()) <= _BARE_WORDS and not ends_like_a_sentence(words) and not words.endswith(":")
    return bool(page.reasons[index]) or (short and not page.has_text_below(index))


def mark_ends(page: Page) -> None:
    """Mark what is left before and after the text where enough of it is known to be no content."""
    content = [i for i in range(len(page.blocks)) if not page.reasons[i] and _is_content(page, i)]
    if not content:
        return
    _mark_head(page, content[0])
    tail = range(content[-1] + 1, len(page.blocks))
    marked = [i for i in tail if page.reasons[i]]
    if len(marked) >= 2 and 4 * len(marked) >= len(tail) >= _REPEATS:
        page.mark((i for i in tail if i > marked[0]), _AROUND)
        if 2 * len(marked) >= len(tail) and len(marked) >= _REPEATS:
            _mark_up_to(page, content[-1], marked[0])


def _mark_head(page: Page, content: int) -> None:
    """Lines before the text, where one is known furniture: a menu, a byline. The longest may be the title and stays."""
    head = list(takewhile(lambda index: _may_precede_text(page, index), range(content)))
    unknown = [i for i in head if not page.reasons[i]]
    if len(head) < _REPEATS or not 0 < len(unknown) < len(head):
        return
    title = max(unknown, key=lambda index: len(page.words[index]))
    page.mark((i for i in unknown if i != title), _AROUND)


def _may_precede_text(page: Page, index: int) -> bool:
    """Whether a line is known furniture or short, and no text or list follows it."""
    if page.reasons[index]:
        return True
    words, below = page.words[index], page.blocks[index + 1]
    is_line = page.blocks[index].kind in ("heading", "paragraph") and len(words.split()) <= _TITLE_WORDS
    has_text = below.kind not in ("heading", "paragraph") or _is_content(page, index + 1)
    return is_line and not words.endswith((".", "!", ":")) and not has_text


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
        page.mark((index,), _AROUND)


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
