"""Questions to offer next: each asks for a section of the guides that was found but not shown."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.composing.phrasing import lower_first
from coach.retrieval.evidence import Weighed
from coach.retrieval.retriever import Retrieved
from coach.types import Citation


def suggest(found: Retrieved, weighed: Sequence[Weighed], shown: Sequence[Citation], count: int = 3) -> tuple[str, ...]:
    """Up to `count` questions the retriever answers by construction: they name headings it just found."""
    seen = {(c.document_id, c.headings) for c in shown}
    questions: dict[str, None] = {}
    for w in weighed:
        key = (w.evidence.document_id, w.sentence.headings)
        if key in seen or not w.sentence.headings or not w.fits_roles:
            continue
        seen.add(key)
        if question := to_question(w.sentence.headings[-1]):
            questions.setdefault(question)
        if len(questions) == count:
            break
    return tuple(questions)


def to_question(heading: str) -> str:
    """Ask for a heading: "Director of engineering: scope" -> "Scope: what do the guides say for director ...?"."""
    plain = re.sub(r"\s+", " ", heading).strip().rstrip(":?.")
    subject, _, aspect = plain.partition(": ")
    if not plain or plain.endswith("?"):
        return ""
    if aspect:
        return f"{aspect[:1].upper()}{aspect[1:]}: what do the guides say for {lower_first(subject)}?"
    return f"What do the guides say about {lower_first(plain)}?"
