"""What of a message is asked of the guides, when it holds several things and only some of them belong there.

A reader's question may stand beside an attack, or beside one that the guides have nothing to say about. Searched for
together they pull the search apart, and a question that alone has an answer gets another or none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from coach.orders.detecting import asks, drop_commands, find_command, keep_asked
from coach.sentences import split_sentences
from coach.types import Reason

Judge = Callable[[str], Reason | None]  # why the guides have no answer to a text asked alone, or None
MOST = 8  # parts of a message that are looked up one by one
_PARAGRAPHS = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    asks: bool
    tainted: bool  # an order stands in its paragraph


def find_asked(message: str, judge: Judge) -> str:
    """What is left of a message to be answered; nothing when all of it orders the assistant.

    Orders are dropped first. Of several parts left, those that ask what the guides can answer are kept, with the
    story around them; what else is asked goes when it stands beside an order or is off the guides' subject. When the
    guides answer none of the parts, all of them stay and are declined together.
    """
    asked = drop_commands(message)
    paragraphs = [p.strip() for p in _PARAGRAPHS.split(message) if p.strip()]
    if not asked or (asked != message and not any(map(find_command, paragraphs))):
        return asked  # nothing else is asked, or the order runs over paragraphs
    parts = [part for paragraph in paragraphs for part in _part(paragraph)]
    if asked == message:  # a paragraph alone may give an order that is none within the whole
        asked = "\n\n".join(part.text for part in parts)
    if not 2 <= len(parts) <= MOST:
        return asked
    reasons = [judge(part.text) for part in parts]
    if not any(part.asks and reason is None for part, reason in zip(parts, reasons, strict=True)):
        return asked
    return "\n\n".join(part.text for part, reason in zip(parts, reasons, strict=True) if _belongs(part, reason))


def _belongs(part: _Part, reason: Reason | None) -> bool:
    """Whether a part stays beside one that the guides answer."""
    if part.asks and part.tainted:
        return reason is None
    return reason in (None, "not_covered")


def _part(paragraph: str) -> Iterator[_Part]:
    """A paragraph; the sentences that are left of one that gives orders."""
    tainted = bool(find_command(paragraph))
    for text in keep_asked(paragraph) if tainted else [paragraph]:
        yield _Part(text, _asks_anything(text), tainted)


def _asks_anything(text: str) -> bool:
    return any(asks(text[start:end]) for start, end in split_sentences(text))
