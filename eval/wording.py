"""Whose words a shown sentence is made of: a guide's own, words proved to say the same, or a paraphrase."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from .metrics import rate
from .replies import Quoted, Reply
from .scorers import normalise

if TYPE_CHECKING:
    from .summary import Metrics

Wording = Literal["verbatim", "proved", "paraphrased"]


@dataclass(frozen=True, slots=True)
class Worded:
    """A shown sentence, the quotes it cites, and whose words it is made of."""

    text: str
    quotes: tuple[Quoted, ...]
    wording: Wording


def read_wordings(reply: Reply) -> Iterator[Worded]:
    """The sentences of a reply that cite something; the others are no guide's words in any way."""
    for claim in reply.claims:
        quotes = tuple(c for c in reply.citations if c.marker in claim.citations)
        if quotes:
            yield Worded(claim.text, quotes, classify(claim.text, quotes))


def classify(claim: str, quotes: Sequence[Quoted]) -> Wording:
    """Verbatim: one of the quotes, word for word, alone or after the headings it stands under.

    Proved: the rules of `coach.composing.equivalence` say that it says the same. Paraphrased: the verifier alone does.
    """
    from coach.composing.equivalence import says_the_same
    from coach.vocabulary import load_vocabulary

    told = [(body, quote.quote) for quote in quotes for body in _list_bodies(claim, quote)]
    if any(_fold(body) == _fold(quote) for body, quote in told):
        return "verbatim"
    vocabulary = load_vocabulary()
    same = any(says_the_same(_end(quote), _end(body), vocabulary) for body, quote in told)
    return "proved" if same else "paraphrased"


def measure_wordings(replies: Iterable[Reply]) -> Metrics:
    """The share of each wording among the sentences that cite something; they add up to 1."""
    told = [worded.wording for reply in replies for worded in read_wordings(reply)]
    return {f"claims_{wording}": rate(told.count(wording), len(told)) for wording in get_args(Wording)}


def _list_bodies(claim: str, quote: Quoted) -> list[str]:
    """The claim, and what is left of it without an opening that is only made of the headings above the quote."""
    above = set(re.findall(r"\w+", " ".join(quote.headings).lower()))
    cuts = [m for m in re.finditer(r": ", claim) if set(re.findall(r"\w+", claim[: m.start()].lower())) <= above]
    return [claim, *(claim[cut.end() :] for cut in cuts)]


def _end(text: str) -> str:
    plain = normalise(text).replace("\\", "").rstrip(".")
    return f"{plain[:1].upper()}{plain[1:]}."


def _fold(text: str) -> str:
    return _end(text).casefold()
