from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from coach.errors import SettingsError
from coach.verifying.training import flatten
from coach.verifying.trees import Trees, load_trees, save_trees


def grow(*values: float) -> Trees:
    """One tree: feature 0 up to 1 gives values[0], above it values[1]."""
    return Trees(
        roots=np.array([0], dtype=np.int32),
        feature=np.array([0, 0, 0], dtype=np.int16),
        threshold=np.array([1, 0, 0], dtype=np.float32),
        left=np.array([1, 1, 2], dtype=np.int32),
        right=np.array([2, 1, 2], dtype=np.int32),
        value=np.array([0, *values], dtype=np.float32),
        depth=1,
        baseline=0.0,
        slope=1.0,
        offset=0.0,
        about={"features": ["a", "b"], "threshold": 0.5},
    )


def test_a_tree_by_hand():
    rows = np.array([[0.5, 9], [1.0, 9], [1.1, 9]], dtype=np.float32)
    assert grow(0.0, np.log(3)).predict(rows) == pytest.approx([0.5, 0.5, 0.75])
    assert replace(grow(0.0, 1.0), slope=0.0, offset=np.log(3)).predict(rows) == pytest.approx([0.75] * 3)


def test_flattened_trees_say_what_scikit_learn_says():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(800, 5)).astype(np.float32)
    labels = (rows[:, 0] * rows[:, 1] > 0.1).astype(int)
    model = HistGradientBoostingClassifier(max_iter=20, random_state=0).fit(rows, labels)
    trees = flatten(model, slope=1.0, offset=0.0, about={})
    assert trees.predict(rows) == pytest.approx(model.predict_proba(rows)[:, 1], abs=1e-5)


def test_trees_are_read_back_as_written(tmp_path):
    save_trees(grow(0.25, -0.5), tmp_path / "model.npz")
    trees = load_trees(tmp_path / "model.npz", ("a", "b"))
    assert trees.value.tolist() == [0.0, 0.25, -0.5]
    assert (trees.depth, trees.about["threshold"]) == (1, 0.5)


@pytest.mark.parametrize("content", [None, b"not an archive", b"PK\x03\x04broken"])
def test_a_model_that_cannot_be_read_is_said_to_be(tmp_path, content):
    if content is not None:
        (tmp_path / "model.npz").write_bytes(content)
    with pytest.raises(SettingsError, match=r"model\.npz cannot be read"):
        load_trees(tmp_path / "model.npz", ("a", "b"))


def test_a_model_for_other_features_is_refused(tmp_path):
    save_trees(grow(0.0, 0.0), tmp_path / "model.npz")
    with pytest.raises(SettingsError, match="other features"):
        load_trees(tmp_path / "model.npz", ("a", "c"))
