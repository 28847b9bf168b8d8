"""All settings: one frozen model read from `COACH_*` environment variables.

Building settings builds nothing else. Unknown `COACH_*` names are errors, with the nearest known name.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from coach.errors import SettingsError
from coach.paths import get_default_data_dir, get_shipped_corpus

PREFIX = "COACH_"


class Settings(BaseSettings):
    """Every choice a user can make, with its default and its bounds."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, env_ignore_empty=True)

    corpus: Path = Field(default_factory=get_shipped_corpus, description="folder of guides to index")
    data_dir: Path = Field(default_factory=get_default_data_dir, description="folder for the index and its cache")
    vocabulary: Path | None = Field(default=None, description="vocabulary file; none means the one that ships")
    collection: str = Field(default="guides", pattern=r"^[a-z0-9][a-z0-9-]{0,62}$", description="default collection")

    embedding_model: str = Field(default="coach-minilm-2", min_length=1, description="sentence-transformers model")
    embedding_batch: int = Field(default=32, ge=1, le=1024, description="texts embedded at once")
    chunk_size: int = Field(default=900, ge=200, le=8000, description="longest chunk, in characters")
    chunk_overlap: int = Field(default=150, ge=0, le=2000, description="text two parts of a long section share")
    chroma_url: str | None = Field(default=None, description="address of a Chroma server; none means embedded")

    top_k: int = Field(default=8, ge=1, le=50, description="passages retrieved for a question")
    max_question: int = Field(default=8000, ge=100, le=100_000, description="longest question, in characters")
    max_history: int = Field(default=20, ge=0, le=200, description="earlier messages that are read")

    model: str = Field(default="auto", min_length=1, description="auto, quoting, gguf:PATH or provider:NAME")
    model_base_url: str | None = Field(default=None, description="address of an OpenAI-compatible server")
    model_api_key: SecretStr | None = Field(default=None, description="key for the model's provider")
    model_timeout: float = Field(default=30.0, gt=0, le=600, description="seconds a model may take for an answer")
    model_patience: float = Field(default=10.0, gt=0, le=600, description="seconds to wait for a model's next word")
    model_failures: int = Field(default=5, ge=1, le=1000, description="failures in a row until a model is left alone")
    model_rest: float = Field(default=30.0, gt=0, le=3600, description="seconds for which it is then left alone")
    model_json: bool | None = Field(default=None, description="ask it for JSON; none means where it is known to obey")
    model_task: str = Field(default="auto", pattern="^(auto|answer|rewrite)$", description="what it is asked to write")
    model_input_price: float | None = Field(default=None, ge=0, description="price of a million tokens it reads")
    model_output_price: float | None = Field(default=None, ge=0, description="price of a million tokens it writes")
    gguf_context: int = Field(default=4096, ge=512, le=131_072, description="tokens a model file may look at")
    gguf_threads: int | None = Field(
        default=None, ge=1, le=256, description="threads it runs on; none means its choice"
    )
    verifier: str = Field(default="auto", min_length=1, description="how claims are checked")

    feedback: bool = Field(default=False, description="keep declined and disliked questions, anonymised, for curating")
    feedback_days: int = Field(default=90, ge=1, le=3650, description="days for which feedback is kept")

    api_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(default=(), description="keys of maintainers")
    rate_limit: int | None = Field(default=None, ge=1, description="questions a minute from one address")
    host: str = Field(default="127.0.0.1", min_length=1, description="address to serve on")
    port: int = Field(default=8000, ge=0, le=65535, description="port to serve on")
    log_level: str = Field(default="warning", pattern="^(debug|info|warning|error)$", description="log level")

    @field_validator("api_keys", mode="before")
    @classmethod
    def _split_keys(cls, value: Any) -> Any:
        """Keys come separated by commas in the environment."""
        return tuple(k.strip() for k in value.split(",") if k.strip()) if isinstance(value, str) else value


def load_settings(**overrides: Any) -> Settings:
    """Read the environment, then apply overrides that are not None.

    Raises SettingsError naming the variable, the value's fault and what to do.
    """
    _reject_unknown(os.environ)
    try:
        return Settings(**{k: v for k, v in overrides.items() if v is not None})
    except ValidationError as error:
        raise _settings_error(error) from None


def _reject_unknown(environment: Any) -> None:
    known = {name.upper() for name in Settings.model_fields}
    for name in sorted(n for n in environment if n.upper().startswith(PREFIX)):
        own = name.upper().removeprefix(PREFIX)  # compared alone: the prefix would make every name alike
        if own not in known:
            near = difflib.get_close_matches(own, known, n=1)
            hint = f"Did you mean {PREFIX}{near[0]}?" if near else "Run `coach doctor --settings` for the known names."
            raise SettingsError(f"There is no setting {name}.", remedy=hint)


def _settings_error(error: ValidationError) -> SettingsError:
    first = error.errors(include_url=False, include_input=False)[0]
    name = PREFIX + str(first["loc"][0]).upper() if first["loc"] else "The settings"
    return SettingsError(
        f"{name} cannot be used: {first['msg'][:1].lower()}{first['msg'][1:]}.",
        remedy=f"Correct {name} and try again.",
    )
