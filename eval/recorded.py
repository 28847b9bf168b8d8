"""Figures that are recorded and not measured again by a build: other products, and how long answers took.

Both depend on the machine or on the network, so each file holds the day, the machine and the settings.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .dataset import Dataset, DatasetError
from .tables import figure

if TYPE_CHECKING:
    from coach import Coach

    from .peers.study import Compared
    from .run import Run

FOLDER = Path(__file__).parent / "baselines"
PEERS, LATENCY = FOLDER / "peers.json", FOLDER / "latency.json"
PEER_HEADINGS = (
    "product",
    "right",
    "wrongly declined",
    "wrongly answered",
    "facts found",
    "forbidden words",
    "sentences borne out",
    "sentences cited",
    "citations that resolve",
    "words a quote",
    "p50 s",
)
FIGURES = (
    "right",
    "wrongly_declined",
    "wrongly_answered",
    "fact_recall",
    "forbidden",
    "claims_supported",
    "claims_cited",
    "citations_resolved",
)


def record_peers(found: Sequence[Compared], dataset: Dataset, coach: Coach, top_k: int, path: Path = PEERS) -> None:
    """Keep the figures of a comparison. Products that were not asked this time keep theirs, over the same questions."""
    from coach.model.choosing import choose

    from .surroundings import get_surroundings

    rows = {row["name"]: row for row in _earlier(path, dataset)} | {one.name: asdict(one) for one in found}
    model = choose(coach.settings).model
    kept = {
        "dataset": dataset.name,
        "dataset_digest": dataset.digest,
        "questions": [s.id for s in dataset.samples],
        "model": model or "gguf:smollm2 (SmolLM2-135M-Instruct, 4 bits, on this machine)",
        "embedding_model": coach.settings.embedding_model,
        "top_k": top_k,
        **get_surroundings(),
        "products": list(rows.values()),
    }
    _save(kept, path)


def _earlier(path: Path, dataset: Dataset) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    old = load_recorded(path)
    return old["products"] if old["questions"] == [s.id for s in dataset.samples] else []


def record_latency(run: Run, path: Path = LATENCY) -> None:
    """Keep how long the answers of a run took, with the machine they were measured on."""
    from .metrics import percentile

    seconds = [r.reply.seconds for r in run.records if not r.reply.error]
    head = run.header
    kept = {name: head.get(name) for name in ("dataset", "started", "machine", "revision")}
    shares = {f"seconds_p{100 * share:.0f}": percentile(seconds, share) for share in (0.5, 0.95, 0.99)}
    _save({**kept, "questions": len(seconds), **shares}, path)


def _save(value: Mapping[str, Any], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def load_recorded(path: Path) -> dict[str, Any]:
    """One of the two files. Raises DatasetError when it is missing or damaged."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DatasetError(
            f"There are no recorded figures {path}.", remedy="`coach eval peers --write` sets them."
        ) from None
    except (OSError, ValueError) as error:
        raise DatasetError(f"The recorded figures {path} cannot be read: {error}.") from None
    if not isinstance(found, dict):
        raise DatasetError(f"The recorded figures {path} cannot be read: not an object.")
    return found


def to_peer_rows(products: Sequence[Compared] | Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """A line for each product, in the order of PEER_HEADINGS."""
    return [_peer_row(one if isinstance(one, Mapping) else asdict(one)) for one in products]


def _peer_row(one: Mapping[str, Any]) -> tuple[str, ...]:
    figures = one["figures"]
    words, seconds = figures.get("words_per_quote"), figures.get("seconds_p50")
    return (
        f"{one['title']} {one['version']}".strip(),
        *(figure(figures.get(name)) for name in FIGURES),
        "-" if words is None else f"{words:.0f}",
        "-" if seconds is None else f"{seconds:.2f}",
    )
