"""Teaching the reranker which sentences answer a question, by sentences of the same guide that do not.

Each question comes with sentences that answer it and others that the embedding model finds near. The network, which
starts from the verifier's, learns to set the former above the latter (a softmax over the sentences of a question) and
which side of zero each belongs. Questions without an answer never teach: whoever writes them writes differently, and
the network would learn to know them by their style. Seeded, on one core.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coach.encoder.scoring import load_network, save_network
from coach.retrieval.reranker import ANSWERING, SHIPPED, show

from .teaching import TeachingGuide

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from coach.encoder.network import Network, PieceReader

Say = Callable[[str], None]
Embed = Callable[[list[str]], "NDArray[Any]"]
Lesson = tuple[str, tuple[tuple[str, bool], ...]]  # a question; sentences as the network reads them, answering or not
_NEAREST = 10  # sentences among which those that do not answer are mostly drawn
_STEEP = 0.45  # how much nearer ones are preferred among them, as the rate of an exponential distribution
_ANSWERING = 2  # sentences that answer, at most, in a lesson
_SMOOTHING = 0.03  # of labels: some are wrong
_LARGEST_NORM = 1.0
_MIXED = 16  # batches whose questions are sorted by length together
_TOLD_EVERY = 100
_READ = 8  # nearest sentences that are ranked anew when measuring


@dataclass(frozen=True, slots=True)
class Plan:
    """How the network is taught; chosen on the development questions, not on the guides kept aside."""

    steps: int = 1900
    questions: int = 6  # in a batch
    sentences: int = 6  # of each of them
    rate: float = 1.3e-4
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a guide, and the guide's sentences by nearness, each with whether it answers."""

    question: str
    nearest: tuple[tuple[str, bool], ...]
    is_answered: bool


def prepare(guides: Sequence[TeachingGuide], embed: Embed) -> list[Asked]:
    """Every question of the guides beside all sentences of its own guide, nearest first."""
    import numpy as np

    prepared = []
    for guide in guides:
        asked = [*guide.questions, *((question, ()) for question in guide.unanswered)]
        if not asked:
            continue
        numbers = list(guide.sentences)
        nearness = embed([q for q, _ in asked]) @ embed([guide.sentences[n] for n in numbers]).T
        shown = {n: show(guide.sentences[n], [h] if (h := guide.headings.get(n)) else []) for n in numbers}
        for (question, answers), row in zip(asked, nearness, strict=True):
            order = [numbers[k] for k in np.argsort(-row, kind="stable")]
            prepared.append(Asked(question, tuple((shown[n], n in answers) for n in order), bool(answers)))
    return prepared


def teach(asked: Sequence[Asked], plan: Plan, *, say: Say, folder: Path, path: Path = SHIPPED) -> None:
    """Teach a network that starts as the verifier's and write it. Raises OSError when that cannot be done."""
    import torch

    from coach.encoder.network import build_network, get_base, get_trained
    from coach.verifying import entailing

    network, reader = load_network(entailing.ENTAILING, entailing.SHIPPED, folder)
    with torch.no_grad():  # what it was sure of is another matter now
        network.out.weight.mul_(0.3)
        network.out.bias.fill_(-1.0)
    optimizer = torch.optim.AdamW(_group(network), lr=plan.rate, betas=(0.9, 0.98), weight_decay=0.02, fused=True)
    batches, losses = _draw_batches([a for a in asked if a.is_answered], plan), list[float]()
    network.train()
    for step in range(plan.steps):
        for group in optimizer.param_groups:
            group["lr"] = plan.rate * group["times"] * _slope(step, plan.steps)
        loss = _lose(network, reader, next(batches))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_([p for g in optimizer.param_groups for p in g["params"]], _LARGEST_NORM)
        optimizer.step()
        losses.append(float(loss.detach()))
        if (step + 1) % _TOLD_EVERY == 0:
            say(f"step {step + 1} of {plan.steps}: loss {sum(losses) / len(losses):.3f}")
            losses.clear()
    about = {"made_by": "coach eval teach-reranker", "steps": plan.steps, "questions": len(asked)}
    save_network(network, ANSWERING, path, get_base(build_network(folder)), about)
    say(f"{len(get_trained(network))} tensors written to {path}")


def measure(asked: Sequence[Asked], score: Callable[[list[tuple[str, str]]], Sequence[float]]) -> dict[str, float]:
    """Mean reciprocal rank of the first sentence that answers before and after the nearest are ranked anew.

    And the area under the ROC curve of the highest logit, for questions with an answer against those without.
    """
    import numpy as np
    from sklearn.metrics import roc_auc_score

    before, after, best = [], [], []
    for one in asked:
        logits = np.asarray(score([(sentence, one.question) for sentence, _ in one.nearest[:_READ]]))
        best.append(float(logits.max()))
        if one.is_answered:
            answers = [is_answer for _, is_answer in one.nearest]
            order = [*np.argsort(-logits, kind="stable"), *range(len(logits), len(answers))]
            before.append(1 / (1 + answers.index(True)))
            after.append(1 / (1 + [answers[k] for k in order].index(True)))
    area = roc_auc_score([a.is_answered for a in asked], best)
    return {
        "reciprocal_rank_nearest": float(np.mean(before)),
        "reciprocal_rank": float(np.mean(after)),
        "auc_of_answered": float(area),
    }


def draw_lesson(asked: Asked, plan: Plan, chance: random.Random) -> Lesson:
    """A question with some sentences that answer it, near ones that do not, and one drawn by lot."""
    answering = [s for s, is_answer in asked.nearest if is_answer]
    chance.shuffle(answering)
    others = [s for s, is_answer in asked.nearest if not is_answer]
    near, wanted = others[:_NEAREST], plan.sentences - len(answering[:_ANSWERING])
    drawn: list[str] = []
    while near and len(drawn) < wanted - 1:
        drawn.append(near.pop(min(int(chance.expovariate(_STEEP)), len(near) - 1)))
    rest = [s for s in others if s not in drawn]
    drawn += chance.sample(rest, min(len(rest), wanted - len(drawn)))
    return asked.question, (*((s, True) for s in answering[:_ANSWERING]), *((s, False) for s in drawn))


def _draw_batches(asked: Sequence[Asked], plan: Plan) -> Iterator[list[Lesson]]:
    """Batches without end: every question once, in an order of its own, before any comes again."""
    chance, waiting = random.Random(plan.seed), list[Asked]()
    while True:
        while len(waiting) < plan.questions * _MIXED:
            waiting += chance.sample(list(asked), len(asked))
        taken, waiting = waiting[: plan.questions * _MIXED], waiting[plan.questions * _MIXED :]
        lessons = [draw_lesson(a, plan, chance) for a in taken]
        lessons.sort(key=lambda one: len(one[0]) + max(len(s) for s, _ in one[1]))
        batches = [lessons[n : n + plan.questions] for n in range(0, len(lessons), plan.questions)]
        chance.shuffle(batches)
        yield from batches


def _lose(network: Network, reader: PieceReader, batch: Sequence[Lesson]) -> Tensor:
    """Cross-entropy of the answering sentences among those of each question, and of each one against zero."""
    import torch

    from coach.encoder.network import to_batch

    rows = reader.read([(sentence, question) for question, sentences in batch for sentence, _ in sentences])
    with torch.autocast("cpu", dtype=torch.bfloat16):  # faster on newer processors, and precise enough
        logits = network(*to_batch(rows))
    losses, first = [], 0
    for _, sentences in batch:
        own, first = logits[first : first + len(sentences)], first + len(sentences)
        answers = torch.tensor([is_answer for _, is_answer in sentences])
        targets = answers.float() * (1 - 2 * _SMOOTHING) + _SMOOTHING
        apart = torch.nn.functional.binary_cross_entropy_with_logits(own, targets)
        losses.append(torch.logsumexp(own, 0) - torch.logsumexp(own[answers], 0) + apart)
    return torch.stack(losses).mean()


def _group(network: Network) -> list[dict[str, Any]]:
    """The head learns four times as fast as the layers below it."""
    from coach.encoder.network import part_trained

    return [{"params": own, "times": times} for own, times in zip(part_trained(network), (1.0, 4.0), strict=True)]


def _slope(step: int, total: int) -> float:
    """Share of the rate: up in a straight line, level, then down in one."""
    return min((step + 1) / 80, 1.0, (total - step) / (0.6 * total))
