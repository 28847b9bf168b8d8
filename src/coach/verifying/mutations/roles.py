"""Falsehoods about whom a sentence speaks of."""

from __future__ import annotations

import random
import re

from coach.verifying.mutations.editing import exchange, fix_articles, put
from coach.vocabulary import Vocabulary

_SYMMETRIC = re.compile(r"\b(?:and|or|with|between|versus|vs|both|differ\w*|resembl\w*|same|like|unlike)\b")


def swap_role(sentence: str, rng: random.Random, vocabulary: Vocabulary) -> str | None:
    """Say it of another role that the sentence does not name."""
    mentions = vocabulary.find_mentions(sentence)
    present = {m.role for m in mentions}
    ladder = [r for r in vocabulary.roles.values() if r.ladder == "management" and r.id not in present]
    if len(present) != 1 or not ladder or not mentions or next(iter(present)) not in vocabulary.roles:
        return None
    other = rng.choice(ladder).name
    text = sentence
    for mention in reversed(mentions):
        plural = "s" if sentence[mention.start : mention.end].lower().endswith("managers") else ""
        text = put(text, mention.start, mention.end, other + plural)
    return fix_articles(text)


def exchange_roles(sentence: str, _: random.Random, vocabulary: Vocabulary) -> str | None:
    """Exchange the two roles of a sentence."""
    mentions = vocabulary.find_mentions(sentence)
    if len(mentions) != 2 or mentions[0].role == mentions[1].role:
        return None
    first, second = mentions
    if _SYMMETRIC.search(sentence[first.end : second.start]) or _SYMMETRIC.search(sentence[: first.start]):
        return None
    return fix_articles(exchange(sentence, first, second))
