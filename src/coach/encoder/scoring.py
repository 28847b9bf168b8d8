"""Asking a network that reads two texts together: loaded when first needed, many pairs at once, answers remembered."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coach import deltas
from coach.embedding import get_packaged_folder
from coach.errors import SettingsError

if TYPE_CHECKING:
    from coach.encoder.network import Network, PieceReader

_REMEMBERED = 8192  # pairs whose logit is kept: claims are asked again as an answer grows


@dataclass(frozen=True, slots=True)
class Kind:
    """One use of the network: how its files of weights are told from others, and what to say when one is broken."""

    name: str
    format: str
    remedy: str


class PairScorer:
    """Gives each pair of passage and text a logit. Safe to share between threads.

    Raises SettingsError on first use when the weights cannot be read.
    """

    def __init__(self, kind: Kind, path: Path, *, folder: Callable[[], Path] = get_packaged_folder) -> None:
        """Read nothing yet; `folder` finds the packaged model that the weights at `path` are a change of."""
        self._kind, self._path, self._folder = kind, path, folder
        self._loaded: tuple[Network, PieceReader] | None = None
        self._recent: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._lock = threading.Lock()

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """A logit for each (passage, text), in order; the same for a pair alone and among others."""
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

    def load(self) -> None:
        """Read the weights now rather than when first needed."""
        with self._lock:
            self._load()

    def _load(self) -> tuple[Network, PieceReader]:
        if self._loaded is None:
            self._loaded = load_network(self._kind, self._path, self._folder())
        return self._loaded

    def _compute(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        if not pairs:
            return []
        from coach.encoder.network import predict

        network, reader = self._load()
        # The order of additions depends on what else is in a batch; what it changes is far behind the third digit.
        return [round(float(logit), 3) for logit in predict(network, reader.read(pairs))]


def save_network(network: Network, kind: Kind, path: Path, base: Mapping[str, Any], about: Mapping[str, Any]) -> None:
    """Write what the network learned beyond `base`, whole or not at all. Raises OSError."""
    from coach.encoder.network import get_trained

    deltas.save(deltas.pack(get_trained(network), base), path, format=kind.format, about=about)


def load_network(kind: Kind, path: Path, folder: Path) -> tuple[Network, PieceReader]:
    """The packaged model with the changes in a file; SettingsError when it is missing, broken or another model's."""
    from coach.encoder.network import PieceReader, build_network, get_base, get_trained
    from coach.encoder.sharing import share_frozen

    try:
        packed = deltas.load(path, format=kind.format)
        network = build_network(folder)
        deltas.restore(get_trained(network), packed, get_base(network))
        share_frozen(network.encoder)
    except (OSError, KeyError, ValueError) as error:
        raise SettingsError(f"The {kind.name} {path.name} cannot be read: {error}.", remedy=kind.remedy) from None
    return network, PieceReader(folder)
