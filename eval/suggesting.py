"""What a row of a dataset for a candidate could look like: its kind, what to expect, gold sentences and facts.

Suggestions only: whether a sentence answers a question is for the person who accepts it to say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from coach import Coach, Turn
from coach.quantities import find_quantities
from coach.retrieval.query import find_terms, read_question
from coach.retrieval.spelling import get_surprise
from coach.vocabulary import Vocabulary

from .candidates import Candidate
from .dataset import Gold

OFFERED = 6  # sentences of the guides that are shown
CHOSEN = 1  # of them, taken when nobody chooses
_TELLING = 3  # words that make a fact of a sentence without a figure
_LONG = 40  # words from which a question is a story
_KINDS = {"list": "list", "comparison": "comparison", "transition": "transition", "advice": "advice"}


def offer_sentences(candidate: Candidate, coach: Coach) -> list[Gold]:
    """The sentences of the guides that weigh most for the question, best first, and those the answer cited."""
    history = tuple(Turn("user", turn) for turn in candidate.turns)
    _, weighed = coach.look_up(candidate.question, history=history)
    found = [Gold(w.evidence.document_id, w.sentence.text) for w in weighed[:OFFERED]]
    cited = [Gold(document, quote) for document, quote in candidate.cited]
    return list(dict.fromkeys([*found, *cited]))[: 2 * OFFERED]


def suggest_row(
    candidate: Candidate, offered: Sequence[Gold], vocabulary: Vocabulary, *, expect: str = "", kind: str = ""
) -> dict[str, Any]:
    """A whole row; `expect` and `kind` are guessed where they are not given, `offered` are its gold sentences."""
    expect = expect or ("abstain" if candidate.reason else "answer")
    gold = list(offered) if expect != "abstain" else []
    return {
        "id": candidate.id,
        "kind": kind or guess_kind(candidate, expect, vocabulary),
        "question": candidate.question,
        "turns": list(candidate.turns),
        "expect": expect,
        "facts": [suggest_fact(g.quote, candidate.question, vocabulary) for g in gold],
        "min_facts": 0,
        "forbid": [],
        "gold": [{"document": g.document, "quote": g.quote} for g in gold],
        "abstain_ok": False,
        "partial_ok": expect == "abstain" and candidate.reason != "off_topic",
        "note": ", ".join(f"{name} {count}" for name, count in sorted((candidate.why or {}).items())),
    }


def guess_kind(candidate: Candidate, expect: str, vocabulary: Vocabulary) -> str:
    """The kind of a question, from its form and from what is expected of it."""
    if candidate.reason == "off_topic":
        return "off_topic"
    if expect == "abstain":
        return "unanswerable"
    if expect == "answer_with_correction":
        return "false_premise"
    if candidate.turns:
        return "follow_up"
    if len(candidate.question.split()) > _LONG:
        return "advice"
    return _KINDS.get(read_question(candidate.question, vocabulary=vocabulary).form, "lookup")


def suggest_fact(sentence: str, question: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """A fact that the sentence bears out: its figure when it has one, else its most telling words in their order."""
    quantity = next((q for q in find_quantities(sentence) if re.search(r"\d", sentence[q.start : q.end])), None)
    if quantity:
        words = sentence[quantity.start : quantity.end].strip()
        numbers = re.findall(r"\d+(?:[.,]\d+)*", words)
        pattern = r"\b" + r" ?(?:-|to|and|or) ?".join(map(re.escape, numbers)) + r"\b"
        return {"name": words, "any_of": [pattern], "required": True}
    asked = {t.stem for t in find_terms(question, vocabulary)}
    terms = [t for t in find_terms(sentence, vocabulary) if t.stem not in asked] or find_terms(sentence, vocabulary)
    telling = sorted(terms, key=lambda t: -get_surprise(t.word))[:_TELLING]
    in_order = [t for t in terms if t in telling] or list(terms[:1])
    pattern = ".*".join(rf"\b{re.escape(t.word)}" for t in in_order) or re.escape(sentence[:40])
    return {"name": " ".join(t.word for t in in_order) or sentence[:40], "any_of": [pattern], "required": True}
