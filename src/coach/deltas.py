"""Weights as a change of a published model's: small files beside a package that everyone has.

Only what differs is kept: the change of each weight, matrices in eight bits with one scale a row, the rest in sixteen.
A change is small, so that costs next to nothing in precision, and the file holds no code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

Packed = dict[str, NDArray[Any]]


def pack(now: Mapping[str, Tensor], base: Mapping[str, Tensor]) -> Packed:
    """What the parameters `now` have become since `base`; one that `base` lacks started from nothing."""
    packed: Packed = {}
    for name, tensor in now.items():
        change = (tensor - base[name]).numpy() if name in base else tensor.numpy()
        if change.ndim == 2 and change.shape[0] > 1:
            scale = np.maximum(np.abs(change).max(axis=1, keepdims=True), 1e-12) / 127
            packed[f"{name}:scale"] = scale.astype(np.float32)
            packed[name] = np.round(change / scale).astype(np.int8)
        else:
            packed[name] = change.astype(np.float16)
    return packed


def restore(parameters: Mapping[str, Tensor], packed: Mapping[str, NDArray[Any]], base: Mapping[str, Tensor]) -> None:
    """Make the parameters, in place, what was packed. Raises KeyError and ValueError for another model's."""
    import torch

    with torch.no_grad():
        for name, now in parameters.items():
            change = packed[name].astype(np.float32) * packed.get(f"{name}:scale", np.float32(1))
            if change.shape != tuple(now.shape):
                raise ValueError(f"{name} has shape {change.shape}, not {tuple(now.shape)}")
            start = base[name] if name in base else torch.zeros_like(now)
            now.copy_(start + torch.from_numpy(np.ascontiguousarray(change, dtype=np.float32)))


def save(packed: Packed, path: Path, *, format: str, about: Mapping[str, Any]) -> None:
    """Write a file of weights, whole or not at all. Raises OSError."""
    from safetensors.numpy import save_file

    written = path.with_name(f"{path.name}.part")
    save_file(packed, written, metadata={"format": format, "about": json.dumps(about)})
    written.replace(path)


def load(path: Path, *, format: str) -> Packed:
    """Read one. Raises OSError when it is missing and ValueError when it is broken or of another format."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            if (file.metadata() or {}).get("format") != format:
                raise ValueError("it is not one of Coach's")
            return {name: file.get_tensor(name) for name in file.keys()}
    except SafetensorError as error:
        raise ValueError(str(error)) from error
