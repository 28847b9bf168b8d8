"""A real Coach and a real server as targets, and servers that are down, slow or talk nonsense."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from coach import build_coach, load_settings
from coach.errors import FixError, RetryError
from coach.eval.dataset import load_dataset
from coach.eval.run import ask_sample, judge
from coach.eval.stages import attribute
from coach.eval.targets import from_coach, from_url, reply_from_body

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def coach(tmp_path_factory):
    return build_coach(load_settings(data_dir=tmp_path_factory.mktemp("data")))


def find(part, question):
    return next(s for s in load_dataset(part).samples if s.question == question)


def test_a_real_coach_answers_with_citations_that_resolve(coach):
    target = from_coach(coach, style="quoted")
    sample = find("guides-dev", "What are the growth signs of a CTO?")
    record = judge(sample, ask_sample(sample, target), target)
    assert record.score.outcome == "answered"
    assert record.score.citations == record.score.resolved > 0
    assert record.score.claims == record.score.cited_claims
    assert record.reply.passages and record.reply.seconds > 0
    assert record.reply.fingerprint == target.fingerprint
    assert attribute(sample, record, target) == ""


def test_a_real_coach_declines_what_is_far_off(coach):
    target = from_coach(coach)
    sample = find("guides-dev", "whats the weather in berlin tomorrow")
    assert judge(sample, ask_sample(sample, target), target).score.outcome == "declined"


def test_a_question_that_cannot_be_asked_is_a_failed_call(coach):
    assert from_coach(coach).ask("?!", ()).error.startswith("QuestionError")


def test_the_documents_of_a_coach_and_their_search(coach):
    target = from_coach(coach)
    assert "management-ladder" in target.documents()
    assert target.text("no-such-guide") is None
    assert target.search("roadmap of a director", 3)[0].rank == 1
    json.dumps(dict(target.settings))


@pytest.fixture
def serve():
    """Serves a function from (method, path, body) to (status, text); stopped at the end."""
    servers = []

    def serve(answer):
        class Handler(BaseHTTPRequestHandler):
            def respond(self):
                length = int(self.headers.get("content-length") or 0)
                status, text = answer(self.command, self.path, self.rfile.read(length).decode())
                content = text.encode()
                self.send_response(status)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = respond

            def log_message(self, *_):
                """Be silent."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


BODY = {
    "answer": "Ten. [1]",
    "abstained": False,
    "abstention": None,
    "claims": [{"text": "Ten.", "citations": [1], "score": 1.0}],
    "citations": [{"marker": 1, "document_id": "d", "quote": "Ten.", "start": 0, "end": 4}],
    "fingerprint": "f",
}


def test_a_server_is_asked_as_its_api_wants_it(serve):
    seen = []

    def answer(method, path, body):
        seen.append((method, path, body))
        if path == "/healthz":
            return 200, '{"fingerprint": "f"}'
        return 200, json.dumps(BODY if path == "/v1/ask" else {"text": "Ten. Eleven."})

    target = from_url(serve(answer), style="quoted", top_k=4)
    reply = target.ask("how many?", ())
    assert target.fingerprint == "f"
    assert (reply.text, reply.error) == ("Ten. [1]", "")
    assert target.text("d")[0:4] == reply.citations[0].quote
    sent = json.loads(next(body for _, path, body in seen if path == "/v1/ask"))
    assert sent == {"question": "how many?", "history": [], "style": "quoted", "collection": None, "top_k": 4}


@pytest.mark.parametrize(
    ("status", "text", "error"),
    [
        (500, "oh no", "HTTP 500: oh no"),
        (200, "<html>", "not one of Coach's"),
        (200, "[]", "not one of Coach's"),
        (200, "{}", "not one of Coach's"),
        (200, json.dumps({**BODY, "abstained": "false"}), "not one of Coach's"),
        (200, json.dumps({**BODY, "claims": [{"text": "x"}]}), "not one of Coach's"),
        (200, json.dumps({**BODY, "claims": [{"text": "x", "citations": ["1"], "score": 1}]}), "not one of Coach's"),
        (200, json.dumps({**BODY, "claims": [{"text": "x", "citations": [1], "score": float("nan")}]}), "not one of"),
        *[
            (200, json.dumps({**BODY, "citations": [{**BODY["citations"][0], **bent}]}), "not one of Coach's")
            for bent in ({"start": "0"}, {"end": None}, {"marker": True}, {"document_id": {}}, {"quote": 7})
        ],
    ],
)
def test_nonsense_from_a_server_is_a_failed_call(serve, status, text, error):
    url = serve(lambda method, path, body: (200, "{}") if path == "/healthz" else (status, text))
    assert error in from_url(url).ask("how many?", ()).error


def test_a_slow_server_is_a_failed_call(serve):
    wait = threading.Event()

    def answer(method, path, body):
        if path == "/v1/ask":
            wait.wait(5)
        return 200, "{}"

    reply = from_url(serve(answer), timeout=0.2).ask("how many?", ())
    wait.set()
    assert "ReadTimeout" in reply.error


def test_a_server_that_is_down_is_named():
    with pytest.raises(RetryError, match=r"Nothing answers at http://127\.0\.0\.1:9"):
        from_url("http://127.0.0.1:9")


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://here", "http://", "http://[::1", "http://here:port", ""])
def test_what_is_no_address_is_told_before_anything_is_asked(url):
    with pytest.raises(FixError, match="no address of a server"):
        from_url(url)


def test_a_server_that_goes_down_before_its_documents_are_fetched_is_told(serve):
    url = serve(lambda method, path, body: (200, "{}"))
    target = from_url(url, timeout=0.5)
    assert target.text("d") is None  # it answers, but has no such document
    host = url.removeprefix("http://")
    gone = from_url(url, timeout=0.5)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("httpx.Client.get", _refuse)
        with pytest.raises(RetryError, match=host):
            gone.text("e")


def _refuse(*_args, **_named):
    import httpx

    raise httpx.ConnectError("connection refused")


def test_an_abstention_as_a_body():
    reply = reply_from_body(
        {**BODY, "abstained": True, "abstention": {"reason": "off_topic"}, "claims": [], "citations": []}
    )
    assert (reply.abstained, reply.reason) == (True, "off_topic")
