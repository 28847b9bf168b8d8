"""Weights that several uses of one model leave as they are lie in memory once."""

from __future__ import annotations

import gc
from pathlib import Path
from weakref import WeakValueDictionary

import torch

from coach.encoder import sharing
from coach.encoder.network import build_network
from coach.encoder.sharing import share_frozen


def places(network):
    return {name: p.data_ptr() for name, p in network.encoder.named_parameters()}


def test_what_is_frozen_is_held_once_and_the_rest_by_each(small_encoder: Path):
    one, other = build_network(small_encoder), build_network(small_encoder)
    share_frozen(one.encoder)
    share_frozen(other.encoder)

    mine, yours = places(one), places(other)
    shared = {name for name in mine if mine[name] == yours[name]}
    assert shared == {n for n, p in one.encoder.named_parameters() if not p.requires_grad}
    assert "embeddings.word_embeddings.weight" in shared


def test_other_numbers_of_the_same_name_stay_their_own(small_encoder: Path):
    one, other = build_network(small_encoder), build_network(small_encoder)
    with torch.no_grad():
        other.encoder.embeddings.word_embeddings.weight[3] += 1
    share_frozen(one.encoder)
    share_frozen(other.encoder)

    name = "embeddings.word_embeddings.weight"
    assert places(one)[name] != places(other)[name]


def test_nothing_is_held_once_nobody_uses_it(small_encoder: Path, monkeypatch):
    monkeypatch.setattr(sharing, "_held", WeakValueDictionary())
    network = build_network(small_encoder)
    share_frozen(network.encoder)
    assert len(sharing._held) == sum(not p.requires_grad for p in network.encoder.parameters())

    del network
    gc.collect()
    assert not sharing._held
