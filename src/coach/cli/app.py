"""The group of subcommands, each loaded on its first use, and what becomes of their errors."""

from __future__ import annotations

import atexit
import difflib
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any, NoReturn

import click

from coach.cli.state import State

# Name, where it lives, and the line that `coach --help` shows, so that help has to load none of them.
COMMANDS: dict[str, tuple[str, str]] = {
    "ask": ("coach.cli.ask:ask", "Answer a question from the guides, with their exact words."),
    "search": ("coach.cli.search:search", "Find the passages an answer would be drawn from."),
    "serve": ("coach.cli.serve:serve", "Serve the chat page and the API on this machine."),
    "ingest": ("coach.cli.ingest:ingest", "Bring the index up to date with a folder of guides."),
    "documents": (
        "coach.cli.documents:documents",
        "List, show, remove and export the documents answers are drawn from.",
    ),
    "export": ("coach.cli.archive:export", "Back up all collections into one ZIP file."),
    "import": ("coach.cli.archive:import_", "Bring back the collections of a backup."),
    "doctor": ("coach.cli.doctor:doctor", "Show settings, versions and the state of the index."),
    "eval": ("coach.eval.cli:group", "Measure how right and how well-founded answers are."),
    "bench": ("coach.cli.bench:bench", "Measure speed and memory on this machine."),
}
# Libraries that talk on import, ask other hosts, or warn about forks; what the user has set is left alone.
_QUIET = {
    "ANONYMIZED_TELEMETRY": "False",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_VERBOSITY": "error",
}


class LazyGroup(click.Group):
    """A group that knows its subcommands by name and imports one when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself; this is where its module is imported."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a name that is none is answered with the nearest that is."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise click.UsageError(f"There is no command {args[0][:80]}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in `coach --help`, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def _show_version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        click.echo(f"coach {metadata.version('coach-guides')}")
        ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show it.")
def group() -> None:
    """Coach answers software-engineering career questions from guides, and cites their exact words.

    Settings come from COACH_* environment variables; `coach doctor --settings` lists them.

    Exit codes: 0 answered, 3 abstained, 2 something to fix (the message says what), 1 a bug.
    """


def run() -> NoReturn:
    """The program: `main`, then an end without delay.

    Taking down torch and its kin object by object costs the interpreter more than a second in which a
    person waits for nothing. What asked to be told of the end is told, the rest is left to the system.
    """
    code = main()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # whoever read our output may be gone
            stream.flush()
    os._exit(code)


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code. No error leaves this function as a traceback."""
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    _tolerate_narrow_encodings()
    state = State()
    try:
        code: Any = group.main(args=args, prog_name="coach", standalone_mode=False, obj=state)
        return code if isinstance(code, int) else 0
    except (Exception, KeyboardInterrupt) as error:
        from coach.cli.faults import tell

        return tell(error, as_json=state.json)


def _tolerate_narrow_encodings() -> None:
    """A terminal that cannot show a character shows a stand-in, instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
