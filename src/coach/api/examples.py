"""Examples for the OpenAPI description, in the shapes that `coach.wire` gives."""

from __future__ import annotations

from typing import Any

_QUOTE = "A director of engineering can lead a department made up of multiple teams, with 15 to 50 engineers."
_CLAIM = {
    "text": _QUOTE,
    "start": 0,
    "end": len(_QUOTE),
    "citations": [1],
    "verdict": "supported",
    "score": 1.0,
}
_CITATION = {
    "marker": 1,
    "document_id": "management-ladder",
    "title": "The engineering management ladder, level by level",
    "source": "Responsibilities of software engineering managers (career guide)",
    "headings": ["Director of engineering", "Director of engineering: leadership skills"],
    "quote": _QUOTE,
    "start": 10604,
    "end": 10604 + len(_QUOTE),
    "page": None,
}
ANSWER: dict[str, Any] = {
    "id": "7b1dd5a87c864ddb",
    "question": "How many engineers does a director of engineering usually lead?",
    "standalone_question": "How many engineers does a director of engineering usually lead?",
    "answer": f"{_QUOTE} [1]",
    "abstained": False,
    "abstention": None,
    "claims": [_CLAIM],
    "citations": [_CITATION],
    "disagreements": [],
    "follow_ups": ["What does a director of engineering decide on their own?"],
    "notice": "",
    "gap": "",
    "style": "quoted",
    "model": "quoting",
    "fingerprint": "5f2c9a41d0b7e683",
    "dropped_claims": [],
    "usage": {},
    "timings_ms": {"retrieve": 12.1, "draft": 3.4, "verify": 4.0, "total": 20.2},
}
EVENTS = (
    'event: passages\ndata: {"passages": [...]}\n\n'
    'event: claim\ndata: {"claim": {...}, "delta": "...", "citations": [...]}\n\n'
    'event: answer\ndata: {"id": "...", "answer": "...", ...}\n\n'
)
