"""Runs under the Python of ragas or deepeval, not under Coach's: their faithfulness of one claim to its quotes.

Reads lines of JSON from standard input, the first says how, each further one is a claim; writes `{"id", "score"}` or
`{"id", "error"}` for each. Every call goes to one OpenAI-compatible server, at temperature 0, held to the schema that
the library asks for. Only the standard library is imported before the library is known.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

Score = Callable[[dict[str, Any]], Awaitable[float]]


async def ask(how: dict[str, Any], prompt: str, schema: type[Any]) -> Any:
    """One answer of the model as an object of the schema; raises when it is none."""
    import httpx

    name = schema.__name__
    body = {
        "model": how["model"],
        "temperature": 0,
        "seed": 0,
        "max_tokens": 1000,
        "messages": [{"role": "user", "content": prompt}],
        "response_format": {"type": "json_schema", "json_schema": {"name": name, "schema": schema.model_json_schema()}},
    }
    async with httpx.AsyncClient(timeout=how["timeout"]) as client:
        headers = {"authorization": f"Bearer {os.environ.get('JUDGE_API_KEY', 'none')}"}
        reply = await client.post(f"{how['base_url'].rstrip('/')}/chat/completions", json=body, headers=headers)
        reply.raise_for_status()
    return schema.model_validate_json(reply.json()["choices"][0]["message"]["content"])


def open_ragas(how: dict[str, Any]) -> Score:
    """Faithfulness of ragas: the claim cut into statements, each held against the quotes; the share that follows."""
    from ragas.llms.base import InstructorBaseRagasLLM
    from ragas.metrics.collections import Faithfulness

    class Model(InstructorBaseRagasLLM):
        def generate(self, prompt: str, response_model: type[Any]) -> Any:
            return asyncio.run(ask(how, prompt, response_model))

        async def agenerate(self, prompt: str, response_model: type[Any]) -> Any:
            return await ask(how, prompt, response_model)

    metric = Faithfulness(llm=Model())

    async def score(row: dict[str, Any]) -> float:
        found = await metric.ascore(
            user_input=row["question"], response=row["claim"], retrieved_contexts=list(row["quotes"])
        )
        return float(found.value)

    return score


def open_deepeval(how: dict[str, Any]) -> Score:
    """Faithfulness of deepeval, strict: a claim of which it is not sure is not counted as faithful."""
    from deepeval.metrics import FaithfulnessMetric
    from deepeval.models import DeepEvalBaseLLM
    from deepeval.test_case import LLMTestCase

    class Model(DeepEvalBaseLLM):
        def load_model(self) -> Any:
            return self

        def get_model_name(self) -> str:
            return str(how["model"])

        def generate(self, prompt: str, schema: type[Any]) -> Any:
            return asyncio.run(ask(how, prompt, schema))

        async def a_generate(self, prompt: str, schema: type[Any]) -> Any:
            return await ask(how, prompt, schema)

    async def score(row: dict[str, Any]) -> float:
        metric = FaithfulnessMetric(model=Model(), include_reason=False, penalize_ambiguous_claims=True)
        case = LLMTestCase(input=row["question"], actual_output=row["claim"], retrieval_context=list(row["quotes"]))
        found = await metric.a_measure(case, _show_indicator=False)
        if not metric.verdicts:
            raise ValueError("it found nothing to judge in the claim")  # its own score would be a perfect 1
        return float(found)

    return score


async def main() -> None:
    """Judge each line as it comes."""
    how = json.loads(sys.stdin.readline())
    score = {"ragas": open_ragas, "deepeval": open_deepeval}[how["library"]](how)
    for line in sys.stdin:
        row = json.loads(line)
        try:
            said: dict[str, Any] = {"id": row["id"], "score": await score(row)}
        except Exception as error:  # whatever a library raises is an answer that did not come
            said = {"id": row["id"], "error": f"{type(error).__name__}: {error}"[:300]}
        sys.stdout.write("\n" + json.dumps(said) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
