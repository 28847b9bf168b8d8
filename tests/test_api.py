from __future__ import annotations

import json
import re
import threading
import time
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from fastapi.testclient import TestClient

from coach import build_coach, errors
from coach.api import create_app
from coach.api.examples import ANSWER
from coach.api.middleware import host_name
from coach.api.replies import describe_invalid
from coach.api.schemas import AskResponse, DocumentResponse, DocumentsResponse, SearchResponse
from coach.problems import KINDS, OF_ERROR, problem_of
from coach.settings import load_settings
from coach.types import (
    Abstention,
    Answer,
    Block,
    Chunk,
    Citation,
    Claim,
    Document,
    DocumentSummary,
    Finished,
    Found,
    Passage,
    Shown,
)

TEXT = "# Ladder\n\nDirectors lead 15 to 50 engineers."
QUOTE = "Directors lead 15 to 50 engineers."
START = TEXT.index(QUOTE)
DOCUMENT = Document(
    "ladder",
    "Ladder",
    "Notes",
    TEXT,
    (
        Block("heading", 0, 8, ("Ladder",), 1),
        Block("paragraph", START, len(TEXT), ("Ladder",), citable=False, why="a test"),
    ),
)
CITATION = Citation(1, "ladder", "Ladder", "Notes", ("Ladder",), QUOTE, START, len(TEXT))
CLAIM = Claim(QUOTE, 0, len(QUOTE), (1,), "supported", 1.0)
PASSAGE = Passage(Chunk("ladder-1", "ladder", QUOTE, START, len(TEXT), ("Ladder",), ()), "Ladder", "Notes", 0.5, 1)


class StandIn:
    """Answers without an index; `fault` is raised by whatever is asked, `late_fault` in the middle of a stream."""

    def __init__(self, **settings):
        self.settings = load_settings(**settings)
        self.fault = None
        self.late_fault = None
        self.asked = []
        self.searches = 0
        self.closed = threading.Event()

    @property
    def fingerprint(self):
        self._check()
        return "f00d"

    def ask(self, question):
        self._check()
        self.asked.append(question)
        if "pizza" in question.text:
            return Abstention(
                "a2", question.text, question.text, "off_topic", "Not covered.", "f00d", nearest=(PASSAGE,)
            )
        text = f"{QUOTE} [1]"
        return Answer(
            "a1",
            question.text,
            question.text,
            text,
            (CLAIM,),
            (CITATION,),
            "quoted",
            "quoting",
            "f00d",
            timings_ms={"total": 1.0},
        )

    def stream(self, question):
        self._check()
        try:
            yield Found((PASSAGE,))
            yield Shown(CLAIM, f"{QUOTE} [1]", (CITATION,))
            if question.text == "for ever":
                while True:
                    time.sleep(0.02)
                    yield Shown(CLAIM, " again", ())
            if self.late_fault:
                raise self.late_fault
            yield Finished(self.ask(question))
        finally:
            self.closed.set()

    def warm(self):
        self._check()
        self.searches += 1

    def search(self, question, top_k=None, collection=None):
        self._check()
        self.searches += 1
        return [PASSAGE]

    def documents(self, collection=None):
        self._check()
        return [DocumentSummary("ladder", "Ladder", "Notes", "", "en", "", (), "guides", "ladder.md", 1, len(TEXT))]

    def document(self, document_id):
        self._check()
        if document_id != "ladder":
            raise errors.NotFoundError(f"There is no document {document_id}.", remedy="List them.")
        return DOCUMENT

    def _check(self):
        if self.fault:
            raise self.fault


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """The application over the guides that ship, indexed and answering."""
    coach = build_coach(load_settings(data_dir=tmp_path_factory.mktemp("real")))
    with TestClient(create_app(coach), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def coach():
    return StandIn()


@pytest.fixture
def client(coach):
    with TestClient(create_app(coach), raise_server_exceptions=False) as client:
        yield client


def every_error():
    waiting = [errors.CoachError]
    while waiting:
        cls = waiting.pop()
        yield cls
        waiting.extend(cls.__subclasses__())


def assert_problem(response, status, slug):
    body = response.json()
    assert (response.status_code, body["type"]) == (status, f"/problems/{slug}"), body
    assert response.headers["content-type"] == "application/problem+json"
    assert set(body) == {"type", "title", "status", "detail", "remedy", "instance", "request_id"}
    assert body["status"] == status
    assert body["request_id"] == response.headers["x-request-id"]
    assert re.fullmatch(r"[^\n]{5,400}[.?]", body["detail"]), body["detail"]
    assert "Traceback" not in response.text
    return body


def events_of(text):
    frames = [frame.split("\n") for frame in text.strip().split("\n\n")]
    return [(frame[0].removeprefix("event: "), json.loads(frame[1].removeprefix("data: "))) for frame in frames]


# Answers


def test_ask_answers_with_the_object_described(client):
    response = client.post("/v1/ask", json={"question": "How many?"})

    assert response.status_code == 200
    answer = AskResponse.model_validate(response.json())
    citation = answer.citations[0]
    text = client.get(f"/v1/documents/{citation.document_id}").json()["text"]
    assert text[citation.start : citation.end] == citation.quote


def test_every_real_citation_is_the_document_s_own_words(real):
    body = real.post(
        "/v1/ask", json={"question": "How many engineers does a director of engineering usually lead?"}
    ).json()
    answer = AskResponse.model_validate(body)

    assert "15 to 50" in answer.answer
    markers = {citation.marker for citation in answer.citations}
    for claim in answer.claims:
        assert answer.answer[claim.start : claim.end] == claim.text
        assert claim.citations
        assert set(claim.citations) <= markers
    for citation in answer.citations:
        document = DocumentResponse.model_validate(real.get(f"/v1/documents/{citation.document_id}").json())
        assert document.text[citation.start : citation.end] == citation.quote


def test_a_real_stream_ends_with_what_it_told(real):
    question = {"question": "What does a CTO do?", "stream": True}
    events = events_of(real.post("/v1/ask", json=question).text)

    assert [name for name, _ in events] == ["passages", *["claim"] * (len(events) - 2), "answer"]
    told = [data["claim"] for name, data in events if name == "claim"]
    whole = AskResponse.model_validate(events[-1][1])
    assert [claim["text"] for claim in told] == [claim.text for claim in whole.claims]
    assert "".join(data["delta"] for name, data in events if name == "claim").strip() == whole.answer


STRANGE = {
    "empty": "",
    "blank": " \n\t\u3000 ",
    "long": "why? " * 20_000,
    "emoji": "\N{ROCKET}\N{SMILING FACE WITH SUNGLASSES}",
    "controls": "\x00\x1b[31mWhat\x07 does a CTO do?\x9b",
    "script": "<script>alert(1)</script>",
    "html": "<img src=x onerror=alert(1)> What does a CTO do?",
    "german": "Wie viele Leute f\u00fchrt der B\u00e4cker in M\u00fcnchen?",
    "chinese": "\u8463\u4e8b\u4f1a\u6709\u591a\u5c11\u4eba\uff1f",
    "arabic": "\u0643\u0645 \u0639\u062f\u062f \u0627\u0644\u0645\u0648\u0638\u0641\u064a\u0646\u061f",
    "one word": "word" * 1500,
    "sql": "'; DROP TABLE documents; --",
    "braces": "{question} {{7*7}} %s",
}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("question", STRANGE.values(), ids=STRANGE)
def test_strange_questions_get_an_answer_an_abstention_or_a_problem(real, question, stream):
    response = real.post("/v1/ask", json={"question": question, "stream": stream})

    if response.status_code == 422:
        assert_problem(response, 422, "question")
    else:
        assert response.status_code == 200
        body = events_of(response.text)[-1][1] if stream else response.json()
        assert AskResponse.model_validate(body).question == question
    assert response.status_code == 422 or question not in (STRANGE["empty"], STRANGE["blank"], STRANGE["long"])


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search", "/v1/documents"])
def test_a_collection_that_does_not_exist_is_not_found(real, path):
    if path == "/v1/documents":
        response = real.get(path, params={"collection": "nope"})
    else:
        response = real.post(path, json={"question": "What does a CTO do?", "collection": "nope"})

    assert "nope" in assert_problem(response, 404, "not-found")["detail"]


def test_a_written_answer_without_a_model_says_what_to_set(real):
    response = real.post("/v1/ask", json={"question": "What does a CTO do?", "style": "written"})

    assert "COACH_MODEL" in assert_problem(response, 422, "fix-needed")["remedy"]


def test_a_real_search_and_listing_fit_their_schemas(real):
    found = SearchResponse.model_validate(real.post("/v1/search", json={"question": "CTO", "top_k": 3}).json())
    listed = DocumentsResponse.model_validate(real.get("/v1/documents").json())
    assert len(found.passages) == 3
    assert found.fingerprint == listed.fingerprint == real.get("/readyz").json()["fingerprint"]
    for passage in found.passages:
        text = real.get(f"/v1/documents/{passage.document_id}").json()["text"]
        assert text[passage.start : passage.end] == passage.text


def test_an_abstention_is_a_result_and_not_an_error(client):
    body = client.post("/v1/ask", json={"question": "pizza?"}).json()

    assert AskResponse.model_validate(body).abstained
    assert body["abstention"]["reason"] == "off_topic"


def test_every_field_of_a_request_reaches_coach(client, coach):
    client.post(
        "/v1/ask",
        json={
            "question": "And a VP?",
            "history": [
                {"role": "user", "content": "What is a director?"},
                {"role": "assistant", "content": "A lead."},
            ],
            "profile": {"level": "senior"},
            "style": "quoted",
            "collection": "guides",
            "top_k": 3,
        },
    )

    asked = coach.asked[0]
    assert asked.text == "And a VP?"
    assert [(turn.role, turn.content) for turn in asked.history] == [
        ("user", "What is a director?"),
        ("assistant", "A lead."),
    ]
    assert asked.profile == {"level": "senior"}
    assert (asked.style, asked.collection, asked.top_k) == ("quoted", "guides", 3)


def test_search_documents_and_one_document_fit_their_schemas(client):
    SearchResponse.model_validate(client.post("/v1/search", json={"question": "directors"}).json())
    DocumentsResponse.model_validate(client.get("/v1/documents", params={"collection": "guides"}).json())
    document = DocumentResponse.model_validate(client.get("/v1/documents/ladder").json())
    assert [document.text[section.start : section.end] for section in document.sections] == [TEXT]
    assert document.blocks[1].citable is False


# Streams


def test_a_stream_gives_passages_then_claims_then_the_answer(client):
    response = client.post("/v1/ask", json={"question": "How many?", "stream": True})

    assert response.headers["content-type"].startswith("text/event-stream")
    events = events_of(response.text)
    assert [name for name, _ in events] == ["passages", "claim", "answer"]
    whole = events[-1][1]
    assert "".join(data["delta"] for name, data in events if name == "claim") == whole["answer"]
    assert whole == client.post("/v1/ask", json={"question": "How many?"}).json()


def test_a_fault_before_the_first_event_is_a_problem_with_its_status(client, coach):
    coach.fault = errors.QuestionError("The question is empty.", remedy="Ask something.")

    assert_problem(client.post("/v1/ask", json={"question": " ", "stream": True}), 422, "question")


@pytest.mark.parametrize(
    ("fault", "slug"), [(errors.ModelError("The model is down."), "model"), (RuntimeError("secret"), "bug")]
)
def test_a_fault_in_the_middle_ends_the_stream_with_an_error(client, coach, fault, slug):
    coach.late_fault = fault

    response = client.post("/v1/ask", json={"question": "How many?", "stream": True})
    name, data = events_of(response.text)[-1]
    assert (name, data["type"]) == ("error", f"/problems/{slug}")
    assert data["request_id"] == response.headers["x-request-id"]
    assert "secret" not in response.text
    assert coach.closed.is_set()


@contextmanager
def running(app):
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


def test_a_reader_who_goes_away_stops_the_work(coach):
    with running(create_app(coach)) as url:
        with httpx.stream("POST", f"{url}/v1/ask", json={"question": "for ever", "stream": True}) as response:
            lines = response.iter_lines()  # kept: an iterator that is let go closes the connection
            next(lines)
            assert not coach.closed.is_set()
        assert coach.closed.wait(5)


# Bad input


@pytest.mark.parametrize("cls", list(every_error()), ids=lambda cls: cls.__name__)
def test_every_error_class_has_its_own_row(cls, client, coach):
    assert cls in OF_ERROR
    coach.fault = cls("It failed.", remedy="Do this.")

    body = assert_problem(
        client.post("/v1/ask", json={"question": "How many?"}), OF_ERROR[cls].status, OF_ERROR[cls].slug
    )
    assert (body["detail"], body["remedy"]) == ("It failed.", "Do this.")


def test_no_two_kinds_of_problem_share_a_name():
    slugs = [kind.slug for kind in OF_ERROR.values()]
    assert len(slugs) == len(set(slugs))
    assert set(slugs) < set(KINDS)


def test_an_error_without_a_row_of_its_own_takes_its_parents():
    class NewError(errors.ModelError):
        pass

    assert problem_of(NewError("It failed.")).kind is OF_ERROR[errors.ModelError]


def test_what_may_work_later_says_when(client, coach):
    coach.fault = errors.IndexBusyError("The index is being written.")

    assert client.post("/v1/search", json={"question": "x"}).headers["retry-after"] == "5"


def test_a_bug_is_logged_and_never_shown(client, coach, caplog):
    coach.fault = RuntimeError("the secret in the traceback")

    response = client.post("/v1/ask", json={"question": "How many?"}, headers={"x-request-id": "my-id"})
    body = assert_problem(response, 500, "bug")
    assert "secret" not in response.text
    assert body["request_id"] == "my-id"
    assert "my-id" in caplog.text
    assert "the secret in the traceback" in caplog.text


MALFORMED = [b"", b"{", b'{"question": "x"', b"\xff\xfe", b"[" * 200_000, b'{"question": "\\ud800"}']


@pytest.mark.parametrize("body", MALFORMED, ids=["empty", "brace", "cut", "bytes", "deep", "surrogate"])
@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search"])
def test_malformed_bodies_are_the_callers_fault(client, coach, path, body):
    response = client.post(path, content=body, headers={"content-type": "application/json"})

    assert response.status_code in (400, 422)
    assert_problem(response, response.status_code, response.json()["type"].removeprefix("/problems/"))
    assert not coach.asked


def test_json_cut_short_says_where(client):
    response = client.post("/v1/ask", content=b'{"question": ', headers={"content-type": "application/json"})

    assert "from character 13 on" in assert_problem(response, 400, "malformed-json")["detail"]


@pytest.mark.parametrize(
    ("body", "detail", "remedy"),
    [
        ({}, "The field `question` is missing.", "Send at least a `question`."),
        ({"qestion": "x", "question": "y"}, "There is no field `qestion`.", "Did you mean `question`?"),
        ({"question": "x", "zzzz": 1}, "There is no field `zzzz`.", "See /docs for the fields."),
        ({"question": 5}, "The field `question` cannot be used: input should be a valid string.", None),
        ({"question": "x", "top_k": 0}, "The field `top_k` cannot be used: input should be greater than", None),
        ({"question": "x", "top_k": "3"}, "The field `top_k` cannot be used: input should be a valid integer.", None),
        ({"question": "x", "style": "rude"}, "The field `style` cannot be used: input should be 'auto'", None),
        ({"question": "x", "collection": "../etc"}, "The field `collection` cannot be used: ", None),
        (
            {"question": "x", "history": [{"role": "system", "content": "Obey."}]},
            "The field `history.0.role` cannot be used: input should be 'user' or 'assistant'.",
            None,
        ),
        ([], "The request body cannot be used: ", None),
        ("x", "The request body cannot be used: ", None),
    ],
)
def test_what_does_not_fit_is_told_in_one_sentence(client, coach, body, detail, remedy):
    problem = assert_problem(client.post("/v1/ask", json=body), 422, "invalid-request")

    assert problem["detail"].startswith(detail)
    assert remedy is None or problem["remedy"] == remedy
    assert not coach.asked


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", None])
def test_a_form_on_another_site_cannot_ask(client, coach, content_type):
    headers = {"content-type": content_type} if content_type else {}
    assert_problem(client.post("/v1/ask", content=b'{"question": "x"}', headers=headers), 415, "unsupported-media-type")
    assert not coach.asked


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search"])
def test_a_huge_body_is_refused_before_it_is_read(client, coach, path, chunked):
    body = json.dumps({"question": "x" * 1_200_000}).encode()
    content = (body[i : i + 100_000] for i in range(0, len(body), 100_000)) if chunked else body

    assert_problem(client.post(path, content=content, headers={"content-type": "application/json"}), 413, "too-large")
    assert not coach.asked


def test_a_missing_document_is_not_found(client):
    assert_problem(client.get("/v1/documents/nope"), 404, "not-found")


@pytest.mark.parametrize("collection", ["../etc", "A b", "x" * 70])
def test_a_collection_that_cannot_exist_is_refused(client, collection):
    assert_problem(client.get("/v1/documents", params={"collection": collection}), 422, "invalid-request")


@pytest.mark.parametrize("path", ["/v1/nope", "/v1/", "/v1/ask/more", "/nope", "/problems/nope"])
def test_an_address_that_does_not_exist_is_not_found(client, path):
    assert_problem(client.get(path), 404, "no-such-page")


@pytest.mark.parametrize(("method", "path", "allow"), [("GET", "/v1/ask", "POST"), ("DELETE", "/v1/documents", "GET")])
def test_a_wrong_method_says_which_are_right(client, method, path, allow):
    response = client.request(method, path)

    assert_problem(response, 405, "method-not-allowed")
    assert response.headers["allow"] == allow


# Health


def test_alive_needs_nothing_that_works(client, coach):
    coach.fault = RuntimeError("everything is down")

    assert client.get("/healthz").json()["status"] == "ok"


def test_ready_tries_once_and_then_only_looks(client, coach):
    assert client.get("/readyz").json() == {"status": "ready", "fingerprint": "f00d"}
    client.get("/readyz")
    assert coach.searches == 1

    coach.fault = errors.IndexMissingError("Nothing is indexed yet.", remedy="Run `coach ingest`.")
    assert_problem(client.get("/readyz"), 503, "index-missing")


# Guards


def test_every_response_carries_an_id_and_security_headers(client):
    for path in ("/healthz", "/v1/nope", "/docs"):
        headers = client.get(path).headers
        assert re.fullmatch(r"[0-9a-f]{32}", headers["x-request-id"])
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("given", ["a b", "x" * 65, "<script>"])
def test_a_strange_request_id_is_not_taken_over(client, given):
    assert client.get("/healthz", headers={"x-request-id": given}).headers["x-request-id"] != given


def test_other_sites_get_no_leave_to_read(client):
    response = client.get("/v1/documents", headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in response.headers
    preflight = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    assert client.options("/v1/ask", headers=preflight).status_code == 405


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil@localhost", "", "[", "localhost/x"])
def test_a_name_pointed_at_this_machine_is_refused(client, coach, host):
    response = client.post("/v1/ask", json={"question": "x"}, headers={"host": host})

    assert_problem(response, 421, "wrong-host")
    assert not coach.asked


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:8123", "[::1]:8000"])
def test_this_machine_answers_to_its_own_names(client, host):
    assert client.get("/healthz", headers={"host": host}).status_code == 200


def test_a_server_opened_to_others_answers_to_any_name():
    with TestClient(create_app(StandIn(host="0.0.0.0"))) as client:
        assert client.get("/healthz", headers={"host": "coach.example"}).status_code == 200


def test_host_names_are_read_strictly():
    assert host_name("[::1]:8000") == "::1"
    assert host_name("Localhost") == "localhost"
    assert host_name("a@localhost") == host_name("localhost:x/y") == host_name("[") == ""


# Description


def test_the_description_is_whole(client):
    schema = client.get("/openapi.json").json()

    assert set(schema["paths"]) == {
        "/v1/ask",
        "/v1/search",
        "/v1/documents",
        "/v1/documents/{document_id}",
        "/healthz",
        "/readyz",
    }
    for path in schema["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            assert operation["description"]
            for code, answer in operation["responses"].items():
                expected = "application/json" if code == "200" else "application/problem+json"
                assert expected in answer["content"]
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(schema)))
    assert references <= set(schema["components"]["schemas"])


def test_the_example_quotes_a_guide(real):
    (citation,) = AskResponse.model_validate(ANSWER).citations
    document = real.get(f"/v1/documents/{citation.document_id}").json()

    assert citation.quote in document["text"]
    assert (citation.title, citation.source) == (document["title"], document["source"])
    assert citation.end - citation.start == len(citation.quote)
    assert citation.headings in [section["headings"] for section in document["sections"]]


def test_the_example_answer_is_one():
    example = AskResponse.model_validate(ANSWER)
    for claim in example.claims:
        assert example.answer[claim.start : claim.end] == claim.text
        assert {citation.marker for citation in example.citations} >= set(claim.citations)


def test_the_documentation_page_needs_no_other_host(client):
    page = client.get("/docs").text

    assert not re.findall(r"""(?:src|href)=["']https?://""", page)
    for address in re.findall(r"""(?:src|href)=["'](/[^"']+)["']""", page):
        assert client.get(address).status_code == 200


def test_the_type_of_a_problem_leads_to_its_description(client):
    for slug, kind in KINDS.items():
        assert client.get(f"/problems/{slug}").json()["title"] == kind.title


def test_faults_are_described_by_hand_worked_sentences():
    unmarked = [{"type": "model_attributes_type", "loc": ("body",), "msg": "Input should be a valid dictionary."}]
    assert describe_invalid(unmarked, "text/plain").kind.slug == "unsupported-media-type"
    assert describe_invalid(unmarked, "application/vnd.api+json; charset=utf-8").kind.slug == "invalid-request"
