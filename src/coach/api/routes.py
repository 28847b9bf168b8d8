"""The addresses of the API. Endpoints are plain functions that the framework runs in its threads, but for questions.

A question's work runs in a thread too, while its endpoint notices a reader who leaves.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from coach.api.examples import ANSWER, EVENTS
from coach.api.schemas import (
    COLLECTION,
    AskRequest,
    AskResponse,
    DocumentResponse,
    DocumentsResponse,
    SearchRequest,
    SearchResponse,
)
from coach.api.streaming import EventStream, to_frames
from coach.api.waiting import run_while_read
from coach.wire import document_to_json, passage_to_json, summary_to_json, to_json

if TYPE_CHECKING:
    from coach.coach import Coach
else:
    Coach = Any  # the framework reads annotations when it starts, and has no use for this one

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

router = APIRouter()


def get_coach(request: Request) -> Any:
    """The Coach this application serves."""
    return request.app.state.coach


CoachHere = Annotated[Coach, Depends(get_coach)]


@router.post(
    "/v1/ask",
    tags=["Questions"],
    summary="Ask a question",
    response_model=None,
    responses={
        200: {
            "model": AskResponse,
            "description": "An answer in which every claim is cited, or an abstention that says why there is none.",
            "content": {
                "application/json": {"example": ANSWER},
                "text/event-stream": {"schema": {"type": "string"}, "example": EVENTS},
            },
        }
    },
)
async def ask(body: AskRequest, request: Request, coach: CoachHere) -> Response:
    """Answer a question from the guides, citing exact words for every claim.

    With `"stream": true` the answer comes as server-sent events: `passages`, then a `claim` for each
    claim as soon as it is verified (`delta` is what to append), then `answer` with the whole object.
    `error` ends a stream that cannot go on.
    """
    question = body.to_question()
    if not body.stream:
        return await run_while_read(request, lambda: JSONResponse(to_json(coach.ask(question))))
    events = iter(coach.stream(question))
    # What is wrong with the question is told as a problem, not inside a stream.
    first = await run_while_read(request, lambda: next(events))
    return EventStream(to_frames(_with_first(first, events), request.scope))


def _with_first(first: Any, events: Any) -> Any:
    try:
        yield from itertools.chain((first,), events)
    finally:
        getattr(events, "close", lambda: None)()


@router.post(
    "/v1/search",
    tags=["Questions"],
    summary="Find passages",
    response_model=None,
    responses={200: {"model": SearchResponse, "description": "Passages, best first."}},
)
def search(body: SearchRequest, coach: CoachHere) -> Response:
    """Find the passages that an answer would be drawn from, without answering."""
    passages = coach.search(body.question, body.top_k, body.collection)
    found = [passage_to_json(passage) for passage in passages]
    return JSONResponse({"question": body.question, "passages": found, "fingerprint": coach.fingerprint})


@router.get(
    "/v1/documents",
    tags=["Documents"],
    summary="List documents",
    response_model=None,
    responses={200: {"model": DocumentsResponse, "description": "The documents, by id."}},
)
def list_documents(
    coach: CoachHere,
    collection: Annotated[str | None, Query(pattern=COLLECTION, description="Only this collection.")] = None,
) -> Response:
    """List the documents that answers are drawn from."""
    documents = [summary_to_json(summary) for summary in coach.documents(collection)]
    return JSONResponse({"documents": documents, "fingerprint": coach.fingerprint})


@router.get(
    "/v1/documents/{document_id}",
    tags=["Documents"],
    summary="Read a document",
    response_model=None,
    responses={200: {"model": DocumentResponse, "description": "The document."}},
)
def show_document(document_id: str, coach: CoachHere) -> Response:
    """Read a document: for each of its citations, `text[start:end]` is the quote."""
    return JSONResponse(document_to_json(coach.document(document_id)))


fallback = APIRouter(include_in_schema=False)


@fallback.api_route("/v1/{path:path}", methods=METHODS, response_model=None)
def nothing_here(path: str, request: Request) -> None:
    """Answer for addresses of the API that do not exist, before the page behind it takes them for its own."""
    here = request.scope["path"]
    known = {method for route in router.routes for method in _methods_at(route, here)}
    if known:
        raise HTTPException(405, headers={"allow": ", ".join(sorted(known))})
    raise HTTPException(404)


def _methods_at(route: Any, path: str) -> set[str]:
    return set(route.methods or ()) if route.path_regex.match(path) else set()
