"""`python -m coach` is the `coach` command."""

from coach.cli import run

if __name__ == "__main__":
    run()
