"""`coach ingest` killed at any moment, fifty times over, while somebody asks; two of them at once; and
many questions meanwhile.

One process has everything imported and forks a child for each round, which runs the command as a person would;
only the embedding model is exchanged for one that costs nothing.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from coach.build import open_coach
from coach.coach import Coach
from coach.errors import IndexMissingError
from coach.index import IndexReader, IndexStore
from coach.index.fakes import WordEmbedder
from coach.settings import load_settings
from coach.types import Answer
from coach.vocabulary import load_vocabulary

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that can fork")
ROUNDS = 50
GUIDES = 12
VOCABULARY = load_vocabulary()

# Reads lines of JSON {"folder", "delay", "at_once"}: runs that many ingests of the folder at once and kills the first
# after so many seconds, unless it has ended or the delay is null. Answers with the exit codes; -9 is a killed one.
SERVER = """
import json, os, signal, sys, time
import bm25s, chromadb, rapidfuzz, Stemmer, markdown_it, lxml.html
import coach.build, coach.cli.collections, coach.cli.ingest, coach.index.embedded_vectors, coach.library.syncing
from coach.cli import main
from coach.index.fakes import WordEmbedder

coach.build.get_embedder = lambda settings: WordEmbedder()

def start(folder):
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os._exit(main(["ingest", folder, "--collection", "notes"]))
    return child

for line in sys.stdin:
    order = json.loads(line)
    children, started = [start(order["folder"]) for _ in range(order["at_once"])], time.monotonic()
    if order["delay"] is not None:
        time.sleep(order["delay"])
        os.kill(children[0], signal.SIGKILL)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    print(json.dumps({"codes": codes, "seconds": time.monotonic() - started}), flush=True)
"""


class Ingests:
    """The process that runs and kills ingests."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self.process, self.folder = process, folder

    def run(self, delay: float | None = None, at_once: int = 1) -> tuple[list[int], float]:
        """Exit codes and seconds."""
        assert self.process.stdin is not None and self.process.stdout is not None
        order = {"folder": str(self.folder), "delay": delay, "at_once": at_once}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return answer["codes"], answer["seconds"]

    def write(self, number: int) -> None:
        """The folder as it is in this round: every guide says the number, and some come and go.

        Now and then one is HTML, which processes of its own read.
        """
        for path in self.folder.iterdir():
            path.unlink()
        for guide, _ in expect(number):
            words = f"The {guide} is of round {number} and speaks of kites, boats and letters to the crew."
            is_html = guide == "guide-0" and number % 8 == 0
            suffix, text = ("html", f"<h2>Notes</h2><p>{words}</p>") if is_html else ("md", f"## Notes\n\n{words}\n")
            (self.folder / f"{guide}.{suffix}").write_text(text, encoding="utf-8")


def is_absent(guide: int, number: int) -> bool:
    return guide > 1 and guide % 4 == number % 4


def expect(number: int) -> set[tuple[str, int]]:
    return {(f"guide-{guide}", number) for guide in range(GUIDES) if not is_absent(guide, number)}


def read(reader: IndexReader) -> set[tuple[str, int]]:
    """(document, round its text is of), the same by documents, by words and by vectors, or it is no whole index."""
    ids = [d.id for d in reader.documents("notes")]
    lexical = reader.search_lexical("guide of round", 100)
    dense = reader.search_dense(WordEmbedder().embed(["anything"])[0], 100)
    assert {h.chunk_id for h in lexical} == {h.chunk_id for h in dense}
    chunks = reader.chunks([h.chunk_id for h in lexical])
    for chunk in chunks:
        assert reader.document(chunk.document_id).text[chunk.start : chunk.end] == chunk.text
        assert len(reader.sentence_vectors(chunk.id)) == len(chunk.sentences)
    found = {(c.document_id, int(c.text.split("of round ")[1].split()[0])) for c in chunks}
    assert {document for document, _ in found} == set(ids)
    return found


@pytest.fixture
def ingests(tmp_path: Path) -> Iterator[Ingests]:
    folder = tmp_path / "notes"
    folder.mkdir()
    environment = {**os.environ, "COACH_DATA_DIR": str(tmp_path / "data"), "OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        yield Ingests(process, folder)
        process.kill()


@pytest.fixture
def store(tmp_path: Path) -> IndexStore:
    return IndexStore(load_settings(data_dir=tmp_path / "data"), WordEmbedder(), VOCABULARY)


class Asker(threading.Thread):
    """Asks all the time; every index it sees has to be whole and of one round."""

    def __init__(self, store: IndexStore) -> None:
        super().__init__()
        self.store, self.stopped = store, threading.Event()
        self.seen: set[int] = set()
        self.fault: BaseException | None = None

    def run(self) -> None:
        try:
            while not self.stopped.wait(0.05):
                (number,) = {number for _, number in read(self.store.reader())}
                self.seen.add(number)
        except BaseException as error:
            self.fault = error


@pytest.mark.slow
def test_fifty_ingests_killed_at_random_lose_nothing_while_somebody_asks(
    ingests: Ingests, store: IndexStore, tmp_path: Path
) -> None:
    chance = random.Random(20261125)
    ingests.write(0)
    codes, seconds = ingests.run()
    assert codes == [0]
    assert read(store.reader()) == expect(0)
    asker = Asker(store)
    asker.start()
    stands, killed, drafts = 0, 0, 0
    for number in range(1, ROUNDS + 1):
        ingests.write(number)
        before = find_versions(tmp_path)
        (code,), took = ingests.run(delay=chance.uniform(0, seconds))
        assert code in (0, -9)
        fresh = IndexStore(load_settings(data_dir=tmp_path / "data"), WordEmbedder(), VOCABULARY).reader()
        found = read(fresh)
        assert found in (expect(stands), expect(number)), "the old index or the new one, whole"
        assert code != 0 or found == expect(number), "what was acknowledged is there"
        killed += code == -9
        drafts += bool(find_versions(tmp_path) - before - {fresh.manifest.version})
        stands = number if found == expect(number) else stands
        if number % 10 == 0:  # the next run mends itself, and sweeps up
            assert ingests.run()[0] == [0]
            assert read(store.reader()) == expect(number)
            assert len(find_versions(tmp_path)) <= 3, "the one in use and the two before it"
            assert not list((tmp_path / "data" / "index").glob("*.tmp"))
            stands = number
        seconds = max(0.5 * seconds, took if code == 0 else 0.95 * seconds)
    asker.stopped.set()
    asker.join(30)
    assert asker.fault is None, asker.fault
    assert len(asker.seen) >= 5
    assert killed >= ROUNDS // 3, "the kills came while it ran"
    assert drafts >= 5, "some came while a version was being written"


def find_versions(tmp_path: Path) -> set[str]:
    return {path.name for path in (tmp_path / "data" / "index").iterdir() if path.is_dir()}


def test_two_ingests_at_once_leave_one_whole_index(ingests: Ingests, store: IndexStore) -> None:
    for number in range(5):
        ingests.write(number)
        codes, _ = ingests.run(at_once=2)
        assert 0 in codes
        assert set(codes) <= {0, 2}, "one that comes second is told to try again"
        assert read(store.reader()) == expect(number)


def test_a_first_ingest_that_is_killed_leaves_nothing_or_everything(ingests: Ingests, store: IndexStore) -> None:
    ingests.write(0)
    ingests.run(delay=0.05)
    try:
        assert read(store.reader()) == expect(0)
    except IndexMissingError:
        pass
    assert ingests.run()[0] == [0]
    assert read(store.reader()) == expect(0)


class Reader(threading.Thread):
    """Asks whole questions of a Coach at a steady pace; every quote has to stand in the guides as they were once."""

    def __init__(self, coach: Coach, pause: float) -> None:
        super().__init__()
        self.coach, self.pause, self.stopped = coach, pause, threading.Event()
        self.answered = 0
        self.rounds: set[str] = set()
        self.fault: BaseException | None = None

    def run(self) -> None:
        try:
            while not self.stopped.wait(self.pause):
                answer = self.coach.ask("What does guide 1 say of kites, boats and letters?", collection="notes")
                quotes = [citation.quote for citation in answer.citations] if isinstance(answer, Answer) else []
                self.rounds |= {quote.split("of round ")[1].split()[0] for quote in quotes}
                assert len({quote.split("of round ")[1].split()[0] for quote in quotes}) <= 1, "one index an answer"
                self.answered += 1
        except BaseException as error:
            self.fault = error


def test_questions_are_answered_all_the_while_ingests_run(
    ingests: Ingests, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five readers, each asking ten times a second where the machine is fast enough."""
    monkeypatch.setattr("coach.build.get_embedder", lambda _: WordEmbedder())
    ingests.write(1)
    assert ingests.run()[0] == [0]
    coach = open_coach(load_settings(data_dir=tmp_path / "data"))
    readers = [Reader(coach, 0.1) for _ in range(5)]
    for reader in readers:
        reader.start()
    for number in range(2, 8):
        ingests.write(number)
        assert ingests.run()[0] == [0]
    for reader in readers:
        reader.stopped.set()
    for reader in readers:
        reader.join(30)
        assert reader.fault is None, reader.fault
        assert reader.answered >= 5
    assert len(set().union(*(reader.rounds for reader in readers))) >= 3, "answers follow the index"
