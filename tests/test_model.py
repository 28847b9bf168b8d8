from __future__ import annotations

import pytest
from langchain_core.messages import AIMessageChunk

from coach import load_settings
from coach.errors import FixError, MissingExtraError, ModelError, SettingsError
from coach.fakes import LyingModel, ScriptedModel
from coach.model.base import Call
from coach.model.chat import LangChainChatModel
from coach.model.choosing import get_chat_model
from coach.model.fakes import serve_model


class Pieces:
    """Streams the given contents; an exception among them is raised."""

    def __init__(self, *contents) -> None:
        self.contents = contents

    def stream(self, messages, **options):
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
            model_patience=7,
        )
    )
    assert model.name == "openai:house-model"
    built = model.inner._model
    assert built.openai_api_base == "http://127.0.0.1:9/v1"
    assert built.openai_api_key.get_secret_value() == "sk-secret"
    assert (built.request_timeout, built.max_retries, built.stream_usage) == (7, 0, True)
    assert "sk-secret" not in repr(built)


def ask_server(manner, call=None, reply="A director leads teams [1].", **settings):
    with serve_model(manner, reply) as server:
        model = get_chat_model(
            load_settings(model="openai:house-model", model_base_url=server.address, model_api_key="sk", **settings)
        )
        return "".join(model.stream("Be brief.", "Hello?", call)), server


def test_a_server_s_reply_is_streamed_and_its_tokens_counted():
    call = Call(examples=(("One?", "Two."),), stop=("\n",), max_tokens=9)
    text, server = ask_server("answers", call)
    assert text == "A director leads teams [1]."
    assert (call.usage.calls, call.usage.input_tokens, call.usage.output_tokens) == (1, 5, 5)
    asked = server.asked[0]
    assert [m["content"] for m in asked["messages"]] == ["Be brief.", "One?", "Two.", "Hello?"]
    assert asked["stop"] == ["\n"] and 9 in (asked.get("max_tokens"), asked.get("max_completion_tokens"))
    assert "response_format" not in asked


def test_a_schema_is_sent_where_the_model_can_keep_to_it():
    schema = {"title": "Answer", "type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
    call = Call(schema=schema)
    text, server = ask_server("answers", call, '{"a": "b"}', model_json=True)
    assert text == '{"a": "b"}' and call.usage.output_tokens == 2
    assert server.asked[0]["response_format"]["json_schema"]["schema"]["properties"] == schema["properties"]
    _, server = ask_server("answers", Call(schema=schema))
    assert "response_format" not in server.asked[0]


def test_a_server_that_is_busy_once_is_asked_again():
    text, server = ask_server("flaky")
    assert text and len(server.asked) == 2


@pytest.mark.parametrize(
    ("manner", "fault"),
    [
        ("forbidden", "does not accept the key"),
        ("overloaded", "did not answer"),
        ("dies", "broke off in the middle"),
        ("garbage", "did not answer|broke off"),
        ("hangs", "did not answer|said nothing"),
        ("stalls", "did not answer|said nothing"),
    ],
)
def test_a_server_that_misbehaves_is_one_model_error(manner, fault):
    with pytest.raises(ModelError, match=f"openai:house-model ({fault})"):
        ask_server(manner, model_patience=0.5)


def test_a_server_that_is_not_there_is_one_model_error():
    model = get_chat_model(
        load_settings(model="openai:house-model", model_base_url="http://127.0.0.1:9/v1", model_api_key="sk-secret")
    )
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
