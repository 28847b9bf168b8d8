from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch

from coach.encoder.network import build_network, get_base, get_trained
from coach.encoder.scoring import save_network
from coach.errors import SettingsError
from coach.verifying.entailing import ENTAILING, SHIPPED, Entailer

PAIRS = [(f"The team of {n} ships every week, and then it rests.", f"The team has {n % 3} people.") for n in range(24)]


@pytest.fixture
def weights(small_encoder: Path, tmp_path: Path) -> Path:
    torch.manual_seed(1)
    network = build_network(small_encoder)
    base = get_base(network)
    with torch.no_grad():
        for p in get_trained(network).values():
            p.add_(torch.randn_like(p) * 0.05)
    save_network(network, ENTAILING, tmp_path / "weights.safetensors", base, {"seed": 1})
    return tmp_path / "weights.safetensors"


def test_a_pair_scores_the_same_alone_among_others_and_again(small_encoder, weights):
    together = Entailer(weights, folder=lambda: small_encoder).score(PAIRS)
    other = Entailer(weights, folder=lambda: small_encoder)
    alone = [other.score([pair])[0] for pair in PAIRS]
    assert alone == pytest.approx(together, abs=2e-3)
    assert other.score(PAIRS) == alone  # remembered
    assert len(set(together)) > 5


def test_nothing_is_read_before_it_is_needed(tmp_path):
    assert Entailer(tmp_path / "nowhere").score([]) == []


def test_many_threads_may_ask_at_once(small_encoder, weights):
    entailer = Entailer(weights, folder=lambda: small_encoder)
    expected = Entailer(weights, folder=lambda: small_encoder).score(PAIRS)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: entailer.score([PAIRS[n % len(PAIRS)]])[0], range(96)))
    assert found == pytest.approx([expected[n % len(PAIRS)] for n in range(96)], abs=2e-3)


@pytest.mark.parametrize("damage", ["missing", "cut", "no tensors", "another kind"])
def test_weights_that_cannot_be_read_are_told_with_what_to_do(small_encoder, weights, damage):
    from safetensors.numpy import load_file, save_file

    if damage == "missing":
        weights.unlink()
    elif damage == "cut":
        weights.write_bytes(weights.read_bytes()[:-50])
    elif damage == "no tensors":
        weights.write_bytes(b"not weights at all")
    else:
        save_file(load_file(weights), weights, metadata={"format": "something-else"})
    with pytest.raises(SettingsError, match=r"encoder weights.safetensors cannot be read") as told:
        Entailer(weights, folder=lambda: small_encoder).score(PAIRS[:1])
    assert "train-verifier" in (told.value.remedy or "")


def test_the_shipped_weights_tell_a_paraphrase_from_a_falsehood():
    passage = "An engineering manager meets every engineer of the team once a week and writes down what was agreed."
    true, false = Entailer(SHIPPED).score(
        [
            (passage, "Each week the manager talks with all engineers on the team."),
            (passage, "The manager hires a lawyer for every engineer."),
        ]
    )
    assert true > 0 > false
