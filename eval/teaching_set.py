"""The teaching guides kept aside as a collection with a dataset: guides of many fields that nothing was fitted to.

Whether an answer is right is read off the sentences it shows, so the figures say how well the right sentence is found
and shown, and fair questions told from those on the same subject that no guide answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from coach.slugs import to_slug

from .teaching import TeachingGuide

_NAME = "teaching-aside"


def write_set(guides: Sequence[TeachingGuide], folder: Path) -> tuple[Path, Path]:
    """Write `corpus/` and `questions.jsonl` below the folder and return both. Raises OSError."""
    corpus, questions = folder / "corpus", folder / "questions.jsonl"
    corpus.mkdir(parents=True, exist_ok=True)
    for guide in guides:
        (corpus / f"{to_slug(guide.title)}.md").write_text(_to_markdown(guide), encoding="utf-8")
    rows = [row for guide in guides for row in _to_rows(guide)]
    header = {"dataset": _NAME, "version": 1, "language": "en", "part": "other fields", "rows": len(rows)}
    lines = (json.dumps(line, ensure_ascii=False) for line in ({"header": header}, *rows))
    questions.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return corpus, questions


def _to_markdown(guide: TeachingGuide) -> str:
    lines, heading = [f"# {guide.title}"], ""
    for number, sentence in guide.sentences.items():
        if guide.headings[number] != heading:
            heading = guide.headings[number]
            lines.append(f"## {heading}")
        lines.append(sentence)
    return "\n\n".join(lines) + "\n"


def _to_rows(guide: TeachingGuide) -> Iterator[dict[str, Any]]:
    name = to_slug(guide.title)  # as the document is called once it is read
    for number, (question, answers) in enumerate(guide.questions):
        quotes = [guide.sentences[n] for n in answers]
        yield {
            "id": f"{name}-q{number:02}",
            "kind": "lookup" if len(quotes) == 1 else "synthesis",
            "question": question,
            "expect": "answer",
            "facts": [{"name": f"sentence {n}", "any_of": [re.escape(guide.sentences[n])]} for n in answers],
            "min_facts": -(-len(quotes) // 2),
            "gold": [{"document": name, "quote": quote} for quote in quotes],
        }
    for number, question in enumerate(guide.unanswered):
        yield {"id": f"{name}-n{number:02}", "kind": "unanswerable", "question": question, "expect": "abstain"}
