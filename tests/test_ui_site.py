from __future__ import annotations

import base64
import hashlib
import re
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from markupsafe import Markup

from coach.errors import IndexMissingError, NotFoundError
from coach.settings import Settings
from coach.types import Block, Document, DocumentSummary
from coach.ui import build_ui, mount_ui
from coach.ui.frame import policy_for, rewrite
from coach.ui.reader import link_to
from coach.ui.site import asset_url

TEXT = "A director leads 15 to 50 engineers. <script>alert(1)</script>"
DOCUMENT = Document("ladder", "The ladder", "A guide", TEXT, (Block("paragraph", 0, len(TEXT)),))
SUMMARY = DocumentSummary("ladder", "The ladder", "A guide", "", "en", "", (), "guides", "", 1, len(TEXT))


class StandIn:
    """As much of a Coach as serving the page takes."""

    settings = Settings()

    def starters(self):
        return ("What does an EM do?",)

    def documents(self):
        return [SUMMARY]

    def document(self, document_id):
        if document_id == "broken":
            raise IndexMissingError("Nothing is indexed yet.", remedy="Run `coach ingest`.")
        if document_id != "ladder":
            raise NotFoundError("There is no such document.")
        return DOCUMENT


@pytest.fixture(scope="module")
def client():
    app = FastAPI()

    @app.get("/v1/ping")
    def ping():
        return {"here": True}

    with TestClient(mount_ui(app, StandIn()), base_url="http://127.0.0.1") as client:
        yield client


def outside(text):
    """Addresses of other hosts that a browser would fetch on reading this page or style."""
    fetched = re.findall(
        r"""(?:\b(?:src|srcset|data|action|poster)\s*=|<link[^>]*\bhref\s*=|url\(|@import)\s*["']?\s*((?:https?:)?//[^"'\s)>]+)""",
        text,
    )
    return [url for url in fetched if not url.startswith(("http://127.0.0.1", "//127.0.0.1"))]


def test_the_page_opens_with_its_questions_before_any_script_ran(client):
    html = client.get("/").text
    paint = html[html.index('id="first-paint"') :]
    assert "What does an EM do?" in paint and "/guides/ladder" in paint
    assert '<meta name="description"' in html and "og:" not in html and "Gradio" not in html.split("<script>")[0]


def test_page_and_styles_name_no_other_host(client):
    html = client.get("/").text
    assert outside('<img src="https://evil.example/x"> <link rel=x href=//cdn.example> a{b:url(http://f.example)}')
    assert outside(html) == []
    theme = re.search(r'"theme_hash":"?(\w+)', html)
    assert theme
    for path in [asset_url("style.css"), "/theme.css", *re.findall(r'href="\.(/assets/[^"]+\.css)"', html)]:
        style = client.get(path)
        assert style.status_code == 200 and style.headers["content-type"].startswith("text/css")
        assert outside(style.text) == [], path


def test_only_the_scripts_of_the_page_may_run(client):
    response = client.get("/")
    policy = response.headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'" and rules["connect-src"] == "'self'"
    assert "unsafe-inline" not in rules["script-src"] and "http" not in policy
    assert rules["script-src"].count("'sha256-") == len(re.findall(r"<script(?![^>]* src=)", response.text))


def test_a_policy_names_the_digest_of_each_inline_script():
    digest = base64.b64encode(hashlib.sha256(b"let a = 1;").digest()).decode()
    policy = policy_for('<script>let a = 1;</script><script src="/x.js"></script>')
    assert f"'self' 'unsafe-eval' 'sha256-{digest}';" in policy


def test_a_start_page_is_rewritten_once():
    html = '<head><meta property="og:image" content="https://x.example/i.png" /></head><body><gradio-app></gradio-app>'
    assert rewrite(html, Markup("<x>"), Markup("<y>")) == "<head><x></head><body><y><gradio-app></gradio-app>"


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/runs",
        "/gradio_api/proxy=http://x.example",
        "/gradio_api/mcp/",
        "/gradio_api/run/predict",
        "/gradio_api/component_server",
        "/monitoring",
        "/login",
        "/nothing",
    ],
)
def test_what_the_page_does_not_need_is_not_there(client, path):
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_routes_before_the_page_still_answer(client):
    assert client.get("/v1/ping").json() == {"here": True}
    assert client.head("/").status_code == 200


def test_a_guide_opens_with_its_quote_marked_and_runs_no_script(client):
    quote = "A director leads 15 to 50 engineers."
    response = client.get(link_to("ladder", 0, len(quote), quote))
    assert f'<mark id="quote" tabindex="-1">{quote}</mark>' in response.text
    assert "<script>" not in response.text and "&lt;script&gt;" in response.text
    assert response.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert asset_url("style.css") in response.text


@pytest.mark.parametrize(("name", "status", "said"), [("gone", 404, "no guide here"), ("broken", 503, "coach ingest")])
def test_a_guide_that_cannot_be_shown_says_so_to_a_person(client, name, status, said):
    response = client.get(f"/guides/{name}")
    assert (response.status_code, response.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert said in response.text


def test_the_files_of_the_page_may_be_kept_and_others_are_not_served(client):
    response = client.get(asset_url("page.js"))
    assert response.headers["content-type"].startswith("text/javascript")
    assert "immutable" in response.headers["cache-control"]
    assert client.get("/page/page.py").status_code == 404


def test_gradio_publishes_nothing_of_its_own(client):
    html = client.get("/").text
    assert 'window.gradio_api_info = {"named_endpoints":{},"unnamed_endpoints":{}}' in html
    config = client.get("/config").json()
    assert not config.get("analytics_enabled") and config["footer_links"] == [] and not config.get("run_history")


def test_the_page_opens_although_the_guides_cannot_be_read():
    def fail():
        raise IndexMissingError("Nothing is indexed yet.")

    coach = SimpleNamespace(settings=Settings(), starters=fail, documents=fail)
    values = [block.value for block in build_ui(coach).blocks.values() if getattr(block, "elem_id", "") == "talk"]
    assert len(values) == 1 and "What would you like to know" in values[0]


def test_without_feedback_nobody_can_vote(client):
    assert client.post("/page/vote", json={"id": "a" * 16, "up": True}).status_code in (404, 405)


@pytest.fixture
def watched(built_coach, tmp_path):
    from dataclasses import replace

    from coach import Coach
    from coach.feedback import watch

    settings = built_coach.settings.model_copy(update={"feedback": True, "data_dir": tmp_path})
    return watch(Coach(replace(built_coach.parts, settings=settings)))


def test_a_thumb_down_is_kept_and_everything_else_is_refused(watched):
    from coach.api import create_app
    from coach.feedback import FeedbackStore, get_store_path
    from coach.ui.conversation import Conversation, reply

    question = "How many engineers does a director of engineering lead?"
    shown = list(reply(watched, Conversation(), question))
    assert all("data-vote" not in step.html for step in shown[:-1])
    answer_id = re.search(r'data-answer="(\w+)"', shown[-1].html)[1]
    store = FeedbackStore(get_store_path(watched.settings))
    with TestClient(mount_ui(create_app(watched), watched), base_url="http://127.0.0.1") as client:
        assert store.entries() == []
        assert client.post("/page/vote", json={"id": answer_id, "up": False}).status_code == 204
        assert [(e.id, e.why, e.question) for e in store.entries()] == [(answer_id, "thumbs_down", question)]
        for body in ({"id": "x", "up": True}, {"id": answer_id, "up": "yes"}, {"id": answer_id}, {}):
            assert client.post("/page/vote", json=body).status_code == 422
        form = {"content-type": "application/x-www-form-urlencoded"}
        assert client.post("/page/vote", content=f"id={answer_id}&up=1", headers=form).status_code in (415, 422)
        gone = client.post("/page/vote", json={"id": "f" * 16, "up": True})
        assert gone.status_code == 404 and "no such answer" in gone.json()["detail"]


def test_a_page_without_feedback_shows_no_thumbs(built_coach):
    from coach.ui.conversation import Conversation, reply

    assert "data-vote" not in list(reply(built_coach, Conversation(), "what is managing up?"))[-1].html
