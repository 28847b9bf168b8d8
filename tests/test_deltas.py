from __future__ import annotations

import pytest
import torch

from coach import deltas

BASE = {"layer.weight": torch.randn(8, 6), "layer.bias": torch.randn(8)}


def learn(base):
    """The same parameters a little further, and a new one."""
    return {name: p + torch.randn_like(p) * 0.01 for name, p in base.items()} | {"head": torch.randn(1, 6)}


def test_what_was_learned_is_packed_small_and_put_back():
    now = learn(BASE)
    packed = deltas.pack(now, BASE)
    assert {a.dtype.name for a in packed.values()} == {"int8", "float16", "float32"}
    again = {name: torch.zeros_like(p) for name, p in now.items()}
    deltas.restore(again, packed, BASE)
    for name, p in now.items():
        assert (p - again[name]).abs().max() < 2e-3, name
        assert (p - again[name]).abs().mean() < (p - BASE.get(name, 0)).abs().mean() / 50, name


def test_what_another_model_learned_is_refused():
    now = learn(BASE)
    packed = deltas.pack(now, BASE)
    with pytest.raises(ValueError, match="has shape"):
        deltas.restore(now, packed | {"layer.bias": packed["layer.bias"][None]}, BASE)
    with pytest.raises(KeyError):
        deltas.restore(now, {}, BASE)


def test_a_file_of_another_format_or_a_broken_one_is_refused(tmp_path):
    path = tmp_path / "a.safetensors"
    packed = deltas.pack(learn(BASE), BASE)
    deltas.save(packed, path, format="one", about={"seed": 1})
    assert set(deltas.load(path, format="one")) == set(packed)
    assert [p.name for p in tmp_path.iterdir()] == ["a.safetensors"]
    with pytest.raises(ValueError, match="Coach"):
        deltas.load(path, format="two")
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(ValueError):
        deltas.load(path, format="one")
    with pytest.raises(OSError):
        deltas.load(tmp_path / "none", format="one")
