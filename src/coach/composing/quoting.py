"""The quoting composer: an answer made of the guides' own sentences, no model involved."""

from __future__ import annotations

from collections.abc import Sequence

from coach.composing.filling import Group
from coach.composing.phrasing import phrase
from coach.composing.selecting import Selection, select
from coach.retrieval.evidence import Weighed
from coach.retrieval.query import Query
from coach.types import Draft
from coach.vocabulary import Vocabulary


class QuotingComposer:
    """Picks the sentences that answer, orders them, and lays them out as readable Markdown drafts."""

    name = "quoting"

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Keep the vocabulary, for the names of roles."""
        self._vocabulary = vocabulary

    def compose(self, query: Query, weighed: Sequence[Weighed]) -> list[Draft]:
        """Drafts in reading order, each resting on the sentence it quotes."""
        return self._lay_out(select(query, weighed))

    def _lay_out(self, selection: Selection) -> list[Draft]:
        if selection.layout == "labelled":
            return self._lay_out_sides(selection)
        if selection.layout == "bullets":
            return _lay_out_bullets(selection)
        return [_to_draft(w) for w in selection.sentences]

    def _lay_out_sides(self, selection: Selection) -> list[Draft]:
        drafts: list[Draft] = []
        for group in selection.groups:
            drafts += self._lay_out_side(group, first=not drafts)
        return drafts

    def _lay_out_side(self, group: Group, *, first: bool) -> list[Draft]:
        if not group.role:
            return [_to_draft(w) for w in group.sentences]
        name = self._vocabulary.roles[group.role].name
        label = f"- **{name[:1].upper()}{name[1:]}**: "
        head, *rest = group.sentences
        return [
            _to_draft(head, lead=label, break_before=0 if first else 1),
            *(_to_draft(w) for w in rest),
        ]


def _lay_out_bullets(selection: Selection) -> list[Draft]:
    """A sentence that introduces the list stands above it; the others are its items."""
    head, *items = selection.sentences
    introduces = head.sentence.text.count(",") >= 2
    first = _to_draft(head) if introduces else _to_draft(head, lead="- ")
    return [
        first,
        *(_to_draft(w, lead="- ", break_before=2 if introduces and n == 0 else 1) for n, w in enumerate(items)),
    ]


def _to_draft(weighed: Weighed, *, lead: str = "", break_before: int = 0) -> Draft:
    return Draft(phrase(weighed.sentence), (weighed.evidence,), lead, break_before)
