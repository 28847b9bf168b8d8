from __future__ import annotations

import pytest
import torch

from coach.encoder.network import (
    FROZEN,
    LONGEST,
    PieceReader,
    build_network,
    get_trained,
    to_batch,
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


def test_a_packaged_model_without_a_weight_is_refused(small_encoder):
    from safetensors.torch import load_file, save_file

    weights = load_file(small_encoder / "model.safetensors")
    weights.pop("embeddings.LayerNorm.weight")
    save_file(weights, small_encoder / "model.safetensors")
    with pytest.raises(ValueError, match="lacks"):
        build_network(small_encoder)
