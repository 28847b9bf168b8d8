"""`coach export` and `coach import`: what comes back, and what is refused."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import replace

import pytest

from coach.cli import main
from coach.errors import DocumentError, FixError
from coach.index import IndexStore
from coach.index.fakes import WordEmbedder
from coach.index.records import to_json
from coach.library import archive as archives
from coach.library.archive import MANIFEST, open_archive, write_archive
from coach.library.restoring import restore
from coach.library.syncing import sync_paths
from coach.settings import load_settings
from coach.vocabulary import load_vocabulary

KITES = "# Kites\n\n## Wind\n\nA kite needs 12 knots — no less. 🪁\n\n- one item\n- another item\n"
BOATS = "# Boats\n\n## Water\n\nA boat needs two metres of water.\n"


def make_store(folder):
    return IndexStore(load_settings(data_dir=folder), WordEmbedder(), load_vocabulary())


@pytest.fixture
def store(tmp_path):
    """An index with two collections."""
    store = make_store(tmp_path / "first")
    for name, text in (("kites", KITES), ("boats", BOATS)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
        sync_paths(store, [folder], collection=f"all-{name}")
    return store


@pytest.fixture
def backup(store, tmp_path):
    write_archive(tmp_path / "backup.zip", store.reader())
    return tmp_path / "backup.zip"


def read(path):
    with zipfile.ZipFile(path) as members:
        return {name: members.read(name) for name in members.namelist()}


def write(path, members, **how):
    with zipfile.ZipFile(path, "w", **how) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def take(path, store):
    with open_archive(path) as opened:
        return restore(store, opened)


def with_document(backup, target, line):
    """The backup with another document line in the collection of kites, as its manifest says."""
    members = read(backup)
    members["collections/all-kites.jsonl"] = line
    manifest = json.loads(members[MANIFEST])
    (part,) = (p for p in manifest["collections"] if p["name"] == "all-kites")
    part["sha256"] = hashlib.sha256(line).hexdigest()
    return write(target, members | {MANIFEST: json.dumps(manifest)})


# There and back


def test_a_backup_brings_back_the_same_documents_and_fingerprint(store, backup, tmp_path):
    other = make_store(tmp_path / "second")
    reports = take(backup, other)
    assert {name: r.added for name, r in reports.items()} == {"all-boats": ("boats",), "all-kites": ("kites",)}
    assert other.reader().fingerprint == store.reader().fingerprint
    assert other.reader().documents() == store.reader().documents()
    for summary in store.reader().documents():
        assert other.reader().document(summary.id) == store.reader().document(summary.id)
    hits = other.reader().search_lexical("knots", 3)
    assert other.reader().chunks([hits[0].chunk_id])[0].document_id == "kites"


def test_importing_twice_changes_nothing_and_leaves_other_collections_alone(store, backup, tmp_path):
    own = tmp_path / "own.md"
    own.write_text("# Own\n\nA guide of our own stays where it is.\n", encoding="utf-8")
    sync_paths(store, [own], collection="own")
    before = store.reader().fingerprint
    assert {name: r.unchanged for name, r in take(backup, store).items()} == {
        "all-boats": ("boats",),
        "all-kites": ("kites",),
    }
    assert store.reader().fingerprint == before
    assert [d.id for d in store.reader().documents("own")] == ["own"]


def test_a_trial_says_what_the_import_does_and_writes_nothing(backup, tmp_path):
    other = make_store(tmp_path / "second")
    with open_archive(backup) as opened:
        told = restore(other, opened, trial=lambda _: ("one", "two"))
    assert {name: (r.added, r.chunks) for name, r in told.items()} == {
        "all-boats": (("boats",), 2),
        "all-kites": (("kites",), 2),
    }
    assert not (tmp_path / "second").exists()


def test_an_archive_holds_documents_and_no_vectors(backup):
    members = read(backup)
    assert set(members) == {MANIFEST, "collections/all-kites.jsonl", "collections/all-boats.jsonl"}
    manifest = json.loads(members[MANIFEST])
    assert (manifest["format"], manifest["version"]) == ("coach-archive", 1)
    assert manifest["settings"]["embedding_model"] == "fake-words"
    assert "12 knots" in json.loads(members["collections/all-kites.jsonl"])["text"]


def test_an_existing_file_is_never_overwritten_and_a_failed_export_leaves_none(store, backup, tmp_path, monkeypatch):
    before = backup.read_bytes()
    with pytest.raises(FixError, match="exists already"):
        write_archive(backup, store.reader())
    assert backup.read_bytes() == before
    with pytest.raises(FixError, match="cannot be written: no such file or directory"):
        write_archive(tmp_path / "none" / "backup.zip", store.reader())

    def fail(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archives, "_flush", fail)
    with pytest.raises(FixError, match="no space left on device"):
        write_archive(tmp_path / "other.zip", store.reader())
    assert [p.name for p in tmp_path.iterdir() if "other" in p.name] == []


# What is refused


def refused(path, store):
    """The sentence an archive is refused with; the index must be as it was."""
    before = store.reader().fingerprint
    with pytest.raises(DocumentError) as caught:
        take(path, store)
    assert store.reader().fingerprint == before
    assert caught.value.message.startswith(f"The archive {path.name} was not taken: ")
    assert caught.value.message.count("\n") == 0
    return caught.value.message.removeprefix(f"The archive {path.name} was not taken: ")


def test_what_is_no_archive_is_refused(store, tmp_path):
    (tmp_path / "text.zip").write_text("no zip")
    assert refused(tmp_path / "text.zip", store) == "it is damaged, or no ZIP file."
    assert refused(tmp_path / "missing.zip", store) == "it cannot be read: no such file or directory."
    assert refused(write(tmp_path / "bare.zip", {"a.md": "# A"}), store) == "its manifest is missing or damaged."


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"format": "other"}, "it was not written by `coach export`."),
        ({"version": 2}, "its format is version 2, and this Coach reads version 1."),
        ({"collections": "none"}, "its manifest is missing or damaged."),
        ({"surprise": 1}, "its manifest is missing or damaged."),
        (
            {"collections": [{"name": "../x", "documents": 1, "sha256": "0" * 64}]},
            "its manifest is missing or damaged.",
        ),
        ({"collections": []}, "its files are not those its manifest names."),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(store, backup, tmp_path, change, reason):
    members = read(backup)
    members[MANIFEST] = json.dumps(json.loads(members[MANIFEST]) | change)
    assert refused(write(tmp_path / "changed.zip", members), store) == reason


def test_files_that_do_not_belong_are_refused(store, backup, tmp_path):
    for name in ("../evil.md", "/etc/passwd", "collections/extra.jsonl"):
        path = write(tmp_path / "extra.zip", read(backup) | {name: "x"})
        assert refused(path, store) == "its files are not those its manifest names."
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(backup, "a") as members:
        members.writestr(MANIFEST, "{}")
    assert refused(backup, store) == "it holds two files of one name."


def test_changed_and_damaged_content_is_refused(store, backup, tmp_path):
    members = read(backup)
    line = members["collections/all-kites.jsonl"]
    changed = members | {"collections/all-kites.jsonl": line.replace(b"12 knots", b"99 knots")}
    assert refused(write(tmp_path / "a.zip", changed), store) == (
        "collections/all-kites.jsonl is not what its manifest says."
    )
    twice = members | {"collections/all-kites.jsonl": line + line}
    assert "holds more than its manifest says" in refused(write(tmp_path / "b.zip", twice), store)
    data = bytearray(backup.read_bytes())
    data[60:90] = bytes(30)
    backup.write_bytes(bytes(data))
    assert "damaged" in refused(backup, store)


def test_bombs_are_refused_before_they_unpack(store, backup, tmp_path, monkeypatch):
    bomb = write(tmp_path / "bomb.zip", read(backup) | {"x": bytes(3_000_000)}, compression=zipfile.ZIP_DEFLATED)
    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 2_000_000)
    assert "would unpack to more than" in refused(bomb, store)
    monkeypatch.setattr(archives, "MAX_LINE_BYTES", 50)
    assert "the limits allow" in refused(backup, store)
    monkeypatch.setattr(archives, "MAX_MANIFEST_BYTES", 10)
    assert refused(backup, store) == "its manifest is too large."
    monkeypatch.setattr(archives, "MAX_COLLECTIONS", 1)
    assert "more than 1 collections" in refused(backup, store)
    odd = write(tmp_path / "odd.zip", {MANIFEST: "{}"}, compression=zipfile.ZIP_LZMA)
    assert "packed in a way" in refused(odd, store)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": "../../etc"}, "an id that cannot be used"),
        ({"id": "x" * 200}, "an id that cannot be used"),
        ({"path": "../secret.md"}, "a path that leads out of its folder"),
        ({"path": "a\\..\\..\\b"}, "a path that leads out of its folder"),
        ({"path": "/etc/passwd"}, "a path that leads out of its folder"),
        ({"digest": "abc"}, "a digest that is none"),
        ({"title": "x" * 30_000}, "a field that is too long"),
        ({"text": " ", "blocks": ()}, "no text"),
        ({"collection": "all-boats"}, "belongs to another collection"),
    ],
)
def test_a_document_no_loader_made_is_refused(store, backup, tmp_path, change, reason):
    line = to_json(replace(store.reader().document("kites"), **change)).encode() + b"\n"
    assert reason in refused(with_document(backup, tmp_path / "changed.zip", line), store)


def test_blocks_that_do_not_lie_in_the_text_are_refused(store, backup, tmp_path):
    document = store.reader().document("kites")
    first, second, *_ = document.blocks
    bad = [
        (replace(first, end=10**6),),
        (replace(first, start=-1),),
        (second, first),
        (replace(first, end=first.start),),
    ]
    for blocks in bad:
        line = to_json(replace(document, blocks=blocks)).encode() + b"\n"
        assert "blocks that do not lie" in refused(with_document(backup, tmp_path / "bad.zip", line), store)


@pytest.mark.parametrize("line", [b"[]\n", b"{}\n", b'{"id": 1}\n', b"\xff\n", b"[" * 100_000 + b"\n"])
def test_a_line_that_is_no_document_is_refused(store, backup, tmp_path, line):
    reason = refused(with_document(backup, tmp_path / "bad.zip", line), store)
    assert reason == "collections/all-kites.jsonl line 1 is no document."


def test_two_documents_of_one_id_are_refused(store, backup, tmp_path):
    line = to_json(replace(store.reader().document("boats"), collection="all-kites")).encode() + b"\n"
    assert refused(with_document(backup, tmp_path / "twice.zip", line), store) == (
        "it holds two documents with the id boats."
    )


# On the command line


def test_the_commands_say_what_they_did(capsys, tmp_path):
    (tmp_path / "kites.md").write_text(KITES, encoding="utf-8")
    target = str(tmp_path / "backup.zip")

    def run(*args):
        code = main(list(map(str, args)))
        said = capsys.readouterr()
        return code, said.out, said.err

    assert run("export", target)[0] == 2  # nothing is indexed yet
    assert run("ingest", tmp_path / "kites.md")[0] == 0
    code, out, _ = run("export", target)
    assert (code, out) == (0, f"1 of kites\nWritten to {target}.\n")
    assert run("documents", "remove", "kites")[0] == 0
    code, out, _ = run("import", target, "--dry-run", "--json")
    assert (code, [(r["collection"], r["added"], r["dry_run"]) for r in json.loads(out)]) == (
        0,
        [("kites", ["kites"], True)],
    )
    code, out, _ = run("import", target)
    assert (code, out.splitlines()[1]) == (0, "  added kites")
    (tmp_path / "bad.zip").write_text("no")
    code, out, err = run("import", tmp_path / "bad.zip")
    assert (code, out, len(err.splitlines())) == (2, "", 2)


def test_every_document_a_loader_makes_can_be_restored(corpus, tmp_path):
    store = make_store(tmp_path / "first")
    assert sync_paths(store, [corpus], collection="guides").added
    write_archive(tmp_path / "guides.zip", store.reader())
    other = make_store(tmp_path / "second")
    take(tmp_path / "guides.zip", other)
    assert other.reader().fingerprint == store.reader().fingerprint
