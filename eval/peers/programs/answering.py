"""How a peer talks with Coach: one JSON object a line, first the job, then a question each, over standard input.

The job holds `documents` (id, title, text), `chat` and `embedding` (url, model, key; `seconds` a call may take),
`chunk_size` and `chunk_overlap` in characters, `top_k`, and `max_tokens`. A reply holds `answer`, `passages` (document,
text, score) and `sources`, the texts that the markers [1], [2], ... of the answer stand for.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

Reply = dict[str, Any]
Ask = Callable[[str], Reply]


def answer_questions(build: Callable[[dict[str, Any]], Ask]) -> None:
    """Build the peer once, then answer each line; a question that fails is answered with its error."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not stand between the replies

    def say(reply: Reply) -> None:
        out.write(json.dumps(reply) + "\n")
        out.flush()

    ask = build(json.loads(sys.stdin.readline()))
    say({"ready": True})
    for line in sys.stdin:
        try:
            say(ask(json.loads(line)["question"]))
        except Exception as error:
            say({"error": f"{type(error).__name__}: {str(error)[:300]}"})
