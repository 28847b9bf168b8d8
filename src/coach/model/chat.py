"""Chat models of any provider, through LangChain; named as LangChain names them (`openai:NAME`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from coach.errors import MissingExtraError, ModelError, SettingsError
from coach.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


class ChatModel(Protocol):
    """A model that writes: one method."""

    @property
    def name(self) -> str:
        """How answers name the model that wrote them."""
        ...

    def stream(self, system: str, user: str) -> Iterator[str]:
        """Pieces of the reply as they come; raises ModelError when the model is down, slow or broken."""
        ...


class LangChainChatModel:
    """Any LangChain chat model behind the one method Coach needs."""

    def __init__(self, name: str, model: BaseChatModel) -> None:
        """Wrap a model that is already built."""
        self.name = name
        self._model = model

    def stream(self, system: str, user: str) -> Iterator[str]:
        """Stream the reply; whatever the provider raises becomes one ModelError."""
        try:
            for piece in self._model.stream([("system", system), ("human", user)]):
                if text := _to_text(piece.content):
                    yield text
        except Exception as error:
            raise ModelError(f"The model {self.name} did not answer ({type(error).__name__}).") from error


def get_chat_model(settings: Settings) -> ChatModel | None:
    """The model that settings name, or None for the quoting composer.

    `auto` takes a model only when COACH_MODEL names one: nothing is guessed from keys lying about.
    Raises SettingsError when the model cannot be built, MissingExtraError when its package is missing.
    """
    if settings.model in ("auto", "quoting"):
        return None
    provider, _, model_name = settings.model.partition(":")
    if not model_name:
        raise SettingsError(
            f"COACH_MODEL={settings.model} does not name a provider.",
            remedy="Use quoting, auto, or provider:name such as openai:gpt-5-mini.",
        )
    return LangChainChatModel(settings.model, _build(provider, settings))


def _build(provider: str, settings: Settings) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {"timeout": settings.model_timeout, "max_retries": 2, "temperature": 0}
    if settings.model_base_url:
        options["base_url"] = settings.model_base_url
    if settings.model_api_key:
        options["api_key"] = settings.model_api_key.get_secret_value()
    try:
        model: BaseChatModel = init_chat_model(settings.model, **options)
        return model
    except ImportError as error:
        raise MissingExtraError(
            f"The provider {provider} needs the package {_find_package(error, provider)}, which is not installed.",
            remedy=f"Run `pip install {_find_package(error, provider)}`.",
        ) from None
    except ValueError as error:
        raise SettingsError(
            f"The model {settings.model} cannot be used: {_first_line(error)}",
            remedy="Use a provider that LangChain knows, such as openai, anthropic or ollama.",
        ) from None
    except Exception as error:  # every provider has its own class for a missing key
        raise SettingsError(
            f"The model {settings.model} has no usable key: {_first_line(error)}",
            remedy=f"Set {provider.upper()}_API_KEY or COACH_MODEL_API_KEY, or use COACH_MODEL=quoting.",
        ) from None


def _find_package(error: ImportError, provider: str) -> str:
    """The package LangChain asks for: some providers share one, so its name is not always the provider's."""
    named = re.search(r"pip install (?:-U )?([\w-]+)", str(error))
    return named[1] if named else f"langchain-{provider}"


def _first_line(error: Exception) -> str:
    line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return line[:200].rstrip(".") + "."


def _to_text(content: str | Sequence[Any]) -> str:
    """Providers send text or a list of typed parts; only text counts."""
    if isinstance(content, str):
        return content
    return "".join(p.get("text", "") if isinstance(p, dict) else str(p) for p in content)
