"""Edits of a sentence that keep it grammatical: articles, number words, verb forms."""

from __future__ import annotations

import re

from coach.vocabulary import RoleMention, Vocabulary

_SPELT = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
).split()
_TENS = dict(zip(range(20, 100, 10), "twenty thirty forty fifty sixty seventy eighty ninety".split(), strict=True))


def put(text: str, start: int, end: int, new: str) -> str:
    """Replace what stands between two offsets."""
    return text[:start] + new + text[end:]


def exchange(text: str, first: RoleMention, second: RoleMention) -> str:
    """Exchange two roles, both singular if one of them is."""
    left, right = (text[m.start : m.end] for m in (first, second))
    if left.endswith("s") != right.endswith("s"):
        left, right = (r.removesuffix("s") for r in (left, right))
    return text[: first.start] + right + text[first.end : second.start] + left + text[second.end :]


def spell(number: int) -> str:
    """A whole number below a thousand in words; others stay digits."""
    if number <= 20:
        return _SPELT[number]
    if number < 100:
        return _TENS[number // 10 * 10] + (f"-{_SPELT[number % 10]}" if number % 10 else "")
    if number < 1000 and number % 100 == 0:
        return f"{_SPELT[number // 100]} hundred"
    return str(number)


def find_subject(sentence: str, vocabulary: Vocabulary) -> int:
    """Where the opening role (with a bracket after it) ends, or 0."""
    mentions = vocabulary.find_mentions(sentence)
    if not mentions or mentions[0].start > 15 or re.search(r"\b(?:of|for|by)\s", sentence[: mentions[0].start]):
        return 0
    end = mentions[0].end
    bracket = re.match(r" \([^)]*\)", sentence[end:])
    return end + (bracket.end() if bracket else 0)


def to_infinitive(verb: str) -> str:
    """The infinitive of a verb in the third person."""
    irregular = {"has": "have", "does": "do", "goes": "go"}
    if verb in irregular:
        return irregular[verb]
    if verb.endswith("ies"):
        return verb[:-3] + "y"
    return verb[:-2] if verb.endswith(("sses", "shes", "ches", "xes")) else verb[:-1]


def to_lower(sentence: str) -> str:
    """The sentence as it goes on after other words."""
    return sentence if sentence[1:2].isupper() else sentence[:1].lower() + sentence[1:]


def fix_articles(text: str) -> str:
    """Put the article that the next word wants."""
    text = re.sub(r"\b([Aa])n (?=[b-df-hj-np-tv-z]|V|CTO|CIO)", r"\1 ", text)
    return re.sub(r"\b([Aa]) (?=[aeio]|EM\b|IC\b|engineering)", r"\1n ", text)


def get_ending(word: str) -> str:
    """The ending that tells the form of a word, or ""."""
    return next((e for e in ("ing", "tion", "ment", "ity", "ness", "ship", "ed", "ly", "s") if word.endswith(e)), "")
