"""The figures in the README and in docs/peers.md, written from the committed baselines and the recorded figures.

They stand between `<!-- figures -->` and `<!-- /figures -->`, so that a figure in prose can be no other than the one
that was measured; a build fails when they differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from coach.errors import FixError

from .baseline import Baseline, get_baseline_path, load_baseline
from .exports import to_markdown_table
from .recorded import LATENCY, PEER_HEADINGS, PEERS, load_recorded, to_peer_rows

ROOT = Path(__file__).parent.parent
PARTS = {"guides-dev": "development questions", "guides-test": "test questions"}
ROWS: Mapping[str, Callable[[Baseline], str]] = {
    "questions": lambda b: str(len(b.samples)),
    "answered rightly": lambda b: _percent(b.metrics.get("right")),
    "facts found in answers": lambda b: _percent(b.metrics.get("fact_recall")),
    "declined, though the guides cover it": lambda b: _percent(b.metrics.get("wrongly_declined")),
    "answered, though the guides do not cover it": lambda b: _percent(b.metrics.get("wrongly_answered")),
    "claims with a citation": lambda b: _percent(b.metrics.get("claims_cited")),
    "citations whose quote stands at its offsets, word for word": lambda b: _percent(
        b.metrics.get("citations_resolved")
    ),
    "falsehoods of a model that lies on purpose that were dropped": lambda b: _percent(
        _rest(b.metrics.get("false_claims_shown"))
    ),
    "true sentences of that model that were kept": lambda b: _percent(b.metrics.get("true_claims_kept")),
}


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def _rest(share: float | None) -> float | None:
    return None if share is None else 1 - share


def to_figures() -> str:
    """The table of Coach's own figures, a column for each part of the questions that has a baseline."""
    parts = {name: load_baseline(path) for name in PARTS if (path := get_baseline_path(name)).is_file()}
    rows = [(what, *(cell(baseline) for baseline in parts.values())) for what, cell in ROWS.items()]
    table = to_markdown_table(("", *(PARTS[name] for name in parts)), rows)
    told = "Measured by `coach eval gate` (`guides-test` after it for the second column), without a language model."
    return "\n\n".join(filter(None, (table, told, _tell_latency())))


def _tell_latency() -> str:
    if not LATENCY.is_file():
        return ""
    kept = load_recorded(LATENCY)
    cores = (kept.get("machine") or {}).get("cores")
    return (
        f"Half of the answers came within {1000 * kept['seconds_p50']:.0f} ms and 95 of 100 within "
        f"{1000 * kept['seconds_p95']:.0f} ms, on {cores} processor cores without a GPU, on {kept['started'][:10]}."
    )


def to_peers() -> str:
    """The table of products beside each other, and what it was measured with."""
    if not PEERS.is_file():
        return "Not measured yet: `coach eval peers --write`."
    kept = load_recorded(PEERS)
    table = to_markdown_table(PEER_HEADINGS, to_peer_rows(kept["products"]))
    return f"{table}\n\n{_tell_peers(kept)}"


def _tell_peers(kept: Mapping[str, Any]) -> str:
    return (
        f"{len(kept['questions'])} questions of {kept['dataset']}, {kept['top_k']} passages, "
        f"embedding {kept['embedding_model']}, chat model {kept['model']}, on {kept['started'][:10]}; "
        "measured by `coach eval peers --write`, recorded in `eval/baselines/peers.json`."
    )


BLOCKS: Mapping[str, Callable[[], str]] = {"figures": to_figures, "peers": to_peers}
FILES = ("README.md", "docs/peers.md")


def write_blocks(text: str, blocks: Mapping[str, Callable[[], str]] = BLOCKS) -> str:
    """The text with whatever stands between the marks of each block written anew; blocks it lacks are left out."""
    for name, make in blocks.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        if pattern.search(text):
            made = make()
            text = pattern.sub(lambda m, made=made: f"{m[1]}{made}\n{m[2]}", text)
    return text


def find_stale(root: Path = ROOT) -> dict[Path, str]:
    """The files whose figures are not those on record, with what they should hold.

    Raises FixError outside of a checkout, where there is nothing to check.
    """
    files = [root / name for name in FILES if (root / name).is_file()]
    if not files:
        raise FixError(f"There is no README in {root}.", remedy="Run this in a checkout of Coach.")
    texts = {file: file.read_text(encoding="utf-8") for file in files}
    return {file: new for file, text in texts.items() if (new := write_blocks(text)) != text}
