"""The embedding and the chat model that all peers share, each at an OpenAI-compatible address on this machine.

Serving Coach's own embedding keeps torch out of the peers' environments, and gives every product the same vectors.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coach.errors import RetryError, SettingsError
from coach.model.choosing import choose
from coach.model.gguf import PACKAGED, find_file, get_server

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from coach.embedding import Embedder
    from coach.settings import Settings

START_WITHIN = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is asked, and under which name."""

    url: str
    model: str
    key: str = "none"
    setting: str = ""  # as COACH_MODEL names it; an address may change from run to run


def build_embedding_app(embedder: Embedder) -> Starlette:
    """`POST /v1/embeddings` as OpenAI defines it, for lists of texts."""
    from anyio import to_thread
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def embed(request: Request) -> JSONResponse:
        body = await request.json()
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        vectors = await to_thread.run_sync(embedder.embed, texts)
        rows = [{"object": "embedding", "index": i, "embedding": v.tolist()} for i, v in enumerate(vectors)]
        used = {"prompt_tokens": 0, "total_tokens": 0}
        return JSONResponse({"object": "list", "data": rows, "model": embedder.name, "usage": used})

    return Starlette(routes=[Route("/v1/embeddings", embed, methods=["POST"])])


@contextmanager
def serve_embedding(embedder: Embedder) -> Iterator[Endpoint]:
    """The embedder behind a loopback address for as long as the context lasts."""
    import uvicorn

    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(build_embedding_app(embedder), log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        _wait(server)
        yield Endpoint(f"http://127.0.0.1:{listening.getsockname()[1]}/v1", embedder.name)
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listening.close()


def _wait(server: Any) -> None:
    until = time.monotonic() + START_WITHIN
    while not server.started:
        if time.monotonic() > until:
            raise RetryError("The embedding could not be served on this machine.")
        time.sleep(0.02)


def open_chat_model(settings: Settings) -> Endpoint:
    """The chat model that settings name, at an address that any OpenAI client can ask.

    Without one it is the small model that runs on this machine. Raises SettingsError for a model that has no such
    address, and what the small model raises when it is not installed.
    """
    chosen = choose(settings).model or f"gguf:{PACKAGED}"
    provider, _, name = chosen.partition(":")
    if provider == "gguf":
        server = get_server(find_file(name), settings)
        return Endpoint(f"{server.address}/v1", name, server.key, chosen)
    if provider == "openai":
        key = settings.model_api_key.get_secret_value() if settings.model_api_key else os.environ.get("OPENAI_API_KEY")
        return Endpoint(settings.model_base_url or "https://api.openai.com/v1", name, key or "none", chosen)
    raise SettingsError(
        f"Other products cannot be asked with {chosen}: they need an OpenAI-compatible address.",
        remedy="Set COACH_MODEL=openai:NAME and COACH_MODEL_BASE_URL, or neither for the small model.",
    )
