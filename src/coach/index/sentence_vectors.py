"""Vectors of single sentences in one flat file, half precision, mapped into memory when read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

FILE = "sentences.npy"


class SentenceWriter:
    """Writes rows one after another; plain writes, because a full disk kills a process that writes to mapped memory."""

    def __init__(self, folder: Path, rows: int, dimension: int) -> None:
        """Start the file of `rows` rows; raises OSError."""
        self._file = (folder / FILE).open("wb")
        header = {"descr": "<f2", "fortran_order": False, "shape": (rows, dimension)}
        npy.write_array_header_1_0(self._file, header)

    def add(self, vectors: NDArray[np.floating]) -> None:
        """Append rows; raises OSError."""
        self._file.write(np.ascontiguousarray(vectors, dtype="<f2").tobytes())

    def __enter__(self) -> SentenceWriter:
        """Write inside `with`, so that the file is closed whatever happens."""
        return self

    def __exit__(self, *_: object) -> None:
        """Finish the file; raises OSError."""
        self._file.close()


def load_sentence_vectors(folder: Path) -> NDArray[np.float16]:
    """The rows as a read-only array of shape (sentences, dimension), mapped, not read; OSError or ValueError."""
    path = folder / FILE
    with path.open("rb") as file:
        npy.read_magic(file)
        shape, _, _ = npy.read_array_header_1_0(file)
    if 0 in shape:  # nothing to map
        return np.empty(shape, dtype=np.float16)
    mapped: NDArray[np.float16] = np.load(path, mmap_mode="r", allow_pickle=False)
    return np.asarray(mapped)  # a plain view of the mapped file: slices of numpy's memmap cost three times as much
