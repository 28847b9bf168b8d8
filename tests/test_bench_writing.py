"""However a model misbehaves, a hundred readers at once each get a grounded answer or an honest error, in time."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.client import HTTPConnection

import httpx
import pytest
import uvicorn

from coach import Answer, Coach, load_settings
from coach.api.app import build_app
from coach.bench_writing import AT_ONCE, list_manners, measure_fault, misbehaving
from coach.model.choosing import get_chat_model

QUESTION = "How many engineers does a director of engineering usually lead?"
LIMIT = 120.0  # seconds for all hundred on a busy machine; a model that is waited for without limit takes longer


@pytest.mark.parametrize("manner", list_manners())
def test_a_hundred_questions_at_once_each_end_in_time_whatever_the_model_does(built_coach, manner):
    found = measure_fault(built_coach, manner)
    assert found.asked == AT_ONCE == found.written + found.quoted + found.abstained + found.errors
    assert found.ungrounded == 0
    assert found.errors == 0  # the guides answer when the model does not
    assert found.slowest < LIMIT
    if manner == "answers":
        assert found.written > 0
    if manner in ("refuses", "hangs", "garbage", "overloaded", "forbidden", "killed"):
        assert found.quoted > 0 and found.written == 0


def test_the_first_sentence_is_the_evidence_and_not_its_headings(built_coach):
    """Else the gate drops it, and what is timed is the wait for the second."""
    with misbehaving(built_coach, "answers") as coach:
        answer = coach.ask("VP of Engineering vs CTO, what is the difference?")
    assert answer.style == "written"
    assert not [d for d in answer.dropped_claims if "markup" in d.why]


@pytest.fixture
def serve():
    """Serve a Coach over HTTP in a thread; gives its address."""
    servers = []

    def start(coach: Coach) -> str:
        server = uvicorn.Server(
            uvicorn.Config(build_app(coach), port=0, log_level="error", timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        servers.append((server, thread))
        while not server.started:
            time.sleep(0.02)
        return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"

    yield start
    for server, thread in servers:
        server.should_exit = True
        thread.join(30)


def is_honest(coach: Coach, reply: httpx.Response) -> bool:
    """An answer with exact words behind each claim, an abstention, or a problem that says what to do."""
    body = reply.json()
    if reply.status_code != 200:
        return bool(body["title"] and body["detail"])
    documents = {c["document_id"]: coach.document(c["document_id"]).text for c in body["citations"]}
    return body["abstained"] or (
        bool(body["claims"])
        and all(c["verdict"] == "supported" and c["citations"] for c in body["claims"])
        and all(documents[c["document_id"]][c["start"] : c["end"]] == c["quote"] for c in body["citations"])
    )


@pytest.mark.parametrize("manner", ["stalls", "hangs"])
def test_the_same_holds_through_the_api(built_coach, serve, manner):
    with misbehaving(built_coach, manner) as coach, ThreadPoolExecutor(AT_ONCE) as pool:
        address = f"{serve(coach)}/v1/ask"
        replies = list(
            pool.map(
                lambda n: httpx.post(address, json={"question": f"{QUESTION} ({n})"}, timeout=LIMIT), range(AT_ONCE)
            )
        )
    assert all(is_honest(built_coach, reply) for reply in replies)
    assert any(reply.json().get("notice") for reply in replies)


class Waiting:
    """A model that says nothing until it is told that its reader has gone."""

    name = "waiting"

    def __init__(self) -> None:
        self.asked, self.told = threading.Event(), threading.Event()

    def stream(self, system, user, call=None) -> Iterator[str]:
        self.asked.set()
        if call.left.wait(60):
            self.told.set()
        yield "Nothing."


def test_a_reader_who_leaves_a_stream_stops_a_model_that_is_waited_for(built_coach, serve):
    model = Waiting()
    address = serve(Coach(replace(built_coach.parts, model=model)))
    body = {"question": QUESTION, "stream": True}
    with httpx.stream("POST", f"{address}/v1/ask", json=body, timeout=60) as reply:
        next(reply.iter_lines())  # the passages are here, the model is being waited for
    assert model.told.wait(30)


def test_a_reader_who_leaves_while_the_whole_answer_is_written_stops_the_model_too(built_coach, serve):
    model = Waiting()
    address = serve(Coach(replace(built_coach.parts, model=model)))
    connection = HTTPConnection(address.removeprefix("http://"), timeout=60)
    body = json.dumps({"question": QUESTION})
    connection.request("POST", "/v1/ask", body, {"content-type": "application/json"})
    assert model.asked.wait(30)
    assert not model.told.wait(0.5)  # a reader who waits is no reader who left
    connection.close()
    assert model.told.wait(10)
    assert httpx.post(f"{address}/v1/ask", json={"question": QUESTION, "style": "quoted"}).json()["claims"]


def test_a_real_model_killed_in_mid_answer_leaves_answers(built_coach):
    pytest.importorskip("xllamacpp")
    settings = load_settings(
        model="gguf:smollm2", gguf_threads=1, gguf_context=512, model_timeout=60, model_patience=60, model_failures=100
    )
    model = get_chat_model(settings)
    coach = Coach(replace(built_coach.parts, model=model, settings=settings))
    server = model.inner.server
    _ = server.address
    killer = threading.Timer(1.0, server.stop)
    killer.start()
    answer = coach.ask(QUESTION)
    killer.join()
    server.stop()
    assert isinstance(answer, Answer) and answer.claims
    assert "15 to 50" in answer.text
