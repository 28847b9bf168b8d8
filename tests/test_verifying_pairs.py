from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from coach.verifying.examples import Example, to_evidence
from coach.verifying.pairs import OPENINGS, Neighbours, Pair, make_pairs, weigh
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


def make_rows() -> list[Example]:
    """Claims about each of many passages in every source, not all supported; some rows do not teach."""
    rows = []
    for n in range(60):
        passage = (
            f"Harbour {n} was built by the engineer Nora Lind in the year {1800 + n}. "
            f"The town behind it lives on fish, timber and {n + 2} small workshops. Nobody has ever painted it."
        )
        for source in ("fever_nli_binary", "mnli_binary", "factcheck_stance", "counterfactual_snli"):
            split = "train" if n % 6 else "held"
            for claim, true in (
                (f"Nora Lind built harbour {n} in {1800 + n}.", True),
                (f"The town of harbour {n} lives on timber and fish.", True),
                (f"Harbour {n} was painted by many people.", False),
            ):
                rows.append(Example(source, claim, to_evidence(passage), true, split))
        other = f"Clockmakers of Basel repaired {n + 3} tower bells during one long winter."
        rows.append(Example("mnli_binary", "Clockmakers repaired many bells.", to_evidence(other), True, split))
    return rows


@pytest.fixture(scope="module")
def pairs(corpus: Path) -> list[Pair]:
    return make_pairs(make_rows(), corpus, VOCABULARY, 0, share=0.05)


def test_every_way_of_making_pairs_gives_both_labels(pairs):
    counts = Counter((p.source, p.supported) for p in pairs)
    for source in ("bent", "joined", "appended", "robbed", "quoted", "guides", "fever_nli_binary"):
        assert counts[source, True] and counts[source, False], source


def test_rows_that_measure_do_not_teach(pairs):
    kept = {f"Harbour {n} " for n in range(0, 60, 6)}
    assert not any(mark in p.passage for p in pairs for mark in kept if p.source not in ("guides",))


def test_the_same_seed_makes_the_same_pairs_and_another_others(corpus, pairs):
    assert make_pairs(make_rows(), corpus, VOCABULARY, 0, share=0.05) == pairs
    assert make_pairs(make_rows(), corpus, VOCABULARY, 1, share=0.05) != pairs


def test_a_robbed_passage_lacks_what_the_claim_says(pairs):
    robbed = [p for p in pairs if p.source == "robbed" and not p.supported and "Nora" in p.claim]
    assert robbed and not any("Nora" in p.passage for p in robbed)


def test_what_is_added_to_a_true_claim_decides_whether_it_holds(pairs):
    appended = [p for p in pairs if p.source == "appended"]
    for pair in appended:
        added = [s.sentence.text for s in to_evidence(pair.passage) if s.sentence.text in pair.claim]
        assert bool(added) is pair.supported, pair


def test_some_claims_begin_as_people_speak(pairs):
    spoken = [p for p in pairs if p.claim.startswith(OPENINGS)]
    assert 0 < len(spoken) < len(pairs) / 8
    assert any(p.supported for p in spoken) and not all(p.supported for p in spoken)


def test_neighbours_are_not_in_the_passage_and_some_share_its_name():
    told = Neighbours(["Norway is cold in winter.", "Paris is warm in summer.", "Bread is baked daily."])
    drawn = told.draw("Norway has many harbours.", random.Random(0), 60)
    assert drawn.count("Norway is cold in winter.") > 20
    assert "Norway is cold in winter." not in told.draw("Norway is cold in winter.", random.Random(0), 20)


def test_both_labels_of_a_source_weigh_the_same():
    pairs = [Pair("", "", n == 0, "a") for n in range(4)] + [Pair("", "", n < 2, "b") for n in range(4)]
    weights = weigh(pairs)
    assert weights[0] == pytest.approx(sum(weights[1:4])) and sum(weights) == pytest.approx(8)
