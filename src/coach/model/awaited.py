"""The model of a server that is named by its address alone: asked for when it is needed, so it may come and go.

A Coach starts without the server and quotes until it is there. After a failure the server is asked again which
models it has, since it may have come back with another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from coach.errors import ModelError, SettingsError
from coach.model.base import Call, ChatModel
from coach.model.chat import LangChainChatModel, build_langchain_model
from coach.settings import Settings

_WAIT = 3.0  # seconds a server may take to say which models it has


class AwaitedModel:
    """The first model of the server at COACH_MODEL_BASE_URL, as soon as that says which it has."""

    def __init__(self, settings: Settings) -> None:
        """Ask nothing yet. Raises SettingsError for an address that is none."""
        require_address(settings)
        self._settings = settings
        self._model: ChatModel | None = None

    @property
    def name(self) -> str:
        """The model's name, `auto` until the server has said it."""
        model = self._model
        return model.name if model else "auto"

    def stream(self, system: str, user: str, call: Call | None = None) -> Iterator[str]:
        """Stream the reply; ModelError while the server is not there, and when its model fails."""
        self._model = model = self._model or self._find()
        try:
            yield from model.stream(system, user, call)
        except ModelError:
            self._model = None
            raise

    def _find(self) -> ChatModel:
        name = find_name(self._settings)
        built = build_langchain_model(name, self._settings)
        return LangChainChatModel(name, built, structured=self._settings.model_json, tells_end=True)


def require_address(settings: Settings) -> None:
    """Raise SettingsError when COACH_MODEL_BASE_URL cannot be the address of a server."""
    try:
        parts = urlsplit(settings.model_base_url or "")
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise SettingsError(
            "COACH_MODEL_BASE_URL is not the address of a server.", remedy="Give one such as http://127.0.0.1:8080/v1."
        )


def find_name(settings: Settings) -> str:
    """The first model that the server says it has, as COACH_MODEL would name it. Raises ModelError without a reply."""
    import httpx

    key = settings.model_api_key
    headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
    try:
        reply = httpx.get(f"{str(settings.model_base_url).rstrip('/')}/models", headers=headers, timeout=_WAIT)
        return f"openai:{reply.raise_for_status().json()['data'][0]['id']}"
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, TypeError) as error:
        raise ModelError(
            f"The server at COACH_MODEL_BASE_URL does not say which models it has ({type(error).__name__}).",
            remedy="Start it, or name the model: COACH_MODEL=openai:NAME.",
        ) from None  # without a cause it is not tried again at once: the reader is answered from the guides
