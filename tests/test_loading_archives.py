"""Archives in a folder: their members are documents; hostile ones are refused by name and stop nothing."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest

from coach.errors import CorpusError, DocumentError
from coach.loading import iterate_archive, load_file, load_folder
from coach.loading import sources as sources_module
from coach.loading import zipped as zipped_module
from coach.loading.sources import Source, read_sources
from coach.types import Refusal


def zip_of(members) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items() if isinstance(members, dict) else members:
            archive.writestr(name, content)
    return buffer.getvalue()


def unpack(folder, data: bytes):
    path = folder / "export.zip"
    path.write_bytes(data)
    found = list(read_sources(path, folder))
    sources = {s.name: s.data for s in found if isinstance(s, Source)}
    return sources, {r.path: r.reason for r in found if isinstance(r, Refusal)}


def test_members_become_documents_with_their_paths(tmp_path):
    (tmp_path / "plain.md").write_text("# Plain")
    inner = zip_of({"deep.md": "# Deep"})
    members = {
        "notes/a.md": "# A",
        "README.md": "x",
        "__MACOSX/a.md": "x",
        ".hidden.md": "x",
        "part.zip": inner,
        "e.md": "",
    }
    (tmp_path / "export.zip").write_bytes(zip_of(members))
    seen = []
    loaded = load_folder(tmp_path, progress=lambda *step: seen.append(step[1:]))
    assert {d.path: d.id for d in loaded.documents} == {
        "export.zip/notes/a.md": "export-zip-notes-a",
        "export.zip/part.zip/deep.md": "export-zip-part-zip-deep",
        "plain.md": "plain",
    }
    assert loaded.refused == (Refusal("export.zip/e.md", "it is empty"),)
    assert seen == [(1, 2), (2, 2)]


def test_paths_that_lead_outside_are_refused(tmp_path):
    link = zipfile.ZipInfo("link.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    sources, refused = unpack(
        tmp_path, zip_of([("../up.md", "x"), ("/root.md", "x"), ("C:/x.md", "x"), (link, "/etc/passwd"), ("a.md", "x")])
    )
    assert set(sources) == {"export.zip/a.md"}
    assert len(refused) == 4 and all("outside" in reason for reason in refused.values())


def test_bombs_are_refused_before_they_are_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(zipped_module, "MAX_UNPACKED_BYTES", 1_000_000)
    _, refused = unpack(tmp_path, zip_of({"a.md": b"0" * 2_000_000}))
    assert "unpack to more" in refused["export.zip"]


def test_a_member_that_lies_about_its_size_is_stopped(tmp_path, monkeypatch):
    data = bytearray(zip_of({"a.md": b"0" * 30_000}))
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = data.find(signature) + offset
        data[place : place + 4] = (100).to_bytes(4, "little")
    sources, refused = unpack(tmp_path, bytes(data))
    assert all(len(content) <= 100 for content in sources.values()) and (sources or refused)


def test_archives_inside_archives_share_one_budget(tmp_path, monkeypatch):
    monkeypatch.setattr(sources_module._Budget.__init__, "__defaults__", (2_500, 0))
    inner = zip_of({f"{n}.md": b"0" * 1_000 for n in range(9)})
    sources, refused = unpack(tmp_path, zip_of({"in.zip": inner}))
    assert 0 < len(sources) <= 2 and refused


def test_nesting_has_an_end(tmp_path):
    data = zip_of({"a.md": "x"})
    for _ in range(4):
        data = zip_of({"in.zip": data})
    _, refused = unpack(tmp_path, data)
    assert "inside an archive" in next(iter(refused.values()))


def test_too_many_members_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(zipped_module, "MAX_MEMBERS", 3)
    _, refused = unpack(tmp_path, zip_of({f"{n}.md": "x" for n in range(4)}))
    assert "more than 3 files" in refused["export.zip"]


@pytest.mark.parametrize("data", [b"PK no archive", b""])
def test_damaged_archives_are_refused_and_stop_nothing(tmp_path, data):
    (tmp_path / "a.md").write_text("Words.")
    (tmp_path / "export.zip").write_bytes(data)
    loaded = load_folder(tmp_path)
    assert [d.path for d in loaded.documents] == ["a.md"]
    assert [r.path for r in loaded.refused] == ["export.zip"]


def test_an_encrypted_member_is_refused(tmp_path):
    data = bytearray(zip_of({"a.md": "secret"}))
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.find(signature) + offset] |= 1
    _, refused = unpack(tmp_path, bytes(data))
    assert "password" in refused["export.zip"]


def test_an_archive_alone_is_no_document(tmp_path):
    path = tmp_path / "export.zip"
    path.write_bytes(zip_of({"a.md": "x"}))
    with pytest.raises(DocumentError, match="archive") as error:
        load_file(path)
    assert "folder" in error.value.remedy


def test_a_folder_of_nothing_but_a_bad_archive_says_why(tmp_path):
    (tmp_path / "export.zip").write_bytes(b"PK no archive")
    with pytest.raises(CorpusError, match="damaged"):
        load_folder(tmp_path)


def test_a_large_archive_is_read_one_member_after_the_other(tmp_path):
    path = tmp_path / "c.zip"
    path.write_bytes(zip_of({"a.md": "# A", "b.md": "", "d.md": "# D"}))
    read = iterate_archive(path)
    assert next(read).path == "c.zip/a.md"
    assert [(o.path, isinstance(o, Refusal)) for o in read] == [("c.zip/b.md", True), ("c.zip/d.md", False)]
