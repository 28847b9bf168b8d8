from __future__ import annotations

from coach.types import Evidence, Sentence
from coach.verifying.base import Case
from coach.verifying.deterministic import DeterministicVerifier
from coach.verifying.windows import WORDS, choose_windows, say_under_heading
from coach.vocabulary import load_vocabulary

CHECKS = DeterministicVerifier(load_vocabulary())


def make_case(claim: str, *said: str, headings: tuple[str, ...] = ()) -> Case:
    evidence = tuple(Evidence("", "", "", Sentence(text, 0, len(text), headings=headings)) for text in said)
    own, quotes = CHECKS.read(claim, evidence)
    return Case(claim, evidence, own, tuple(quotes))


def fill(count: int) -> list[str]:
    return [
        f"Sentence {n} speaks of bread and butter and of nothing else that anybody asked about." for n in range(count)
    ]


def test_a_short_evidence_is_one_window_under_its_heading():
    assert choose_windows(make_case("It rains.", "It pours.", "It is wet.")) == ["It pours. It is wet."]
    assert choose_windows(make_case("It rains.", "It pours.", headings=("Weather", "North:"))) == ["North: It pours."]
    assert choose_windows(make_case("It rains.")) == []


def test_of_a_long_evidence_the_sentences_that_bear_on_the_claim_are_read_together():
    said = [*fill(12), "The bridge was opened in spring.", *fill(12), "Its engineer came from Norway.", *fill(12)]
    windows = choose_windows(make_case("The engineer of the bridge came from Norway.", *said))
    assert len(windows) == 2
    scattered, near = windows
    assert "The bridge was opened in spring. " in scattered and "Norway" in scattered
    assert scattered.index("bridge") < scattered.index("Norway")  # in the order of the evidence
    assert "Norway" in near and "bridge" not in near
    assert all(len(window.split()) <= WORDS for window in windows)


def test_one_endless_sentence_is_still_a_window():
    (window,) = choose_windows(make_case("It rains.", "word " * 500))
    assert window.split() == ["word"] * 500


def test_a_heading_stands_before_its_sentence():
    assert say_under_heading(Evidence("", "", "", Sentence("leads", 0, 5, headings=("A", "B :")))) == "B: leads"
