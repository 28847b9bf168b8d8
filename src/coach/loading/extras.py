"""Optional packages: loaded when a file needs them, named when they are not there."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from coach.errors import MissingExtraError

EXTRA = "formats"


def require(module: str, kind: str) -> Any:
    """Import an optional module; MissingExtraError names the extra that brings it."""
    try:
        return import_module(module)
    except ImportError:
        raise MissingExtraError(
            f"{kind} files need the package {module.split('.')[0]}, which is not installed.",
            remedy=f'Install the extra that reads them: pip install "coach-guides[{EXTRA}]".',
        ) from None
