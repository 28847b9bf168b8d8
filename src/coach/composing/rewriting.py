"""What a small model can be trusted with: single chosen sentences in plainer words, proved to say the same.

The quoting composer chooses and lays out; the model is shown one sentence at a time, never the question, so there is
nothing to answer. A small model bends one sentence in three, often so little that no threshold on words or meaning
tells: only what `equivalence` proves is brought to the gate, and the sentence itself stands in the place of the rest.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from coach.composing.equivalence import can_be_reworded, find_glosses, is_reworded, says_the_same
from coach.composing.replies import read_reply
from coach.model.base import Call, ChatModel
from coach.paths import get_prompt
from coach.types import Draft
from coach.vocabulary import Vocabulary

MOST = 5  # sentences of one answer that are rewritten
_TOKENS = 3  # a word's worth, at most

EXAMPLES: tuple[tuple[str, str], ...] = (
    (
        "A principal engineer (PE) typically works with five to ten teams and has no direct reports.",
        "A principal engineer typically works with five to ten teams and has no direct reports.",
    ),
    (
        "The four parts of quality assurance (QA) are planning, testing, reporting and learning.",
        "The four parts of quality assurance are planning, testing, reporting and learning.",
    ),
    (
        "In incident reviews, the site reliability engineer (SRE) concentrates on the entire timeline.",
        "In incident reviews, the site reliability engineer focuses on the whole timeline.",
    ),
    (
        "A release manager or a test lead can stop a release, in order to avoid surprises.",
        "A release manager or a test lead can stop a release, to avoid surprises.",
    ),
)


def rewrite(draft: Draft, question: str, model: ChatModel, call: Call, vocabulary: Vocabulary) -> Draft | None:
    """The draft in the model's words, or None where those are not proved to say the same. Raises ModelError.

    A short form that the question itself uses stays. One request a sentence: all that comes before it is the same each
    time, so servers have read it already.
    """
    words = draft.text.split()
    own = replace(call, examples=EXAMPLES, stop=("\n",), max_tokens=_TOKENS * len(words) + 8)
    said = next(read_reply(model.stream(get_prompt("rewrite"), draft.text, own)), None)
    if said is None or not is_reworded(draft.text, said.text) or _loses_asked(draft.text, said.text, question):
        return None
    return replace(draft, text=said.text) if says_the_same(draft.text, said.text, vocabulary) else None


def _loses_asked(before: str, after: str, question: str) -> bool:
    """Whether a gloss goes by which the reader asked."""
    lost = Counter(find_glosses(before)) - Counter(find_glosses(after))
    return any(re.search(rf"(?<!\w){re.escape(gloss)}(?!\w)", question, re.IGNORECASE) for gloss in lost)


def choose(drafts: Sequence[Draft], vocabulary: Vocabulary) -> Collection[int]:
    """Which drafts are put into other words: the first few that have any that could be proved to say the same."""
    telling = (n for n, draft in enumerate(drafts) if not draft.connective)
    return [n for n in telling if can_be_reworded(drafts[n].text, vocabulary)][:MOST]
