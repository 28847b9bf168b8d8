from __future__ import annotations

from coach.composing.covering import find_missing
from coach.types import Citation, Claim, Draft, Evidence, Sentence, Shown


def quote(text: str, lead: str = "", *, start: int = 0) -> Draft:
    return Draft(text, (Evidence("ladder", "Ladder", "Guide", Sentence(text, start, start + len(text))),), lead)


def show(text: str, cites: Draft | None = None) -> Shown:
    sentence = cites.evidence[0].sentence if cites else Sentence("Elsewhere.", 900, 910)
    marker = sentence.start + 1
    citation = Citation(marker, "ladder", "Ladder", "Guide", (), sentence.text, sentence.start, sentence.end)
    return Shown(Claim(text, 0, len(text), (marker,), "supported", 1.0), text, (citation,))


LEAD = quote("A director usually leads 15 to 50 engineers.")
MORE = quote("Their managers report to them.", start=100)


def test_an_answer_cannot_do_without_the_sentence_that_leads():
    assert find_missing([LEAD, MORE], []) == [LEAD]
    assert find_missing([LEAD, MORE], [show("Managers report to directors.", MORE)]) == [LEAD]
    assert find_missing([], []) == []


def test_what_cites_its_words_stands_for_it_if_it_keeps_the_number():
    assert find_missing([LEAD], [show("Some 15 to 50 engineers work for a director.", LEAD)]) == []
    assert find_missing([LEAD], [show("A director leads engineers.", LEAD)]) == [LEAD]


def test_what_says_the_same_from_elsewhere_stands_for_it():
    assert find_missing([LEAD], [show("A director usually leads 15 to 50 engineers at most.")]) == []
    assert find_missing([LEAD], [show("There are 15 to 50 chairs.")]) == [LEAD]


def test_each_side_of_a_comparison_is_needed():
    sides = [quote("Owns execution.", "- **VP**: "), quote("Owns technology.", "- **CTO**: ", start=50)]
    assert find_missing(sides, [show("A VP owns execution.", sides[0])]) == [sides[1]]


def test_of_a_list_half_is_enough():
    items = [
        quote(f"Item {word} alone.", "- ", start=50 * n) for n, word in enumerate(["apple", "pear", "plum", "fig"])
    ]
    assert find_missing(items, [show("An apple.", items[0])]) == items[1:]
    assert find_missing(items, [show("An apple.", items[0]), show("A pear.", items[1])]) == []
