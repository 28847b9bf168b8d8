"""Lines that belong to a page rather than to its text: menus, sharing, sign-in, feedback, cookies, bylines, tags.

A pattern must fit the whole of a short line, so that a sentence that merely speaks of comments or
followers stays.
"""

from __future__ import annotations

import re

from coach.cleaning.page import Page, ends_like_a_sentence
from coach.cleaning.patterns import get_lines

_LONGEST = 14  # words a line of furniture has at most
_LONGEST_LINE = 300  # characters
_LONGEST_BANNER = 900  # characters
_SENTENCE_WORDS = 6
# A word longer than words are, or one with a capital in its middle: tags that lost the blanks between them.
_GLUED = re.compile(r"[^\W\d_]{26,}|(?=[^\W\d_]{20,})[^\W\d_]*[a-z][A-Z][^\W\d_]*")
_LONGEST_NAME = 30  # letters of a name from a program
_CONSENT = ("accept", "consent", "preferences", "privacy", "third part", "our site", "this site")
_LONGEST_ENTRY = 4  # words of a menu's entry
# As list items and as headings these are as likely a task or a topic of the text ("Share your thoughts").
_OFTEN_TOPICS = frozenset(
    "feedback box|reader comments|date line|share and follow links|newsletter text|legal notice|image note".split("|")
)
_NEVER_SENTENCES = frozenset(
    "navigation|share and follow links|advertisement|reader comments|sign-in text|reading time".split("|")
)


def mark_furniture(page: Page) -> None:
    """Mark short lines that are a piece of interface as a whole; rows of a table never are.

    A heading of one or two words ("Feedback") is one only where no text stands below it.
    """
    for index, words in enumerate(page.words):
        kind = page.blocks[index].kind
        if kind in ("row", "code"):
            continue
        why = find_furniture(words, is_item=kind == "item")
        if kind == "heading" and why in _OFTEN_TOPICS and _names_a_section(page, index):
            continue
        page.mark((index,), why)


def _names_a_section(page: Page, index: int) -> bool:
    """Whether a heading that is also a word of interfaces stands over text, and not among other furniture."""
    alone = index == 0 or not page.reasons[index - 1]
    return alone and len(page.words[index].split()) <= 2 and page.has_text_below(index)


def find_furniture(words: str, *, is_item: bool = False) -> str:
    """Why a line is part of a page's interface, or nothing."""
    count = len(words.split())
    if count > _LONGEST or len(words) > _LONGEST_LINE:
        return "cookie notice" if _asks_for_consent(words) else ""
    if _is_tag_run(words):
        return "tag list"
    if is_item and count > _LONGEST_ENTRY:
        return ""
    line = " ".join(words.split())
    why = next((why for pattern, why in get_lines() if pattern.fullmatch(line)), "")
    if is_item and why in _OFTEN_TOPICS:
        return ""
    # A whole sentence of some length is the text's own, whatever it begins with.
    return "" if why in _NEVER_SENTENCES and line.endswith(".") and count > _SENTENCE_WORDS else why


def _asks_for_consent(words: str) -> bool:
    """Consent banners are whole paragraphs."""
    text = words.lower()
    return "cookies" in text and sum(mark in text for mark in _CONSENT) >= 2 and len(text) < _LONGEST_BANNER


def _is_tag_run(words: str) -> bool:
    """Tags run together; one such word alone may be a name from a program."""
    if ends_like_a_sentence(words) or re.search(r"[^\w\s'&-]", words):
        return False
    found = _GLUED.search(words)
    return found is not None and (" " in words.strip() or len(found.group()) > _LONGEST_NAME)
