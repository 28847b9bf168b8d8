"""`coach eval` as it is typed, against a real Coach over the guides that ship."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from coach.cli import main

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def coach_eval(data, monkeypatch, capsys):
    monkeypatch.setenv("COACH_DATA_DIR", str(data))

    def coach_eval(*arguments):
        code = main(["eval", *map(str, arguments)])
        out = capsys.readouterr()
        return code, out.out, out.err

    return coach_eval


def test_the_shipped_questions_fit_the_shipped_guides(coach_eval):
    code, out, err = coach_eval("check", "guides-test")
    assert (code, err.count("Traceback")) == (0, 0)
    assert "0 labels that do not hold" in out


def test_questions_about_other_guides_are_found(coach_eval, tmp_path):
    gold = [{"document": "cookery", "quote": "Boil the egg."}]
    row = {"id": "a", "kind": "lookup", "question": "egg?", "expect": "answer", "gold": gold}
    file = tmp_path / "other.jsonl"
    file.write_text(json.dumps(row))
    code, out, _ = coach_eval("check", file)
    assert code == 2
    assert "a: document_gone: cookery" in out


def test_a_run_prints_its_table_logs_itself_and_is_taken_up(coach_eval, tmp_path):
    log, answers = tmp_path / "run.jsonl", tmp_path / "answers.jsonl"
    arguments = ("run", "guides-dev", "--kind", "off_topic", "--limit", 3, "--out", log, "--answers", answers)
    code, out, err = coach_eval(*arguments)
    assert code == 0, err
    assert out.splitlines()[0].startswith("kind")
    header, *records = map(json.loads, log.read_text().splitlines())
    assert header["run"]["dataset"] == "guides-dev" and header["run"]["fingerprint"]
    assert [r["kind"] for r in records] == ["off_topic"] * 3
    rows = [json.loads(line) for line in answers.read_text().splitlines()]
    assert [set(row) for row in rows] == [{"id", "answer", "abstained"}] * 3

    log.write_text("\n".join(log.read_text().splitlines()[:2]))
    code, _, err = coach_eval(*arguments)
    assert code == 0
    assert "1 of 3 are done already" in err
    assert len(log.read_text().splitlines()) == 4


def test_a_run_as_json(coach_eval):
    code, out, _ = coach_eval("run", "--kind", "injection", "--limit", 1, "--json")
    assert code == 0
    found = json.loads(out)
    assert found["rows"][-1]["samples"] == 1
    assert "abstention_recall" in found["metrics"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "no-such-set"), "There is no dataset no-such-set"),
        (("run", "--kind", "poetry"), "No question of that kind"),
        (("run", "--url", "http://127.0.0.1:9"), "Nothing answers at"),
    ],
)
def test_mistakes_are_told_in_a_sentence(coach_eval, arguments, message):
    code, _, err = coach_eval(*arguments)
    assert code == 2
    assert message in err and "Traceback" not in err


def test_help_loads_nothing_heavy():
    code = (
        "import sys; from coach.cli import main; main(['eval', 'run', '--help']);"
        "print([m for m in ('torch', 'chromadb', 'numpy', 'ir_measures', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
