"""ragas and deepeval as judges: the line protocol with stand-ins, and the real libraries against a loopback server."""

from __future__ import annotations

import json
import os
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from coach import load_settings
from coach.errors import MissingExtraError, SettingsError
from coach.eval import judge_programs
from coach.eval.judge_programs import PROGRAM, judge_with_program, make_environment, open_program
from coach.eval.labelled import Labelled

CLAIMS = [
    Labelled("a", "How many?", (("d", "A director leads 15 to 50 engineers."),), "A director leads 15 to 50 people."),
    Labelled("b", "How many?", (("d", "A director leads 15 to 50 engineers."),), "A director leads 900 people."),
]
HOW = {"library": "ragas", "model": "m", "base_url": "http://127.0.0.1:1", "timeout": 1}


def judge_with(source, tmp_path, **how):
    program = tmp_path / "program.py"
    program.write_text(f"import json, os, sys, time\nhow = json.loads(sys.stdin.readline())\n{source}")
    return judge_with_program([sys.executable, str(program)], {**HOW, **how}, key="secret")(CLAIMS)


def test_each_claim_gets_the_score_of_its_line(tmp_path):
    source = """
print("a library greets")
for line in sys.stdin:
    row = json.loads(line)
    print(json.dumps({"id": row["id"], "score": 1.0 if "15" in row["claim"] else 0.2}))
"""
    assert [(o.supported, o.score) for o in judge_with(source, tmp_path)] == [(True, 1.0), (False, 0.2)]


def test_the_program_gets_the_key_and_nothing_else_of_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("COACH_MODEL_API_KEY", "other")
    seen = "os.environ['JUDGE_API_KEY'] + str('COACH_MODEL_API_KEY' in os.environ)"
    source = f"print(json.dumps(dict(id='a', error={seen})))"
    assert judge_with(source, tmp_path)[0].why == "secretFalse"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ('print(json.dumps({"id": "a", "score": float("nan")}))', "nan"),
        ('print(json.dumps({"id": "a", "score": 7}))', "not between"),
        ('print(json.dumps({"id": "a", "score": "yes"}))', "'yes'"),
        ('print(json.dumps({"id": "a", "score": True}))', "True"),
        ('print(json.dumps({"id": "a"}))', "None"),
        ('print(json.dumps({"id": "a", "error": "HTTP 500"}))', "HTTP 500"),
        ('raise SystemExit("no module named ragas")', "no module named ragas"),
        ('print("{nonsense")', "did not answer"),
    ],
)
def test_what_is_no_answer_is_unscored_and_never_zero(tmp_path, source, why):
    first, second = judge_with(source, tmp_path)
    assert (first.supported, first.score) == (None, None) and why in first.why
    assert second.supported is None


def test_a_judge_that_hangs_keeps_what_it_said_before(tmp_path, monkeypatch):
    monkeypatch.setattr(judge_programs, "_CALLS", -29.5)
    source = 'print(json.dumps({"id": "a", "score": 1}), flush=True)\ntime.sleep(60)'
    first, second = judge_with(source, tmp_path)
    assert first.supported is True
    assert second.supported is None and "no answer within 1 seconds" in second.why


def test_a_library_that_cannot_be_installed_is_told_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setitem(judge_programs.REQUIREMENTS, "ragas", ("--no-index", "no-such-library-anywhere==1"))
    with pytest.raises(MissingExtraError, match="ragas could not be installed"):
        make_environment("ragas", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("model", ["auto", "quoting", "anthropic:x"])
def test_a_judge_without_a_model_says_what_to_set(model):
    with pytest.raises(SettingsError, match="COACH_MODEL"):
        open_program("deepeval", load_settings(model=model))


# ---- The real libraries ----

ENVIRONMENTS = os.environ.get("JUDGE_ENVIRONMENTS", "")


class Server(BaseHTTPRequestHandler):
    """An OpenAI-compatible judge that reads figures: a statement holds when all its figures are in the context."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append(body)
        reply = self.server.broken or json.dumps(answer(body))
        content = json.dumps({"choices": [{"message": {"role": "assistant", "content": reply}}]}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


def answer(body):
    prompt = body["messages"][-1]["content"]
    name = body["response_format"]["json_schema"]["name"]
    claim = next(c.claim for c in CLAIMS if c.claim in prompt) if name != "Truths" else ""
    holds = set(re.findall(r"\d+", claim)) <= {"15", "50"}
    return {
        "StatementGeneratorOutput": {"statements": [claim]},
        "NLIStatementOutput": {"statements": [{"statement": claim, "reason": "figures", "verdict": int(holds)}]},
        "Truths": {"truths": ["A director leads 15 to 50 engineers."]},
        "Claims": {"claims": [claim]},
        "Verdicts": {"verdicts": [{"verdict": "yes" if holds else "no", "reason": "figures"}]},
    }[name]


@pytest.fixture
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.asked, server.broken = [], ""
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def real(server, request):
    """One of the libraries, installed into the folder that JUDGE_ENVIRONMENTS names."""
    if not ENVIRONMENTS:
        pytest.skip("RAGAS AND DEEPEVAL WERE NOT RUN: set JUDGE_ENVIRONMENTS to a folder to install them into")
    python = make_environment(request.param, Path(ENVIRONMENTS))
    how = {
        **HOW,
        "library": request.param,
        "timeout": 60,
        "base_url": f"http://127.0.0.1:{server.server_address[1]}/v1",
    }
    return judge_with_program([str(python), str(PROGRAM)], how, key="k")


@pytest.mark.slow
@pytest.mark.parametrize("real", ["ragas", "deepeval"], indirect=True)
def test_the_real_library_judges_through_the_server(real, server):
    opinions = real(CLAIMS)
    assert [(o.supported, o.score, o.why) for o in opinions] == [(True, 1.0, ""), (False, 0.0, "")]
    assert {body["temperature"] for body in server.asked} == {0}
    assert {body["model"] for body in server.asked} == {"m"}


@pytest.mark.slow
@pytest.mark.parametrize("real", ["ragas", "deepeval"], indirect=True)
@pytest.mark.parametrize(
    "broken", ["I would rather not say.", '{"statements": [], "claims": [], "truths": [], "verdicts": []}']
)
def test_a_judge_outside_its_choices_leaves_claims_unscored(real, server, broken):
    server.broken = broken
    assert [o.supported for o in real(CLAIMS)] == [None, None]
