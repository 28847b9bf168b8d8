"""Small turns of phrase: numbers with their nouns, texts cut short."""

from __future__ import annotations

_NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()


def count(number: int, noun: str) -> str:
    """A number and its noun, such as "two sources" or "1,400 sources"; the noun takes a plain s."""
    said = _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"
    return f"{said} {noun}" if number == 1 else f"{said} {noun}s"


def clip(text: str, most: int) -> str:
    """The beginning of a text, cut between words where there are any."""
    if len(text) <= most:
        return text
    head, space, _ = text[: most + 1].rpartition(" ")
    return (head if space else text[:most]).rstrip() + " …"
