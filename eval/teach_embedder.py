"""Teaching the embedding model what people mean: questions in everyday words are drawn to the sentences that answer.

The packaged MiniLM's upper layers learn from the teaching guides by contrast (van den Oord et al. 2018; in-batch
negatives as in Karpukhin et al. 2020, DPR): a question should lie nearer to a sentence that answers it than to the
other sentences of the same guide and to those of the other guides in its batch. Seeded, on one core.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coach import deltas
from coach.embedding import PACKAGED_MODEL, TAUGHT_FORMAT, TAUGHT_WEIGHTS, SentenceTransformerEmbedder

from .teaching import TeachingGuide

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

Say = Callable[[str], None]
Asked = tuple[str, tuple[int, ...]]  # a question and the numbers, or places, of the sentences that answer it
_AROUND = 8  # guides that a test question is asked of together: its own and the next ones
_TOLD_EVERY = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """How the model is taught; the values were chosen on the development questions, not on the guides kept aside."""

    passes: int = 2
    guides: int = 4  # in a batch
    questions: int = 8  # of each of them
    sentences: int = 20  # of each of them, the answering ones and others drawn by lot
    rate: float = 5e-5
    warmth: float = 0.05  # by which cosines are divided
    frozen: int = 3  # layers at the bottom that stay as published
    longest: int = 96  # word pieces of a text
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Lesson:
    """Some questions of one guide, each with the places of what answers it among the guide's sentences."""

    sentences: tuple[str, ...]
    questions: tuple[Asked, ...]


def cut_lessons(guides: Sequence[TeachingGuide], plan: Plan, number: int) -> list[list[Lesson]]:
    """The batches of one pass: every question once, in an order of its own, beside sentences of its guide."""
    chance = random.Random(plan.seed + number)
    lessons = []
    for guide in guides:
        asked = list(guide.questions)
        chance.shuffle(asked)
        cuts = range(0, len(asked), plan.questions)
        lessons += [_cut_lesson(guide, asked[n : n + plan.questions], plan.sentences, chance) for n in cuts]
    chance.shuffle(lessons)
    return [lessons[n : n + plan.guides] for n in range(0, len(lessons), plan.guides)]


def _cut_lesson(guide: TeachingGuide, asked: Sequence[Asked], count: int, chance: random.Random) -> Lesson:
    answering = {n for _, answers in asked for n in answers}
    others = [n for n in guide.sentences if n not in answering]
    kept = sorted(answering | set(chance.sample(others, max(0, min(len(others), count - len(answering))))))
    place = {n: k for k, n in enumerate(kept)}
    questions = tuple((question, tuple(place[n] for n in answers)) for question, answers in asked)
    return Lesson(tuple(guide.sentences[n] for n in kept), questions)


def teach(guides: Sequence[TeachingGuide], plan: Plan, *, say: Say, path: Path = TAUGHT_WEIGHTS) -> None:
    """Teach the packaged model and write what it learned to `path`. Raises OSError when that cannot be written."""
    import torch

    model = SentenceTransformerEmbedder(PACKAGED_MODEL).load()
    encoder = model[0].auto_model
    trained = _choose(encoder, plan.frozen)
    base = {n: p.detach().clone() for n, p in trained.items()}
    optimizer = torch.optim.AdamW(trained.values(), lr=plan.rate, weight_decay=0.01)
    batches = [b for n in range(plan.passes) for b in cut_lessons(guides, plan, n)]
    losses: list[float] = []
    model.train()
    for number, batch in enumerate(batches):
        for group in optimizer.param_groups:
            group["lr"] = plan.rate * _slope(number, len(batches))
        loss = _lose(model, batch, plan)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(trained.values(), 1.0)
        optimizer.step()
        losses.append(float(loss.detach()))
        if (number + 1) % _TOLD_EVERY == 0:
            say(f"step {number + 1} of {len(batches)}: loss {sum(losses) / len(losses):.3f}")
            losses.clear()
    learned = {n: p.detach() for n, p in trained.items()}
    about = {
        "made_by": "coach eval teach-embedder",
        "guides": len(guides),
        "questions": sum(len(g.questions) for g in guides),
    }
    deltas.save(deltas.pack(learned, base), path, format=TAUGHT_FORMAT, about=about)


def measure(guides: Sequence[TeachingGuide], embed: Callable[[list[str]], NDArray[Any]]) -> dict[str, float]:
    """Share of questions with an answering sentence nearest and among the nearest five, and the mean reciprocal rank.

    Each question is asked of its own guide and of seven others together; an answer that another guide happens to give
    counts as wrong.
    """
    import numpy as np

    places: list[int] = []
    for n, guide in enumerate(guides):
        around = [guides[(n + k) % len(guides)] for k in range(min(_AROUND, len(guides)))]
        texts = list(dict.fromkeys(s for g in around for s in g.sentences.values()))
        scores = embed([q for q, _ in guide.questions]) @ embed(texts).T
        for row, (_, answers) in zip(scores, guide.questions, strict=True):
            wanted = {guide.sentences[a] for a in answers}
            places.append(next(k for k, i in enumerate(np.argsort(-row, kind="stable")) if texts[i] in wanted))
    found = {f"hit@{k}": float(np.mean([p < k for p in places])) for k in (1, 5)}
    return {**found, "reciprocal_rank": float(np.mean([1 / (1 + p) for p in places]))}


def _choose(encoder: Any, frozen: int) -> dict[str, Any]:
    """The parameters that learn, by name; all others are fixed."""
    upper = tuple(f"encoder.layer.{n}." for n in range(frozen, len(encoder.encoder.layer)))
    named = dict(encoder.named_parameters())
    for name, parameter in named.items():
        parameter.requires_grad = name.startswith(upper)
    # Without dropout: on a processor, drawing the masks costs more than they help in so few passes.
    for module in encoder.modules():
        if type(module).__name__ == "Dropout":
            module.p = 0.0
    encoder.config.attention_probs_dropout_prob = 0.0
    return {name: p for name, p in named.items() if p.requires_grad}


def _slope(step: int, total: int) -> float:
    """Share of the rate: up in a straight line for a tenth of the steps, then down in one."""
    return min((step + 1) / max(1.0, 0.1 * total), max(0.05, 1 - step / total))


def _lose(model: Any, batch: Sequence[Lesson], plan: Plan) -> Tensor:
    """Cross-entropy of the answering sentences among all sentences of the batch."""
    import torch

    sentences = list(dict.fromkeys(s for lesson in batch for s in lesson.sentences))
    place = {s: n for n, s in enumerate(sentences)}
    asked = [(q, {place[lesson.sentences[k]] for k in answers}) for lesson in batch for q, answers in lesson.questions]
    answering = torch.tensor([[n in answers for n in range(len(sentences))] for _, answers in asked])
    with torch.autocast("cpu", dtype=torch.bfloat16):  # faster on newer processors, and precise enough
        questions, met = (_embed(model, part, plan) for part in ([q for q, _ in asked], sentences))
    likely = torch.log_softmax(questions.float() @ met.float().T / plan.warmth, dim=1)
    return -torch.logsumexp(likely.masked_fill(~answering, -math.inf), dim=1).mean()


def _embed(model: Any, texts: list[str], plan: Plan) -> Tensor:
    """Unit rows, one a text, through which the model can learn."""
    read = model.tokenizer(texts, padding=True, truncation=True, max_length=plan.longest, return_tensors="pt")
    rows: Tensor = model(dict(read))["sentence_embedding"]
    return rows
