"""Running, logging and taking up a run, against stand-ins whose answers are known."""

from __future__ import annotations

import json
import threading

import pytest

from coach.errors import RetryError
from coach.eval.dataset import Dataset, DatasetError, Sample
from coach.eval.replies import Quoted, Reply, Stated
from coach.eval.run import (
    ask_sample,
    make_header,
    open_log,
    read_run,
    record_to_line,
    run_samples,
    write_run,
)
from coach.eval.surroundings import get_revision
from coach.eval.targets import Target

SAMPLES = tuple(Sample(f"s{i}", "lookup", f"question {i}") for i in range(12))
DATASET = Dataset("some", SAMPLES, {}, "digest")


def make_target(ask, texts=None):
    return Target(ask=ask, text=(texts or {}).get, settings={"style": "auto"}, fingerprint="f1")


def echo(question, history):
    return Reply(text=f"about {question}", citations=(Quoted(1, "d", "b", 1, 2),), claims=(Stated("x", (1,)),))


def test_earlier_turns_are_asked_with_the_real_answers_before_them():
    asked = []

    def ask(question, history):
        asked.append((question, [(t.role, t.content) for t in history]))
        return Reply(text=f"A:{question}")

    ask_sample(Sample("a", "follow_up", "three?", turns=("one?", "two?")), make_target(ask))
    assert asked[0] == ("one?", [])
    assert asked[2] == (
        "three?",
        [("user", "one?"), ("assistant", "A:one?"), ("user", "two?"), ("assistant", "A:two?")],
    )


def test_a_turn_that_fails_fails_the_sample_unscored():
    reply = ask_sample(Sample("a", "f", "two?", turns=("one?",)), make_target(lambda *_: Reply(error="down")))
    assert reply.error == "at an earlier turn: down"


@pytest.mark.parametrize("workers", [1, 4])
def test_records_come_in_order_with_citations_checked(workers):
    records = list(run_samples(SAMPLES, make_target(echo, {"d": "abc"}), workers=workers))
    assert [r.id for r in records] == [s.id for s in SAMPLES]
    assert all(r.score.resolved == 1 for r in records)


def test_questions_are_asked_at_once_by_several_workers():
    gate = threading.Barrier(3, timeout=10)  # opens only when three ask at once

    def ask(question, history):
        gate.wait()
        return Reply(text="x")

    assert len(list(run_samples(SAMPLES[:3], make_target(ask), workers=3))) == 3


def test_a_target_that_is_down_ends_the_run_early():
    asked = []

    def ask(question, history):
        asked.append(question)
        return Reply(error="connection refused")

    with pytest.raises(RetryError, match="first 5 questions all failed: connection refused"):
        list(run_samples(SAMPLES, make_target(ask)))
    assert len(asked) < len(SAMPLES)


def test_a_target_that_goes_down_later_ends_the_run_and_keeps_what_was_answered():
    samples = [Sample(f"s{i}", "lookup", f"question {i}") for i in range(100)]

    def ask(question, history):
        return Reply(text="x") if int(question.split()[1]) < 7 else Reply(error="connection refused")

    kept = []
    with pytest.raises(RetryError, match="last 20 questions all failed: connection refused"):
        kept.extend(iter_into(kept, run_samples(samples, make_target(ask))))
    assert sum(not r.reply.error for r in kept) == 7 and len(kept) == 26


def iter_into(kept, records):
    for record in records:
        kept.append(record)
    return ()


def test_documents_that_cannot_be_fetched_leave_the_sample_unscored():
    def text(document):
        raise RetryError("Nothing answers.")

    target = Target(ask=echo, text=text, settings={}, fingerprint="f")
    with pytest.raises(RetryError, match="Nothing answers"):
        list(run_samples(SAMPLES, target))
    (record,) = run_samples(SAMPLES[:1], target)
    assert (record.score.outcome, record.reply.error) == ("unscored", "Nothing answers.")


def test_one_question_that_fails_does_not_end_the_run():
    def ask(question, history):
        return Reply(error="hiccup") if question.endswith(" 0") else Reply(text="x")

    records = list(run_samples(SAMPLES, make_target(ask)))
    assert [r.score.outcome for r in records].count("unscored") == 1
    assert len(records) == len(SAMPLES)


def test_the_header_names_all_that_could_move_a_number():
    header = make_header(DATASET, make_target(echo), workers=2)
    assert header["fingerprint"] == "f1" and header["dataset_digest"] == "digest"
    assert header["settings"] == {"style": "auto"} and header["workers"] == 2
    assert header["versions"]["coach-guides"] and header["versions"]["chromadb"]
    json.dumps(header)


def test_a_folder_that_is_no_checkout_has_no_revision(tmp_path):
    assert get_revision(tmp_path) is None


@pytest.fixture
def log(tmp_path):
    """A log of three records, the second of which failed, cut short in the third as by a kill."""
    target = make_target(echo, {"d": "abc"})
    failing = make_target(lambda *_: Reply(error="timeout"))
    good, bad, torn = (
        next(run_samples([sample], where)) for sample, where in zip(SAMPLES, (target, failing, target), strict=False)
    )
    run, _ = open_log(tmp_path / "run.jsonl", make_header(DATASET, target))
    path = tmp_path / "deeper" / "run.jsonl"
    write_run(run, path)
    lines = [record_to_line(good), record_to_line(bad), record_to_line(torn)[:40]]
    with path.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines))
    return path


def test_an_interrupted_run_is_taken_up_and_failed_samples_are_asked_again(log):
    run, begun = open_log(log, make_header(DATASET, make_target(echo)))
    assert begun
    assert [r.id for r in run.records] == ["s0"]
    assert run.records[0].reply == next(run_samples(SAMPLES[:1], make_target(echo, {"d": "abc"}))).reply


@pytest.mark.parametrize("change", [{"fingerprint": "f2"}, {"settings": {}}, {"dataset_digest": "other"}])
def test_a_log_of_another_run_is_not_overwritten(log, change):
    before = log.read_text()
    with pytest.raises(DatasetError, match=next(iter(change))):
        open_log(log, {**make_header(DATASET, make_target(echo)), **change})
    assert log.read_text() == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "not the log of a run"),
        ('{"id": 1}\n', "not the log of a run"),
        ("[]\n", "not the log of a run"),
        ("junk", "line 1: not JSON"),
        ('{"run": {}}\njunk\n{}\n', "line 2: not JSON"),
        ('{"run": {}}\n{"id": "a"}\n', "cannot be read"),
    ],
)
def test_a_damaged_log_is_named(tmp_path, content, message):
    path = tmp_path / "run.jsonl"
    path.write_text(content)
    with pytest.raises(DatasetError, match=message):
        read_run(path)


def test_a_missing_log_is_named(tmp_path):
    with pytest.raises(DatasetError, match="cannot be read"):
        read_run(tmp_path / "none.jsonl")
