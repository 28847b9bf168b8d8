"""Problems on their way out: every error becomes an RFC 9457 document, whoever raised it."""

from __future__ import annotations

import difflib
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import Scope

from coach import errors, problems
from coach.api.schemas import AskRequest, SearchRequest, TurnIn
from coach.problems import Kind, Problem, problem

log = logging.getLogger("coach.api")

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "5"  # seconds; a rebuilt index or a restarted model is usually back by then

_FIELDS = sorted({name for model in (AskRequest, SearchRequest, TurnIn) for name in model.model_fields})
_OF_STATUS: dict[int, Kind] = {
    400: problems.MALFORMED,
    404: problems.NO_SUCH_PAGE,
    405: problems.NO_SUCH_METHOD,
    413: problems.TOO_LARGE,
}
_SENTENCES = {
    400: "The request body cannot be read as JSON.",
    404: "There is nothing at {path}.",
    405: "{path} does not take {method}.",
    413: "The request body is larger than this address takes.",
}


def install_problem_handlers(app: FastAPI) -> None:
    """Make every error of this application a problem document."""
    app.add_exception_handler(errors.CoachError, _on_coach_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)


def problem_reply(found: Problem, scope: Scope, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The response that tells of a problem."""
    return JSONResponse(
        problem_to_json(found, scope), status_code=found.kind.status, headers=headers, media_type=MEDIA_TYPE
    )


def problem_to_json(found: Problem, scope: Scope) -> dict[str, Any]:
    """The problem document of one request."""
    request_id = scope.get("state", {}).get("request_id", "")
    return {**found.to_json(), "instance": scope["path"], "request_id": request_id}


def describe_invalid(faults: Sequence[Any], content_type: str) -> Problem:
    """One sentence on the first fault of a request; pydantic's own lists are for programmers."""
    fault = faults[0]
    kind, field = fault["type"], ".".join(str(part) for part in fault["loc"][1:])
    if kind == "json_invalid":
        return problem(problems.MALFORMED, f"The request body is not JSON from character {field} on.")
    if not field and not _is_json(content_type):
        return problem(problems.NOT_JSON, "The request body is not marked as JSON.")
    if kind == "missing":
        what = f"The field `{field}` is missing." if field else "The request has no body."
        return problem(problems.INVALID, what, "Send at least a `question`.")
    if kind == "extra_forbidden":
        return problem(problems.INVALID, f"There is no field `{field[:80]}`.", _suggest(str(fault["loc"][-1])))
    sentence = fault["msg"].removeprefix("Value error, ")
    named = f"The field `{field}`" if field else "The request body"
    return problem(problems.INVALID, f"{named} cannot be used: {_lower(sentence)}.")


def _is_json(content_type: str) -> bool:
    media_type = content_type.split(";")[0].strip().lower()
    return media_type == "application/json" or (media_type.startswith("application/") and media_type.endswith("+json"))


def _suggest(name: str) -> str:
    near = difflib.get_close_matches(name.lower(), _FIELDS, n=1)
    return f"Did you mean `{near[0]}`?" if near else ""


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")


def _on_coach_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, errors.CoachError)
    found = problems.problem_of(error)
    if found.kind.status >= 500:
        log.warning("Request %s: %s", request.state.request_id, error)
    headers = {"retry-after": RETRY_AFTER} if isinstance(error, errors.RetryError) else None
    return problem_reply(found, request.scope, headers)


def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return problem_reply(describe_invalid(error.errors(), request.headers.get("content-type", "")), request.scope)


def _on_http(request: Request, error: Exception) -> JSONResponse:
    """Starlette's own refusals: no route, wrong method, a body that is too large or cannot be read."""
    assert isinstance(error, HTTPException)
    kind = _OF_STATUS.get(error.status_code)
    if kind is None:
        kind = Kind("http", error.status_code, "The request was refused")
    sentence = _SENTENCES.get(error.status_code, "The request was refused.")
    detail = sentence.format(path=request.url.path[:200], method=request.method)
    return problem_reply(problem(kind, detail), request.scope, error.headers)
