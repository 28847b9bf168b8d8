"""Which model writes, and why: what `auto` means, and the model that a name stands for."""

from __future__ import annotations

import os
from dataclasses import dataclass

from coach.errors import SettingsError
from coach.model.base import ChatModel
from coach.model.breaker import CircuitBreaker
from coach.model.steady import SteadyModel
from coach.settings import Settings

KEYS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "MISTRAL_API_KEY", "GOOGLE_API_KEY", "GROQ_API_KEY")
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
        from coach.model.awaited import find_name, require_address

        require_address(settings)
        return Choice(find_name(settings), "it is the first model of the server at COACH_MODEL_BASE_URL")
    unused = [key for key in KEYS if os.environ.get(key)]
    hint = f"; {unused[0]} is set but unused, name a model in COACH_MODEL to use it" if unused else ""
    return Choice(None, f"no provider is set up, and {_OFFLINE}{hint}")


def get_chat_model(settings: Settings) -> ChatModel | None:
    """The model that settings name, or None for the quoting composer. No server is asked yet.

    Raises SettingsError when the model cannot be built, MissingExtraError when its package is missing.
    """
    if settings.model == "auto" and settings.model_base_url:
        from coach.model.awaited import AwaitedModel

        return steady(AwaitedModel(settings), settings)
    name = choose(settings).model
    return None if name is None else steady(_get_by_name(name, settings), settings)


def _get_by_name(name: str, settings: Settings) -> ChatModel:
    provider, _, model_name = name.partition(":")
    if not model_name:
        raise SettingsError(
            f"COACH_MODEL={name} does not name a provider.",
            remedy="Use quoting, auto, gguf:FILE, or provider:name such as openai:gpt-5-mini.",
        )
    if provider == "gguf":
        from coach.model.gguf import GgufChatModel

        return GgufChatModel(model_name, settings)
    from coach.model.chat import LangChainChatModel, build_langchain_model

    built = build_langchain_model(name, settings)
    return LangChainChatModel(name, built, structured=settings.model_json, tells_end=provider == "openai")


def steady(model: ChatModel, settings: Settings) -> SteadyModel:
    """The model with the settings' patience around it."""
    breaker = CircuitBreaker(model.name, failures=settings.model_failures, rest=settings.model_rest)
    return SteadyModel(model, timeout=settings.model_timeout, patience=settings.model_patience, breaker=breaker)
