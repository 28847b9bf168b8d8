"""Gradient-boosted trees evaluated with NumPy alone, from one small file without code in it."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coach.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Trees:
    """All nodes of all trees in flat arrays; a leaf is its own left and right child.

    `roots` are the first nodes of the trees; going down `depth` times from there ends in a leaf.
    """

    roots: NDArray[np.int32]
    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]
    depth: int
    baseline: float
    slope: float  # of the sigmoid that turns the sum of leaves into a probability (Platt scaling)
    offset: float
    about: dict[str, Any]

    def predict(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probabilities of shape (n,) for rows of shape (n, features)."""
        nodes = np.repeat(self.roots[None, :], len(rows), axis=0)
        for _ in range(self.depth):
            here = np.take_along_axis(rows, self.feature[nodes].astype(np.int64), axis=1)
            nodes = np.where(here <= self.threshold[nodes], self.left[nodes], self.right[nodes])
        raw = self.baseline + self.value[nodes].astype(np.float64).sum(axis=1)
        return np.asarray(1.0 / (1.0 + np.exp(-(self.slope * raw + self.offset))))


_ARRAYS = ("roots", "feature", "threshold", "left", "right", "value")


def save_trees(trees: Trees, path: Path) -> None:
    """Write the trees as one compressed NumPy archive."""
    plain = {name: getattr(trees, name) for name in _ARRAYS}
    scalars = {n: getattr(trees, n) for n in ("depth", "baseline", "slope", "offset", "about")}
    with path.open("wb") as file:
        np.savez_compressed(file, header=np.array(json.dumps(scalars)), **plain)


def load_trees(path: Path, features: tuple[str, ...]) -> Trees:
    """Read trees made for these features; raises SettingsError when the file is missing, broken or of another make."""
    try:
        with np.load(path, allow_pickle=False) as file:
            header = json.loads(str(file["header"]))
            trees = Trees(**{name: file[name] for name in _ARRAYS}, **header)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise SettingsError(f"The verifier's model {path.name} cannot be read: {error}.", remedy=_REMEDY) from None
    if tuple(trees.about.get("features", ())) != features:
        raise SettingsError(f"The verifier's model {path.name} was made for other features.", remedy=_REMEDY)
    return trees


_REMEDY = "Install Coach again, run `coach eval train-verifier FOLDER`, or set COACH_VERIFIER=deterministic."
