"""A judge of support that shares nothing with the verifiers that gate answers: words and figures only.

It is blunt - a sentence is supported when nearly all its content words and all its figures stand in the premise, and
both say or both deny - but it is independent, so a verifier that waves everything through does not also grade itself.
"""

from __future__ import annotations

import re

SHARE = 0.75  # of a sentence's content words that the premise must hold

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_SMALL = {
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
}
_NEGATIONS = {"not", "no", "never", "nobody", "none", "nothing", "without", "cannot", "neither", "nor"}
_EMPTY = frozenset(
    "a an and are as at be been being both but by can could do does for from had has have in into is it its more most "
    "of on one's only or other others out over own s so such than that the their them then these they this those to up "
    "was were what when where which while who whose will with within would you your also often typically".split()
)
_ENDINGS = re.compile(r"(?:ations?|ings?|ments?|ers?|ed|es|s|ly|e)$")


def covers(premise: str, sentence: str, *, share: float = SHARE) -> bool:
    """Whether the premise supports the sentence, by words, figures and negation."""
    return overlap(premise, sentence) >= share


def overlap(premise: str, sentence: str) -> float:
    """Share of the sentence's content words that stand in the premise; 0 when a figure or a denial does not."""
    wanted, held = _words(sentence), _words(premise)
    figures = set(_FIGURE.findall(sentence)) - set(_FIGURE.findall(premise))
    counted = (wanted & _SMALL) - held
    if figures or counted or bool(wanted & _NEGATIONS) > bool(held & _NEGATIONS):
        return 0.0
    content = {_stem(w) for w in wanted - _EMPTY - _NEGATIONS}
    stems = {_stem(w) for w in held}
    return len(content & stems) / len(content) if content else 1.0


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower().replace("n't", " not").replace("’", "'")))


def _stem(word: str) -> str:
    return _ENDINGS.sub("", word) if len(word) > 4 else word
