"""`coach ingest`, `coach documents` and the collections they keep, on the real index."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile

import pytest

from coach.bench_pages import WRITERS, make_page
from coach.build import build_coach, open_store, sync_corpus
from coach.cli import main, progress
from coach.cli.collections import choose_collection
from coach.cli.ingest import heed_interrupts
from coach.errors import FixError, NotFoundError
from coach.index import IndexStore
from coach.index.fakes import WordEmbedder
from coach.library.collecting import collect
from coach.library.markdown import to_markdown
from coach.library.syncing import preview_paths, remove_documents, sync_paths
from coach.library.watching import look_at, wait_for_change
from coach.loading import load_file
from coach.settings import load_settings
from coach.types import Abstention, Answer, Refusal
from coach.vocabulary import load_vocabulary

SHARED = "Every engineer who joins the kite team writes a short weekly letter about what they have learned so far."
KITES = f"# Kites\n\n## Wind\n\nA kite needs a steady wind of 12 knots.\n\n## Letters\n\n{SHARED}\n"
BOATS = f"# Boats\n\n## Water\n\nA boat needs two metres of water.\n\n## Letters\n\n{SHARED}\n"
MENTORS = "# House notes\n\n## Mentoring\n\nA mentor at this company meets each mentee twice a month.\n"
QUESTION = "How often does a mentor meet each mentee?"


@pytest.fixture
def run(capsys):
    def run(*args):
        code = main(list(map(str, args)))
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return code, said.out, said.err

    return run


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "our-notes"
    place.mkdir()
    (place / "kites.md").write_text(KITES, encoding="utf-8")
    (place / "boats.md").write_text(BOATS, encoding="utf-8")
    return place


@pytest.fixture
def store(tmp_path):
    """An index whose embedding is quick."""
    return IndexStore(load_settings(data_dir=tmp_path / "quick"), WordEmbedder(), load_vocabulary())


def ids(store, collection=None):
    return [d.id for d in store.reader().documents(collection)]


def names(collected):
    return [d.path for d in collected.documents]


# Collecting


def test_folders_files_and_zip_files_become_one_collection(folder, tmp_path):
    (tmp_path / "mentors.md").write_text(MENTORS, encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("deep/zipped.md", "# Zipped\n\nA zipped guide is read as any other.\n")
    shutil.copy(tmp_path / "more.zip", folder / "inner.zip")
    collected = collect([folder, folder, tmp_path / "mentors.md", tmp_path / "more.zip"], collection="mine")
    assert names(collected) == [
        "boats.md",
        "inner.zip/deep/zipped.md",
        "kites.md",
        "mentors.md",
        "more.zip/deep/zipped.md",
    ]
    assert collected.refused == []


def test_what_cannot_be_read_is_refused_with_its_place_and_stops_nothing(folder, tmp_path):
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / "broken.zip").write_bytes(b"PK no zip")
    (tmp_path / "empty.md").write_text(" ")
    twin = tmp_path / "twin"
    twin.mkdir()
    (twin / "kites.md").write_text(KITES, encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.writestr("../../evil.md", "# Evil\n\nIt lies outside.\n")
    paths = [folder, tmp_path / "empty.md", twin, tmp_path / "evil.zip"]
    collected = collect(paths, collection="mine")
    assert names(collected) == ["boats.md", "kites.md"]
    reasons = {refusal.path: refusal.reason for refusal in collected.refused}
    assert list(reasons) == ["broken.zip", "picture.png", "empty.md", "kites.md", "evil.zip/../../evil.md"]
    assert reasons["empty.md"] == "it is empty"
    assert reasons["kites.md"] == "its id kites is taken by kites.md"
    assert "leads outside" in reasons["evil.zip/../../evil.md"]
    assert not (tmp_path.parent / "evil.md").exists()


# Syncing


def test_a_trial_says_what_the_sync_then_does_and_writes_nothing(run, folder, tmp_path):
    code, out, _ = run("ingest", folder, "--dry-run", "--json")
    told = json.loads(out)
    assert (code, told["added"], told["collection"], told["dry_run"]) == (0, ["boats", "kites"], "our-notes", True)
    assert not (tmp_path / "data").exists()

    done = json.loads(run("ingest", folder, "--json")[1])
    assert (done["added"], done["chunks"], done["dry_run"]) == (told["added"], told["chunks"], False)

    (folder / "kites.md").write_text(KITES.replace("12", "14"), encoding="utf-8")
    (folder / "boats.md").unlink()
    (folder / "mentors.md").write_text(MENTORS, encoding="utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    before = sorted(p.name for p in (tmp_path / "data").rglob("*"))
    code, out, err = run("ingest", folder, "--dry-run")
    assert out.splitlines()[0].startswith("1 added, 1 changed, 1 removed, 0 unchanged, 1 refused: ")
    assert "nothing was written" in out
    assert out.splitlines()[1:] == ["  added mentors", "  changed kites", "  removed boats"]
    assert err.startswith("  refused picture.png: its format .png is not known")
    assert sorted(p.name for p in (tmp_path / "data").rglob("*")) == before

    done = json.loads(run("ingest", folder, "--json")[1])
    assert [done[kind] for kind in ("added", "changed", "removed")] == [["mentors"], ["kites"], ["boats"]]
    assert json.loads(run("ingest", folder, "--json")[1])["unchanged"] == ["kites", "mentors"]


def test_a_trial_names_what_another_collection_holds(store, folder):
    sync_paths(store, [folder], collection="one")
    told = preview_paths(store, [folder / "kites.md"], collection="two", cut=lambda _: ())
    done = sync_paths(store, [folder / "kites.md"], collection="two")
    assert told.refused == done.refused
    assert told.refused == (Refusal("kites.md", "The collection one already holds a document with the id kites."),)


def test_an_ingest_that_fails_leaves_the_index_as_it_was(store, folder, monkeypatch):
    sync_paths(store, [folder], collection="mine")
    before = store.reader().fingerprint
    (folder / "kites.md").write_text(KITES.replace("12", "14"), encoding="utf-8")
    monkeypatch.setattr(WordEmbedder, "embed", lambda *_: (_ for _ in ()).throw(RuntimeError("stop")))
    with pytest.raises(RuntimeError, match="stop"):
        sync_paths(store, [folder], collection="mine")
    for file in folder.iterdir():
        file.write_text(" ")
    with pytest.raises(FixError, match="No guide could be read"):
        sync_paths(store, [folder], collection="mine")
    assert store.reader().fingerprint == before
    assert "12 knots" in store.reader().document("kites").text


def test_reading_is_shown_once(store, folder):
    told = []
    sync_paths(store, [folder], collection="mine", progress=lambda *step: told.append(step))
    assert ("Reading guides", 2, 2) in told
    assert all(total for _, _, total in told)


# Collections


@pytest.mark.parametrize("name", ["Our-Ladder", "../x", "", " ", "a" * 64, "a_b", "é"])
def test_a_collection_name_is_checked(run, folder, name):
    code, out, err = run("ingest", folder, f"--collection={name or '-'}")
    assert (code, out) == (2, "")
    assert "collection name" in err


def test_a_collection_is_named_after_its_path(tmp_path, corpus):
    settings = load_settings(data_dir=tmp_path)
    (tmp_path / "Our Ladder (2025)").mkdir()
    assert choose_collection([tmp_path / "Our Ladder (2025)"], None, settings) == "our-ladder-2025"
    assert choose_collection([tmp_path / "handbook.pdf"], None, settings) == "handbook"
    assert choose_collection([], None, settings) == choose_collection([corpus], None, settings) == "guides"
    assert choose_collection([tmp_path / "a", tmp_path / "b"], "both", settings) == "both"
    with pytest.raises(FixError, match="need a name"):
        choose_collection([tmp_path / "a", tmp_path / "b"], None, settings)
    with pytest.raises(FixError, match="follows the folder"):
        choose_collection([tmp_path / "a"], "guides", settings)


def test_starting_leaves_other_collections_alone_and_removing_one_document_ends_its_answers(run, folder, tmp_path):
    """One story on the real embedding: building it is the slow part."""
    guides = tmp_path / "guides"
    guides.mkdir()
    (guides / "kites.md").write_text(KITES, encoding="utf-8")
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "mentors.md").write_text(MENTORS, encoding="utf-8")
    (notes / "sails.md").write_text("# Sails\n\nA sail is sewn from light cloth.\n", encoding="utf-8")
    settings = load_settings(corpus=guides)
    sync_corpus(settings.model_copy(update={"collection": "notes"}), paths=[notes])
    coach = build_coach(settings)
    assert [(d.collection, d.id) for d in coach.documents()] == [
        ("guides", "kites"),
        ("notes", "mentors"),
        ("notes", "sails"),
    ]
    before = coach.fingerprint
    assert build_coach(settings).fingerprint == before
    (guides / "kites.md").write_text(KITES.replace("12", "14"), encoding="utf-8")
    assert [d.id for d in build_coach(settings).documents("notes")] == ["mentors", "sails"]

    assert isinstance(coach.ask(QUESTION, collection="notes"), Answer)
    with pytest.raises(NotFoundError, match="there is guides, notes"):
        coach.ask(QUESTION, collection="nope")
    with pytest.raises(NotFoundError, match="'nope'"):
        coach.search(QUESTION, collection="nope")
    with pytest.raises(NotFoundError, match="'nope'"):
        coach.documents("nope")

    os.environ["COACH_CORPUS"] = str(guides)
    try:
        code, out, err = run("ask", QUESTION, "--collection", "nope")
        assert (code, out) == (2, "")
        assert "guides, notes" in err
        code, out, _ = run("documents", "remove", "mentors")
        assert (code, out.splitlines()[1]) == (0, "  removed mentors")
        assert run("documents", "remove", "mentors")[0] == 2
        code, _, err = run("documents", "remove", "sails", "kites")
        assert (code, "follows the folder" in err) == (2, True)
        assert [d.id for d in coach.documents("notes")] == ["sails"]
        gone = coach.ask(QUESTION)  # by the Coach that was running all the time
        assert isinstance(gone, Abstention)
        assert all(p.chunk.document_id != "mentors" for p in coach.search(QUESTION))

        code, out, _ = run("documents", "export", "sails")
        assert (code, out) == (0, to_markdown(coach.document("sails")))
        target = tmp_path / "sails.json"
        assert run("documents", "export", "sails", "--out", target)[0] == 0
        assert json.loads(target.read_text(encoding="utf-8"))["text"] == coach.document("sails").text
        assert "exists already" in run("documents", "export", "sails", "--out", target)[2]
    finally:
        del os.environ["COACH_CORPUS"]


def test_removing_is_all_or_nothing(store, folder):
    sync_paths(store, [folder], collection="mine")
    with pytest.raises(NotFoundError, match="nobody"):
        remove_documents(store, ["kites", "nobody"])
    assert ids(store) == ["boats", "kites"]
    assert remove_documents(store, ["kites", "boats"])["mine"].removed == ("boats", "kites")
    assert ids(store) == []


def test_what_a_removed_document_said_first_is_quoted_from_the_next(store, folder):
    sync_paths(store, [folder], collection="mine")
    whys = {b.why for b in store.reader().document("kites").blocks}
    assert any(why.startswith("repeats Boats") for why in whys)
    remove_documents(store, ["boats"])
    assert all(b.citable for b in store.reader().document("kites").blocks)
    assert any(
        SHARED in c.text
        for c in store.reader().chunks([h.chunk_id for h in store.reader().search_lexical("weekly letter", 5)])
    )


# Markdown


def test_a_document_becomes_markdown_that_reads_back_the_same(folder, tmp_path):
    (document,) = collect([folder / "kites.md"], collection="mine").documents
    (tmp_path / "again.md").write_text(to_markdown(document), encoding="utf-8")
    (again,) = collect([tmp_path / "again.md"], collection="mine").documents
    assert (again.id, again.title, again.text) == (document.id, document.title, document.text)
    assert [(b.kind, b.start, b.headings) for b in again.blocks] == [
        (b.kind, b.start, b.headings) for b in document.blocks
    ]


# Watching


def test_a_change_is_told_once_the_files_hold_still(folder):
    seen, naps = look_at([folder]), []

    def sleep(_):
        naps.append(1)
        if len(naps) in (3, 4):  # nothing happens at first, then an editor writes twice
            (folder / "kites.md").write_text(KITES + "more\n" * len(naps), encoding="utf-8")

    now = wait_for_change([folder], seen, sleep=sleep)
    assert now == look_at([folder]) != seen
    assert len(naps) == 5
    assert look_at([folder / "kites.md", folder / "gone.md"]) < now


def test_an_interrupt_that_somebody_swallowed_still_ends_the_next_pause():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), heed_interrupts() as pause:
        with contextlib.suppress(KeyboardInterrupt):  # as a destructor would
            os.kill(os.getpid(), signal.SIGINT)
        pause(60)
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.slow
def test_watching_syncs_again_and_ends_cleanly(folder, tmp_path):
    command = [sys.executable, "-m", "coach", "ingest", str(folder), "--watch", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert json.loads(process.stdout.readline())["added"] == ["boats", "kites"]
            (folder / "kites.md").write_text(KITES.replace("12", "14"), encoding="utf-8")
            assert json.loads(process.stdout.readline())["changed"] == ["kites"]
            time.sleep(0.2)
            process.send_signal(2)
            assert process.wait(90) == 0
            assert process.stderr.read().splitlines()[-1] == "Stopped watching."
        finally:
            process.kill()
    assert "14 knots" in open_store(load_settings()).reader().document("kites").text


def test_a_trial_goes_with_no_other_mode(run, folder):
    for other in ("--watch", "--rebuild"):
        assert run("ingest", folder, "--dry-run", other)[0] == 2


def test_a_rate_is_told_as_a_person_would():
    assert [progress.format_rate(s) for s in (None, 0.0, 0.25, 12.4)] == ["", "", "15/min", "12/s"]
    assert progress.format_left(10.0, 5, 20) == ", 40 s left" and progress.format_left(60.0, 2, 10) == ", 5 min left"
    assert progress.format_left(10.0, 0, 20) == progress.format_left(10.0, 5, 0) == ""


def test_the_speed_of_reading_is_measured_for_each_format_and_nothing_is_written(run, tmp_path):
    rows = json.loads(run("bench", "--ingest", "--pages", "3", "--json")[1])
    assert [r["what"] for r in rows[:2]] == ["md: pages a second, of 3", "md: processor time a page"]
    assert {r["what"].split(":")[0] for r in rows} >= {"md", "pdf", "docx", "pptx", "html", "xlsx", "epub"}
    assert all(float(r["value"].removesuffix(" ms")) > 0 for r in rows if "processor" in r["what"])
    assert not (tmp_path / "data").exists()


def test_what_a_large_folder_costs_is_measured(tmp_path):
    command = [sys.executable, "-m", "coach", "bench", "--scale", "1", "--json"]  # the peak is of a whole process
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    rows = {r["what"]: r["value"] for r in json.loads(done.stdout)}
    assert int(rows["passages"].replace(",", "")) > 1000
    assert 40 < int(rows["largest resident memory"].removesuffix(" MB")) < 1500
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_page_to_measure_with_says_the_same_in_every_format(tmp_path, suffix):
    page = make_page(7)
    (tmp_path / f"page.{suffix}").write_bytes(WRITERS[suffix](page))
    document = load_file(tmp_path / f"page.{suffix}", isolated=False)
    for heading, paragraph, items in page.sections:
        assert all(words in " ".join(document.text.split()) for words in (heading, paragraph, *items))


# Hostile files and names


@pytest.fixture
def quick(monkeypatch):
    """The commands with an embedding that is quick."""
    monkeypatch.setattr("coach.build.get_embedder", lambda _: WordEmbedder())


NAMES = {
    b"line\nbreak.md": "line\ufffdbreak.md",
    b"bad\xff\xfebytes.md": "bad\ufffd\ufffdbytes.md",
    b"esc\x1b[31m.md": "esc\ufffd[31m.md",
    "turned \u202e.md".encode(): "turned \ufffd.md",
    b"x" * 250 + b".md": "x" * 250 + ".md",
}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems forbid such names")
def test_names_that_cannot_be_shown_or_stored_are_read_and_harmless(run, quick, tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    for number, name in enumerate(NAMES):
        (folder / os.fsdecode(name)).write_text(f"# {number}\n\nThis is guide number {number} of the folder.\n")
    (folder / os.fsdecode(b"refused\n\xff.png")).write_text("x")
    code, out, _ = run("ingest", folder, "--json")
    assert (code, len(json.loads(out)["added"])) == (0, len(NAMES))
    assert json.loads(out)["refused"][0]["path"] == "refused\ufffd\ufffd.png"
    listed = json.loads(run("documents", "list", "--collection", "notes", "--json")[1])
    assert {document["path"] for document in listed} == set(NAMES.values())
    assert run("ingest", folder)[1].startswith("0 added, 0 changed, 0 removed, 5 unchanged, 1 refused")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems forbid such names")
@pytest.mark.parametrize("flags", [(), ("--json",), ("--dry-run",)])
def test_paths_that_lead_nowhere_are_told_in_a_sentence(run, quick, tmp_path, flags):
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "empty").mkdir()
    (tmp_path / "dangling.md").symlink_to("nowhere")
    broken = os.fsdecode(b"broken\xff")
    for name in ("loop", "empty", "dangling.md", broken, broken + "/deeper", "n" * 300, "a\nb"):
        code, out, err = run("ingest", tmp_path / name, "--collection", "notes", *flags)
        assert (code, out) == (2, ""), name
        assert "no file or folder" in err or "holds no guides" in err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a system with pipes")
def test_pipes_links_and_binaries_beside_one_good_guide_stop_nothing(run, quick, tmp_path):
    folder = tmp_path / "notes"
    (folder / "deeper").mkdir(parents=True)
    (folder / "good.md").write_text(MENTORS)
    (folder / "binary.md").write_bytes(bytes(range(256)) * 20)
    (folder / "large.md").write_bytes(b"a " * 10_500_000)
    (folder / "outside.md").symlink_to(__file__)
    (folder / "loop.md").symlink_to("loop.md")
    (folder / "deeper" / "back").symlink_to(folder)
    os.mkfifo(folder / "pipe.md")
    code, out, _ = run("ingest", folder, "--json")
    found = json.loads(out)
    assert (code, found["added"]) == (0, ["good"])
    reasons = {refusal["path"]: refusal["reason"] for refusal in found["refused"]}
    assert set(reasons) == {"binary.md", "large.md", "outside.md", "loop.md", "pipe.md"}
    assert all(reason[0].islower() and len(reason) < 120 for reason in reasons.values())
