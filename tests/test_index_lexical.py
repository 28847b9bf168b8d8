"""Words, stems and BM25, against values worked by hand."""

from __future__ import annotations

import math
import threading
from pathlib import Path

import pytest

from coach.index.lexical import LexicalBuilder, LexicalSearch, load_word_counts, split_words, to_terms

TEXTS = ["kite wind", "kite kite boat sea", "Résumé: the manager’s one-on-one and/or R&D in C2"]
ROWS = [("c0", "a"), ("c1", "b"), ("c2", "b")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    builder = LexicalBuilder()
    for text in TEXTS:
        builder.add(text)
    builder.save(tmp_path)
    return tmp_path


def test_words_are_lower_case_with_joined_ones_whole_and_in_parts() -> None:
    assert split_words("The manager\u2019s One-on-One, and/or L5!") == [
        *("the", "manager's", "one-on-one", "one", "on", "one", "and/or", "and", "or", "l5"),
    ]
    assert split_words(" -- … ") == []


def test_terms_are_stems_without_accents_and_empty_words() -> None:
    assert to_terms("The managers managed; my Résumé-led one-on-ones") == [
        "manag",
        "manag",
        "resum",
        "led",
        "one",
        "one",
    ]
    assert to_terms("What should I do about it?") == []


def test_scores_are_bm25(folder: Path) -> None:
    """Robertson's formula with k1 1.5 and b 0.75, the idf as Lucene has it."""
    lengths = [len(to_terms(t)) for t in TEXTS]
    mean = sum(lengths) / 3
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))

    def score(count: int, length: int) -> float:
        return idf * count / (count + 1.5 * (1 - 0.75 + 0.75 * length / mean))

    hits = LexicalSearch(folder, ROWS).search("kites", 10, None)
    expected = sorted([("c0", score(1, lengths[0])), ("c1", score(2, lengths[1]))], key=lambda hit: -hit[1])
    assert [i for i, _ in hits] == [i for i, _ in expected]
    assert [s for _, s in hits] == pytest.approx([s for _, s in expected], rel=1e-5)


def test_a_collection_masks_the_others_and_top_k_cuts(folder: Path) -> None:
    search = LexicalSearch(folder, ROWS)
    assert [i for i, _ in search.search("kite", 10, "b")] == ["c1"]
    assert search.search("kite", 10, "none") == []
    assert len(search.search("kite resume", 2, None)) == 2
    assert search.search("kite", 0, None) == []
    assert search.search("", 5, None) == search.search("zeppelin", 5, None) == []
    assert search.search("resume", 5, None)[0][0] == "c2"


def test_equal_scores_keep_the_order_of_rows(tmp_path: Path) -> None:
    builder = LexicalBuilder()
    for _ in range(50):
        builder.add("same words")
    builder.save(tmp_path)
    rows = [(f"c{n:02}", "a") for n in range(50)]
    assert [i for i, _ in LexicalSearch(tmp_path, rows).search("word", 5, None)] == ["c00", "c01", "c02", "c03", "c04"]


def test_counts_are_of_chunks_and_know_words_with_and_without_accents(folder: Path) -> None:
    counts = load_word_counts(folder)
    assert (counts["kite"], counts["sea"]) == (2, 1)
    assert counts["résumé"] == counts["resume"] == counts["one-on-one"] == counts["manager's"] == 1


@pytest.mark.parametrize("texts", [[], ["the of", "?!"]])
def test_nothing_to_index_is_no_error(tmp_path: Path, texts: list[str]) -> None:
    builder = LexicalBuilder()
    for text in texts:
        builder.add(text)
    builder.save(tmp_path)
    rows = [(f"c{n}", "a") for n in range(len(texts))]
    assert LexicalSearch(tmp_path, rows).search("the kite", 5, None) == []


def test_rows_that_do_not_fit_are_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match="3 chunks instead of 2"):
        LexicalSearch(folder, ROWS[:2])


def test_threads_search_at_once(folder: Path) -> None:
    search, faults = LexicalSearch(folder, ROWS), []
    expected = search.search("managers of kites", 5, None)

    def ask() -> None:
        try:
            for _ in range(200):
                assert search.search("managers of kites", 5, None) == expected
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
