"""What a small model can be trusted with: putting single chosen sentences into other words.

The quoting composer chooses and lays out; the model is shown one sentence at a time, never the question, so there is
nothing to answer and little to invent. What loses a number, a role or too many words of its sentence is not even
brought to the gate: the sentence itself stands in its place.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from coach.composing.replies import read_reply
from coach.model.base import Call, ChatModel
from coach.paths import get_prompt
from coach.quantities import find_quantities
from coach.retrieval.words import find_stems, find_words
from coach.types import Draft
from coach.vocabulary import Vocabulary

MOST = 5  # sentences of one answer that are rewritten
_KEPT = 0.9  # share of a sentence's stems that its new words must keep
_LONGER = 1.4  # how much longer they may be, in words
_SHORT = 5  # a sentence of fewer words has no other words
_TOKENS = 3  # a word's worth, at most
_NAME = re.compile(r"\b[A-Z]{2,}s?\b")  # CTO, VPs: who reports to whom is told by their order
# Words that say how sure, how much and whether: "should manage" is not "manages".
_DEGREES = frozenset(
    "can could may might must need should shall will would ought have usually typically often sometimes rarely seldom "
    "always never only mostly generally commonly frequently hardly almost about least most many few some all every "
    "each any no not none without both either neither unless if because but although whereas".split()
)

EXAMPLES: tuple[tuple[str, str], ...] = (
    (
        "A principal engineer typically works with five to ten teams and has no direct reports.",
        "Typically, a principal engineer has no direct reports and works with five to ten teams.",
    ),
    (
        "Avoid surprises in reviews; feedback should never wait for the review.",
        "Feedback should never wait for the review, so avoid surprises in reviews.",
    ),
    (
        "On-call rotations are usually planned 4 to 6 weeks ahead.",
        "Usually, on-call rotations are planned 4 to 6 weeks in advance.",
    ),
)


def rewrite(draft: Draft, model: ChatModel, call: Call, vocabulary: Vocabulary) -> Draft | None:
    """The draft in the model's words, or None when they do not keep what it says. Raises ModelError.

    One request a sentence: all that comes before it is the same each time, so servers have read it already.
    """
    words = draft.text.split()
    if len(words) < _SHORT:
        return None
    own = replace(call, examples=EXAMPLES, stop=("\n",), max_tokens=_TOKENS * len(words) + 8)
    said = next(read_reply(model.stream(get_prompt("rewrite"), draft.text, own)), None)
    if said is None or not keeps(draft.text, said.text, vocabulary):
        return None
    return replace(draft, text=said.text)


def keeps(before: str, after: str, vocabulary: Vocabulary) -> bool:
    """Whether new words say neither less nor more: the same numbers, roles, names and degrees, most of the stems."""
    numbers = [sorted((q.low, q.high) for q in find_quantities(text)) for text in (before, after)]
    roles = [set(vocabulary.find_roles(text)) for text in (before, after)]
    degrees = [_DEGREES & set(find_words(text)) for text in (before, after)]
    old, new = find_stems(before), find_stems(after)
    return (
        after != before
        and numbers[0] == numbers[1]
        and roles[0] == roles[1]
        and degrees[0] == degrees[1]
        and _find_names(before) == _find_names(after)
        and len(old & new) >= _KEPT * len(old)
        and len(after.split()) <= _LONGER * len(before.split())
    )


def _find_names(text: str) -> list[str]:
    """Abbreviated names, each where it first stands."""
    return list(dict.fromkeys(_NAME.findall(text)))


def choose(drafts: Sequence[Draft]) -> Collection[int]:
    """Which drafts are put into other words: the first few that say something."""
    return [n for n, draft in enumerate(drafts) if not draft.connective][:MOST]
