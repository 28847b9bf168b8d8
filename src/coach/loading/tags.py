"""Tags inside text that is not HTML as a whole: dropped, their words kept."""

from __future__ import annotations

import html
import re

from coach.loading.html_hidden import is_hidden_style

_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|svg|noscript)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_BREAKING = re.compile(
    r"</?(?:p|div|br|li|ul|ol|tr|table|h[1-6]|section|details|summary|blockquote)\b[^<>]*>", re.IGNORECASE
)

_OPEN_OR_CLOSE = re.compile(r"<(/?)([a-zA-Z][\w-]*)([^<>]*)>")
_HIDES = re.compile(r"(?:^|\s)(?:hidden(?=[\s=/]|$)|aria-hidden\s*=\s*[\"']?true)", re.IGNORECASE)
_OWN_STYLE = re.compile(r"(?:^|\s)style\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
Hiding = tuple[str, int]  # the name of an element that hides what stands in it, and how many of that name are open
SEEN: Hiding = ("", 0)


def cut_hidden(markup: str, hiding: Hiding = SEEN) -> tuple[str, Hiding]:
    """The markup without elements that a page hides, and the one still open at its end.

    Markdown cuts an element in several pieces where blank lines stand in it, so what was open before is given.
    """
    kept: list[str] = []
    position = 0
    name, depth = hiding
    for match in _OPEN_OR_CLOSE.finditer(markup):
        closes, tag = bool(match[1]), match[2].lower()
        if depth:
            depth += (-1 if closes else 1) * (tag == name and not match[3].endswith("/"))
            position = match.end()
        elif not closes and tag not in _VOID and _is_hiding(match[3]):
            kept.append(markup[position : match.start()])
            name, depth, position = tag, 1, match.end()
    return "".join(kept) + ("" if depth else markup[position:]), (name, depth) if depth else SEEN


def _is_hiding(attributes: str) -> bool:
    styles = (first or second for first, second in _OWN_STYLE.findall(attributes))
    return _HIDES.search(attributes) is not None or any(map(is_hidden_style, styles))


def strip_tags(markup: str) -> list[str]:
    """The words of raw HTML, a part for each block-level element, entities decoded, scripts left out."""
    broken = _BREAKING.sub("\n\n", _HIDDEN.sub("", markup))
    words = html.unescape(_TAG.sub("", broken))
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", words) if part.strip()]


def is_breaking(tag: str) -> bool:
    """Whether a tag separates the words on its two sides."""
    return _BREAKING.match(tag) is not None
