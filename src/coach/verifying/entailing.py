"""The verifier's encoder as it ships: whether a passage supports a claim."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from coach.embedding import get_packaged_folder
from coach.encoder.scoring import Kind, PairScorer

SHIPPED = Path(__file__).with_name("encoder.safetensors")
ENTAILING = Kind(
    "verifier's encoder",
    "coach-encoder-1",
    "Install Coach again, run `coach eval train-verifier FOLDER`, or set COACH_VERIFIER=deterministic.",
)


class Entailer(PairScorer):
    """Says how strongly a passage supports a claim."""

    def __init__(self, path: Path = SHIPPED, *, folder: Callable[[], Path] = get_packaged_folder) -> None:
        """Read nothing yet; `folder` finds the packaged model that the weights at `path` are a change of."""
        super().__init__(ENTAILING, path, folder=folder)
