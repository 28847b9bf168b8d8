"""Questions to offer next: each asks for a section of the guides that was found but not shown."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.composing.phrasing import lower_first
from coach.retrieval.evidence import Weighed
from coach.retrieval.retriever import Retrieved
from coach.types import Citation
from coach.vocabulary import Vocabulary


def suggest(found: Retrieved, weighed: Sequence[Weighed], shown: Sequence[Citation], count: int = 3) -> tuple[str, ...]:
    """Up to `count` questions the retriever answers by construction: they name headings it just found."""
    seen = {(c.document_id, c.headings) for c in shown}
    questions: dict[str, None] = {}
    for w in weighed:
        key = (w.evidence.document_id, w.sentence.headings)
        if key in seen or not w.sentence.headings or not w.fits_roles:
            continue
        seen.add(key)
        if question := to_question(w.sentence.headings[-1], found.vocabulary):
            questions.setdefault(question)
        if len(questions) == count:
            break
    return tuple(questions)


def to_question(heading: str, vocabulary: Vocabulary) -> str:
    """Ask for a heading: "Director of engineering: scope" -> "What is the scope of a director of engineering?"."""
    plain = re.sub(r"\s+", " ", heading).strip().rstrip(":?.")
    subject, _, aspect = plain.partition(": ")
    roles = vocabulary.find_roles(subject)
    if not plain or "?" in heading:
        return ""
    if aspect and len(roles) == 1 and re.fullmatch(r"[a-z]+(?: (?!on\b)[a-z]+){0,3}", aspect):
        name = vocabulary.roles[roles[0]].name
        verb = "are" if re.search(r"s\b(?!.*\bof\b)|\band\b", aspect) else "is"
        return f"What {verb} the {lower_first(aspect)} of {'an' if name[0].lower() in 'aeiou' else 'a'} {name}?"
    return f"What do the guides say about {lower_first(plain)}?"
