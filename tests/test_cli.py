from __future__ import annotations

import io
import json
import logging
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
import warnings

import click
import httpx
import pytest

from coach import build, errors
from coach.api.server import bind, url_of
from coach.cli import main, progress
from coach.cli.answers import abstention_notes, answer_notes, show_result
from coach.cli.app import COMMANDS, group
from coach.cli.doctor import masked, versions
from coach.cli.state import read_settings
from coach.cli.text import one_line, printable, to_json
from coach.composing.disagreeing import FIRST, LATER
from coach.problems import OF_ERROR
from coach.settings import Settings, load_settings
from coach.types import Abstention, Answer, Chunk, Citation, Claim, Disagreement, Passage, Position

QUESTION = "How many engineers does a director of engineering usually lead?"
HEAVY = {
    "bm25s",
    "chromadb",
    "fastapi",
    "gradio",
    "langchain",
    "langchain_core",
    "numpy",
    "pydantic",
    "rich",
    "sentence_transformers",
    "torch",
    "uvicorn",
}


@pytest.fixture
def run(capsys, monkeypatch):
    """Runs the command in this process and gives its exit code, output and errors."""

    def run(*args, stdin=None):
        if stdin is not None:
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        root = logging.getLogger()
        handlers, level = root.handlers[:], root.level
        with warnings.catch_warnings():
            code = main(list(args))
        root.handlers[:] = handlers
        root.setLevel(level)
        said = capsys.readouterr()
        assert "Traceback" not in said.out
        return code, said.out, said.err

    return run


@pytest.fixture(scope="module")
def indexed(tmp_path_factory):
    """A data folder in which the shipped guides are indexed."""
    folder = tmp_path_factory.mktemp("indexed")
    build.sync_corpus(load_settings(data_dir=folder))
    return folder


@pytest.fixture
def data(indexed, tmp_path, monkeypatch):
    """A copy of that folder, and the environment pointing at it."""
    copy = tmp_path / "copy"
    shutil.copytree(indexed, copy)
    monkeypatch.setenv("COACH_DATA_DIR", str(copy))
    return copy


def python(code, **kwargs):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, **kwargs)


# Help


def test_help_loads_nothing_heavy():
    heavy = f"sorted({HEAVY!r} & set(sys.modules))"
    done = python(f"import sys; from coach.cli import main; main(['--help']); print({heavy}, file=sys.stderr)")

    assert "Commands:" in done.stdout
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "eval"])
def test_the_help_of_a_command_loads_nothing_heavy_either(name):
    heavy = f"sorted({HEAVY!r} & set(sys.modules))"
    done = python(
        f"import sys; from coach.cli import main; main([{name!r}, '--help']); print({heavy}, file=sys.stderr)"
    )

    assert done.stdout.startswith(f"Usage: coach {name}")
    assert done.stderr.strip() == "[]"


def test_help_is_there_in_under_four_tenths_of_a_second():
    """In time of the processor, the best of five: what else the machine is doing does not count."""

    def spent():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "coach", "--help"], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(spent() for _ in range(5)) < 0.4


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_each_says_of_itself(name):
    command = group.get_command(click.Context(group), name)

    assert command.get_short_help_str(200) == COMMANDS[name][1]


def test_version(run):
    code, out, _ = run("--version")

    assert code == 0
    assert re.fullmatch(r"coach \d+\.\d+\.\d+\n", out)


# Asking


def test_ask_answers_with_sources_and_their_quotes(run, data):
    code, out, err = run("ask", *QUESTION.split())

    assert (code, err) == (0, "")
    answer, _, sources = out.partition("\nSources:\n")
    assert re.search(r"15 to 50 engineers.*\[1\]", answer, re.S)
    assert re.search(r'^\[1\] .+\n    ".*15 to 50.*"$', sources, re.M)
    assert "\x1b" not in out


def test_ask_in_json_cites_the_exact_words(run, data):
    code, out, _ = run("ask", "--json", "--style", "quoted", QUESTION)
    answer = json.loads(out)
    citation = next(one for one in answer["citations"] if "15 to 50" in one["quote"])
    _, out, _ = run("documents", "show", citation["document_id"], "--json")

    assert code == 0
    assert json.loads(out)["text"][citation["start"] : citation["end"]] == citation["quote"]


def test_a_question_comes_from_standard_input_too(run, data):
    code, out, _ = run("ask", "-", stdin=f"  {QUESTION}\n".encode())

    assert code == 0
    assert "15 to 50" in out


def test_what_the_guides_do_not_cover_is_declined_with_code_3(run, data):
    code, out, _ = run("ask", "--json", "What is the capital of France?")

    body = json.loads(out)
    assert code == 3
    assert (body["abstained"], body["claims"]) == (True, [])


@pytest.mark.parametrize(
    ("question", "codes"),
    [
        ("", {2}),
        (" \n\t ", {2}),
        ("why? " * 20_000, {2}),
        ("\N{SMILING FACE WITH SUNGLASSES}\N{ROCKET}", {2, 3}),
        ("\x00\x1b[31m\x07", {2, 3}),
        ("<script>alert(1)</script>", {2, 3}),
        ("Wie viele Leute f\u00fchrt der B\u00e4cker in M\u00fcnchen?", {2, 3}),
        ("\u8463\u4e8b\u4f1a\u6709\u591a\u5c11\u4eba\uff1f", {2, 3}),
        ("\udcff\udcfe", {2, 3}),
    ],
    ids=["empty", "blank", "long", "emoji", "controls", "script", "german", "chinese", "bytes"],
)
def test_strange_questions_get_one_clear_sentence(run, data, question, codes):
    code, out, err = run("ask", "--", question)

    assert code in codes
    said = err if code == 2 else out
    assert len(said.splitlines()[0]) > 10
    assert not re.search(r"[\x00\x07\x1b]", out + err)


def test_too_much_on_standard_input_is_refused_before_it_is_read_whole(run):
    code, out, err = run("ask", "-", stdin=b"x" * 1_100_000)

    assert (code, out) == (2, "")
    assert "too long" in err


def test_search_lists_passages_best_first(run, data):
    code, out, _ = run("search", "--json", "--top-k", "3", QUESTION)

    passages = json.loads(out)["passages"]
    assert code == 0
    assert [passage["rank"] for passage in passages] == [1, 2, 3]
    assert "director" in run("search", QUESTION)[1].lower()


def test_questions_are_answered_while_another_process_writes_the_index(run, data, monkeypatch):
    def busy(*_, **__):
        raise errors.IndexBusyError("Another process is writing the index.")

    monkeypatch.setattr(build, "build_coach", busy)
    code, out, err = run("ask", QUESTION)

    assert code == 0
    assert "15 to 50" in out
    assert "as it stands" in err


def test_without_any_index_the_first_fault_is_told(run, monkeypatch):
    def busy(*_, **__):
        raise errors.IndexBusyError("Another process is writing the index.", remedy="Wait.")

    monkeypatch.setattr(build, "build_coach", busy)
    code, out, err = run("ask", QUESTION)

    assert (code, out, err) == (2, "", "Another process is writing the index.\nWait.\n")


# How results look


def an_answer(**changes):
    fields = {
        "id": "a",
        "question": "?",
        "standalone_question": "?",
        "text": "Directors **lead** 15 to 50. [1]",
        "claims": (Claim("Directors **lead** 15 to 50.", 0, 28, (1,), "supported", 1.0),),
        "citations": (Citation(1, "d", "Ladder", "Notes", ("Ladder", "Director"), "Lead 15\nto 50.", 0, 14, page=3),),
        "style": "quoted",
        "model": "quoting",
        "fingerprint": "f",
    }
    return Answer(**(fields | changes))


def test_sources_disagreements_notices_and_follow_ups_stand_below():
    disagreement = Disagreement("team size", (Position("5 to 8", (1,)), Position("8 to 15", (1, 2))))
    answer = an_answer(disagreements=(disagreement,), notice="The model was down.", follow_ups=("What next?",))

    assert list(answer_notes(answer)) == [
        "",
        "Sources:",
        "[1] Ladder > Director, page 3",
        '    "Lead 15 to 50."',
        "",
        "The guides differ on team size:",
        "  - 5 to 8 [1]",
        "  - 8 to 15 [1][2]",
        "",
        "The model was down.",
        "",
        "You could also ask:",
        "  - What next?",
    ]


@pytest.mark.parametrize("connective", [FIRST, LATER])
def test_a_difference_that_the_answer_says_is_not_said_again(connective):
    disagreement = Disagreement("team size", (Position("5 to 8", (1,)), Position("8 to 15", (2,))))
    answer = an_answer(text=f"{connective}\n\n- 5 to 8 [1]\n- 8 to 15 [2]", disagreements=(disagreement,))

    assert not any("team size" in line for line in answer_notes(answer))


def test_an_abstention_shows_what_comes_nearest():
    chunk = Chunk("c", "d", "Part\n\n- Some  words.", 0, 20, ("Ladder", "Part"), ())
    passage = Passage(chunk, "Ladder", "Notes", 0.1, 1)
    abstention = Abstention("a", "?", "?", "not_covered", "No.", "f", nearest=(passage,), try_instead=("This?",))

    assert list(abstention_notes(abstention)) == [
        "",
        "Nearest in the guides:",
        "  - Ladder > Part: Some words.",
        "",
        "You could ask instead:",
        "  - This?",
    ]


def test_a_person_at_a_terminal_gets_style_and_wrapped_lines(monkeypatch):
    from rich.console import Console

    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=40, highlight=False, color_system="standard")
    monkeypatch.setattr("coach.cli.answers.get_console", lambda: console)
    show_result(an_answer(text="Directors **lead** 15 to 50 engineers in several teams, \x1b[2Jand more. [1]"))

    shown = screen.getvalue()
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert "\x1b[1m" in shown
    assert "\x1b[2J" not in shown
    assert "**" not in plain
    assert "[1] Ladder > Director" in plain
    assert max(map(len, plain.splitlines())) <= 40


def test_nothing_printed_can_steer_a_terminal():
    assert printable("a\x1b]0;title\x07b\u202ec\r\n\td\x9b") == "a\ufffd]0;title\ufffdbc\ufffd\n\td\ufffd"
    assert one_line(" a\n b ", 10) == "a b"
    assert one_line("abcdefgh", 6) == "abc..."


# Faults


@pytest.mark.parametrize("cls", OF_ERROR, ids=lambda cls: cls.__name__)
def test_every_error_has_its_exit_code_and_its_next_step(run, monkeypatch, cls):
    def fail(*_, **__):
        raise cls("It failed.", remedy="Do this.")

    monkeypatch.setattr(build, "sync_corpus", fail)
    expected = 1 if cls is errors.CoachError else 2

    assert run("ingest") == (expected, "", "It failed.\nDo this.\n")
    code, out, err = run("ingest", "--json")
    problem = json.loads(err)
    assert (code, out) == (expected, "")
    assert (problem["detail"], problem["remedy"], problem["exit_code"]) == ("It failed.", "Do this.", expected)
    assert problem["type"] == OF_ERROR[cls].type


def test_a_bug_is_one_sentence_and_a_way_to_see_more(run, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("boom")

    monkeypatch.setattr(build, "sync_corpus", fail)
    code, out, err = run("ingest")
    assert (code, out) == (1, "")
    assert "RuntimeError" in err
    assert "COACH_LOG_LEVEL=debug" in err
    assert "Traceback" not in err

    monkeypatch.setenv("COACH_LOG_LEVEL", "debug")
    assert "boom" in run("ingest")[2]


def test_an_interrupt_ends_with_130(run, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "sync_corpus", interrupt)
    code, _, err = run("ingest")
    assert code == 130
    assert err.strip() == "Stopped."


@pytest.mark.parametrize(
    "args", [["ask"], ["ask", "--top-k", "0", "x"], ["ask", "--style", "rude", "x"], ["nope"], ["--nope"]]
)
def test_a_command_that_cannot_be_read_ends_with_2(run, args):
    code, out, err = run(*args)
    assert (code, out) == (2, "")
    assert err.startswith("Usage: coach")

    if args[0] == "ask":
        code, _, err = run("ask", "--json", *args[1:])
        assert (code, json.loads(err)["type"]) == (2, "/problems/usage")


def test_a_mistyped_command_is_answered_with_the_nearest(run):
    assert "Did you mean ask?" in run("aks", "x")[2]


@pytest.mark.parametrize(
    ("name", "remedy"),
    [("COACH_FOO", "Run `coach doctor --settings` for the known names."), ("COACH_PROT", "Did you mean COACH_PORT?")],
)
def test_an_unknown_setting_is_refused_with_the_nearest_name(run, monkeypatch, name, remedy):
    monkeypatch.setenv(name, "1")

    assert run("ask", "x") == (2, "", f"There is no setting {name}.\n{remedy}\n")
    assert "COACH_PORT" in run("doctor", "--settings")[1]


def without_progress(err: str) -> list[str]:
    """The lines that remain when a busy machine has made the command say that it is working."""
    return [
        line for line in err.splitlines() if not line.endswith("...") and not re.fullmatch(r"[\w ]+: \d+ of \d+", line)
    ]


def test_an_unusable_setting_is_named(run, monkeypatch):
    monkeypatch.setenv("COACH_TOP_K", "many")
    code, out, err = run("ask", "x")

    assert (code, out) == (2, "")
    assert "COACH_TOP_K" in err.splitlines()[0]
    assert "Correct COACH_TOP_K" in err.splitlines()[1]


def test_a_model_without_its_key_is_a_setting_to_fix(run, data, monkeypatch):
    monkeypatch.setenv("COACH_MODEL", "openai:gpt-test")
    code, out, err = run("ask", QUESTION)

    assert (code, out) == (2, "")
    assert "openai:gpt-test" in err
    assert "COACH_MODEL" in err
    assert len(without_progress(err)) == 2


# Indexing


def test_a_folder_that_cannot_be_read_costs_nothing_that_is_indexed(run, data, tmp_path):
    (tmp_path / "empty").mkdir()
    for folder in ("missing", "empty"):
        code, out, err = run("ingest", str(tmp_path / folder))
        assert (code, out) == (2, "")
        assert str(tmp_path / folder) in err
        assert len(without_progress(err)) == 2

    assert run("ask", QUESTION)[0] == 0


def test_ingest_counts_what_changed_and_names_what_it_refused(run, corpus, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    shutil.copy(corpus / "management-ladder.md", folder)
    (folder / "broken.md").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    code, out, err = run("ingest", str(folder))
    assert code == 0
    assert out.startswith("1 added, 0 changed, 0 removed, 0 unchanged, 1 refused")
    assert "broken.md" in err

    report = json.loads(run("ingest", str(folder), "--json")[1])
    assert (report["unchanged"], report["added"]) == (["management-ladder"], [])
    assert [refusal["path"] for refusal in report["refused"]] == ["broken.md"]

    report = json.loads(run("ingest", str(folder), "--json", "--rebuild")[1])
    assert report["chunks"] > 0


def test_a_collection_of_its_own_leaves_the_guides_alone(run, data, corpus, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    text = (corpus / "management-ladder.md").read_text(encoding="utf-8")
    (folder / "own.md").write_text(text.replace("id: management-ladder", "id: own"), encoding="utf-8")
    assert run("ingest", str(folder), "--collection", "mine")[0] == 0

    listed = json.loads(run("documents", "list", "--json")[1])
    assert {document["collection"] for document in listed} == {"guides", "mine"}
    assert [
        document["id"] for document in json.loads(run("documents", "list", "--json", "--collection", "mine")[1])
    ] == ["own"]


# Looking around


def test_documents_are_listed_and_shown(run, data, corpus):
    code, out, _ = run("documents", "list")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == [
        document["id"] for document in json.loads(run("documents", "list", "--json")[1])
    ]
    assert {path.stem for path in corpus.glob("*.md")} - {"README"} == {line.split()[0] for line in out.splitlines()}

    code, out, _ = run("documents", "show", "management-ladder")
    assert code == 0
    assert "director" in out.lower()
    assert re.search(
        r"^\d+ of \d+ parts of management-ladder are never quoted\.$",
        run("documents", "show", "management-ladder", "--why")[1],
        re.M,
    )


def test_a_document_that_does_not_exist_is_told_so(run, data):
    code, out, err = run("documents", "show", "nope")

    assert (code, out) == (2, "")
    assert "nope" in err


def test_the_doctor_shows_no_secret(run, data, monkeypatch):
    monkeypatch.setenv("COACH_MODEL", "quoting")  # else the doctor asks the server for its models
    monkeypatch.setenv("COACH_MODEL_API_KEY", "hush-hush")
    monkeypatch.setenv("COACH_API_KEYS", "hush-1,hush-2")
    monkeypatch.setenv("COACH_MODEL_BASE_URL", "http://me:hush-3@localhost/v1?key=hush-4")
    code, out, err = run("doctor", "--json")

    assert code == 0, out
    assert "hush" not in out + err
    assert json.loads(out)["settings"]["COACH_MODEL_BASE_URL"] == "http://(set)@localhost/v1"
    assert "hush" not in run("doctor")[1]


def test_the_doctor_finds_what_is_missing(run, monkeypatch, tmp_path):
    monkeypatch.setenv("COACH_CORPUS", str(tmp_path / "missing"))
    code, out, _ = run("doctor", "--json")

    checks = {check["name"]: check for check in json.loads(out)["checks"]}
    assert code == 2
    assert not checks["guides"]["works"]
    assert not checks["index"]["works"]
    assert "coach ingest" in checks["index"]["remedy"]
    assert checks["embedding model"]["works"]


def test_every_setting_is_listed_with_its_meaning(run):
    listed = json.loads(run("doctor", "--settings", "--json")[1])

    assert [one["name"] for one in listed] == [f"COACH_{name.upper()}" for name in Settings.model_fields]
    assert all(one["meaning"] for one in listed)
    assert "COACH_PORT" in run("doctor", "--settings")[1]


def test_masking_and_versions_are_plain_values():
    assert json.loads(json.dumps(masked(load_settings())))["COACH_PORT"] == 8000
    assert versions()["torch"] != "not installed"


def test_figures_stand_in_columns(run, monkeypatch):
    rows = [{"what": "help", "value": "0.1 s", "aim": "under 0.4 s"}, {"what": "memory", "value": "900 MB", "aim": ""}]
    monkeypatch.setattr("coach.bench.run_bench", lambda _: rows)

    assert run("bench")[1].splitlines() == ["help     0.1 s  under 0.4 s", "memory  900 MB  "]
    assert json.loads(run("bench", "--json")[1]) == rows


# Progress


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 100.0

    monkeypatch.setattr(progress.time, "monotonic", lambda: Clock.now)
    return Clock


def test_short_work_shows_no_progress(capsys):
    with progress.show_progress() as show:
        show("embedding", 0, 10)
        show("embedding", 10, 10)
    show.reveal()  # a timer that was about to fire when the work ended
    assert capsys.readouterr().err == ""


def test_long_work_is_told_even_while_nothing_moves(capsys):
    with progress.show_progress(0.05) as show:
        show("embedding", 0, 10)
        time.sleep(0.5)
    assert capsys.readouterr().err == "Embedding: 0 of 10\n"


def test_long_work_is_told_in_lines_now_and_then(clock, capsys):
    with progress.show_progress(3600) as show:
        for done in range(21):
            show("embedding", done, 20)
            if done == 2:
                show.reveal()
            clock.now += 1.0
        show("writing", 0, 0)
    assert capsys.readouterr().err.splitlines() == [
        "Embedding: 2 of 20",
        "Embedding: 7 of 20, 13 s left",
        "Embedding: 12 of 20, 8 s left",
        "Embedding: 17 of 20, 3 s left",
        "Embedding: 20 of 20",
        "Writing ...",
    ]


def test_a_person_sees_a_bar(monkeypatch):
    from rich.console import Console

    screen = io.StringIO()
    screen.isatty = lambda: True
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setattr("rich.console.Console", lambda **_: Console(file=screen, force_terminal=True, width=80))
    with progress.show_progress(3600) as show:
        show.reveal()
        show("embedding [guides]", 5, 20)
    assert re.search(r"Embedding \[guides\].*5/20", re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", screen.getvalue()))


# Serving


def test_a_port_in_use_is_told_before_any_slow_work(run, monkeypatch):
    monkeypatch.setattr(build, "build_coach", lambda *_, **__: pytest.fail("the port was to be looked at first"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, out, err = run("serve", "--port", str(port))

    assert (code, out) == (2, "")
    assert err == (
        f"Port {port} on 127.0.0.1 is in use by another program.\nUse another: COACH_PORT={port + 1} coach serve\n"
    )


def test_opening_the_server_to_others_is_said_aloud(run, monkeypatch):
    monkeypatch.setattr(build, "build_coach", lambda *_, **__: (_ for _ in ()).throw(errors.CorpusError("Stop here.")))

    assert "Anyone who can reach this machine" in run("serve", "--host", "0.0.0.0", "--port", "0")[2]
    assert "Anyone" not in run("serve", "--port", "0")[2]


def test_two_servers_cannot_take_one_port():
    with bind("127.0.0.1", 0) as first, pytest.raises(errors.PortInUseError):
        bind("127.0.0.1", first.getsockname()[1])


@pytest.mark.parametrize("host", ["256.0.0.1", "203.0.113.7"])
def test_an_address_of_another_machine_is_a_setting_to_fix(host):
    with pytest.raises(errors.SettingsError, match=re.escape(host)):
        bind(host, 0)


def test_urls_can_be_opened():
    assert url_of(("127.0.0.1", 8000)) == "http://127.0.0.1:8000"
    assert url_of(("0.0.0.0", 80)) == "http://127.0.0.1:80"
    assert url_of(("::", 80, 0, 0)) == "http://[::1]:80"


@pytest.mark.slow
def test_serve_answers_once_it_says_so_and_stops_when_asked(data):
    environment = os.environ | {"COACH_DATA_DIR": str(data), "COACH_PORT": "0"}
    command = [sys.executable, "-m", "coach", "serve", "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as server:
        try:
            url = json.loads(server.stdout.readline())["url"]
            assert httpx.get(f"{url}/readyz").json()["status"] == "ready"
            assert "15 to 50" in httpx.post(f"{url}/v1/ask", json={"question": QUESTION}).json()["answer"]
            page = httpx.get(url)
            assert page.headers["content-type"].startswith("text/html")
            assert httpx.get(f"{url}/v1/nope").json()["type"] == "/problems/no-such-page"
            server.send_signal(signal.SIGINT)
            assert server.wait(10) in (0, 130)
            assert "Traceback" not in server.stderr.read()
        finally:
            server.kill()


# What strangers wrote, on a terminal


STEERING = "a\x1b[2Jb\x9b31mc\x07d\u202ee\x7ff"


def test_json_spells_out_what_a_terminal_would_obey():
    told = to_json({"title": STEERING})
    assert json.loads(told) == {"title": STEERING}
    assert not any(c in told for c in "\x1b\x9b\x07\u202e\x7f")


def test_log_lines_steer_no_terminal(run, capsys, monkeypatch):
    read_settings()
    logging.getLogger("coach.api").error("GET %s", STEERING)
    said = capsys.readouterr().err
    assert "ERROR coach.api: GET a" in said
    assert not any(c in said for c in "\x1b\x9b\x07\u202e\x7f")
