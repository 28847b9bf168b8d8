"""ragas and deepeval as judges, each in an environment of its own that the command makes once.

Their pins and Coach's exclude each other, so nothing of them is imported here: `judge_program.py` runs under their
Python, takes claims as lines of JSON and answers with a line for each.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coach.errors import MissingExtraError, SettingsError

from .judging import Judge, Opinion, opinion_of_score, unscored
from .labelled import Labelled

if TYPE_CHECKING:
    from coach import Settings

# Exact pins of what decides the figures; ragas 0.4 imports a module that later releases of langchain-community lack.
REQUIREMENTS = {
    "ragas": ("ragas==0.4.3", "langchain-community==0.3.31", "langchain-core==0.3.86", "openai==1.109.1"),
    "deepeval": ("deepeval==4.3.1", "httpx==0.28.1"),
}
PROGRAM = Path(__file__).with_name("judge_program.py")
_INSTALLING = 900  # seconds
_CALLS = 4  # calls a claim may take: statements and verdicts, for deepeval truths as well


def open_program(name: str, settings: Settings) -> tuple[str, Judge]:
    """The judge and its full name: library, version and model. Its environment is made on first use.

    Raises SettingsError without an OpenAI-compatible model, MissingExtraError when the library cannot be installed.
    """
    provider, _, model = settings.model.partition(":")
    if provider != "openai" or not model:
        raise SettingsError(
            f"{name} needs a model to judge with, and COACH_MODEL is {settings.model}.",
            remedy="Set COACH_MODEL=openai:NAME, and COACH_MODEL_BASE_URL for a server of your own.",
        )
    key = settings.model_api_key.get_secret_value() if settings.model_api_key else os.environ.get("OPENAI_API_KEY", "")
    how = {
        "library": name,
        "model": model,
        "base_url": settings.model_base_url or "https://api.openai.com/v1",
        "timeout": settings.model_timeout,
    }
    python = make_environment(name, settings.data_dir / "judges")
    full = f"{REQUIREMENTS[name][0].replace('==', ' ')}, {settings.model}"
    return full, judge_with_program([str(python), str(PROGRAM)], how, key=key)


def make_environment(name: str, folder: Path) -> Path:
    """The Python of the library's environment under `folder`, made when its pins are not there yet.

    Raises MissingExtraError when it cannot be made; what was begun is removed.
    """
    pins = REQUIREMENTS[name]
    home = folder / f"{name}-{hashlib.sha256(' '.join(pins).encode()).hexdigest()[:12]}"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if (home / "installed").exists():
        return python
    shutil.rmtree(home, ignore_errors=True)
    for command in ([sys.executable, "-m", "venv", str(home)], [str(python), "-m", "pip", "install", "-q", *pins]):
        try:
            subprocess.run(command, capture_output=True, text=True, timeout=_INSTALLING, check=True)
        except (OSError, subprocess.SubprocessError) as error:
            shutil.rmtree(home, ignore_errors=True)
            raise MissingExtraError(
                f"{name} could not be installed: {_last_line(error)}",
                remedy="It needs a package index, once; every other judge works without it.",
            ) from None
    (home / "installed").touch()
    return python


def _last_line(error: Exception) -> str:
    said = str(getattr(error, "stderr", "") or error).strip().splitlines()
    return said[-1][:300] if said else type(error).__name__


def judge_with_program(command: Sequence[str], how: dict[str, Any], *, key: str = "") -> Judge:
    """A judge that is a program: a line of JSON for each claim in, `{"id", "score"}` or `{"id", "error"}` out.

    Claims it does not answer, because it died or took too long, are unscored.
    """

    def judge(claims: Sequence[Labelled]) -> list[Opinion]:
        lines = [json.dumps(how), *(json.dumps(_to_line(c)) for c in claims)]
        limit = 60 + _CALLS * float(how["timeout"]) * len(claims)
        out, why = _run(command, "\n".join(lines) + "\n", key, limit)
        said = _read(out)
        return [_opinion(said.get(c.id), why) for c in claims]

    return judge


def _to_line(claim: Labelled) -> dict[str, Any]:
    return {"id": claim.id, "question": claim.question or claim.claim, "claim": claim.claim, "quotes": claim.quotes}


def _run(command: Sequence[str], text: str, key: str, limit: float) -> tuple[str, str]:
    """What the program printed, and why an answer may be missing from it. The key goes by the environment."""
    kept = {n: v for n, v in os.environ.items() if n in ("PATH", "HOME", "LANG", "SYSTEMROOT", "TMPDIR")}
    quiet = {"RAGAS_DO_NOT_TRACK": "true", "DEEPEVAL_TELEMETRY_OPT_OUT": "YES", "DEEPEVAL_DISABLE_DOTENV": "1"}
    try:
        done = subprocess.run(
            command,
            input=text,
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
            env={**kept, **quiet, "JUDGE_API_KEY": key or "none"},
        )
    except subprocess.TimeoutExpired as error:
        out = error.stdout or b""
        return out.decode(errors="replace") if isinstance(out, bytes) else out, f"no answer within {limit:.0f} seconds"
    except OSError as error:
        return "", str(error)
    return done.stdout, (done.stderr.strip().splitlines() or ["the judge did not answer"])[-1]


def _read(out: str) -> dict[str, dict[str, Any]]:
    rows = {}
    for line in out.splitlines():
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            continue  # libraries print what they like
        if isinstance(row, dict) and isinstance(row.get("id"), str):
            rows[row["id"]] = row
    return rows


def _opinion(row: dict[str, Any] | None, why: str) -> Opinion:
    if row is None:
        return unscored(why)
    return unscored(str(row["error"])) if row.get("error") else opinion_of_score(row.get("score"))
