"""The written style: a chat model phrases the answer, sentence by sentence, each with its evidence numbers.

The model is never trusted: what comes out here are drafts, and the gate decides what a reader sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from coach.model.chat import ChatModel
from coach.paths import get_prompt
from coach.types import Draft, Evidence

_MARKERS = re.compile(r"\s*\[\s*(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*\]")
_SENTENCE = re.compile(r"\S.*?[.!?][\"'”’)]*(?:\s*\[[\d,;\s]+\])*[.]?(?=\s|$)", re.DOTALL)
_BULLET = re.compile(r"^\s*(?:[-*\u2022]|\d{1,2}[.)])\s+")
_DECLINED = "NOT COVERED"
MAX_CHARACTERS = 6000  # a reply longer than this is cut: a model that never ends must not hold a reader


def write(question: str, evidence: Sequence[Evidence], model: ChatModel) -> Iterator[Draft]:
    """Drafts as the model finishes each sentence; none when it says the evidence does not answer.

    Raises ModelError when the model fails.
    """
    reply = _limit(model.stream(get_prompt("write"), build_request(question, evidence)))
    for sentence in _split(reply):
        if sentence.strip().upper().startswith(_DECLINED):
            return
        yield to_draft(sentence, evidence)


def build_request(question: str, evidence: Sequence[Evidence]) -> str:
    """The numbered evidence first, the question last, so that servers can reuse what they have read."""
    lines = [f"[{n}] ({_where(e)}) {_one_line(e.sentence.text)}" for n, e in enumerate(evidence, 1)]
    return "\n".join(["Evidence:", *lines, "", "Question:", _one_line(question), "", "Answer:"])


def to_draft(sentence: str, evidence: Sequence[Evidence]) -> Draft:
    """One sentence of a model as a draft; numbers that name no evidence are left out."""
    numbers = [int(n) for group in _MARKERS.findall(sentence) for n in re.split(r"[,;]", group)]
    text = _BULLET.sub("", _MARKERS.sub("", sentence)).strip()
    text = re.sub(r"\s+([.!?])$", r"\1", re.sub(r"\s+", " ", text))
    cited = tuple(dict.fromkeys(n for n in numbers if 1 <= n <= len(evidence)))
    return Draft(text, tuple(evidence[n - 1] for n in cited))


def _split(pieces: Iterable[str]) -> Iterator[str]:
    """Whole sentences out of a stream of pieces, each as soon as the next one has begun."""
    pending = ""
    for piece in pieces:
        pending += piece
        matches = list(_SENTENCE.finditer(pending))
        for match in matches[:-1]:
            yield match.group()
        if len(matches) > 1:
            pending = pending[matches[-1].start() :]
    yield from (m.group() for m in _SENTENCE.finditer(pending))
    rest = _SENTENCE.sub("", pending).strip()
    if rest:
        yield rest


def _limit(pieces: Iterable[str]) -> Iterator[str]:
    total = 0
    for piece in pieces:
        yield piece[: MAX_CHARACTERS - total]
        total += len(piece)
        if total >= MAX_CHARACTERS:
            return


def _where(evidence: Evidence) -> str:
    return _one_line(" > ".join((evidence.title, *evidence.sentence.headings[-2:])))


def _one_line(text: str) -> str:
    """On one line, so that nothing in a guide or question can pass for a line of the prompt."""
    return " ".join(text.split())
