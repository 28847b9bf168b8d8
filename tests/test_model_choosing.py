from __future__ import annotations

import pytest

from coach import load_settings
from coach.errors import ModelError, SettingsError
from coach.model.choosing import KEYS, choose, get_chat_model
from coach.model.fakes import serve_model


@pytest.fixture(autouse=True)
def without_keys(monkeypatch):
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)


def test_what_is_named_is_taken():
    assert choose(load_settings(model="quoting")).model is None
    assert choose(load_settings(model="anthropic:claude")).model == "anthropic:claude"
    assert choose(load_settings(model="gguf:smollm2")).why == "COACH_MODEL says so"


def test_auto_quotes_when_no_provider_is_set_up_and_says_why():
    choice = choose(load_settings())
    assert choice.model is None
    assert "no provider is set up" in choice.why and "small local model" in choice.why


def test_a_key_that_lies_about_is_no_consent_but_is_mentioned(monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-lying-about")
    choice = choose(load_settings())
    assert choice.model is None
    assert "ANTHROPIC_API_KEY is set but unused" in choice.why and "sk-lying" not in choice.why


def test_auto_takes_the_first_model_of_the_server_that_is_set_up():
    with serve_model("answers") as server:
        choice = choose(load_settings(model_base_url=server.address, model_api_key="sk-house"))
    assert choice.model == "openai:house-model" and "COACH_MODEL_BASE_URL" in choice.why


def test_a_server_that_does_not_answer_is_told():
    with pytest.raises(ModelError, match="does not say which models it has") as caught:
        choose(load_settings(model_base_url="http://127.0.0.1:9/v1"))
    assert "COACH_MODEL=openai:NAME" in caught.value.remedy


@pytest.mark.parametrize(
    "address", ["not an address", "127.0.0.1:8080/v1", "http://", "ftp://127.0.0.1/v1", "http://[x"]
)
def test_what_is_no_address_is_a_setting_to_correct(address):
    for use in (choose, get_chat_model):
        with pytest.raises(SettingsError, match="COACH_MODEL_BASE_URL is not the address"):
            use(load_settings(model_base_url=address))
