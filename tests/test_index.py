"""The index, over both homes of its vectors: what a sync changes, what readers see, what comes back."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np
import pytest

from coach.embedding import TAUGHT_MODEL
from coach.errors import CorpusError, IndexMismatchError, IndexMissingError, NotFoundError
from coach.index import IndexReader, IndexStore
from coach.index.fakes import WordEmbedder
from coach.loading import load_folder
from coach.settings import Settings
from coach.types import Block, Document, Refusal
from coach.vocabulary import Vocabulary, load_vocabulary

VOCABULARY = load_vocabulary()
KITES = "Kites need wind. A kite without wind falls down."
BOATS = "Boats need water. A boat on land rots."
ROLES = "An engineering manager leads people. A staff engineer leads without reports."


def make_guide(name: str, *texts: str, collection: str = "guides", **fields: str) -> Document:
    """A document of one section per text."""
    text, blocks = "", []
    for number, part in enumerate(texts, 1):
        path = (f"On {name}", f"Part {number}")
        for kind, piece in (("heading", path[1]), ("paragraph", part)):
            blocks.append(Block(kind, len(text), len(text) + len(piece), path, level=2 * (kind == "heading")))
            text += piece + "\n\n"
    title = fields.pop("title", f"On {name}")
    return Document(name, title, f"https://example.org/{name}", text, tuple(blocks), collection=collection, **fields)


GUIDES = (make_guide("kites", KITES), make_guide("boats", BOATS), make_guide("roles", ROLES, topics=("work", "people")))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Chroma server of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [Path(sys.executable).parent / "chroma", "run", "--host", "127.0.0.1", "--port", str(port)]
    folder = tmp_path_factory.mktemp("server")
    process = subprocess.Popen([*command, "--path", folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                httpx.get(f"{address}/api/v2/heartbeat", timeout=1)
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(params=["embedded", "server"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    address = request.getfixturevalue("server") if request.param == "server" else None
    return Settings(data_dir=tmp_path / "data", chroma_url=address)


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
def store(settings: Settings, embedder: WordEmbedder) -> IndexStore:
    return IndexStore(settings, embedder, VOCABULARY)


def get_versions(settings: Settings) -> set[str]:
    return {p.name for p in (settings.data_dir / "index").iterdir() if p.is_dir()}


def find(reader: IndexReader, text: str, collection: str | None = None) -> list[str]:
    """Ids of documents nearest to a text, best first."""
    vector = WordEmbedder(dimension=reader.manifest.dimension).embed([text])[0]
    return [reader.chunks([hit.chunk_id])[0].document_id for hit in reader.search_dense(vector, 10, collection)]


def find_words(reader: IndexReader, text: str, collection: str | None = None) -> list[str]:
    return [reader.chunks([hit.chunk_id])[0].document_id for hit in reader.search_lexical(text, 10, collection)]


def test_nothing_is_indexed_at_first(store: IndexStore, settings: Settings) -> None:
    with pytest.raises(IndexMissingError, match="coach ingest"):
        store.reader()
    assert not settings.data_dir.exists()


def test_documents_and_offsets_come_back_as_they_were(store: IndexStore) -> None:
    report = store.sync(GUIDES, collection="guides")
    assert report.added == ("kites", "boats", "roles")
    reader = store.reader()
    assert report.fingerprint == reader.fingerprint
    assert len(reader.fingerprint) == 16
    assert int(reader.fingerprint, 16) >= 0
    assert report.chunks == reader.chunk_count == 3
    for guide in GUIDES:
        assert reader.document(guide.id) == guide
    for hit in reader.search_lexical("kite boat engineer", 10):
        (chunk,) = reader.chunks([hit.chunk_id])
        text = reader.document(chunk.document_id).text
        assert text[chunk.start : chunk.end] == chunk.text
        assert len(chunk.sentences) == 2
        assert all(text[s.start : s.end] == s.text for s in chunk.sentences)


def test_the_list_tells_what_is_held(store: IndexStore) -> None:
    store.sync(GUIDES, collection="guides")
    listed = store.reader().documents()
    assert [d.id for d in listed] == ["boats", "kites", "roles"]
    assert listed[2].topics == ("work", "people")
    assert listed[0].chunks == 1
    assert listed[0].characters == len(GUIDES[1].text)


def test_dense_search_ranks_as_comparing_with_every_chunk_does(store: IndexStore, embedder: WordEmbedder) -> None:
    guides = [make_guide(f"g{n}", f"{KITES} Number {n} of {n % 7}.", BOATS[: 10 + n]) for n in range(40)]
    store.sync(guides, collection="guides")
    reader = store.reader()
    hits = reader.search_dense(embedder.embed(["a boat of number 5"])[0], reader.chunk_count)
    chunks = reader.chunks([hit.chunk_id for hit in hits])
    exact = embedder.embed([c.embedded_text for c in chunks]) @ embedder.embed(["a boat of number 5"])[0]
    assert np.allclose([hit.score for hit in hits], exact, atol=1e-5)
    assert list(exact) == sorted(exact, reverse=True) or np.all(np.diff(exact) < 1e-6)
    assert len({hit.chunk_id for hit in hits}) == reader.chunk_count


def test_a_search_by_words_knows_stems_and_drops_empty_words(store: IndexStore) -> None:
    store.sync(GUIDES, collection="guides")
    reader = store.reader()
    assert find_words(reader, "the managers of engineers") == ["roles"]
    assert find_words(reader, "is it the and of") == []
    assert find_words(reader, "submarine") == []
    assert all(hit.score > 0 for hit in reader.search_lexical("kite boat", 10))
    assert len(reader.search_lexical("kite boat", 1)) == 1


def test_every_chunk_comes_in_the_order_of_its_document(store: IndexStore) -> None:
    store.sync(GUIDES, collection="guides")
    reader = store.reader()
    chunks = list(reader.iterate_chunks())
    assert len(chunks) == len({c.id for c in chunks}) == reader.chunk_count
    assert [(c.document_id, c.start) for c in chunks] == sorted((c.document_id, c.start) for c in chunks)


def test_sentence_vectors_are_those_of_heading_and_sentence(store: IndexStore, embedder: WordEmbedder) -> None:
    store.sync(GUIDES, collection="guides")
    reader = store.reader()
    (hit,) = reader.search_lexical("kite", 1)
    vectors = reader.sentence_vectors(hit.chunk_id)
    expected = embedder.embed(
        ["On kites - Part 1: Kites need wind.", "On kites - Part 1: A kite without wind falls down."]
    )
    assert vectors.dtype == np.float32
    assert np.allclose(vectors, expected, atol=1e-3)


def test_word_counts_are_of_chunks(store: IndexStore) -> None:
    store.sync([make_guide("a", "One one-on-one. One.", "A one."), make_guide("b", "Two.")], collection="guides")
    counts = store.reader().word_counts()
    assert (counts["one"], counts["one-on-one"], counts["two"]) == (1, 1, 1)  # the small parts are one chunk


def test_collections_are_kept_apart(store: IndexStore) -> None:
    store.sync(GUIDES, collection="guides")
    report = store.sync([make_guide("own", "My kite is red.", collection="elsewhere")], collection="uploads")
    assert (report.added, report.chunks) == (("own",), 1)
    reader = store.reader()
    assert [d.id for d in reader.documents("uploads")] == ["own"]
    assert reader.document("own").collection == "uploads"
    assert set(find(reader, "kite")) == {"own", "kites", "boats", "roles"}
    assert find(reader, "kite", "uploads") == find_words(reader, "kite", "uploads") == ["own"]
    assert set(find_words(reader, "kite")) == {"own", "kites"}
    assert find_words(reader, "kite", "guides") == ["kites"]
    assert reader.manifest.collections["guides"].documents == 3
    with pytest.raises(NotFoundError, match="nothing-here"):
        reader.documents("nothing-here")


def test_only_what_changed_is_embedded(store: IndexStore, embedder: WordEmbedder, settings: Settings) -> None:
    store.sync(GUIDES, collection="guides")
    before = store.reader()
    embedder.history.clear()
    report = store.sync(
        [GUIDES[0], make_guide("boats", BOATS, "Oars help."), make_guide("new", "Sand.")], collection="guides"
    )
    assert report.added == ("new",)
    assert report.changed == ("boats",)
    assert report.removed == ("roles",)
    assert report.unchanged == ("kites",)
    assert not [t for t in embedder.embedded if "kite" in t.lower()]
    assert any("Oars" in t for t in embedder.embedded)
    reader = store.reader()
    assert reader.fingerprint != before.fingerprint
    assert "roles" not in find(reader, ROLES) + find_words(reader, ROLES)
    with pytest.raises(NotFoundError, match="roles"):
        reader.document("roles")


def test_vectors_taken_over_are_the_same(store: IndexStore, settings: Settings) -> None:
    store.sync(GUIDES, collection="guides")
    old = store.reader()
    store.sync([GUIDES[1], GUIDES[0]], collection="guides")
    new = store.reader()
    (hit,) = new.search_lexical("kite", 1)
    assert np.array_equal(old.sentence_vectors(hit.chunk_id), new.sentence_vectors(hit.chunk_id))
    assert np.allclose(old.open_vectors().get([hit.chunk_id]), new.open_vectors().get([hit.chunk_id]), atol=1e-6)


def test_text_that_moved_is_not_embedded_again(store: IndexStore, embedder: WordEmbedder) -> None:
    long = " ".join(f"Kites number {n} fly high above the hill and the sea." for n in range(17))
    store.sync([make_guide("kites", long)], collection="guides")
    embedder.history.clear()
    moved = make_guide("kites", long)
    shift = "x\n\n"
    blocks = tuple(replace(b, start=b.start + len(shift), end=b.end + len(shift)) for b in moved.blocks)
    store.sync([replace(moved, text=shift + moved.text, blocks=blocks)], collection="guides")
    assert embedder.embedded == []
    (hit,) = store.reader().search_lexical("hill", 1)
    (chunk,) = store.reader().chunks([hit.chunk_id])
    assert store.reader().document("kites").text[chunk.start : chunk.end] == chunk.text


def test_an_unchanged_corpus_changes_nothing(store: IndexStore, embedder: WordEmbedder, settings: Settings) -> None:
    first = store.sync(GUIDES, collection="guides")
    reader, versions = store.reader(), get_versions(settings)
    embedder.history.clear()
    refused = Refusal("bad.md", "It is empty.")
    report = store.sync(reversed(GUIDES), collection="guides", refused=[refused])
    assert set(report.unchanged) == {"kites", "boats", "roles"}
    assert report.refused == (refused,)
    assert (report.fingerprint, report.chunks) == (first.fingerprint, first.chunks)
    assert embedder.history == []
    assert get_versions(settings) == versions
    assert store.reader() is reader


def test_a_new_title_is_a_change_that_embeds_nothing(store: IndexStore, embedder: WordEmbedder) -> None:
    fingerprint = store.sync(GUIDES, collection="guides").fingerprint
    embedder.history.clear()
    report = store.sync([make_guide("kites", KITES, title="All about kites"), *GUIDES[1:]], collection="guides")
    assert report.changed == ("kites",)
    assert report.fingerprint == fingerprint
    assert embedder.embedded == []
    assert store.reader().document("kites").title == "All about kites"


def test_an_open_store_sees_a_swap_and_its_old_reader_goes_on(
    store: IndexStore, settings: Settings, embedder: WordEmbedder
) -> None:
    store.sync(GUIDES, collection="guides")
    watcher = IndexStore(settings, embedder, VOCABULARY)
    old = watcher.reader()
    store.sync(GUIDES[:1], collection="guides")
    new = watcher.reader()
    assert new is watcher.reader() is not old
    assert {d.id for d in old.documents()} == {"kites", "boats", "roles"}
    assert find(old, BOATS)[0] == "boats"
    assert find(new, BOATS) == ["kites"]


def test_versions_before_the_last_one_are_swept(store: IndexStore, settings: Settings) -> None:
    for count in (1, 2, 3):
        store.sync(GUIDES[:count], collection="guides")
        last = store.reader().manifest
    store.sync(GUIDES, collection="guides")
    assert get_versions(settings) == {last.version, last.replaces}


def test_rebuild_embeds_every_collection_anew(store: IndexStore, embedder: WordEmbedder, settings: Settings) -> None:
    store.sync(GUIDES, collection="guides")
    store.sync([make_guide("own", "My kite.")], collection="uploads")
    before = set(embedder.embedded)
    other = WordEmbedder("other", 32)
    changed = settings.model_copy(update={"chunk_size": 500})
    renewed = IndexStore(changed, other, VOCABULARY)
    for call in (renewed.reader, lambda: renewed.sync(GUIDES, collection="guides")):
        with pytest.raises(IndexMismatchError, match=r"fake-words.*other.*coach ingest --rebuild"):
            call()
    report = renewed.sync(GUIDES, collection="guides", rebuild=True)
    assert set(report.unchanged) == {"kites", "boats", "roles"}
    assert set(other.embedded) == before
    reader = renewed.reader()
    assert reader.manifest.dimension == 32
    assert [d.id for d in reader.documents("uploads")] == ["own"]
    assert find(reader, "my kite")[0] == "own"


def test_a_newer_version_of_the_model_that_ships_embeds_all_anew_by_itself(settings: Settings) -> None:
    earlier = IndexStore(settings, WordEmbedder("coach-minilm-0", 64), VOCABULARY)
    earlier.sync(GUIDES, collection="guides")
    earlier.sync([make_guide("own", "My kite.")], collection="uploads")
    now = WordEmbedder(TAUGHT_MODEL, 32)
    store = IndexStore(settings, now, VOCABULARY)
    with pytest.raises(IndexMismatchError, match=r"coach-minilm-0.*coach ingest"):
        store.reader()
    assert set(store.sync(GUIDES, collection="guides").unchanged) == {"kites", "boats", "roles"}
    assert find(store.reader(), "my kite")[0] == "own"
    assert store.reader().manifest.dimension == 32
    with pytest.raises(IndexMismatchError, match="embedding model"):  # not back, and not to a model somebody chose
        earlier.sync(GUIDES, collection="guides")


def test_a_newer_model_with_another_chunking_is_a_mismatch(settings: Settings) -> None:
    IndexStore(settings, WordEmbedder("coach-minilm-0", 64), VOCABULARY).sync(GUIDES, collection="guides")
    changed = settings.model_copy(update={"chunk_size": 500})
    with pytest.raises(IndexMismatchError):
        IndexStore(changed, WordEmbedder(TAUGHT_MODEL, 32), VOCABULARY).sync(GUIDES, collection="guides")


@pytest.mark.parametrize("change", [{"chunk_size": 500}, {"chunk_overlap": 10}])
def test_other_chunking_is_a_mismatch_with_both_values(
    store: IndexStore, settings: Settings, embedder: WordEmbedder, change: dict[str, int]
) -> None:
    store.sync(GUIDES, collection="guides")
    ((name, value),) = change.items()
    other = IndexStore(settings.model_copy(update=change), embedder, VOCABULARY)
    with pytest.raises(IndexMismatchError, match=f"{getattr(settings, name)}.*{value}.*--rebuild"):
        other.reader()


def test_another_vocabulary_annotates_anew_without_embedding(
    store: IndexStore, settings: Settings, embedder: WordEmbedder
) -> None:
    store.sync(GUIDES, collection="guides")
    store.sync([make_guide("own", ROLES)], collection="uploads")
    fingerprint = store.reader().fingerprint
    bare = IndexStore(settings, embedder, Vocabulary({}, {}, digest="bare"))
    with pytest.raises(IndexMismatchError, match=r"vocabulary.*bare.*coach ingest"):
        bare.reader()
    embedder.history.clear()
    bare.sync(GUIDES, collection="guides")
    assert embedder.embedded == []
    assert bare.reader().fingerprint != fingerprint
    for document in ("roles", "own"):
        hits = bare.reader().search_lexical("engineering manager", 10)
        (chunk,) = [c for c in bare.reader().chunks([h.chunk_id for h in hits]) if c.document_id == document]
        assert chunk.roles == ()


def test_an_id_that_is_taken_is_refused_and_reported(store: IndexStore) -> None:
    twice = replace(GUIDES[0], path="copy/kites.md")
    report = store.sync([*GUIDES, twice], collection="guides")
    assert [r.path for r in report.refused] == ["copy/kites.md"]
    assert report.added == ("kites", "boats", "roles")
    report = store.sync([GUIDES[0]], collection="uploads")
    assert report.added == ()
    assert "guides" in report.refused[0].reason
    assert find(store.reader(), KITES, "guides")[0] == "kites"


def test_collections_and_indexes_may_be_empty(store: IndexStore) -> None:
    report = store.sync([], collection="guides")
    assert report.chunks == 0
    reader = store.reader()
    assert reader.documents("guides") == reader.search_lexical("kite", 5) == find(reader, "kite") == []
    store.sync(GUIDES, collection="guides")
    store.sync(GUIDES, collection="uploads")
    assert store.sync([], collection="guides").removed == ("boats", "kites", "roles")
    assert store.reader().chunk_count == 0
    assert store.reader().documents("guides") == []


def test_documents_that_fail_midway_leave_everything_as_it_was(store: IndexStore, settings: Settings) -> None:
    store.sync(GUIDES, collection="guides")
    versions, seen = get_versions(settings), []

    def read() -> Iterator[Document]:
        yield make_guide("one", "Sand.")
        yield make_guide("two", "Snow.")
        assert len(seen) == 2, "documents are taken one at a time, not collected first"
        raise CorpusError("The folder went away.")

    with pytest.raises(CorpusError):
        store.sync(read(), collection="guides", progress=lambda *step: seen.append(step))
    assert get_versions(settings) == versions
    assert len(store.reader().documents()) == 3


def test_progress_tells_stages_and_numbers(store: IndexStore) -> None:
    steps: list[tuple[str, int, int]] = []
    store.sync(GUIDES, collection="guides", progress=lambda *step: steps.append(step))
    assert [s for s in steps if s[0] == "Reading"] == [("Reading", n, 0) for n in (1, 2, 3)]
    assert steps[-1] == ("Embedding", 3, 3)


def test_ids_that_do_not_exist_are_not_found(store: IndexStore) -> None:
    store.sync(GUIDES, collection="guides")
    reader = store.reader()
    for look_up in (reader.document, reader.sentence_vectors, lambda i: reader.chunks([i])):
        with pytest.raises(NotFoundError, match="nope"):
            look_up("nope")


def test_a_vector_of_another_model_is_a_mismatch(store: IndexStore) -> None:
    store.sync(GUIDES, collection="guides")
    with pytest.raises(IndexMismatchError, match=r"64.*3"):
        store.reader().search_dense(np.ones(3, dtype=np.float32), 5)
    assert store.reader().search_dense(np.ones(64, dtype=np.float32), 0) == []


LADDER = """\
# Sous chef

## Scope

- Leads eight cooks

## Duties

- Writes the rota

# Head chef

## Scope

- Leads the whole kitchen

## Duties

- Sets the menu
"""


def test_a_version_learns_the_roles_of_its_ladders(tmp_path: Path) -> None:
    (tmp_path / "guides").mkdir()
    (tmp_path / "guides" / "kitchen.md").write_text(LADDER, encoding="utf-8")
    store = IndexStore(Settings(data_dir=tmp_path / "data"), WordEmbedder(), VOCABULARY)
    store.sync(load_folder(tmp_path / "guides").documents, collection="guides")
    reader = store.reader()
    assert reader.vocabulary.find_roles("what does a sous chef do?") == ("learned-sous-chef",)
    (hit,) = reader.search_lexical("rota", 1)
    (chunk,) = reader.chunks([hit.chunk_id])
    subjects = {s.text: s.roles for s in chunk.sentences}
    assert subjects["Writes the rota"] == ("learned-sous-chef",)
    assert "learned-sous-chef" in chunk.roles


def test_a_version_without_ladders_reads_with_the_vocabulary_as_it_is(store: IndexStore) -> None:
    store.sync(GUIDES, collection="guides")
    assert store.reader().vocabulary is VOCABULARY


def test_a_version_made_before_versions_learned_still_opens(store: IndexStore) -> None:
    store.sync(GUIDES, collection="guides")
    for file in Path(store.reader()._folder).glob("learned.json"):
        file.unlink()
    assert replace(store.reader().chunks([store.reader().search_lexical("kites", 1)[0].chunk_id])[0]).roles == ()
