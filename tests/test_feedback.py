"""Feedback is off unless asked for, tells nothing of who asked, and never costs a reader the answer."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from coach import load_settings
from coach.errors import NotFoundError, StorageError
from coach.feedback import Entry, FeedbackStore, anonymise, get_store_path, to_entry, watch
from coach.feedback.entries import Dropped, entry_from_line, vote_on
from coach.feedback.watching import WatchedCoach
from coach.types import Abstention, Answer, Citation, DroppedClaim, Finished, Turn
from coach.vocabulary import load_vocabulary

TODAY = datetime.now(UTC).date().isoformat()
ABSTENTION = Abstention("b" * 16, "I'm Anna at Siemens. Pay?", "pay", "not_covered", "The guides are silent.", "f")
DROPPED = (DroppedClaim("A director leads 900.", "refuted", "number"),)
CITATION = Citation(1, "ladder", "The ladder", "A guide", (), "A director leads 15 to 50 engineers.", 0, 36)
ANSWER = Answer("a" * 16, "How many?", "How many?", "15 to 50 [1]", (), (CITATION,), "quoted", "quoting", "f")


@pytest.fixture(scope="module")
def vocabulary():
    return load_vocabulary()


@pytest.fixture
def store(tmp_path):
    return FeedbackStore(tmp_path / "kept" / "feedback.sqlite3")


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("mail me: jo.doe+x@mail.example.org", "mail me: [e-mail]"),
        ("call +49 (171) 234-5678 please", "call [number] please"),
        ("see https://intra.example.com/a?b=1 now", "see [link] now"),
        ("I'm Anna, what next?", "I'm [name], what next?"),
        ("my name is jane doe and I code", "my name is [name] and I code"),
        ("ich heiße Jörg und arbeite bei Siemens", "ich heiße [name] und arbeite bei [company]"),
        ("I work at Deutsche Bahn AG.", "I work at [company]."),
        ("At Apple, Microsoft or Google?", "At [company], [company] or [company]?"),
        ("my manager Tom left", "my manager [name] left"),
        ("ping @bob with sk-abc123def456ghi789", "ping [name] with [secret]"),
    ],
)
def test_what_tells_who_asked_is_taken_out(vocabulary, told, kept):
    assert anonymise(told, vocabulary) == kept


@pytest.mark.parametrize(
    "said",
    [
        "I'm Senior EM at Level 2, what changes at VP level?",
        "I'm scared of the 5 to 8 people, at the moment 300 engineers",
        "the budget is 100,000 and 2019-2023 was fine",
        "I am a staff engineer at a startup",
        "What does the EM at director level do?",
        "I'm New here and At March I start",
    ],
)
def test_what_the_question_is_about_stays(vocabulary, said):
    assert anonymise(said, vocabulary) == said
    assert anonymise(anonymise(said, vocabulary), vocabulary) == said


def test_a_note_holds_the_readers_own_last_questions_and_no_names(vocabulary):
    history = [Turn("user", f"question {n} from Bob@example.org") for n in range(6)] + [Turn("assistant", "secret")]
    entry = to_entry(ABSTENTION, history, vocabulary)
    assert entry.question == "I'm [name] at [company]. Pay?"
    assert entry.turns == tuple(f"question {n} from [e-mail]" for n in (2, 3, 4, 5))
    assert (entry.day, entry.why, entry.reason) == (TODAY, "abstention", "not_covered")
    assert entry_from_line(entry.to_line()) == entry


def test_a_note_is_bounded_whatever_was_asked(vocabulary):
    long = replace(ANSWER, question="word " * 9000, dropped_claims=DROPPED * 500, citations=(CITATION,) * 500)
    assert len(to_entry(long, (), vocabulary).to_line()) < 20_000


def test_only_what_went_wrong_or_was_voted_on_is_worth_a_note(vocabulary):
    plain = to_entry(ANSWER, (), vocabulary)
    assert plain.why is None
    assert to_entry(replace(ANSWER, dropped_claims=DROPPED), (), vocabulary).why == "dropped_claims"
    assert vote_on(plain, up=False).why == "thumbs_down" and vote_on(plain, up=False).question == "How many?"
    liked = vote_on(plain, up=True)
    assert (liked.why, liked.question, liked.answer, liked.cited) == ("thumbs_up", "", "", ())


def test_the_store_belongs_to_its_owner_alone_and_appears_with_the_first_note(store):
    assert store.entries() == [] and not store.path.exists()
    store.put(Entry("x", TODAY, "q?"))
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert store.get("x") == Entry("x", TODAY, "q?") and store.get("y") is None


def test_a_newer_vote_replaces_the_older_and_its_text(store, vocabulary):
    entry = to_entry(replace(ANSWER, question="a very private question"), (), vocabulary)
    store.put(vote_on(entry, up=False))
    store.put(vote_on(entry, up=True))
    assert [e.vote for e in store.entries()] == ["up"]
    assert b"very private" not in store.path.read_bytes()


def test_old_notes_and_too_many_of_them_go(tmp_path):
    store = FeedbackStore(tmp_path / "f.sqlite3", days=30, most=3)
    store.put(Entry("old", "2020-01-01", "an old question"))
    for number in range(5):
        store.put(Entry(f"n{number}", TODAY, f"question {number}"))
    assert [e.id for e in store.entries()] == ["n2", "n3", "n4"]
    assert b"an old question" not in store.path.read_bytes()
    store.remove(["n2", "nobody"])
    assert [e.id for e in store.entries()] == ["n3", "n4"]


WRITE = """
import sys
from pathlib import Path
from coach.feedback import Entry, FeedbackStore
store = FeedbackStore(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    store.put(Entry(f"{sys.argv[2]}-{number}", sys.argv[4], "q?"))
    print(number, flush=True)
"""


def test_several_processes_write_side_by_side(store):
    started = [
        subprocess.Popen([sys.executable, "-c", WRITE, str(store.path), name, "15", TODAY], stdout=subprocess.DEVNULL)
        for name in ("a", "b", "c")
    ]
    assert [process.wait(60) for process in started] == [0, 0, 0]
    assert len(store.entries()) == 45


def test_a_killed_writer_loses_nothing_it_had_written(store):
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITE, str(store.path), "k", "100000", TODAY], stdout=subprocess.PIPE, text=True
    )
    for _ in range(10):
        last = int(writer.stdout.readline())
    writer.kill()
    writer.wait()
    writer.stdout.close()
    kept = {e.id for e in store.entries()}
    assert {f"k-{n}" for n in range(last + 1)} <= kept
    store.put(Entry("after", TODAY))
    assert store.get("after")


def test_a_damaged_store_is_told_not_overwritten(store):
    store.path.parent.mkdir()
    store.path.write_bytes(b"not a database, but long enough to look at " * 50)
    before = store.path.read_bytes()
    for act in (store.entries, lambda: store.put(Entry("x", TODAY))):
        with pytest.raises(StorageError, match=r"feedback\.sqlite3"):
            act()
    assert store.path.read_bytes() == before


@pytest.fixture
def watched(built_coach, tmp_path):
    coach = watch(_with_settings(built_coach, feedback=True, data_dir=tmp_path))
    assert isinstance(coach, WatchedCoach)
    return coach


def _with_settings(coach, **changes):
    from coach import Coach

    return Coach(replace(coach.parts, settings=coach.settings.model_copy(update=changes)))


def kept(coach):
    return FeedbackStore(get_store_path(coach.settings)).entries()


def test_feedback_is_off_unless_asked_for(built_coach):
    assert load_settings().feedback is False
    assert watch(built_coach) is built_coach


def test_abstentions_are_noted_and_good_answers_are_not(watched):
    answered = watched.ask("How many engineers does a director of engineering lead?")
    declined = watched.ask("what is the capital of australia")
    assert [(e.id, e.why, e.reason) for e in kept(watched)] == [(declined.id, "abstention", "off_topic")]
    watched.vote(answered.id, up=False)
    assert [e.why for e in kept(watched)] == ["abstention", "thumbs_down"]
    assert kept(watched)[1].cited[0].document == "management-ladder"


def test_follow_ups_are_noted_with_what_they_follow(watched):
    watched.ask("and what do they get paid?", history=[Turn("user", "what does a director of engineering do?")])
    assert kept(watched)[0].turns == ("what does a director of engineering do?",)


def test_the_questions_to_begin_with_are_nobodys(watched):
    assert watched.starters()
    assert kept(watched) == []


def test_an_answer_nobody_got_cannot_be_voted_on(watched):
    with pytest.raises(NotFoundError, match="no such answer"):
        watched.vote("f" * 16, up=True)


def test_a_full_disk_does_not_cost_the_answer(watched, monkeypatch, caplog):
    def full(*_args, **_kwargs):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(sqlite3, "connect", full)
    assert watched.ask("what is the capital of australia").reason == "off_topic"
    assert "disk is full" in caplog.text


def test_a_reader_who_leaves_stops_the_work(watched):
    events = watched.stream("How many engineers does a director lead?")
    assert not isinstance(next(events), Finished)
    events.close()
    assert kept(watched) == []


def test_refusals_come_at_once_as_before(watched):
    from coach.errors import QuestionError

    with pytest.raises(QuestionError):
        watched.stream("??")


def test_the_entry_is_one_json_object():
    entry = Entry("x", TODAY, "q?", dropped=(Dropped("t", "refuted", "w"),))
    assert json.loads(entry.to_line())["dropped"] == [{"text": "t", "verdict": "refuted", "why": "w"}]
    assert os.linesep not in entry.to_line()
