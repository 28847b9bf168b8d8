"""`coach eval curate` as it is typed: decisions in the terminal and by id, and what is left afterwards."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace

import pytest

from coach.cli import main
from coach.eval.dataset import load_dataset
from coach.feedback import FeedbackStore, get_store_path, watch
from coach.types import Turn

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("curate")


@pytest.fixture
def kept(built_coach, folder, monkeypatch):
    """Six notes of a served Coach; the index is shared with the other tests."""
    from coach import Coach

    monkeypatch.setenv("COACH_DATA_DIR", str(built_coach.settings.data_dir))
    path = get_store_path(built_coach.settings)
    path.unlink(missing_ok=True)
    settings = built_coach.settings.model_copy(update={"feedback": True})
    coach = watch(Coach(replace(built_coach.parts, settings=settings)))
    for question in ("What should I earn as EM at Google?", "what should i earn as an EM at Siemens", "pizza dough?"):
        coach.ask(question)
    coach.ask("and do they need a university degree?", history=[Turn("user", "what does a director do?")])
    for question in ("is the director in charge of the budget or the VP", "what is managing up?"):
        coach.vote(coach.ask(question).id, up=False)
    yield FeedbackStore(path)
    path.unlink(missing_ok=True)


@pytest.fixture
def curate(kept, tmp_path, monkeypatch, capsys):
    out = tmp_path / "made.jsonl"

    def curate(*arguments, typed=""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        code = main(["eval", "curate", "--out", str(out), *map(str, arguments)])
        return code, *capsys.readouterr()

    curate.out = out
    return curate


def test_candidates_are_listed_anonymised_merged_and_without_what_ships(curate):
    code, out, _ = curate("--list")
    lines = out.splitlines()
    assert code == 0 and lines[-1] == "4 left to decide."
    assert "thumbs down 1" in lines[0] and "budget" in lines[0]
    assert any("abstention 2" in line and "EM at [company]" in line for line in lines)
    assert "managing up" not in out  # the development questions hold it
    assert "Google" not in out and "Siemens" not in out


def test_decisions_are_kept_at_once_and_the_next_sitting_goes_on(curate, kept):
    _, out, _ = curate(typed="x\n99\n1\nd\ns\n")
    assert "Please answer" in out and "There is no sentence 99" in out
    assert "2 decided, 2 left" in out
    dataset = load_dataset(curate.out)
    assert [s.expect for s in dataset.samples] == ["answer", "abstain"]
    assert dataset.samples[0].gold and "Google" not in curate.out.read_text()
    _, out, _ = curate("--list")
    assert "2 left to decide." in out
    assert len(kept.entries()) == 3, "the notes of decided candidates are forgotten, the undecided ones are not"


def test_the_dataset_can_be_checked_and_run(curate, capsys):
    curate(typed="1\nd\nr\nr\n")
    assert main(["eval", "check", str(curate.out)]) == 0
    assert "0 labels that do not hold" in capsys.readouterr().out
    assert main(["eval", "run", str(curate.out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"][-1]["samples"] == 2


def test_a_program_decides_by_id(curate):
    code, out, _ = curate("--json")
    found = json.loads(out)
    assert code == 0 and {"id", "why", "question", "sentences", "suggested"} <= set(found[0])
    code, out, _ = curate("--accept", found[0]["id"], "--gold", 2, "--kind", "comparison", "--json")
    row = json.loads(out)["accepted"]
    assert (code, row["kind"], row["gold"]) == (0, "comparison", [found[0]["sentences"][1]])
    assert curate("--reject", found[1]["id"])[0] == 0
    assert [c["id"] for c in json.loads(curate("--json")[1])] == [c["id"] for c in found[2:]]
    code, _, err = curate("--accept", found[0]["id"])
    assert code == 2 and "no open candidate" in err


def test_an_edited_row_is_checked_before_it_is_kept(curate, monkeypatch):
    import click

    written = iter(["{", '{"expect": "answer", "facts": []}', None, "good"])

    def edit(text, **_):
        said = next(written)
        row = json.loads(text)
        return json.dumps({**row, "id": "mine", "question": "Who owns the budget?"}) if said == "good" else said

    monkeypatch.setattr(click, "edit", edit)
    _, out, _ = curate(typed="e\ne\ne\ne\nq\n")
    assert "not JSON" in out and "1 decided, 3 left" in out
    (sample,) = load_dataset(curate.out).samples
    assert sample.question == "Who owns the budget?" and sample.id.startswith("c-")


def test_logs_of_runs_give_candidates_too(curate, tmp_path):
    rows = [{"id": "x", "kind": "lookup", "question": "do EMs at Netflix get free snacks?", "expect": "abstain"}]
    questions, log = tmp_path / "q.jsonl", tmp_path / "log.jsonl"
    questions.write_text("\n".join(map(json.dumps, rows)))
    assert main(["eval", "run", str(questions), "--out", str(log)]) == 0
    _, out, _ = curate("--run", log, "--list")
    assert "do EMs at [company] get free snacks?" in out and "5 left" in out


def test_without_any_note_there_is_nothing_to_decide(curate, kept):
    kept.path.unlink()
    code, out, _ = curate()
    assert code == 0 and "Nothing is left to decide." in out
    assert curate("--json")[1].strip() == "[]"
