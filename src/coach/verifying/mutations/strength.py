"""Falsehoods about whether and how generally something holds."""

from __future__ import annotations

import random
import re

from coach.verifying.mutations.editing import find_subject, put, to_infinitive
from coach.verifying.polarity import mask_idioms
from coach.vocabulary import Vocabulary

_AUXILIARY = re.compile(r"\b(is|are|was|were|can|should|must|has to|have to|may|will|could|does|do)\b(?! not)")
_VERB = re.compile(r"(?P<adverb>\s+(?:typically|usually|often|generally|also))?\s+(?P<verb>[a-z]{2,}s)\b(?!')")
_NEGATION = re.compile(r"\b(?:not|no longer|never) |\bcannot\b|\bwithout\b|\bnobody\b")
_HEDGE = re.compile(r"\b(?:typically|often|usually|sometimes|perhaps|generally) ")
_MODAL = re.compile(r"\b(?:can|may|should|could)\b")
_DETERMINER = re.compile(r"^(?:An?|The) (?=[a-z])")


def negate(sentence: str, _: random.Random, vocabulary: Vocabulary) -> str | None:
    """Deny what is affirmed."""
    if _NEGATION.search(sentence):
        return None
    auxiliary = _AUXILIARY.search(sentence)
    if auxiliary:
        negated = {"has to": "does not have to", "have to": "do not have to", "can": "cannot"}
        return put(sentence, *auxiliary.span(), negated.get(auxiliary[1], f"{auxiliary[1]} not"))
    subject = find_subject(sentence, vocabulary)
    verb = _VERB.match(sentence, subject) if subject else None
    if verb is None:
        return None
    return put(sentence, verb.start("verb"), verb.end("verb"), f"does not {to_infinitive(verb['verb'])}")


def affirm(sentence: str, _: random.Random, __: Vocabulary) -> str | None:
    """Affirm what is denied."""
    match = _NEGATION.search(mask_idioms(sentence))
    if match is None or len(_NEGATION.findall(sentence)) != 1:
        return None
    new = {"cannot": "can", "without": "with", "nobody": "everybody"}.get(match.group().strip(), "")
    return put(sentence, match.start(), match.end(), new)


def generalise(sentence: str, rng: random.Random, _: Vocabulary) -> str | None:
    """Make a rule without exception of it."""
    if _HEDGE.search(sentence):
        return _HEDGE.sub("always ", sentence, count=1)
    if re.search(r"\b(?:many|some|most)\b", sentence, re.IGNORECASE) and "the most" not in sentence:
        return re.sub(
            r"\b(many|some|most)\b", lambda m: "All" if m[1][0].isupper() else "all", sentence, count=1, flags=re.I
        )
    if re.search(r"\b(?:all|every|each|any|only|always)\b", sentence, re.IGNORECASE) is None and _DETERMINER.match(
        sentence
    ):
        return _DETERMINER.sub(rng.choice(["Every ", "Only a "]), sentence, count=1)
    return None


def oblige(sentence: str, _: random.Random, __: Vocabulary) -> str | None:
    """Turn what can or may be into what must be."""
    if re.search(r"\b(?:must|need\w*|requir\w*|essential|necessary|ha(?:s|ve) to)\b", sentence):
        return None
    changed, count = _MODAL.subn("must", sentence, count=1)
    return changed if count and "must not" not in changed and "mustnot" not in changed else None
