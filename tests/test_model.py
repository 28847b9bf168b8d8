from __future__ import annotations

import pytest
from langchain_core.messages import AIMessageChunk

from coach import load_settings
from coach.errors import FixError, MissingExtraError, ModelError, SettingsError
from coach.fakes import LyingModel, ScriptedModel
from coach.model.chat import LangChainChatModel, get_chat_model


class Pieces:
    """Streams the given contents; an exception among them is raised."""

    def __init__(self, *contents) -> None:
        self.contents = contents

    def stream(self, messages):
        for content in self.contents:
            if isinstance(content, Exception):
                raise content
            yield AIMessageChunk(content=content)


@pytest.fixture(autouse=True)
def without_keys(monkeypatch):
    for provider in ("OPENAI", "ANTHROPIC"):
        monkeypatch.delenv(f"{provider}_API_KEY", raising=False)


@pytest.mark.parametrize("name", ["quoting", "auto"])
def test_no_model_is_needed(name, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-lying-about")
    assert get_chat_model(load_settings(model=name)) is None


@pytest.mark.parametrize(
    ("name", "error", "message", "remedy"),
    [
        ("gpt-5-mini", SettingsError, "COACH_MODEL=gpt-5-mini does not name a provider", "openai:gpt-5-mini"),
        ("openai:", SettingsError, "does not name a provider", "quoting"),
        ("nobody:nothing", SettingsError, "nobody:nothing cannot be used", "a provider that LangChain knows"),
        ("openai:gpt-5-mini", SettingsError, "no usable key", "OPENAI_API_KEY"),
        (
            "anthropic:claude",
            MissingExtraError,
            "needs the package langchain-anthropic",
            "pip install langchain-anthropic",
        ),
    ],
)
def test_a_model_that_cannot_be_built_says_what_to_do(name, error, message, remedy):
    with pytest.raises(error) as caught:
        get_chat_model(load_settings(model=name))
    assert isinstance(caught.value, FixError)
    assert message in caught.value.message and "\n" not in caught.value.message
    assert remedy in caught.value.remedy


def test_a_model_is_built_with_the_settings_address_key_and_patience():
    model = get_chat_model(
        load_settings(
            model="openai:house-model",
            model_base_url="http://127.0.0.1:9/v1",
            model_api_key="sk-secret",
            model_timeout=7,
        )
    )
    assert model.name == "openai:house-model"
    assert model._model.openai_api_base == "http://127.0.0.1:9/v1"
    assert model._model.openai_api_key.get_secret_value() == "sk-secret"
    assert model._model.request_timeout == 7
    assert "sk-secret" not in repr(model._model)


def test_a_server_that_is_not_there_is_one_model_error():
    model = get_chat_model(
        load_settings(model="openai:house-model", model_base_url="http://127.0.0.1:9/v1", model_api_key="sk-secret")
    )
    model._model.max_retries = 0
    model._model.root_client = model._model.root_client.with_options(max_retries=0)
    model._model.client = model._model.root_client.chat.completions
    with pytest.raises(ModelError, match="openai:house-model did not answer"):
        list(model.stream("Be brief.", "Hello?"))


def test_the_reply_comes_in_pieces_of_text():
    parts = ["One ", [{"type": "text", "text": "two"}, {"type": "reasoning", "summary": []}, " three"], ""]
    assert list(LangChainChatModel("any", Pieces(*parts)).stream("s", "u")) == ["One ", "two three"]


def test_the_rules_are_sent_as_the_system_s_and_the_question_as_the_reader_s():
    inner = ScriptedModel(texts=["Yes."])
    assert "".join(LangChainChatModel("scripted", inner).stream("The rules.", "The question?")) == "Yes."
    assert [(m.type, m.content) for m in inner.history[0]] == [("system", "The rules."), ("human", "The question?")]


def test_what_was_said_before_a_fault_is_kept():
    stream = LangChainChatModel("any", Pieces("Half an", TimeoutError("slow"))).stream("s", "u")
    assert next(stream) == "Half an"
    with pytest.raises(ModelError, match="TimeoutError") as caught:
        next(stream)
    assert isinstance(caught.value.__cause__, TimeoutError)


def test_a_model_that_dies_is_a_model_error():
    with pytest.raises(ModelError):
        list(LangChainChatModel("lying", LyingModel(ending="dies")).stream("s", "[1] (Guide) A director leads."))
