"""Keys are told to nobody: no message, log line, evaluation log or repr shows one."""

from __future__ import annotations

import json
import logging

import pytest

from coach import CoachError, load_settings
from coach.cli.doctor import masked
from coach.errors import ModelError
from coach.eval.targets import describe_settings
from coach.model.choosing import get_chat_model

KEY, MAINTAINER, PASSWORD = "sk-hush-0123456789", "maintainer-hush-42", "hush-url"
SECRETS = (KEY, MAINTAINER, PASSWORD)
ADDRESS = f"http://user:{PASSWORD}@127.0.0.1:9/v1"


@pytest.fixture
def settings(tmp_path):
    return load_settings(
        data_dir=tmp_path,
        model="openai:some-model",
        model_base_url=ADDRESS,
        model_api_key=KEY,
        api_keys=(MAINTAINER,),
        model_timeout=2,
        model_patience=2,
    )


def is_told(text):
    return [secret for secret in SECRETS if secret in text]


def test_settings_show_no_key(settings):
    assert not [key for key in (KEY, MAINTAINER) if key in f"{settings!r} {settings}"]
    assert not is_told(json.dumps(masked(settings)))


def test_evaluation_logs_show_no_secret(settings):
    assert not is_told(json.dumps(describe_settings(settings), default=str))


def test_a_model_that_fails_tells_no_secret(settings, caplog):
    """At the most talkative log level, with a server that refuses the connection."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ModelError) as told:
        list(get_chat_model(settings).stream("Be brief.", "Hello."))
    assert not is_told(f"{told.value} {told.value.message} {told.value.remedy}")
    assert not [record.getMessage()[:200] for record in caplog.records if KEY in record.getMessage()]


def test_a_wrong_setting_is_named_without_its_value(monkeypatch):
    monkeypatch.setenv("COACH_MODEL_API_KEY", KEY)
    monkeypatch.setenv("COACH_PORT", "none")
    with pytest.raises(CoachError) as told:
        load_settings()
    assert not is_told(f"{told.value} {told.value.remedy}")
