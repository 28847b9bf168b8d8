"""Other products as things to measure: their line-by-line talk, their answers read, their environments, the table."""

from __future__ import annotations

import json
import re
import sys

import httpx
import numpy as np
import pytest

from coach import load_settings
from coach.errors import SettingsError
from coach.eval.dataset import Dataset, DatasetError, Fact, Sample
from coach.eval.peers import environments
from coach.eval.peers.endpoints import build_embedding_app, open_chat_model, serve_embedding
from coach.eval.peers.environments import NAMES, PROGRAMS, PeerUnavailableError, make_environment, read_version
from coach.eval.peers.process import open_peer
from coach.eval.peers.reading import to_reply
from coach.eval.peers.study import Compared, choose, find_finished, to_compared
from coach.eval.recorded import PEER_HEADINGS, load_recorded, record_peers, to_peer_rows
from coach.eval.run import Run, judge, write_run
from coach.eval.targets import Target
from coach.index.fakes import WordEmbedder

GUIDE = "A director leads 15 to 50 engineers. A CTO sets the direction."
JOB = {
    "chat": {"model": "some-model", "url": "http://127.0.0.1:9/v1", "key": "secret"},
    "embedding": {"model": "some-embedding", "url": "http://127.0.0.1:9/v1", "key": "none"},
    "documents": [{"id": "g", "title": "G", "text": GUIDE}],
    "chunk_size": 900,
    "chunk_overlap": 150,
    "top_k": 4,
    "max_tokens": 99,
}
TEXT = {"g": GUIDE}.get


@pytest.fixture
def program(tmp_path):
    """A peer's program around a body of Python; it is given `job` and answers `question`."""

    def program(body, build="pass"):
        file = tmp_path / "some_peer.py"
        folder = environments.HERE / "programs"
        lines = [f"        {line}" for line in body.splitlines()]
        head = f"import os, sys\nsys.path.insert(0, {str(folder)!r})\nfrom answering import answer_questions\n"
        inner = "\n".join(["    def ask(question):", *lines, "    return ask"])
        file.write_text(f"{head}def build(job):\n    {build}\n{inner}\nanswer_questions(build)\n")
        return file

    return program


def opened(program):
    return open_peer("langchain", sys.executable, JOB, TEXT, program)


def test_a_peer_is_asked_line_by_line_and_what_it_prints_is_no_answer(program):
    body = "print('a library talks')\nreturn {'answer': f'{job[\"top_k\"]} {question}', 'passages': []}"
    with opened(program(body)) as target:
        assert [target.ask(q, ()).text for q in ("one\nline", "zwei ü")] == ["4 one\nline", "4 zwei ü"]
        assert target.settings["product"] == "langchain" and target.settings["model"] == "some-model"
        assert "secret" not in json.dumps(dict(target.settings))


def test_a_question_that_fails_is_unscored_and_the_next_one_is_asked(program):
    body = "if question == 'bad': raise ValueError('no such thing')\nreturn {'answer': 'fine', 'passages': []}"
    with opened(program(body)) as target:
        assert target.ask("bad", ()).error == "ValueError: no such thing"
        assert target.ask("good", ()).text == "fine"


def test_a_program_that_ends_is_told_in_a_reply_and_one_that_does_not_start_in_a_sentence(program):
    with opened(program("os._exit(3)")) as target:
        assert "ended" in target.ask("?", ()).error
    broken = program("return {}", build="raise ImportError('no module named langchain')")
    with pytest.raises(PeerUnavailableError, match=r"did not start: .*no module named langchain"), opened(broken):
        pass


def test_no_key_of_the_reader_reaches_another_product(program, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "mine")
    monkeypatch.setenv("LANGSMITH_API_KEY", "mine")
    body = "return {'answer': ' '.join(v for v in os.environ.values() if v == 'mine') or 'none', 'passages': []}"
    with opened(program(body)) as target:
        assert target.ask("?", ()).text == "none"


def test_sentences_and_markers_are_read_and_sources_are_looked_up():
    row = {
        "answer": "A director leads 15 to 50 engineers [1]. It is so. [1, 2] Nobody knows why [7].",
        "passages": [{"document": "g", "text": "A director leads 15 to 50 engineers.", "score": 0.5}],
        "sources": [
            {"document": "g", "text": "A director leads 15 to 50 engineers."},
            {"document": "g", "text": "Words that stand nowhere."},
        ],
    }
    reply = to_reply(row, TEXT)
    assert [(c.text, c.citations) for c in reply.claims] == [
        ("A director leads 15 to 50 engineers.", (1,)),
        ("It is so.", (1, 2)),
        ("Nobody knows why.", (7,)),
    ]
    spans = {q.marker: (q.start, q.end) for q in reply.citations}
    assert GUIDE[slice(*spans[1])] == "A director leads 15 to 50 engineers."
    assert spans[2] == (-1, -1) and spans[7] == (0, 0)
    assert reply.passages[0].start == 0 and not reply.abstained


@pytest.mark.parametrize(
    ("answer", "abstained"),
    [
        ("I don't know.", True),
        ("The context does not mention salaries.", True),
        ("I cannot answer this question based on the given sources.", True),
        ("", True),
        ("A director leads 15 to 50 engineers. They do not know everyone.", False),
    ],
)
def test_a_peer_declines_in_words(answer, abstained):
    assert to_reply({"answer": answer}, TEXT).abstained is abstained


def test_the_same_scorer_judges_and_the_figures_go_into_a_row():
    samples = (
        Sample("a", "lookup", "how many?", facts=(Fact("size", (re.compile("15 to 50"),)),)),
        Sample("b", "off_topic", "weather?", expect="abstain"),
    )
    sources = [{"document": "g", "text": GUIDE}]
    rows = (
        {"answer": "It is 15 to 50 engineers [1]. Pigs fly over Berlin [2].", "passages": sources, "sources": sources},
        {"answer": "Sunny.", "passages": []},
    )
    dataset = Dataset("some", samples, {}, "digest")
    target = Target(ask=lambda *_: None, text=TEXT)
    records = [judge(s, to_reply(r, TEXT), target) for s, r in zip(samples, rows, strict=True)]
    found = to_compared("llamaindex", dataset, Run({}, tuple(records)))
    assert found.figures["right"] == 0.5 and found.figures["wrongly_answered"] == 1.0
    assert found.figures["citations_resolved"] == 0.5
    assert found.figures["claims_supported"] == 0.5  # "Sunny." came without anything to hold it against
    assert found.figures["words_per_quote"] == len(GUIDE.split())
    (cells,) = to_peer_rows([found])
    assert len(cells) == len(PEER_HEADINGS)
    assert cells[0] == f"LlamaIndex, citation query engine {read_version('llamaindex')}"


def test_questions_with_a_history_are_left_out_and_the_rest_is_cut_by_kind():
    samples = [Sample(f"{kind}{i}", kind, "?") for kind in ("lookup", "list") for i in range(3)]
    dataset = Dataset("some", (*samples, Sample("f", "follow_up", "and?", turns=("first",))), {}, "d")
    assert [s.id for s in choose(dataset, 2).samples] == ["lookup0", "lookup1", "list0", "list1"]
    assert len(choose(dataset, None).samples) == 6
    with pytest.raises(DatasetError):
        choose(Dataset("some", dataset.samples[-1:], {}, "d"), None)


def test_every_peer_has_a_program_and_exact_pins():
    for name in PROGRAMS:
        assert (environments.HERE / "programs" / PROGRAMS[name]).is_file()
        lines = [x for x in environments.get_requirements(name).read_text().splitlines() if not x.startswith("#")]
        assert lines and all("==" in line for line in lines)
        assert re.match(r"\d+\.", read_version(name))
    assert set(PROGRAMS) < set(NAMES)


def test_a_peer_that_cannot_be_installed_is_told_in_a_sentence_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    pins = tmp_path / "langchain.txt"
    pins.write_text("no-such-package-of-ours==1.0\n")
    monkeypatch.setattr(environments, "get_requirements", lambda name: pins)
    with pytest.raises(PeerUnavailableError, match=r"LangChain.* could not be installed: ERROR") as told:
        make_environment("langchain", tmp_path / "envs")
    assert "--only" in told.value.remedy
    assert not list((tmp_path / "envs").glob("*"))


def test_an_environment_that_is_there_is_not_made_again(tmp_path, monkeypatch):
    monkeypatch.setattr(environments, "_run", lambda command, name: (tmp_path / "made").open("a").write("x"))
    with pytest.raises(FileNotFoundError):  # the stand-in makes no folder, so nothing can be marked as installed
        make_environment("haystack", tmp_path)
    digest = environments.hashlib.sha256(environments.get_requirements("haystack").read_bytes()).hexdigest()[:12]
    (tmp_path / f"haystack-{digest}").mkdir()
    (tmp_path / f"haystack-{digest}" / "installed").touch()
    before = (tmp_path / "made").read_text()
    make_environment("haystack", tmp_path)
    assert (tmp_path / "made").read_text() == before


def test_the_embedding_is_served_as_openai_defines_it():
    embedder = WordEmbedder()
    with serve_embedding(embedder) as endpoint:
        reply = httpx.post(f"{endpoint.url}/embeddings", json={"model": "x", "input": ["one", "two"]}).json()
        single = httpx.post(f"{endpoint.url}/embeddings", json={"model": "x", "input": "two"}).json()
    assert [row["index"] for row in reply["data"]] == [0, 1]
    assert np.allclose(reply["data"][1]["embedding"], embedder.embed(["two"])[0], atol=1e-6)
    assert single["data"][0]["embedding"] == reply["data"][1]["embedding"]
    assert build_embedding_app(embedder).routes


def test_the_chat_model_is_the_one_of_the_settings(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    where = "http://127.0.0.1:9/v1"
    endpoint = open_chat_model(load_settings(model="openai:some", model_base_url=where, model_api_key="k"))
    assert (endpoint.url, endpoint.model, endpoint.key, endpoint.setting) == (where, "some", "k", "openai:some")
    with pytest.raises(SettingsError, match="OpenAI-compatible"):
        open_chat_model(load_settings(model="anthropic:some"))


def test_a_finished_log_is_read_and_an_unfinished_or_other_one_is_not(tmp_path):
    dataset = Dataset("some", (Sample("a", "lookup", "?"), Sample("b", "lookup", "?")), {}, "digest")
    target = Target(ask=lambda *_: None, text=TEXT)
    records = [judge(s, to_reply({"answer": "fine"}, TEXT), target) for s in dataset.samples]
    header, log = {"dataset_digest": "digest", "settings": {"top_k": 4}}, tmp_path / "log.jsonl"
    assert find_finished(log, dataset, {"top_k": 4}) is None
    write_run(Run(header, tuple(records)), log)
    assert [r.id for r in find_finished(log, dataset, {"top_k": 4}).records] == ["a", "b"]
    assert find_finished(log, dataset, {"top_k": 8}) is None
    assert find_finished(log, Dataset("some", dataset.samples, {}, "other"), {"top_k": 4}) is None
    write_run(Run(header, tuple(records[:1])), log)
    assert find_finished(log, dataset, {"top_k": 4}) is None


class _Coach:
    settings = load_settings(model="openai:some")


def test_products_that_were_not_asked_again_keep_their_figures(tmp_path):
    dataset = Dataset("some", (Sample("a", "lookup", "?"),), {}, "digest")
    path = tmp_path / "peers.json"
    for name in ("langchain", "haystack", "langchain"):
        record_peers([Compared(name, name, "1", 1, {"right": 0.5})], dataset, _Coach(), 4, path)
    kept = load_recorded(path)
    assert [p["name"] for p in kept["products"]] == ["langchain", "haystack"]
    assert kept["model"] == "openai:some" and kept["questions"] == ["a"] and kept["started"]
    other = Dataset("some", (Sample("b", "lookup", "?"),), {}, "digest")
    record_peers([Compared("haystack", "haystack", "1", 1, {})], other, _Coach(), 4, path)
    assert [p["name"] for p in load_recorded(path)["products"]] == ["haystack"]
    path.write_text("[]")
    with pytest.raises(DatasetError, match="cannot be read"):
        load_recorded(path)
