"""How a claim may look: one plain line in the evidence's own signs, and a lead made of the evidence's own words.

Whatever a model writes is text to be shown, never markup to be read: no link, no marker, no HTML, no order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence

from coach.orders import find_order, repeats_prompt
from coach.types import Evidence

MAX_CLAIM = 1000  # characters of one claim

_LEAD = re.compile(r"(?P<bullet> {0,6}(?:[-*] |\d{1,2}\. ))?(?:\*\*(?P<label>[^*\n]{1,80}?):?\*\*:? )?")
_HTML = re.compile(r"<(?=[A-Za-z/!?])")
_MARKER = re.compile(r"\[\s*\^?\d+(?:\s*[,;-]\s*\d+)*\s*\]")
_LINK = re.compile(r"\]\s?[(\[]|!\[|\]:")
_BLOCK_START = re.compile(r"#{1,6}\s|>|```|~~~|[-*_]{3}|\||[-*+]\s|\d{1,3}[.)]\s")
_UNSEEN = frozenset("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2060\ufeff")
_QUESTION = re.compile(r"\?[.\"'\u201d\u2019)\s]*$")
_BROKEN_OFF = re.compile(r"\b(?:an?|the|and|or|but|nor|than|every|its|their|our|your|my|whose|very)\W*$")
_WORD = re.compile(r"\w+")
_SMALL = frozenset("a an and at for in of on or the to vs versus with".split())


def present(text: str, evidence: Sequence[Evidence]) -> tuple[str, str]:
    """Give the text as it may be shown, and the fault that keeps it from being shown, or "".

    The guides' own words are escaped where Markdown would read them as markup; a writer has no
    reason to use markup, so anything else that looks like it is refused.
    """
    if not text or len(text) > MAX_CLAIM:
        return "", f"longer than {MAX_CLAIM} characters" if text else "it says nothing"
    if any(unicodedata.category(c) == "Cc" or c in _UNSEEN for c in text):
        return "", "it is not one plain line"
    if _QUESTION.search(text):
        return "", "it asks and claims nothing"
    if find_order(text) or repeats_prompt(text):
        return "", "it speaks to an assistant, not to a reader"
    if _BROKEN_OFF.search(text) and not any(_fold(text).endswith(_fold(e.sentence.text)) for e in evidence):
        return "", "it breaks off"
    if not any(p.search(text) for p in (_HTML, _MARKER, _LINK)) and not _BLOCK_START.match(text):
        return text, ""
    if any(_adds_no_sign(text, e.sentence.text.strip()) for e in evidence):
        return _escape(text), ""
    return "", "it holds markup, a link or markers of its own"


def _fold(text: str) -> str:
    return text.casefold().rstrip(". ")


def _adds_no_sign(text: str, quote: str) -> bool:
    """Whether the text is the quote with at most plain words round it: a subject before, a full stop after."""
    before, found, after = text.casefold().partition(quote.rstrip(".").casefold())
    around = f"{before} {after}".strip()
    return bool(found) and not any(p.search(around) for p in (_HTML, _MARKER, _LINK)) and not _BLOCK_START.match(around)


def _escape(text: str) -> str:
    escaped = _HTML.sub("&lt;", text).replace("[", r"\[").replace("]", r"\]")
    return "\\" + escaped if re.match(r"[#>`~*_|+-]", escaped) else re.sub(r"^(\d{1,3})([.)]\s)", r"\1\\\2", escaped)


def split_lead(lead: str, evidence: Sequence[Evidence], role_names: Collection[str]) -> tuple[str, str]:
    """Split off the bullet or number, and the bold label if every word of it is the evidence's."""
    match = _LEAD.fullmatch(lead)
    if match is None:
        return "", ""
    label = (match["label"] or "").strip()
    own = [word for e in evidence for word in (*e.sentence.headings, e.title)]
    allowed = _folded(own) | _folded(role_names) | _SMALL
    plain = not any(p.search(label) for p in (_HTML, _MARKER, _LINK))
    return match["bullet"] or "", label if label and plain and _folded([label]) <= allowed else ""


def _folded(texts: Iterable[str]) -> set[str]:
    """Lower-case words without a plural s."""
    return {word.lower().removesuffix("s") for text in texts for word in _WORD.findall(text)} - _SMALL
