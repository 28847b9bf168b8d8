"""`coach eval calibrate` and `judge` as they are typed."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from coach.cli import main
from coach.eval.replies import Quoted, Reply, Stated
from coach.eval.run import Record, Run, write_run
from coach.eval.scorers import Score

QUOTE = "By team size, a director of engineering leads a department of 15 to 50 engineers in multiple teams."


@pytest.fixture
def coach_eval(capsys):
    def coach_eval(*arguments):
        code = main(["eval", *map(str, arguments)])
        return code, *capsys.readouterr()

    return coach_eval


class Talker(BaseHTTPRequestHandler):
    """Gives an OpenAI-compatible stream with the verdict of the server, a server error when it has none."""

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        said = next(self.server.verdicts)
        self.send_response(200 if said else 500)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        if said:
            for choice in ({"delta": {"content": said}}, {"delta": {}, "finish_reason": "stop"}):
                piece = {"id": "1", "object": "chat.completion.chunk", "choices": [{"index": 0, **choice}]}
                self.wfile.write(f"data: {json.dumps(piece)}\n\n".encode())
            self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Talker)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("COACH_MODEL_BASE_URL", f"http://127.0.0.1:{server.server_address[1]}/v1")
    monkeypatch.setenv("COACH_MODEL_API_KEY", "none")
    monkeypatch.setenv("COACH_MODEL_TIMEOUT", "5")
    yield server
    server.shutdown()
    server.server_close()


def test_judges_are_held_against_the_labels_that_ship(coach_eval):
    code, out, err = coach_eval("calibrate", "--judge", "words", "--judge", "deterministic", "--json")
    assert code == 0, err
    words, checked = json.loads(out)
    assert words["claims"] == checked["claims"] >= 150 and words["unscored"] == checked["unscored"] == 0
    assert checked["kappa"] > words["kappa"] and checked["bins"] and not words["bins"]


def test_the_table_tells_what_passed_and_how_far_scores_can_be_believed(coach_eval):
    _, out, _ = coach_eval("calibrate", "--judge", "deterministic", "--limit", 60, "--wrong")
    assert "kappa" in out and "advisory" in out and "Reliability of deterministic" in out
    assert "label:" in out and "missed:" in out


def test_a_chat_model_that_talks_or_fails_leaves_claims_unscored(coach_eval, server):
    server.verdicts = iter(["SUPPORTED", "UNSUPPORTED", "It depends on many things.", *[""] * 50])
    code, out, _ = coach_eval("calibrate", "--judge", "judge:openai:tiny", "--limit", 4, "--json")
    (found,) = json.loads(out)
    assert (code, found["claims"], found["unscored"]) == (0, 4, 2)
    assert found["confusion"]["kept"] + found["confusion"]["missed"] == 2
    assert any("verdict" in why for why in found["why_unscored"])


def test_an_unknown_judge_is_refused_before_any_is_asked(coach_eval):
    code, out, err = coach_eval("calibrate", "--judge", "words", "--judge", "oracle")
    assert (code, out) == (2, "") and "There is no judge oracle" in err


def test_labels_of_ones_own_are_named_by_line_when_malformed(coach_eval, tmp_path):
    file = tmp_path / "mine.jsonl"
    file.write_text('{"id": "a", "claim": "c", "supported": 1, "evidence": []}\n')
    code, _, err = coach_eval("calibrate", "--labels", file)
    assert code == 2 and "line 1" in err


def test_the_claims_of_a_run_are_judged_with_the_judges_worth_beside(coach_eval, tmp_path):
    reply = Reply(text=QUOTE, claims=(Stated(QUOTE, (1,)),), citations=(Quoted(1, "management-ladder", QUOTE, 0, 1),))
    log = tmp_path / "run.jsonl"
    write_run(Run({"dataset": "x"}, (Record("s", "lookup", reply, Score("answered", True)),)), log)
    code, out, _ = coach_eval("judge", log)
    assert code == 0 and "words: supported 1.000" in out and "advisory" in out
    (row,) = json.loads(coach_eval("judge", log, "--json")[1])
    assert (row["claims"], row["supported"], row["trusted"]) == (1, 1.0, False)
