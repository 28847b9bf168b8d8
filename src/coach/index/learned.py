"""What a version learned of the words of its field: roles and dimensions that its headings show, in a file."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path

from coach.types import Chunk
from coach.vocabulary import Dimension, Role, Vocabulary
from coach.vocabulary.learning import Learned, learn

FILE = "learned.json"
_MOST_PATHS = 2000  # heading paths of one document that are looked at


class OutlineBuilder:
    """Collects the heading paths of chunks by document and writes down what they teach."""

    def __init__(self) -> None:
        """Start empty."""
        self._paths: dict[str, dict[tuple[str, ...], None]] = defaultdict(dict)

    def add(self, chunk: Chunk) -> None:
        """Take the headings of a chunk's sentences, in the order of the text."""
        paths = self._paths[chunk.document_id]
        if len(paths) < _MOST_PATHS:
            paths.update(dict.fromkeys(s.headings for s in chunk.sentences))

    def save(self, folder: Path, known: Vocabulary) -> None:
        """Write what is learned beyond the vocabulary's own words; raises OSError."""
        learned = learn(((i, list(paths)) for i, paths in sorted(self._paths.items())), known)
        (folder / FILE).write_text(json.dumps(asdict(learned), ensure_ascii=False), encoding="utf-8")


def load_learned(folder: Path) -> Learned:
    """What a version learned; nothing for one made before versions did. Raises OSError, ValueError or TypeError."""
    try:
        data = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Learned()
    return Learned(
        roles=tuple(Role(**{**r, "aliases": tuple(r["aliases"])}) for r in data["roles"]),
        dimensions=tuple(Dimension(d["id"], tuple(d["headings"]), tuple(d["questions"])) for d in data["dimensions"]),
    )
