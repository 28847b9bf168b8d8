"""The encoder as it ships: loaded when first needed, asked for many pairs at once, what it said is remembered."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coach import deltas
from coach.embedding import get_packaged_folder
from coach.errors import SettingsError

if TYPE_CHECKING:
    from coach.verifying.network import Network, PieceReader

SHIPPED = Path(__file__).with_name("encoder.safetensors")
_REMEMBERED = 8192  # pairs whose logit is kept: claims are asked again as an answer grows
_FORMAT = "coach-encoder-1"
_REMEDY = "Install Coach again, run `coach eval train-verifier FOLDER`, or set COACH_VERIFIER=deterministic."


class Entailer:
    """Says how strongly a passage supports a claim. Safe to share between threads.

    Raises SettingsError on first use when the weights cannot be read.
    """

    def __init__(self, path: Path = SHIPPED, *, folder: Callable[[], Path] = get_packaged_folder) -> None:
        """Read nothing yet; `folder` finds the packaged model that the weights at `path` are a change of."""
        self._path, self._folder = path, folder
        self._loaded: tuple[Network, PieceReader] | None = None
        self._recent: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._lock = threading.Lock()

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """A logit for each (passage, claim), in order; the same for a pair alone and among others."""
        if not pairs:
            return []
        with self._lock:  # a network computes on all cores it is given: two at once gain nothing
            missing = [p for p in dict.fromkeys(pairs) if p not in self._recent]
            for pair, logit in zip(missing, self._compute(missing), strict=True):
                self._recent[pair] = logit
            found = [self._recent[p] for p in pairs]
            for pair in pairs:
                self._recent.move_to_end(pair)
            while len(self._recent) > _REMEMBERED:
                self._recent.popitem(last=False)
        return found

    def _compute(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        if not pairs:
            return []
        from coach.verifying.teaching import predict

        if self._loaded is None:
            self._loaded = load_network(self._path, self._folder())
        network, reader = self._loaded
        # The order of additions depends on what else is in a batch; what it changes is far behind the third digit.
        return [round(float(logit), 3) for logit in predict(network, reader.read(pairs))]


def save_network(network: Network, path: Path, base: Mapping[str, Any], about: Mapping[str, Any]) -> None:
    """Write what the network learned beyond `base`, whole or not at all. Raises OSError."""
    from coach.verifying.network import get_trained

    deltas.save(deltas.pack(get_trained(network), base), path, format=_FORMAT, about=about)


def load_network(path: Path, folder: Path) -> tuple[Network, PieceReader]:
    """The packaged model with the changes in a file; SettingsError when it is missing, broken or another model's."""
    from coach.verifying.network import PieceReader, build_network, get_base, get_trained

    try:
        packed = deltas.load(path, format=_FORMAT)
        network = build_network(folder)
        deltas.restore(get_trained(network), packed, get_base(network))
    except (OSError, KeyError, ValueError) as error:
        raise SettingsError(f"The verifier's encoder {path.name} cannot be read: {error}.", remedy=_REMEDY) from None
    return network, PieceReader(folder)
