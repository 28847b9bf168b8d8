"""Picking one of several things an answer put forward: an item of its list, or a question it offered."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from coach.retrieval.asking import get_english
from coach.retrieval.words import find_words

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ITEM = re.compile(r"^\s*(?:[-*\u2022]|\d{1,2}[.)])\s+(.*)$", re.M)
_MARKER = re.compile(r"\s*\[\d+\]")
_LAST_QUESTION = re.compile(r"([^.!?\n]{3,300}\?)[\s\"')]*\Z")
_OF_A_LIST = re.compile(r"\b(?:step|stage|role|level|skill|sign|area|item|thing)\b", re.IGNORECASE)
_COUNTS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_COUNTED = re.compile(rf"(?:[^,:]{{0,60}} )?\b({'|'.join(_COUNTS)})\b", re.IGNORECASE)
_OPENING = re.compile(r"^[^,]*?\b(?:are|is|include|includes|in order|through|namely|needs|need)\b:?\s+", re.IGNORECASE)
_BARE_NUMBER = re.compile(r"\W*(?:the )?(?:number |no\.? |#)?(\d{1,2})(?: please)?\W*", re.IGNORECASE)


def pick_item(question: str, answer: str) -> str | None:
    """Spell out "the eighth one" of the last answer's list; None when nothing is picked or the list has none such."""
    items = _list_items(answer)
    nth = _find_position(question, len(items))
    if nth is None or not 1 <= nth <= len(items):
        return None
    if _BARE_NUMBER.fullmatch(question):
        return f"What about {items[nth - 1].rstrip('.')}?"
    return f"{question.rstrip('?. ')} ({items[nth - 1]})?"


def pick_offer(question: str, answer: str, recall: Callable[[], Sequence[str]]) -> str | None:
    """The question a reader takes up: "yes" to the one an answer ends with, else one of those offered beside it.

    `recall` gives the questions that were offered; it is called only when one of them seems to be meant.
    """
    english = get_english()
    if english.assent.match(question):
        asked = _LAST_QUESTION.search(_MARKER.sub("", answer).strip())
        if asked:
            return _take_up(asked[1])
        return next(iter(recall()), None)
    words = find_words(english.ordinal.sub(" ", question))
    only_picks = not _OF_A_LIST.search(question) and all(w in english.stop_words for w in words)
    if _BARE_NUMBER.fullmatch(question) or (english.ordinal.search(question) and only_picks):
        if _list_items(answer):
            return None
        offered = recall()
        nth = _find_position(question, len(offered))
        return offered[nth - 1] if nth is not None and 1 <= nth <= len(offered) else None
    return None


def _take_up(offer: str) -> str:
    """What is asked by an offer: "Would you like to know what a director decides?" -> "What a director decides?"."""
    plain = get_english().offer.sub("", offer.strip(), count=1).strip()
    return plain[:1].upper() + plain[1:] if len(plain) > 3 else offer.strip()


def _find_position(question: str, count: int) -> int | None:
    """The place in a list that a question names, counted from 1; "the last" of none is None."""
    if bare := _BARE_NUMBER.fullmatch(question):
        return int(bare[1])
    match = get_english().ordinal.search(question)
    if not match:
        return None
    word, digits, number, last = match.groups()
    if last:
        return count or None
    return _ORDINALS.index(word.lower()) + 1 if word else int(digits or number)


def _list_items(answer: str) -> list[str]:
    """What an answer's opening enumerates when it says how many, else its Markdown list, else any enumeration."""
    plain = _MARKER.sub("", answer)
    opening = re.split(r"(?<=[.!?])\s", plain.strip(), maxsplit=1)[0]
    counted = _COUNTED.match(opening)
    if counted and len(said := _split_enumeration(opening)) == _COUNTS.index(counted[1].lower()) + 2:
        return said
    items = [m.group(1).strip() for m in _ITEM.finditer(plain)]
    return items if len(items) >= 2 else _split_enumeration(plain)


def _split_enumeration(text: str) -> list[str]:
    """Items of the longest enumeration in a text, the words before a first item left out where a verb ends them."""
    longest = max(re.split(r"[.:;\n]", text), key=lambda part: part.count(", "))
    if longest.count(", ") < 2:
        return []
    longest = _OPENING.sub("", longest, count=1)
    items = [re.sub(r"^(?:and|or) ", "", part.strip()) for part in longest.split(",") if part.strip()]
    head, joined, tail = items[-1].partition(" and ")
    return [*items[:-1], head, tail] if joined and not re.search(r",\s*(?:and|or) ", longest) else items
