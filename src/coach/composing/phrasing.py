"""Turning an exact quote into something that reads well alone, without adding a word of its own.

A full sentence stays as it is. A list fragment ("Ability to lead a small team") borrows its subject from
the headings and lead-in it stands under, which are evidence too.
"""

from __future__ import annotations

import re

from coach.types import Sentence

_ENDS = re.compile(r"[.!?][\"'”’)]*$")


def phrase(sentence: Sentence) -> str:
    """The sentence as an answer shows it: "Senior Engineering Manager, leadership skills: ability to ..."."""
    text = sentence.text.strip()
    if not needs_subject(sentence):
        return text if _ENDS.search(text) else f"{text}."
    label = find_label(sentence)
    body = lower_first(text)
    return f"{label}: {body}" + ("" if _ENDS.search(body) else ".")


def needs_subject(sentence: Sentence) -> bool:
    """Whether the words alone do not say whom or what they are about."""
    if not sentence.headings:
        return False
    fragment = sentence.kind in ("item", "row") and not _ENDS.search(sentence.text.strip())
    subject_missing = bool(sentence.roles) and not set(sentence.roles) & set(sentence.mentions)
    return fragment or subject_missing


def find_label(sentence: Sentence) -> str:
    """The headings that name the subject: the innermost two, the inner one in lower case."""
    parts = [re.sub(r"\s*:\s*$", "", h) for h in sentence.headings[-2:]]
    if len(parts) == 2 and parts[0].lower() in parts[1].lower():
        parts = parts[1:]
    head, *rest = parts
    return ", ".join([head, *map(lower_first, rest)])


def lower_first(text: str) -> str:
    """The text with a small first letter, unless it begins with an abbreviation or a name."""
    return text if _is_name_like(text) else text[:1].lower() + text[1:]


def _is_name_like(text: str) -> bool:
    """Whether the first word must keep its capital: an abbreviation, or a name of several capitals."""
    words = text.split()
    return bool(words) and (words[0][:2].isupper() or (len(words) > 1 and words[1][:1].isupper()))
