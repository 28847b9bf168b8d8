from __future__ import annotations

import pytest
import torch

from coach.verifying.network import (
    FROZEN,
    LONGEST,
    PieceReader,
    build_network,
    get_base,
    get_trained,
    pack,
    to_batch,
    unpack,
)


def test_what_is_frozen_does_not_learn(small_encoder):
    trained = get_trained(build_network(small_encoder))
    assert not any("embeddings" in name for name in trained)
    layers = {int(name.split(".")[3]) for name in trained if name.startswith("encoder.")}
    assert layers and min(layers) == FROZEN


def test_passage_and_claim_stand_in_two_segments_and_the_claim_is_kept_whole(small_encoder):
    reader = PieceReader(small_encoder)
    (ids, segments), (long, marks) = reader.read([("a b", "c"), ("word " * 400, "one two three")])
    assert (ids[0], segments) == (101, [0, 0, 0, 0, 1, 1])
    assert len(long) == len(marks) == LONGEST
    assert marks.count(1) == 4
    assert reader.read([("", "c")])[0][1] == [0, 0, 1, 1]


def test_a_batch_is_padded_and_padding_changes_nothing(small_encoder):
    network, reader = build_network(small_encoder), PieceReader(small_encoder)
    rows = reader.read(
        [("It rains.", "It pours."), ("It rains a great deal in the north of the country.", "So it is.")]
    )
    ids, segments, mask = to_batch(rows)
    assert ids.shape == segments.shape == mask.shape
    assert mask.sum().item() == sum(len(r[0]) for r in rows)
    with torch.inference_mode():
        together = network(ids, segments, mask)
        alone = [network(*to_batch([row])).item() for row in rows]
    assert together.tolist() == pytest.approx(alone, abs=1e-5)


def test_what_was_learned_is_packed_small_and_put_back(small_encoder):
    network = build_network(small_encoder)
    base = get_base(network)
    with torch.no_grad():
        for p in get_trained(network).values():
            p.add_(torch.randn_like(p) * 0.01)
    packed = pack(network, base)
    assert {a.dtype.name for a in packed.values()} == {"int8", "float16", "float32"}
    again = build_network(small_encoder)
    unpack(again, packed, get_base(again))
    for (name, one), other in zip(get_trained(network).items(), get_trained(again).values(), strict=True):
        assert (one - other).abs().max() < 1e-3, name


def test_what_another_network_learned_is_refused(small_encoder):
    network = build_network(small_encoder)
    packed = pack(network, get_base(network))
    with pytest.raises(ValueError, match="has shape"):
        unpack(network, packed | {"out.bias": packed["out.bias"][None]}, get_base(network))
    with pytest.raises(KeyError):
        unpack(network, {}, get_base(network))


def test_a_packaged_model_without_a_weight_is_refused(small_encoder):
    from safetensors.torch import load_file, save_file

    weights = load_file(small_encoder / "model.safetensors")
    weights.pop("embeddings.LayerNorm.weight")
    save_file(weights, small_encoder / "model.safetensors")
    with pytest.raises(ValueError, match="lacks"):
        build_network(small_encoder)
