"""A model named by its server's address alone may come and go, and readers are answered all the while."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from coach import Coach, load_settings
from coach.cli.doctor import run_checks
from coach.errors import ModelError
from coach.model.choosing import get_chat_model
from coach.model.fakes import FakeModelServer, serve_model

QUESTION = "How many engineers does a director of engineering usually lead?"
REST = 0.2  # seconds for which a model that failed is left alone


def awaiting(address: str, **settings):
    return load_settings(model="auto", model_base_url=address, model_api_key="sk-house", model_rest=REST, **settings)


def find_free_port() -> int:
    server = FakeModelServer("answers")
    server.start()
    server.stop()
    return int(server.address.rpartition(":")[2].removesuffix("/v1"))


def test_it_takes_its_name_from_the_server_when_it_is_first_asked():
    with serve_model("answers", "Hello.") as server:
        model = get_chat_model(awaiting(server.address))
        assert model.name == "auto" and server.asked == []
        assert "".join(model.stream("s", "u")) == "Hello."
    assert model.name == "openai:house-model"


def test_a_coach_starts_and_quotes_without_its_server_and_writes_once_it_is_there(built_coach):
    port = find_free_port()
    settings = awaiting(f"http://127.0.0.1:{port}/v1", model_failures=2)
    coach = Coach(replace(built_coach.parts, settings=settings, model=get_chat_model(settings)))
    down = coach.ask(QUESTION)
    assert (down.style, down.model) == ("quoted", "quoting")
    assert "COACH_MODEL_BASE_URL does not say which models it has" in down.notice and "quotes" in down.notice
    assert "left alone" in [coach.ask(QUESTION) for _ in range(3)][-1].notice

    server = FakeModelServer("answers", "A director usually leads 15 to 50 engineers [1].", port=port)
    server.start()
    time.sleep(1.5 * REST)
    back = coach.ask(QUESTION)
    server.stop()
    assert (back.style, back.model) == ("written", "openai:house-model")
    assert coach.ask(QUESTION).style == "quoted"


def test_a_server_that_comes_back_with_another_model_is_asked_for_it():
    with serve_model("answers", "Hello.") as server:
        model = get_chat_model(awaiting(server.address))
        list(model.stream("s", "u"))
        server.manner = "forbidden"
        with pytest.raises(ModelError):
            list(model.stream("s", "u"))
        assert model.name == "auto"
        server.manner = "answers"
        assert "".join(model.stream("s", "u")) == "Hello."


def look_at_model(settings):
    return next(check for check in run_checks(settings) if check.name == "language model")


def test_the_doctor_tells_that_the_server_is_down_and_what_answers_meanwhile():
    found = look_at_model(awaiting(f"http://127.0.0.1:{find_free_port()}/v1"))
    assert not found.works and found.found.endswith("Until it does, answers quote the guides.")
    assert "COACH_MODEL=openai:NAME" in found.remedy


def test_the_doctor_tells_which_model_auto_found_and_why():
    with serve_model("answers") as server:
        found = look_at_model(awaiting(server.address))
    assert found.works and found.found.startswith("openai:house-model (not asked), because it is the first model of")
