"""Turning an exact quote into something that reads well alone, without adding a word of its own.

A full sentence stays as it is. A list fragment ("Ability to lead a small team") borrows its subject from
the headings and lead-in it stands under, which are evidence too.
"""

from __future__ import annotations

import re

from coach.types import Sentence

_OWN_LABEL = re.compile(r"[A-Z][^.:]{1,40}: ")  # "Hiring and Recruiting: you are responsible for ..."
_POINTS_BACK = re.compile(r"(?:They|He|She|It|This|These|Those|Their|Its|Such)\b")
_ENDS = re.compile(r"[.!?][\"'”’)]*$")


def phrase(sentence: Sentence) -> str:
    """The sentence as an answer shows it: "Senior Engineering Manager, leadership skills: ability to ..."."""
    text = sentence.text.strip()
    if not needs_subject(sentence):
        return text if _ENDS.search(text) else f"{text}."
    label = find_label(sentence)
    body = text if _OWN_LABEL.match(text) else lower_first(text)
    return f"{label}: {body}" + ("" if _ENDS.search(body) else ".")


def needs_subject(sentence: Sentence) -> bool:
    """Whether the words alone do not say whom or what they are about."""
    if not sentence.headings:
        return False
    fragment = sentence.kind in ("item", "row") and not _ENDS.search(sentence.text.strip())
    subject_missing = bool(sentence.roles) and not set(sentence.roles) & set(sentence.mentions)
    return fragment or subject_missing or bool(_POINTS_BACK.match(sentence.text))


def find_label(sentence: Sentence) -> str:
    """The headings that name the subject: the innermost two, the inner one in lower case."""
    parts = [re.sub(r"\s*:\s*$", "", h) for h in sentence.headings[-2:]]
    if len(parts) == 2 and parts[0].lower() in parts[1].lower():
        parts = parts[1:]
    head, *rest = parts
    return ", ".join([head, *map(_to_running_text, rest)])


def _to_running_text(title: str) -> str:
    """A heading in title case as it reads inside a sentence; abbreviations keep their capitals."""
    words = title.split()
    titled = sum(w[:1].isupper() for w in words if len(w) > 3) > len([w for w in words if len(w) > 3]) / 2
    return " ".join(w if w[:2].isupper() else w.lower() for w in words) if titled else lower_first(title)


def lower_first(text: str) -> str:
    """The text with a small first letter, unless it begins with an abbreviation or a name."""
    return text if _is_name_like(text) else text[:1].lower() + text[1:]


def _is_name_like(text: str) -> bool:
    """Whether the first word must keep its capital: an abbreviation, or a name of several capitals."""
    words = text.split()
    return bool(words) and (words[0][:2].isupper() or (len(words) > 1 and words[1][:1].isupper()))
