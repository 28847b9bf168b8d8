"""`coach eval run` as a user meets trouble: servers that are down, slow or talk nonsense, and runs that are killed."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from coach.cli import main

pytestmark = pytest.mark.slow
ANSWER = {"answer": "Ten.", "abstained": False, "abstention": None, "claims": [], "citations": []}


class Handler(BaseHTTPRequestHandler):
    """Answers as the server's `answer` says, after its `wait` in seconds."""

    def do_GET(self):
        self.send("{}")

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.server.asked += 1
        time.sleep(self.server.wait)
        self.send(self.server.answer)

    def send(self, text):
        self.send_response(200)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.wait, server.answer = 0, 0.0, json.dumps(ANSWER)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def questions(tmp_path):
    rows = [
        {"id": f"q{i}", "kind": "lookup", "question": f"how many, {i}?", "expect": "answer",
         "facts": [{"name": "ten", "any_of": ["ten"], "required": True}]}
        for i in range(8)
    ]  # fmt: skip
    file = tmp_path / "q.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    return file


@pytest.fixture
def run(server, questions, capsys):
    def run(*arguments):
        url = f"http://127.0.0.1:{server.server_address[1]}"
        code = main(["eval", "run", str(questions), "--url", url, *map(str, arguments)])
        return code, *capsys.readouterr()

    return run


def test_nonsense_ends_the_run_with_the_reason(run, server):
    server.answer = "<html>I am a web site</html>"
    code, _, err = run()
    assert code != 0 and "first 5 questions all failed" in err and "not one of Coach's" in err
    assert "Traceback" not in err and server.asked <= 6


def test_a_few_questions_none_of_which_could_be_scored_are_no_success(run, server):
    server.answer = "[]"
    code, out, err = run("--limit", 3)
    assert code == 2 and "No question could be scored" in err and "100.0" not in out


def test_a_slow_server_is_waited_for_as_long_as_told(run, server):
    server.wait = 2.0
    started = time.monotonic()
    code, _, err = run("--limit", 2, "--timeout", 0.3)
    assert code == 2 and "ReadTimeout" in err
    assert time.monotonic() - started < 30
    server.wait = 0.0
    assert run("--limit", 2, "--timeout", 30)[0] == 0


def test_what_is_no_address_is_told(capsys, questions):
    assert main(["eval", "run", str(questions), "--url", "localhost:8000"]) == 2
    assert "no address of a server" in capsys.readouterr().err


def test_a_killed_run_is_taken_up_where_it_was(run, server, questions, tmp_path):
    log = tmp_path / "run.jsonl"
    server.wait = 0.3
    url = f"http://127.0.0.1:{server.server_address[1]}"
    arguments = ["eval", "run", str(questions), "--url", url, "--out", str(log)]
    code = f"from coach.cli import main; main({arguments!r})"
    killed = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (log.exists() and log.read_text().count("\n") >= 4):
        assert time.monotonic() < deadline and killed.poll() is None
        time.sleep(0.05)
    killed.kill()
    killed.wait()
    with log.open("a") as file:
        file.write('{"id": "q7", "ki')  # torn as a kill may leave it
    done = log.read_text().count("\n") - 1
    server.wait, server.asked = 0.0, 0
    code, _, err = run("--out", log)
    assert code == 0, err
    assert f"{done} of 8 are done already" in err
    assert server.asked == 8 - done
    assert [json.loads(line)["id"] for line in log.read_text().splitlines()[1:]] == [f"q{i}" for i in range(8)]


def test_questions_about_another_handbook_are_refused(capsys, built_coach, monkeypatch):
    monkeypatch.setenv("COACH_DATA_DIR", str(built_coach.settings.data_dir))
    code = main(["eval", "run", "kitchen", "--limit", "3"])
    err = capsys.readouterr().err
    assert code == 2 and "none of these documents is indexed" in err and "COACH_CORPUS" in err
