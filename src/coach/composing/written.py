"""The written style: a chat model phrases the answer, sentence by sentence, each with its evidence numbers.

The model is never trusted: what comes out here are drafts, and the gate decides what a reader sees.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from coach.composing.replies import SCHEMA, Said, read_reply, split_claims
from coach.model.base import Call, ChatModel
from coach.paths import get_prompt
from coach.types import Draft, DroppedClaim, Evidence

_DECLINED = "NOT COVERED"
_LOOP = 3  # sentences in a row that were all said before: the model goes round in circles
_TOLD = 5  # sentences of each kind that a model is told of when it is asked again


def write(
    question: str, evidence: Sequence[Evidence], model: ChatModel, call: Call | None = None, request: str = ""
) -> Iterator[Draft]:
    """Drafts as the model finishes each sentence; none when it says the evidence does not answer.

    `request` replaces what is asked by default. Raises ModelError when the model fails.
    """
    asked = request or build_request(question, evidence)
    pieces = model.stream(get_prompt("write"), asked, replace(call or Call(), schema=SCHEMA))
    for said in _stop_at_loop(read_reply(pieces)):
        if said.text.upper().startswith(_DECLINED):
            return
        yield _to_draft(said, evidence)


def _stop_at_loop(sentences: Iterator[Said]) -> Iterator[Said]:
    """What is said, each thing once; a model that only repeats itself would go on for ever, and every piece costs."""
    heard: set[Said] = set()
    again = 0
    for said in sentences:
        again = again + 1 if said in heard else 0
        if again == _LOOP:
            return
        if not again:
            yield said
        heard.add(said)


def build_request(question: str, evidence: Sequence[Evidence]) -> str:
    """The numbered evidence first, the question last, so that servers can reuse what they have read."""
    lines = [f"[{n}] ({_where(e)}) {_one_line(e.sentence.text)}" for n, e in enumerate(evidence, 1)]
    return "\n".join(["Evidence:", *lines, "", "Question:", _one_line(question), "", "Answer:"])


def build_second_request(
    question: str, evidence: Sequence[Evidence], dropped: Sequence[DroppedClaim], missing: Sequence[Evidence]
) -> str:
    """The same request, which servers have read already, then what did not hold and what is still missing."""
    numbers = [f"[{evidence.index(e) + 1}]" for e in missing if e in evidence]
    refused = [f"- {_one_line(d.text)} ({d.why})" for d in dropped[:_TOLD]]
    told = ["", "An earlier answer left this open."]
    if refused:
        told += ["These sentences of it do not follow from the evidence:", *refused]
    told += [f"Say in one or two sentences what {', '.join(numbers[:_TOLD])} say.", "", "Answer:"]
    return "\n".join([build_request(question, evidence).removesuffix("\n\nAnswer:"), *told])


def to_draft(sentence: str, evidence: Sequence[Evidence]) -> Draft:
    """One sentence of a model as a draft; numbers that name no evidence are left out."""
    return _to_draft(split_claims(sentence)[0], evidence)


def _to_draft(said: Said, evidence: Sequence[Evidence]) -> Draft:
    cited = tuple(dict.fromkeys(n for n in said.numbers if 1 <= n <= len(evidence)))
    return Draft(said.text, tuple(evidence[n - 1] for n in cited), others=tuple(evidence))


def _where(evidence: Evidence) -> str:
    return _one_line(" > ".join((evidence.title, *evidence.sentence.headings[-2:])))


def _one_line(text: str) -> str:
    """On one line, so that nothing in a guide or question can pass for a line of the prompt."""
    return " ".join(text.split())
