from __future__ import annotations

import pytest

from coach import load_settings
from coach.errors import ModelError
from coach.model.choosing import KEYS, choose
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


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/v1", "not an address"])
def test_a_server_that_does_not_answer_is_told(address):
    with pytest.raises(ModelError, match="does not say which models it has") as caught:
        choose(load_settings(model_base_url=address))
    assert "COACH_MODEL=openai:NAME" in caught.value.remedy
