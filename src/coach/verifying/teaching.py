"""Teaching the encoder: seeded, on one processor, and resumed where it was stopped."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from coach.encoder.network import Ids, Network, PieceReader, get_trained, part_trained, predict, to_batch
from coach.verifying.pairs import Pair, weigh
from coach.verifying.plan import Plan

_MIXED = 48  # batches whose pairs are sorted by length together
_WARMING = 100  # steps in which the rate rises
_COOLING = 0.4  # share of the steps, at the end, in which it falls
_SMOOTHING = 0.03  # of labels: some are wrong
_LARGEST_NORM = 1.0
Say = Callable[[str], None]
MakePairs = Callable[[int], Sequence[Pair]]  # the pairs of one pass over the data, by its number


def teach(
    network: Network,
    reader: PieceReader,
    make_pairs: MakePairs,
    plan: Plan,
    *,
    state: Path,
    say: Say = print,
    tests: Mapping[str, Sequence[Pair]] | None = None,
) -> None:
    """Teach the network in place; what is in `state` is taken up again, and written to it every few steps.

    Raises OSError when the state cannot be written.
    """
    optimizer = torch.optim.AdamW(_group(network), lr=plan.rate, betas=(0.9, 0.98), eps=1e-6, fused=True)
    pairs = make_pairs(0)
    each = max(1, len(pairs) // plan.batch)
    done = _resume(network, optimizer, state)
    say(f"{plan.steps} steps of {plan.batch} pairs; {done} are done")
    tell = _Telling(say, time.monotonic(), done)
    for number in range(done // each, -(-plan.steps // each)):
        if number:
            pairs = make_pairs(number)
        weights = np.asarray(weigh(pairs), dtype=np.float32)
        batches = list(_cut(reader.read([(p.passage, p.claim) for p in pairs]), plan.batch, plan.seed + number))
        for place in range(done - number * each, min(each, len(batches), plan.steps - number * each)):
            chosen, rows = batches[place]
            labels = np.asarray([pairs[n].supported for n in chosen], dtype=np.float32)
            loss = _step(network, optimizer, rows, labels, weights[chosen], plan.rate * _slope(done, plan.steps))
            done += 1
            tell.add(loss)
            if done % plan.told_every == 0:
                tell.tell(done, plan.steps)
            if done % plan.saved_every == 0 or done == plan.steps:
                _save(network, optimizer, state, done)
            if tests and (done % plan.tested_every == 0 or done == plan.steps):
                say(_test(network, reader, tests))
        done = max(done, min((number + 1) * each, plan.steps))


class _Telling:
    """The mean loss and the time that is left."""

    def __init__(self, say: Say, started: float, done: int) -> None:
        self._say, self._started, self._first = say, started, done
        self._losses: list[float] = []

    def add(self, loss: float) -> None:
        self._losses.append(loss)

    def tell(self, done: int, total: int) -> None:
        each = (time.monotonic() - self._started) / max(1, done - self._first)
        left = (total - done) * each / 60
        self._say(f"step {done} of {total}: loss {np.mean(self._losses):.4f}, {each:.2f} s a step, {left:.0f} min left")
        self._losses.clear()


def _group(network: Network) -> list[dict[str, Any]]:
    """The head learns five times as fast as the layers below it; what is no matrix does not decay."""
    return [
        {
            "params": [p for p in own if (p.ndim > 1) is matrix],
            "weight_decay": 0.02 if matrix else 0.0,
            "times": times,
        }
        for own, times in zip(part_trained(network), (1.0, 5.0), strict=True)
        for matrix in (True, False)
    ]


def _slope(step: int, total: int) -> float:
    """Share of the rate: up in a straight line, level, then down in one (as in Hägele et al. 2024)."""
    return min((step + 1) / min(_WARMING, total), 1.0, (total - step) / (_COOLING * total))


def _cut(rows: Sequence[Ids], size: int, seed: int) -> Iterator[tuple[NDArray[np.int64], list[Ids]]]:
    """Batches of pairs of like length, in an order that says nothing; what is left over is dropped."""
    rng = random.Random(seed)
    order = list(range(len(rows)))
    rng.shuffle(order)
    batches: list[list[int]] = []
    for first in range(0, len(order), size * _MIXED):
        near = sorted(order[first : first + size * _MIXED], key=lambda n: len(rows[n][0]))
        batches += [near[n : n + size] for n in range(0, len(near), size) if len(near) >= n + size or len(rows) < size]
    rng.shuffle(batches)
    for batch in batches:
        yield np.asarray(batch), [rows[n] for n in batch]


def _step(
    network: Network,
    optimizer: torch.optim.Optimizer,
    rows: Sequence[Ids],
    labels: NDArray[np.float32],
    weights: NDArray[np.float32],
    rate: float,
) -> float:
    network.train()
    for group in optimizer.param_groups:
        group["lr"] = rate * group["times"]
    targets = torch.from_numpy(labels) * (1 - 2 * _SMOOTHING) + _SMOOTHING
    with torch.autocast("cpu", dtype=torch.bfloat16):  # twice as fast on newer processors, and precise enough
        logits = network(*to_batch(rows))
    losses = torch.nn.functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    loss = (losses * torch.from_numpy(weights)).mean()
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_([p for g in optimizer.param_groups for p in g["params"]], _LARGEST_NORM)
    optimizer.step()
    return float(loss.detach())


def _test(network: Network, reader: PieceReader, tests: Mapping[str, Sequence[Pair]]) -> str:
    """Area under the curve and balanced accuracy on pairs that do not teach."""
    from sklearn.metrics import balanced_accuracy_score, roc_auc_score

    told = []
    for name, pairs in tests.items():
        labels = [p.supported for p in pairs]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = predict(network, reader.read([(p.passage, p.claim) for p in pairs]))
        told.append(f"{name} {roc_auc_score(labels, logits):.3f}/{balanced_accuracy_score(labels, logits > 0):.3f}")
    return "  ".join(told)


def _save(network: Network, optimizer: torch.optim.Optimizer, state: Path, done: int) -> None:
    from safetensors.torch import save_file

    tensors = {f"weight:{n}": p for n, p in get_trained(network).items()}
    for g, group in enumerate(optimizer.param_groups):
        for n, p in enumerate(group["params"]):
            for kind in ("exp_avg", "exp_avg_sq"):
                tensors[f"{kind}:{g}:{n}"] = optimizer.state[p][kind]
    written = state.with_suffix(".part")
    save_file(tensors, written, metadata={"done": json.dumps(done)})
    written.replace(state)  # whole or not at all


def _resume(network: Network, optimizer: torch.optim.Optimizer, state: Path) -> int:
    """Steps already done; network and optimizer are as they were after them."""
    from safetensors import safe_open

    if not state.exists():
        return 0
    with safe_open(state, framework="pt") as file:
        done = int(json.loads(file.metadata()["done"]))
        with torch.no_grad():
            for name, p in get_trained(network).items():
                p.copy_(file.get_tensor(f"weight:{name}"))
        for g, group in enumerate(optimizer.param_groups):
            for n, p in enumerate(group["params"]):
                averages = {kind: file.get_tensor(f"{kind}:{g}:{n}") for kind in ("exp_avg", "exp_avg_sq")}
                optimizer.state[p] = {"step": torch.tensor(float(done)), **averages}
    return done
