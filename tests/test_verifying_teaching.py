from __future__ import annotations

import random
from pathlib import Path

import pytest

from coach.encoder.network import PieceReader, build_network, get_trained, predict
from coach.verifying.pairs import Pair
from coach.verifying.plan import Plan
from coach.verifying.teaching import teach

PLAN = Plan(steps=24, batch=8, rate=3e-3, saved_every=8, told_every=8, tested_every=24)
ANIMALS = ("cats", "dogs", "birds", "horses", "cows", "sheep", "goats", "ducks")


class Stopped(Exception):
    pass


def make_pairs(number: int) -> list[Pair]:
    """Claims that are true where they speak of an animal of the first half: what a network this small can learn."""
    rng = random.Random(number)
    kinds = [rng.randrange(len(ANIMALS)) for _ in range(64)]
    return [Pair("There is a farm.", f"There are {ANIMALS[n]}.", n < len(ANIMALS) // 2, "made") for n in kinds]


def learn(folder: Path, state: Path, plan: Plan = PLAN, say=lambda _: None, tests=None):
    network, reader = build_network(folder), PieceReader(folder)
    teach(network, reader, make_pairs, plan, state=state, say=say, tests=tests)
    return network, reader


def test_it_learns_and_says_how_it_goes(small_encoder, tmp_path):
    said: list[str] = []
    plan = Plan(steps=160, batch=16, rate=3e-3, saved_every=160, told_every=40, tested_every=160)
    network, reader = learn(small_encoder, tmp_path / "state", plan, said.append, {"dev": make_pairs(9)})
    test = make_pairs(7)
    logits = predict(network, reader.read([(p.passage, p.claim) for p in test]))
    assert sum((logit > 0) == p.supported for logit, p in zip(logits, test, strict=True)) > 0.8 * len(test)
    assert any("min left" in line for line in said)
    assert any(line.startswith("dev ") for line in said)


def test_what_was_stopped_half_way_ends_as_if_it_had_not_been(small_encoder, tmp_path):
    whole, _ = learn(small_encoder, tmp_path / "whole")

    def stop(line: str) -> None:
        if line.startswith("step 16 "):
            raise Stopped

    with pytest.raises(Stopped):
        learn(small_encoder, tmp_path / "state", say=stop)
    said: list[str] = []
    resumed, _ = learn(small_encoder, tmp_path / "state", say=said.append)
    assert "8 are done" in said[0]  # what came after the last time it was saved is done again
    for (name, one), other in zip(get_trained(whole).items(), get_trained(resumed).values(), strict=True):
        assert (one - other).abs().max() < 1e-5, name


def test_what_is_done_is_not_done_again(small_encoder, tmp_path):
    learn(small_encoder, tmp_path / "state")
    said: list[str] = []
    learn(small_encoder, tmp_path / "state", say=said.append)
    assert said == ["24 steps of 8 pairs; 24 are done"]


def test_the_same_seed_teaches_the_same(small_encoder, tmp_path):
    first, second = (learn(small_encoder, tmp_path / name)[0] for name in ("a", "b"))
    for (name, one), other in zip(get_trained(first).items(), get_trained(second).values(), strict=True):
        assert (one == other).all(), name
