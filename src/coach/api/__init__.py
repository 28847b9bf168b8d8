"""Coach over HTTP: `create_app(coach)` builds the application, `coach.api.server` runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from coach.coach import Coach


def create_app(coach: Coach) -> FastAPI:
    """The application that serves one Coach. FastAPI is imported here and not before."""
    from coach.api.app import build_app

    return build_app(coach)
