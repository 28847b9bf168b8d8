"""Errors on the command line: a sentence and the next step on standard error, and the exit code that fits."""

from __future__ import annotations

import os
import sys
import traceback

import click

from coach import problems
from coach.cli.text import printable, to_json
from coach.errors import CoachError
from coach.problems import Problem, problem, problem_of


def tell(error: BaseException, *, as_json: bool) -> int:
    """Tell a person, or under `--json` a program, what went wrong; return the exit code."""
    if isinstance(error, (click.Abort, KeyboardInterrupt)):
        click.echo("Stopped.", err=True)
        return problems.INTERRUPTED
    if isinstance(error, click.ClickException) and not as_json:
        error.show()
        return problems.FIX
    found = _problem(error)
    if as_json:
        click.echo(to_json({**found.to_json(), "exit_code": found.kind.exit_code}), err=True)
    else:
        click.echo("\n".join(filter(None, (printable(found.detail), printable(found.remedy)))), err=True)
    if found.kind is problems.BUG_MET and _is_debugging():
        traceback.print_exception(error, file=sys.stderr)
    return found.kind.exit_code


def _problem(error: BaseException) -> Problem:
    if isinstance(error, CoachError):
        return problem_of(error)
    if isinstance(error, click.ClickException):
        return problem(problems.USAGE, error.format_message())
    sentence = f"Coach met an error of its own ({type(error).__name__})."
    again = "" if _is_debugging() else "Run the command again with COACH_LOG_LEVEL=debug to see where."
    return problem(problems.BUG_MET, sentence, again)


def _is_debugging() -> bool:
    return os.environ.get("COACH_LOG_LEVEL", "").lower() == "debug"
