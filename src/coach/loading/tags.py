"""Tags inside text that is not HTML as a whole: dropped, their words kept."""

from __future__ import annotations

import html
import re

_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|svg|noscript)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_BREAKING = re.compile(
    r"</?(?:p|div|br|li|ul|ol|tr|table|h[1-6]|section|details|summary|blockquote)\b[^<>]*>", re.IGNORECASE
)


def strip_tags(markup: str) -> list[str]:
    """The words of raw HTML, a part for each block-level element, entities decoded, scripts left out."""
    broken = _BREAKING.sub("\n\n", _HIDDEN.sub("", markup))
    words = html.unescape(_TAG.sub("", broken))
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", words) if part.strip()]


def is_breaking(tag: str) -> bool:
    """Whether a tag separates the words on its two sides."""
    return _BREAKING.match(tag) is not None
