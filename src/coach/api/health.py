"""Is the process alive, can it answer, and what does a problem mean: small addresses for machines and people."""

from __future__ import annotations

from importlib import metadata
from typing import Any

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from coach.api.routes import CoachHere
from coach.api.schemas import HealthResponse, ReadyResponse
from coach.problems import KINDS

router = APIRouter()


@router.get("/healthz", tags=["Health"], summary="Is it alive?", response_model=HealthResponse)
async def healthz() -> dict[str, str]:
    """Say that the process answers. Nothing else is looked at, and no thread is waited for."""
    return {"status": "ok", "version": metadata.version("coach-guides")}


@router.get("/readyz", tags=["Health"], summary="Can it answer?", response_model=ReadyResponse)
def readyz(coach: CoachHere, request: Request) -> dict[str, str]:
    """Say that the index can be read and the embedding model is loaded, or tell the problem (503)."""
    fingerprint = coach.fingerprint
    state = request.app.state
    if getattr(state, "ready_with", None) != fingerprint:
        coach.warm()  # once for each state of the index: reads it and loads the model
        state.ready_with = fingerprint
    return {"status": "ready", "fingerprint": fingerprint}


@router.get("/problems/{name}", include_in_schema=False)
async def describe_problem(name: str) -> Response:
    """Describe a sort of problem: the `type` of a problem document leads here."""
    kind = KINDS.get(name)
    if kind is None:
        raise HTTPException(404)
    described: dict[str, Any] = {"type": kind.type, "title": kind.title, "status": kind.status, "remedy": kind.advice}
    return JSONResponse(described)
