"""The application: routes, problem documents, guards and its OpenAPI description."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi_offline import FastAPIOffline

from coach.api import health, routes
from coach.api.middleware import LOOPBACK_NAMES, BodyLimit, HostGuard, RequestContext
from coach.api.replies import MEDIA_TYPE, install_problem_handlers
from coach.api.schemas import ProblemResponse

if TYPE_CHECKING:
    from coach.coach import Coach

_DESCRIPTION = """
A career coach for software engineers that answers only from guides. Every claim of an answer names the exact words
it rests on: for each citation, the `text[start:end]` of its document is the `quote`.

Errors are [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problem documents with a sentence and what to do next.
"""
_TAGS = [
    {"name": "Questions", "description": "Ask, or only search."},
    {"name": "Documents", "description": "What answers are drawn from."},
    {"name": "Health", "description": "For those who keep it running."},
]
_COMMON = {
    400: "The body is not JSON.",
    404: "There is no such document, collection or address.",
    413: "The body is larger than 1 MB.",
    415: "The body is not marked as JSON.",
    422: "A field is missing, unknown or unusable, or the question cannot be asked.",
    500: "Something went wrong inside Coach.",
    503: "Nothing is indexed yet, or something is busy or down.",
}
_REFUSES = {  # which of them each tag's addresses may give
    "Questions": (400, 413, 415, 422, 500, 503),
    "Documents": (404, 422, 500, 503),
    "Health": (500, 503),
}


def build_app(coach: Coach) -> FastAPI:
    """The application for one Coach; it answers to loopback names only when the settings bind to loopback."""
    app = FastAPIOffline(
        title="Coach",
        version=metadata.version("coach-guides"),
        summary="Career answers for software engineers, with exact quotes.",
        description=_DESCRIPTION.strip(),
        openapi_tags=_TAGS,
        docs_url="/docs",
        redoc_url=None,
        static_url="/docs/assets",
        favicon_url="/docs/assets/favicon.png",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    app.state.coach = coach
    app.include_router(routes.router)
    app.include_router(health.router)
    app.include_router(routes.fallback)
    install_problem_handlers(app)
    app.add_middleware(BodyLimit)
    if coach.settings.host in LOOPBACK_NAMES:
        app.add_middleware(HostGuard, allowed=LOOPBACK_NAMES)
    app.add_middleware(RequestContext)  # added last: outermost
    app.openapi = lambda: _describe(app)  # type: ignore[method-assign]
    return app


def _describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI description, made once, with problem documents in place of the framework's own errors."""
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            description=app.description,
            tags=app.openapi_tags,
            license_info=app.license_info,
            routes=app.routes,
        )
        model = ProblemResponse.model_json_schema()
        parts = schema["components"]["schemas"]
        parts["ProblemResponse"] = model
        for name in ("HTTPValidationError", "ValidationError"):
            parts.pop(name, None)
        for operation in [one for path in schema["paths"].values() for one in path.values()]:
            _tell_problems(operation)
        app.openapi_schema = schema
    return app.openapi_schema


def _tell_problems(operation: dict[str, Any]) -> None:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemResponse"}}}
    kept = {code: answer for code, answer in operation["responses"].items() if code.startswith("2")}
    refused = {str(code): {"description": _COMMON[code], "content": content} for code in _REFUSES[operation["tags"][0]]}
    operation["responses"] = {**kept, **refused}
