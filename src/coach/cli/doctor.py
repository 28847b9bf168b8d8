"""`coach doctor`: what is in force, what is installed, what is indexed, and what is wrong with it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import click

from coach.cli.state import State, json_option, read_settings
from coach.cli.text import write, write_json
from coach.errors import CoachError, ModelError
from coach.problems import FIX

if TYPE_CHECKING:
    from coach.settings import Settings

PACKAGES = (
    "coach-guides",
    "torch",
    "sentence-transformers",
    "chromadb",
    "bm25s",
    "langchain",
    "langchain-core",
    "fastapi",
    "gradio",
    "pydantic",
    "xllamacpp",
)


log = logging.getLogger("coach.cli")


@dataclass(frozen=True)
class Check:
    """One thing looked at: what was found, or what is wrong and what to do."""

    name: str
    works: bool
    found: str
    remedy: str = ""


@click.command()
@click.option("--settings", "only_settings", is_flag=True, help="List every setting, its default and its meaning.")
@json_option
@click.pass_obj
def doctor(state: State, only_settings: bool) -> int:
    """Show settings, versions and the state of the index.

    Exit code 2 says that something has to be fixed.
    """
    if only_settings:
        _show_known_settings(as_json=state.json)
        return 0
    settings = read_settings()
    checks = list(run_checks(settings))
    report = {"settings": masked(settings), "versions": versions(), "checks": [asdict(check) for check in checks]}
    if state.json:
        write_json(report)
    else:
        _show_report(report, checks)
    return 0 if all(check.works for check in checks) else FIX


def masked(settings: Settings) -> dict[str, Any]:
    """The settings in force by variable name; secrets show only that they are set."""
    return {f"COACH_{name.upper()}": _mask(value) for name, value in settings}


def _mask(value: Any) -> Any:
    from pydantic import SecretStr

    if isinstance(value, SecretStr):
        return "(set)"
    if isinstance(value, tuple):
        return [_mask(one) for one in value]
    if isinstance(value, str) and "://" in value:
        return without_password(value)
    return value if isinstance(value, (int, float, str)) or value is None else str(value)


def without_password(url: str) -> str:
    """An address without the user, the password and the query it may hold."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "(not a URL)"
    place = parts.netloc.rpartition("@")[2]
    hidden = parts._replace(netloc=f"(set)@{place}" if "@" in parts.netloc else place, query="", fragment="")
    return urlunsplit(hidden)


def versions() -> dict[str, str]:
    """Versions of Python and of what answers depend on, read without importing any of it."""
    import platform
    from importlib import metadata

    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def run_checks(settings: Settings) -> Iterator[Check]:
    """Look at the guides, the index, the embedding model and the language model, each on its own."""
    yield _check("guides", lambda: _look_at_guides(settings))
    yield _check("index", lambda: _look_at_index(settings))
    yield _check("embedding model", lambda: _look_at_embedding(settings))
    yield _check("language model", lambda: _look_at_model(settings))


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except CoachError as error:
        return Check(name, False, error.message, error.remedy)
    except Exception as error:  # the doctor looks on: what is broken here is what was to be found out
        log.debug("The check of the %s failed.", name, exc_info=True)
        fault = f"it failed with {type(error).__name__}: {error}"
        return Check(name, False, fault, "Run COACH_LOG_LEVEL=debug coach doctor to see where.")


def _look_at_guides(settings: Settings) -> str:
    from coach.loading import load_folder

    loaded = load_folder(settings.corpus, collection=settings.collection)
    refused = "".join(f"; refused {refusal.path}: {refusal.reason}" for refusal in loaded.refused)
    return f"{len(loaded.documents)} in {settings.corpus}{refused}"


def _look_at_index(settings: Settings) -> str:
    from coach.build import open_coach

    reader = open_coach(settings.model_copy(update={"model": "quoting"})).store.reader()
    manifest = reader.manifest
    sizes = ", ".join(f"{name}: {counts.documents} documents" for name, counts in manifest.collections.items())
    return f"{sizes}; {reader.chunk_count} passages, fingerprint {reader.fingerprint}, made {manifest.created}"


def _look_at_embedding(settings: Settings) -> str:
    from coach.embedding import get_embedder

    embedder = get_embedder(settings)
    vector = embedder.embed(["What does a manager do?"])[0]
    return f"{embedder.name}, {len(vector)} dimensions"


def _look_at_model(settings: Settings) -> str:
    from coach.model.choosing import choose, get_chat_model

    model = get_chat_model(settings)
    try:
        choice = choose(settings)
    except ModelError as error:  # Coach runs without it, and a person should know why its answers quote
        raise ModelError(f"{error.message} Until it does, answers quote the guides.", remedy=error.remedy) from None
    writer = f"{choice.model} (not asked)" if model else "none: answers quote the guides"
    return f"{writer}, because {choice.why}"


def _show_report(report: dict[str, Any], checks: list[Check]) -> None:
    write("Settings")
    for name, value in report["settings"].items():
        write(f"  {name:<24} {_shown(value)}")
    write("\nVersions")
    for name, version in report["versions"].items():
        write(f"  {name:<24} {version}")
    write("\nChecks")
    for check in checks:
        write(f"  {'ok   ' if check.works else 'FAULT'} {check.name}: {check.found}")
        if check.remedy:
            write(f"        {check.remedy}")


def _shown(value: Any) -> str:
    if value is None or value == []:
        return "none"
    return ", ".join(value) if isinstance(value, list) else str(value)


def _show_known_settings(*, as_json: bool) -> None:
    """Read from the model alone, so that it works while a setting is wrong."""
    from coach.settings import PREFIX, Settings

    known = [
        {
            "name": PREFIX + name.upper(),
            "default": _mask(field.get_default(call_default_factory=True)),
            "meaning": field.description or "",
        }
        for name, field in Settings.model_fields.items()
    ]
    if as_json:
        write_json(known)
        return
    for one in known:
        write(f"{one['name']:<24} {one['meaning']} (default: {_shown(one['default'])})")
