"""What a guide gives readers to ask themselves: it says nothing that is so, and answers who asks what they want."""

from __future__ import annotations

from collections.abc import Sequence

from coach.retrieval.asking import get_english
from coach.retrieval.evidence import Weighed
from coach.retrieval.query import Query
from coach.types import Sentence


def leave_out_posed(query: Query, weighed: Sequence[Weighed]) -> list[Weighed]:
    """The evidence without items of lists of questions to oneself, unless the question is of that kind too."""
    if get_english().wanting.search(query.text):
        return list(weighed)
    return [w for w in weighed if not is_posed(w.sentence)]


def is_posed(sentence: Sentence) -> bool:
    """Whether a sentence is a list's item under a heading of questions or motives.

    "One possible motive is writing code" says of nobody that they write any.
    """
    listed = sentence.kind == "item" and bool(sentence.headings)
    return listed and get_english().questioning.search(sentence.headings[-1]) is not None
