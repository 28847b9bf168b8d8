"""`coach eval` as it is typed, against a real Coach over the guides that ship."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from coach.cli import main
from coach.eval.cli import group

pytestmark = pytest.mark.slow
HEAVY = ("torch", "chromadb", "numpy", "ir_measures", "rich", "pydantic", "langchain_core", "sklearn")


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
        (("run", "--url", "http://127.0.0.1:9", "--verifier", "words"), "A server decides about its verifier itself"),
        (("run", "--verifier", "no-such-verifier", "--limit", 1), "no-such-verifier"),
        (("run", "--model", "nonsense", "--limit", 1), "nonsense"),
        (("peers", "no-such-set"), "There is no dataset no-such-set"),
        (("report", "/dev/null"), "is not the log of a run"),
    ],
)
def test_mistakes_are_told_in_a_sentence(coach_eval, arguments, message):
    code, _, err = coach_eval(*arguments)
    assert code == 2
    assert message in err and "Traceback" not in err


@pytest.mark.parametrize("command", [None, *sorted(group.commands)])
def test_help_is_a_sentence_and_loads_nothing_heavy(command):
    words = ["eval", *([command] if command else []), "--help"]
    code = f"import sys; from coach.cli import main; main({words!r});print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    *shown, loaded = done.stdout.splitlines()
    assert loaded == "[]"
    assert "Usage: coach eval" in shown[0] and shown[2].strip().rstrip(".").count(" ") >= 3
    told = [line for line in shown if line.startswith("  --") and len(line.split()) == 1]
    assert not told, f"options without a word of help: {told}"


@pytest.fixture
def logs(coach_eval, tmp_path):
    """Two runs of the same few questions, the second with a single passage."""
    paths = (tmp_path / "a.jsonl", tmp_path / "b.jsonl")
    for path, more in zip(paths, ((), ("--top-k", "1")), strict=True):
        assert coach_eval("run", "--kind", "list", "--limit", 4, "--style", "quoted", "--out", path, *more)[0] == 0
    return paths


def test_two_runs_are_compared(coach_eval, logs):
    code, out, _ = coach_eval("compare", *logs)
    assert code == 0
    assert "settings.top_k" in out and "became wrong" in out
    found = json.loads(coach_eval("compare", *logs, "--json")[1])
    assert {m["name"] for m in found["moved"]} >= {"right", "retrieval_recall", "seconds"}


def test_a_run_is_reported_in_three_forms(coach_eval, logs, tmp_path):
    page, junit = tmp_path / "run.html", tmp_path / "run.xml"
    code, _, err = coach_eval("report", logs[1], "--against", logs[0], "--html", page, "--junit", junit)
    assert code == 0, err
    assert "Against the baseline" in page.read_text() and "<testsuite " in junit.read_text()
    assert coach_eval("report", logs[1], "--folder", tmp_path / "all")[0] == 0
    assert {p.name for p in (tmp_path / "all").iterdir()} == {"index.html", "summary.md", "junit.xml", "run.jsonl"}
    assert "# Evaluation: guides-dev" in coach_eval("report", logs[0])[1]


def test_a_run_of_questions_that_changed_since_is_refused(coach_eval, logs):
    lines = logs[0].read_text().splitlines()
    header = json.loads(lines[0])
    header["run"]["dataset_digest"] = "old"
    logs[0].write_text("\n".join([json.dumps(header), *lines[1:]]))
    code, _, err = coach_eval("report", logs[0])
    assert code == 2 and "has changed since the run was made" in err


def test_the_gate_passes_against_its_own_baseline_and_closes_on_another(coach_eval, tmp_path):
    rows = [
        {
            "id": name,
            "kind": "lookup",
            "question": question,
            "expect": "answer",
            "facts": [{"name": "size", "any_of": ["15 to 50"], "required": True}],
        }
        for name, question in (("a", "How many engineers does a director lead?"), ("b", "Team size of a director?"))
    ]
    questions, baseline = tmp_path / "few.jsonl", tmp_path / "few.json"
    questions.write_text("\n".join(json.dumps(row) for row in rows))
    assert coach_eval("gate", questions, "--baseline", baseline, "--write")[0] == 0
    code, out, err = coach_eval("gate", questions, "--baseline", baseline)
    assert code == 0 and "Passed." in out, out + err
    stored = json.loads(baseline.read_text())
    stored["metrics"]["true_claims_kept"] = 2.0
    baseline.write_text(json.dumps(stored))
    code, out, _ = coach_eval("gate", questions, "--baseline", baseline)
    assert code == 2 and re.search(r"worse +gate", out) and "Not passed." in out


def test_parts_are_taken_away_and_settings_swept(coach_eval, tmp_path):
    few, page = ("--kind", "lookup", "--limit", 2), tmp_path / "study.html"
    chosen = ("verifier always no", "no headings", "no vocabulary")
    code, out, err = coach_eval("ablate", *few, *(x for name in chosen for x in ("--variant", name)), "--html", page)
    assert code == 0, err
    assert all(name in out and f">{name}</text>" in page.read_text() for name in ("whole", *chosen))
    assert coach_eval("ablate", "--variant", "no brain")[0] == 2
    code, out, err = coach_eval("sweep", "top_k", "4", "8", *few)
    assert code == 0 and "top_k=4" in out, err
    code, _, err = coach_eval("sweep", "top_k", "many")
    assert code == 2 and "COACH_TOP_K" in err


@pytest.mark.parametrize(
    ("how", "words"),
    [("slang", "Judged alike"), ("evidence", "Evidence hidden"), ("poisoned", "cite an added guide: 0")],
)
def test_changes_are_told(coach_eval, how, words):
    code, out, err = coach_eval("perturb", how, "--kind", "lookup", "--limit", 3)
    assert code == 0, err
    assert words in out


def test_a_change_that_changes_nothing_is_an_error(coach_eval):
    code, _, err = coach_eval("perturb", "history", "--kind", "lookup", "--limit", 2)
    assert code == 2 and "None of these questions is changed" in err
