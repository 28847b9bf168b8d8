"""Indexes over the documents of public sets; kept in the data folder, so that only the first run embeds them."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from coach import Coach, build_coach
from coach.types import Progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from coach.embedding import Embedder
    from coach.settings import Settings

_TOGETHER = 128  # texts embedded and kept at once
Texts = Mapping[str, tuple[str, str]]


def build_over(texts: Texts, coach: Coach, name: str, progress: Progress | None = None) -> Coach:
    """A Coach with the settings of another over texts given by id as (title, text).

    The index lies in the folder `bench/NAME` of the data folder; texts that did not change are not embedded again.
    """
    return build_coach(_prepare(texts, coach, name), progress=progress)


def build_for_ranking(texts: Texts, coach: Coach, name: str, progress: Progress | None = None) -> Coach:
    """The same for ranking passages alone, without vectors of sentences: a fifth of the time, and no answers."""
    from coach.build import sync_corpus
    from coach.embedding import get_embedder
    from coach.index import IndexStore
    from coach.retrieval.retriever import HybridRetriever

    settings = _prepare(texts, coach, name)
    embedder, vocabulary = get_embedder(settings), coach.parts.vocabulary
    chunks_only = _ChunksOnly(embedder, _list_chunks(settings), Path(settings.data_dir) / "vectors", progress)
    store = IndexStore(settings, chunks_only, vocabulary)
    sync_corpus(settings, store=store, progress=progress)
    retriever = HybridRetriever(store, embedder)
    return Coach(replace(coach.parts, settings=settings, store=store, retriever=retriever))


class _ChunksOnly:
    """Embeds whole chunks; the sentences of a chunk, which ranking never looks at, become rows of zeros.

    Nearly all the time of a ranking goes into this, minutes to an hour for a large set: vectors are kept a few at a
    time, so that a run which was stopped goes on where it was.
    """

    def __init__(self, inner: Embedder, wanted: frozenset[str], kept: Path, progress: Progress | None) -> None:
        self.name, self.dimension = inner.name, inner.dimension
        self._inner, self._wanted, self._kept, self._progress = inner, wanted, kept, progress

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import numpy as np

        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        # Long texts beside long ones: a batch takes as long as its longest.
        places = sorted((i for i, text in enumerate(texts) if text in self._wanted), key=lambda i: len(texts[i]))
        for start in range(0, len(places), _TOGETHER):
            if self._progress:
                self._progress("embedding passages", start, len(places))
            some = places[start : start + _TOGETHER]
            rows[some] = self._recall([texts[i] for i in some])
        return rows

    def _recall(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of some texts: read if they were embedded before, else embedded and written."""
        import numpy as np

        if len(texts) == 1:  # a question
            return self._inner.embed(texts)
        digest = hashlib.sha256("\x00".join((self.name, *texts)).encode()).hexdigest()
        file = self._kept / f"{digest[:32]}.npy"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            unfinished = file.with_suffix(".part.npy")
            np.save(unfinished, self._inner.embed(texts))
            unfinished.replace(file)
        found: NDArray[np.float32] = np.load(file)
        return found


def _list_chunks(settings: Settings) -> frozenset[str]:
    from coach.build import get_cut
    from coach.loading import load_folder

    cut = get_cut(settings)
    return frozenset(c.embedded_text for d in load_folder(settings.corpus).documents for c in cut(d))


def _prepare(texts: Texts, coach: Coach, name: str) -> Settings:
    """The settings for a folder of guides made of the texts."""
    folder = Path(coach.settings.data_dir) / "bench" / name
    guides = folder / "guides"
    shutil.rmtree(guides, ignore_errors=True)
    guides.mkdir(parents=True)
    for key, (title, text) in texts.items():
        head = f"---\nid: doc-{key}\ntitle: {json.dumps(title)}\nlanguage: en\n---\n\n"
        (guides / f"doc-{key}.md").write_text(f"{head}{_plain(text)}\n", encoding="utf-8")
    return coach.settings.model_copy(update={"corpus": guides, "data_dir": folder})


def _plain(text: str) -> str:
    """Prose that Markdown does not read as anything else."""
    return "\n\n".join(" ".join(block.split()).lstrip("#>-*+|` ") for block in text.split("\n\n"))
