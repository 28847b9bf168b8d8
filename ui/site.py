"""What is served beside the Gradio page: the guides, the page's own style and script; and the page at `/` itself."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import gradio as gr
from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field, StrictBool
from starlette.exceptions import HTTPException

from coach.errors import CoachError, NotFoundError
from coach.feedback import WatchedCoach

from .frame import Frame
from .opening import first_paint_html, masthead_html
from .page import build_page, opening_html
from .reader import Span, document_html, missing_html, page_html

if TYPE_CHECKING:
    from coach.coach import Coach


class Vote(BaseModel):
    """A thumb on an answer. JSON only: a form on another site cannot send that unasked."""

    model_config = ConfigDict(extra="forbid")
    id: str = Field(pattern=r"^[0-9a-f]{16}$")
    up: StrictBool


_TYPES = {"style.css": "text/css; charset=utf-8", "page.js": "text/javascript; charset=utf-8"}
_READER_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_DESCRIPTION = "Answers on software-engineering careers in which every sentence shows the words of a guide it rests on."
_FONTS = ("system-ui", "-apple-system", "Segoe UI", "sans-serif")  # a font by any other name is fetched
_MONO = ("ui-monospace", "monospace")


def mount_site(app: FastAPI, coach: Coach) -> FastAPI:
    """Add the guides and the page's own files, then the page itself at `/`, behind all other routes."""
    welcome = opening_html(coach)
    app.include_router(_routes(coach))
    theme = gr.themes.Base(font=[*map(gr.themes.Font, _FONTS)], font_mono=[*map(gr.themes.Font, _MONO)])
    gr.mount_gradio_app(
        app,
        build_page(coach, welcome),
        path="/",
        theme=theme,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
        max_file_size="1kb",
    )
    mounted: Any = app.routes[-1]
    mounted.app = Frame(mounted.app, _head(), _paint(coach, welcome))
    return app


def asset_url(name: str) -> str:
    """The address of a file of the page; it changes with the content, so that browsers may keep it."""
    return f"/page/{name}?v={hashlib.sha256(_read(name)).hexdigest()[:10]}"


def _head() -> Markup:
    return Markup('<meta name="description" content="{}"><link rel="stylesheet" href="{}">').format(
        _DESCRIPTION, asset_url("style.css")
    )


def _paint(coach: Coach, welcome: Markup) -> Markup:
    """The empty page, and at once the script that hears clicks on it; Gradio's own scripts take longer."""
    masthead = masthead_html(coach.settings.max_question)
    return first_paint_html(masthead, welcome) + Markup('<script src="{}"></script>').format(asset_url("page.js"))


def _routes(coach: Coach) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/guides/{document_id:path}")
    def guide(document_id: str, start: int | None = None, end: int | None = None, words: str = "") -> Response:
        span = Span(start, end, words) if start is not None and end is not None else None
        return _guide(coach, document_id, span)

    @router.get("/page/{name}")
    def asset(name: str) -> Response:
        if name not in _TYPES:
            raise HTTPException(404)
        return Response(_read(name), media_type=_TYPES[name], headers={"cache-control": "max-age=31536000, immutable"})

    if isinstance(coach, WatchedCoach):
        _add_votes(router, coach)
    return router


def _add_votes(router: APIRouter, coach: WatchedCoach) -> None:
    @router.post("/page/vote", status_code=204, response_class=Response)
    def vote(body: Vote) -> None:
        coach.vote(body.id, up=body.up)


def _guide(coach: Coach, document_id: str, span: Span | None) -> HTMLResponse:
    """A guide as a page. A reader gets a sentence, never a problem document, when there is none."""
    title, status = "No such guide", 200
    try:
        document = coach.document(document_id)
        title, article = document.title, document_html(document, span)
    except NotFoundError:
        article, status = missing_html("There is no guide here any more."), 404
    except CoachError as error:
        article, status = missing_html(str(error)), 503
    html = page_html(title, article, asset_url("style.css"))
    return HTMLResponse(html, status, {"content-security-policy": _READER_POLICY, "cache-control": "no-cache"})


@cache
def _read(name: str) -> bytes:
    return (resources.files(__package__) / name).read_bytes()
