"""An environment of its own for each peer, with exact pins; made on first use and kept."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from coach.errors import FixError

HERE = Path(__file__).parent
PROGRAMS = {
    "langchain": "langchain_chain.py",
    "llamaindex": "llamaindex_citations.py",
    "haystack": "haystack_pipeline.py",
}
COACH = ("coach-quoting", "coach-writing")
NAMES = (*COACH, *PROGRAMS)
TITLES = {
    "coach-quoting": "Coach, quoting",
    "coach-writing": "Coach, same model",
    "langchain": "LangChain, plain chain",
    "llamaindex": "LlamaIndex, citation query engine",
    "haystack": "Haystack, tutorial pipeline",
}
MADE_FROM = {"langchain": "langchain-core", "llamaindex": "llama-index-core", "haystack": "haystack-ai"}
PATIENCE = 900  # seconds for pip; a slow line is no reason to give up


class PeerUnavailableError(FixError):
    """A peer cannot be installed or started; the message says which and why."""


def get_requirements(name: str) -> Path:
    """The file with the exact pins of a peer."""
    return HERE / "requirements" / f"{name}.txt"


def read_version(name: str) -> str:
    """The pinned version of the library that gives a peer its name."""
    lines = get_requirements(name).read_text(encoding="utf-8").splitlines()
    return next(line.partition("==")[2] for line in lines if line.startswith(f"{MADE_FROM[name]}=="))


def make_environment(name: str, folder: Path) -> Path:
    """The Python of the peer's environment under `folder`, installed when its pins are not there yet.

    Raises PeerUnavailableError when it cannot be made; what was begun is removed.
    """
    requirements = get_requirements(name)
    home = folder / f"{name}-{hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]}"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if (home / "installed").exists():
        return python
    shutil.rmtree(home, ignore_errors=True)
    try:
        _run([sys.executable, "-m", "venv", str(home)], name)
        _run([str(python), "-m", "pip", "install", "--quiet", "--requirement", str(requirements)], name)
    except PeerUnavailableError:
        shutil.rmtree(home, ignore_errors=True)
        raise
    (home / "installed").touch()
    return python


def _run(command: list[str], name: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _unavailable(name, str(error)) from None
    if done.returncode != 0:
        raise _unavailable(name, _last_words(done.stderr))


def _last_words(text: str) -> str:
    """The last thing pip said that is an error, else the last thing it said."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines or ["no reason was given"])[-1][:300]


def _unavailable(name: str, why: str) -> PeerUnavailableError:
    return PeerUnavailableError(
        f"{TITLES[name]} could not be installed: {why}",
        remedy="It needs a package index, once; --only takes the peers that are installed.",
    )
