"""Where things live: the guides and prompts that ship, and the folder Coach may write to."""

from __future__ import annotations

from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).parent


def get_shipped_corpus() -> Path:
    """The folder of guides that ships: inside the installed package, or at the top of a checkout."""
    installed = _PACKAGE / "corpus"
    return installed if installed.is_dir() else _PACKAGE.parents[1] / "corpus"


def get_default_data_dir() -> Path:
    """The per-user folder for the index, following the platform's conventions."""
    return Path(platformdirs.user_data_dir("coach", appauthor=False))


def get_prompt(name: str) -> str:
    """The text of a system prompt, by file stem."""
    return (_PACKAGE / "prompts" / f"{name}.md").read_text(encoding="utf-8").strip()


def list_prompts() -> tuple[str, ...]:
    """The texts of all system prompts."""
    return tuple(get_prompt(file.stem) for file in sorted((_PACKAGE / "prompts").glob("*.md")))
