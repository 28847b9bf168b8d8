"""What subcommands share: the state of one run, the options they have in common, and how they come by a Coach."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from coach.cli.text import printable

if TYPE_CHECKING:
    from coach.coach import Coach
    from coach.errors import CoachError
    from coach.settings import Settings

log = logging.getLogger("coach.cli")

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


@dataclass
class State:
    """One run of the command; `json` is set by the option, which is read before anything that can fail."""

    json: bool = False


def _remember_json(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    ctx.ensure_object(State).json = wanted


def json_option(command: Decorated) -> Decorated:
    """`--json`: nothing but JSON on standard output, problems as JSON on standard error."""
    option = click.option(
        "--json", is_flag=True, is_eager=True, expose_value=False, callback=_remember_json, help="Print JSON."
    )
    return option(command)


def collection_option(command: Decorated) -> Decorated:
    """`--collection`: one collection of documents."""
    return click.option("--collection", metavar="NAME", help="Look only into this collection.")(command)


def top_k_option(command: Decorated) -> Decorated:
    """`--top-k`: how many passages are retrieved."""
    return click.option("--top-k", type=click.IntRange(1, 50), metavar="N", help="Passages to retrieve.")(command)


class _Harmless(logging.Formatter):
    """Log lines of which a terminal obeys nothing: file names, paths and questions come from strangers."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))


def read_settings(**overrides: Any) -> Settings:
    """The settings in force, with logging and warnings set up as they say."""
    from coach.settings import load_settings

    settings = load_settings(**overrides)
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(settings.log_level.upper())  # some libraries set their own loggers to talk; the handler decides
    handler.setFormatter(_Harmless("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    if settings.log_level != "debug":
        warnings.simplefilter("ignore")  # other libraries' notes to their own developers
        logging.getLogger("httpx").setLevel(logging.WARNING)
    return settings


def get_coach(settings: Settings) -> Coach:
    """A Coach with an index that is up to date, with progress shown if bringing it there takes long.

    When the index cannot be written - another process is at it, the folder is read-only - questions are
    still answered from the index as it stands, if there is one.
    """
    from coach.build import build_coach
    from coach.cli.progress import show_progress
    from coach.errors import IndexBusyError, StorageError

    try:
        with show_progress() as progress:
            return build_coach(settings, progress=progress)
    except (IndexBusyError, StorageError) as error:
        return _open_as_it_stands(settings, error)


def _open_as_it_stands(settings: Settings, reason: CoachError) -> Coach:
    from coach.build import open_coach
    from coach.errors import CoachError

    coach = open_coach(settings)
    try:
        coach.fingerprint  # noqa: B018 - reads the index, or tells that there is none
    except CoachError:
        raise reason from None
    log.warning("%s The index is used as it stands.", reason.message)
    return coach
