"""Which model writes, and why: what `auto` means."""

from __future__ import annotations

import os
from dataclasses import dataclass

from coach.errors import ModelError
from coach.settings import Settings

KEYS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "MISTRAL_API_KEY", "GOOGLE_API_KEY", "GROQ_API_KEY")
_WAIT = 3.0  # seconds a server may take to say which models it has
# Measured with `coach eval run guides-dev`, see docs/models.md: rewriting costs seconds and wins no answer.
_OFFLINE = "quoting the guides answered as many questions right as the small local model did, and at once"


@dataclass(frozen=True, slots=True)
class Choice:
    """The name of the model that writes, None for the quoting composer, and the reason in words."""

    model: str | None
    why: str


def choose(settings: Settings) -> Choice:
    """The model of the settings. `auto` takes a server that is set up for Coach, else quotes.

    A provider's key that lies about in the environment is no consent to send it questions.
    Raises ModelError when the server at COACH_MODEL_BASE_URL does not say which models it has.
    """
    if settings.model == "quoting":
        return Choice(None, "COACH_MODEL says so")
    if settings.model != "auto":
        return Choice(settings.model, "COACH_MODEL says so")
    if settings.model_base_url:
        return Choice(_ask_server(settings), "it is the first model of the server at COACH_MODEL_BASE_URL")
    unused = [key for key in KEYS if os.environ.get(key)]
    hint = f"; {unused[0]} is set but unused, name a model in COACH_MODEL to use it" if unused else ""
    return Choice(None, f"no provider is set up, and {_OFFLINE}{hint}")


def _ask_server(settings: Settings) -> str:
    import httpx

    key = settings.model_api_key
    headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
    try:
        reply = httpx.get(f"{str(settings.model_base_url).rstrip('/')}/models", headers=headers, timeout=_WAIT)
        return f"openai:{reply.raise_for_status().json()['data'][0]['id']}"
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, TypeError) as error:
        raise ModelError(
            f"The server at COACH_MODEL_BASE_URL does not say which models it has ({type(error).__name__}).",
            remedy="Name the model: COACH_MODEL=openai:NAME.",
        ) from None
