"""The chat page, a client of the public names of Coach.

`build_ui(coach)` is the page as Gradio Blocks, `mount_ui(app, coach)` puts it behind the API of an application.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI
    from gradio import Blocks

    from coach.coach import Coach


def build_ui(coach: Coach) -> Blocks:
    """The page over one Coach. Gradio is imported here and not before."""
    _keep_gradio_home()
    from .page import build_page, opening_html

    return build_page(coach, opening_html(coach))


def mount_ui(app: FastAPI, coach: Coach) -> FastAPI:
    """The same application with the page at `/`, the guides at `/guides/{id}` and all other routes as they were."""
    _keep_gradio_home()
    from .site import mount_site

    return mount_site(app, coach)


def _keep_gradio_home() -> None:
    """Gradio asks outside hosts for versions and statistics unless told not to before it is imported."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
