"""Falsehoods by single words, and by what is added or borrowed."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from coach.verifying.lexicon import OPPOSITES
from coach.verifying.mutations.base import Variant
from coach.verifying.mutations.editing import find_subject, get_ending, put, to_lower
from coach.verifying.polarity import mask_idioms
from coach.verifying.words import LIGHT_STEMS, get_same, is_content, normalise, stem
from coach.vocabulary import Vocabulary

_NAMES = ("Google", "Netflix", "Kubernetes", "Spotify", "Amazon", "Microsoft", "Scrum", "SAFe", "McKinsey", "Gartner")
_TAILS = (
    "and earns a yearly bonus", "and reports weekly to the board", "and approves every vacation request",
    "with a background in law", "after passing a certification exam", "and negotiates supplier contracts",
    "and owns the marketing campaigns", "and is elected by the shareholders", "while studying for an MBA",
    "and keeps the payroll",
)  # fmt: skip


def reverse_word(sentence: str, rng: random.Random, _: Vocabulary) -> str | None:
    """Replace a word by its opposite."""
    words = {m.group().lower(): m for m in re.finditer(r"[A-Za-z]+", mask_idioms(sentence))}
    skipped = {"more", "most", "least", "less", "fewer", "first", "last", "single", "senior", "junior", "manager"}
    pairs = [pair.split() for pair in OPPOSITES]
    options = [
        (a, b) for x, y in pairs for a, b in ((x, y), (y, x)) if a in words and b not in words and a not in skipped
    ]
    if not options:
        return None
    old, new = rng.choice(sorted(options))
    match = words[old]
    return put(sentence, match.start(), match.end(), new.capitalize() if match.group()[0].isupper() else new)


def exchange_words(sentence: str, rng: random.Random, vocabulary: Vocabulary) -> str | None:
    """Exchange two adjectives or nouns that stand in different parts of a sentence."""
    half = re.search(r"[,;] (?!and|or)| (?:but|while|whereas|than|so that|in order) ", sentence)
    if half is None or not 15 < half.start() < len(sentence) - 15:
        return None
    taken = {w for m in vocabulary.find_mentions(sentence) for w in sentence[m.start : m.end].lower().split()}
    spots = [
        m
        for m in re.finditer(r"\b[a-z]{4,}\b", sentence)
        if is_content(m.group()) and stem(m.group()) not in LIGHT_STEMS and m.group() not in taken
    ]
    left, right = ([m for m in spots if (m.start() < half.start()) is side] for side in (True, False))
    pairs = [
        (a, b)
        for a in left
        for b in right
        if get_ending(a.group()) == get_ending(b.group()) != "" and a.group() != b.group()
    ]
    if not pairs:
        return None
    first, second = rng.choice(pairs)
    text = put(sentence, second.start(), second.end(), first.group())
    return put(text, first.start(), first.end(), second.group())


def add_name(sentence: str, rng: random.Random, _: Vocabulary) -> str:
    """Add a company, a product or a study that nobody spoke of."""
    name = rng.choice([n for n in _NAMES if n not in sentence])
    return rng.choice(
        [f"At {name}, {to_lower(sentence)}", f"{sentence.rstrip('.')}, as {name} found in {rng.randint(1995, 2024)}."]
    )


def add_tail(sentence: str, rng: random.Random, _: Vocabulary) -> str:
    """Add a half that is not in the sentence."""
    return f"{sentence.rstrip('.')} {rng.choice(_TAILS)}."


def borrow(sentence: str, rng: random.Random, vocabulary: Vocabulary, others: Sequence[str]) -> list[Variant]:
    """Borrow: another sentence's end, the whole of it as a second half, or one of its words."""
    subject = find_subject(sentence, vocabulary)
    mine = set(normalise(sentence).split())
    strange = [o for o in others if len(mine & set(normalise(o).split())) < 4]
    if not strange:
        return []
    other = rng.choice(strange)
    start = find_subject(other, vocabulary)
    made = [Variant("half_supported", f"{sentence.rstrip('.')}, and {to_lower(other)}")]
    if subject and start:
        made.append(Variant("wrong_predicate", sentence[:subject] + other[start:]))
    replaced = _replace_word(sentence, " ".join(strange), rng, vocabulary)
    return [*made, Variant("strange_word", replaced)] if replaced else made


def _replace_word(sentence: str, strange: str, rng: random.Random, vocabulary: Vocabulary) -> str | None:
    """Put a word of other sentences, of the same form, in the place of a content word."""
    taken = [(m.start, m.end) for m in vocabulary.find_mentions(sentence)]
    have = {stem(word.lower()) for word in re.findall(r"[A-Za-z]+", sentence)}
    spots = [
        m
        for m in re.finditer(r"\b[a-z]{4,}\b", sentence)
        if is_content(m.group())
        and stem(m.group()) not in LIGHT_STEMS
        and not any(a <= m.start() < b for a, b in taken)
    ]
    new = {w for w in re.findall(r"\b[a-z]{4,}\b", strange) if is_content(w) and stem(w) not in have | LIGHT_STEMS}
    options = [
        (m, w)
        for m in spots
        for w in sorted(new)
        if get_ending(w) == get_ending(m.group()) and not _mean_same(w, m.group())
    ]
    if not options:
        return None
    spot, word = rng.choice(options)
    return put(sentence, spot.start(), spot.end(), word)


def _mean_same(one: str, other: str) -> bool:
    return bool(get_same(stem(one)) & get_same(stem(other)))
