"""The `coach` command. Importing it loads click and nothing heavy; each subcommand is loaded when it is called."""

from coach.cli.app import main, run

__all__ = ["main", "run"]
