"""Chat models of any provider, through LangChain; named as LangChain names them (`openai:NAME`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from coach.errors import CoachError, MissingExtraError, ModelError, SettingsError
from coach.model.base import Call
from coach.model.steady import get_status
from coach.orders import defuse
from coach.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable

_FAULTS: Mapping[int, tuple[str, str]] = {
    401: ("does not accept the key", "Check COACH_MODEL_API_KEY or the provider's own variable."),
    403: ("may not be used with this key", "Check COACH_MODEL_API_KEY or the provider's own variable."),
    404: ("is not known at its address", "Check COACH_MODEL and COACH_MODEL_BASE_URL."),
    429: ("is asked too often for now", "Wait a little, or raise the limit at the provider."),
}


class LangChainChatModel:
    """Any LangChain chat model behind the one method Coach needs."""

    def __init__(
        self, name: str, model: BaseChatModel, *, structured: bool | None = None, tells_end: bool = False
    ) -> None:
        """Wrap a model that is already built.

        `structured` None asks for JSON where its profile says it can. A model that `tells_end` gives a reason
        when it has finished: a reply without one broke off.
        """
        self.name = name
        self._model = model
        self._structured = structured
        self._tells_end = tells_end

    def stream(self, system: str, user: str, call: Call | None = None) -> Iterator[str]:
        """Stream the reply; whatever the provider raises becomes one ModelError."""
        call = call or Call()
        counted: Mapping[str, Any] | None = None
        pieces, ended = None, not self._tells_end
        try:
            pieces = self._bind(call).stream(_to_messages(system, user, call), **_to_options(call))
            for piece in pieces:
                counted = _read_usage(piece) or counted
                ended = ended or bool(piece.response_metadata.get("finish_reason"))
                if text := _to_text(piece.content):
                    yield text
            if not ended:
                raise ModelError(f"The model {self.name} broke off in the middle of its answer.")
        except CoachError:
            raise
        except Exception as error:
            raise self._explain(error) from error
        finally:
            getattr(pieces, "close", lambda: None)()
            call.usage.add(counted)

    def _bind(self, call: Call) -> Runnable[Any, Any]:
        """The model, bound to the schema of the call if it can keep to one."""
        profile = getattr(self._model, "profile", None) or {}
        if not call.schema or not (
            self._structured if self._structured is not None else profile.get("structured_output")
        ):
            return self._model
        # The chain that LangChain makes is the bound model, then a parser that waits for the whole.
        chain: Any = self._model.with_structured_output(dict(call.schema), method="json_schema")
        bound: Runnable[Any, Any] = getattr(chain, "first", self._model)
        return bound

    def _explain(self, error: Exception) -> ModelError:
        fault, remedy = _FAULTS.get(get_status(error) or 0, ("", ""))
        return ModelError(
            f"The model {self.name} {fault or f'did not answer ({type(error).__name__})'}.", remedy=remedy
        )


def build_langchain_model(name: str, settings: Settings) -> BaseChatModel:
    """A LangChain model by its name; SettingsError or MissingExtraError says what is missing."""
    from langchain.chat_models import init_chat_model

    provider = name.partition(":")[0]
    # Coach retries by itself, so that a reader's time limit holds whatever the provider's client would do.
    options: dict[str, Any] = {"timeout": settings.model_patience, "max_retries": 0, "temperature": 0}
    if provider == "openai":
        options["stream_usage"] = True
    if settings.model_base_url:
        options["base_url"] = settings.model_base_url
    if settings.model_api_key:
        options["api_key"] = settings.model_api_key.get_secret_value()
    try:
        model: BaseChatModel = init_chat_model(name, **options)
        return model
    except ImportError as error:
        raise MissingExtraError(
            f"The provider {provider} needs the package {_find_package(error, provider)}, which is not installed.",
            remedy=f"Run `pip install {_find_package(error, provider)}`.",
        ) from None
    except ValueError as error:
        raise SettingsError(
            f"The model {name} cannot be used: {_first_line(error)}",
            remedy="Use a provider that LangChain knows, such as openai, anthropic or ollama.",
        ) from None
    except Exception as error:  # every provider has its own class for a missing key
        raise SettingsError(
            f"The model {name} has no usable key: {_first_line(error)}",
            remedy=f"Set {provider.upper()}_API_KEY or COACH_MODEL_API_KEY, or use COACH_MODEL=quoting.",
        ) from None


def _read_usage(piece: Any) -> Mapping[str, Any] | None:
    """Tokens used, from wherever a provider's piece tells them."""
    told: Mapping[str, Any] | None = getattr(piece, "usage_metadata", None)
    counts = piece.response_metadata.get("token_usage") if not told else None
    if counts:  # OpenAI's replies in JSON
        return {"input_tokens": counts.get("prompt_tokens"), "output_tokens": counts.get("completion_tokens")}
    return told


def _to_messages(system: str, user: str, call: Call) -> list[tuple[str, str]]:
    shown = [turn for asked, replied in call.examples for turn in (("human", asked), ("ai", replied))]
    return [("system", system), *shown, ("human", defuse(user))]


def _to_options(call: Call) -> dict[str, Any]:
    """What a call asks for that differs from the provider's defaults."""
    options: dict[str, Any] = {}
    if call.stop:
        options["stop"] = list(call.stop)
    if call.max_tokens:
        options["max_tokens"] = call.max_tokens
    return options


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
