from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from coach import build_coach, load_settings
from coach.coach import Coach
from coach.composing.disagreeing import LATER, Difference, add_to_written, find_aspect, lay_out, report
from coach.composing.stances import StanceMemory, read_stance
from coach.grounding import CONNECTIVES, PLURAL_CONNECTIVES, Grounded
from coach.retrieval.evidence import Weighed
from coach.types import Abstention, Answer, Citation, Draft, Evidence, Sentence
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


def test_a_sentence_is_read_once_for_each_vocabulary():
    evidence = Evidence("d", "D", "S", Sentence("Gloves are optional.", 0, 20))
    memory, other = StanceMemory(), replace(VOCABULARY, slang={})
    first = memory.get_read(VOCABULARY)(evidence)
    assert first.reading == read_stance(evidence, VOCABULARY).reading
    assert memory.get_read(VOCABULARY)(evidence) is first
    assert memory.get_read(other)(evidence) is not first
    assert memory.get_read(VOCABULARY)(evidence) is not first


# Two fields far from careers; each second guide contradicts the first once or twice, and beside that only seems to.
NURSING = {
    "ward.md": (
        "Ward handbook",
        """## Hand hygiene

A nurse washes hands for 20 to 30 seconds before each contact. Soap is enough for visibly clean hands.

## Gloves

Gloves must be worn when a nurse changes a dressing. A nurse throws gloves away after each patient.

## Turning a patient

A patient in bed is turned every 2 hours. A child sleeps on the side.

## Fever

Adults with fever take 500 mg of paracetamol every 6 hours.
""",
    ),
    "clinic.md": (
        "Clinic manual",
        """## Washing hands

A nurse washes hands for at least 60 seconds before each contact. Rings are taken off first.

## Gloves in the clinic

Gloves are optional when a nurse changes a dressing. Gloves come in three sizes.

## Turning

A patient in bed is turned every 2 hours, day and night.

## Fever in children

Children with fever take 250 mg of paracetamol every 6 hours.
""",
    ),
}
COOKING = {
    "grandmother.md": (
        "Grandmother's kitchen",
        """## Steak

A steak rests for 5 minutes before it is cut. Salt goes on a steak after frying.

## Mushrooms

Mushrooms should never be washed. A soft brush takes the soil off mushrooms.

## Rice

White rice boils for 15 minutes. A pot of rice needs a tight lid.
""",
    ),
    "academy.md": (
        "Cooking academy",
        """## Resting a steak

A steak rests for 10 to 15 minutes before it is cut. A warm plate keeps a steak from going cold.

## Preparing mushrooms

Mushrooms should be washed in cold water. Mushrooms lose a third of their weight in the pan.

## Brown rice

Brown rice boils for 40 minutes. Brown rice keeps its husk.
""",
    ),
}


def build(folder: Path, guides: dict[str, tuple[str, str]], data: Path) -> Coach:
    folder.mkdir()
    for name, (title, body) in guides.items():
        (folder / name).write_text(f"# {title}\n\n{body}", encoding="utf-8")
    return build_coach(load_settings(corpus=folder, data_dir=data))


@pytest.fixture(scope="module")
def coaches(tmp_path_factory) -> dict[str, Coach]:
    home = tmp_path_factory.mktemp("fields")
    return {
        "nursing": build(home / "nursing", NURSING, home / "nursing-data"),
        "cooking": build(home / "cooking", COOKING, home / "cooking-data"),
    }


@pytest.mark.parametrize(
    ("field", "question", "topic", "one", "other"),
    [
        ("nursing", "How long does a nurse wash hands?", "the length of time", "20 to 30 seconds", "at least 60"),
        ("nursing", "Are gloves required to change a dressing?", "whether it is needed", "must be", "are optional"),
        ("cooking", "How long does a steak rest?", "the length of time", "for 5 minutes", "10 to 15 minutes"),
        ("cooking", "Should mushrooms be washed?", "whether it is advisable", "never be washed", "in cold water"),
    ],
)
def test_guides_of_any_field_that_differ_are_both_heard(coaches, field, question, topic, one, other):
    answer = coaches[field].ask(question)
    assert isinstance(answer, Answer)
    assert "The guides differ on" in answer.text
    (disagreement,) = answer.disagreements
    assert disagreement.topic == topic
    texts = [p.text for p in disagreement.positions]
    assert sorted((one in t) + 2 * (other in t) for t in texts) == [1, 2]
    cited = [c for p in disagreement.positions for c in answer.citations if c.marker in p.citations]
    assert len({c.document_id for c in cited}) == 2
    assert {c.quote for c in cited} == set(texts)
    assert all(c.verdict == "supported" for c in answer.claims)


@pytest.mark.parametrize(
    ("field", "question"),
    [
        ("nursing", "How often is a patient in bed turned?"),
        ("nursing", "How much paracetamol do adults with fever take?"),
        ("nursing", "How many sizes do gloves come in?"),
        ("cooking", "How long does white rice boil?"),
        ("cooking", "When does salt go on a steak?"),
        ("cooking", "What does a pot of rice need?"),
    ],
)
def test_guides_that_agree_or_speak_of_other_things_are_not_set_against_each_other(coaches, field, question):
    answer = coaches[field].ask(question)
    assert isinstance(answer, Abstention) or (answer.disagreements == () and "differ" not in answer.text)


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Does a VP of Engineering run all of engineering or only part of it?", "how much it takes in"),
        ("does an engineering manager own hiring or just weigh in", "who has the say"),
        ("Which levels does the management track have, in order?", "which steps there are"),
        ("Is pay on the technical track capped, or equal to management?", "whether it is equal or limited"),
        ("Do engineering managers need technical skills?", "how technical one has to be"),
        ("do EMs need to be technical? some say it's all people skills now", "how technical one has to be"),
        (
            "The VP is boss of all of engineering, says one friend, of a part, says another. Who is right?",
            "how much it",
        ),
        (
            "What comes after an engineering manager? One blog says director, another senior EM.",
            "which steps there are",
        ),
        ("Is a director of engineering level 2 or level 3?", "which level it is"),
        ("What comes straight after engineering manager, senior EM or director?", "which steps there are"),
        ("How far ahead does a CTO plan?", "the length of time"),
    ],
)
def test_the_shipped_guides_differ_where_they_do(built_coach, question, topic):
    answer = built_coach.ask(question)
    assert isinstance(answer, Answer)
    assert [d.topic.startswith(topic) for d in answer.disagreements] == [True]
    assert "The guides differ on" in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "How many engineers does a director of engineering lead?",
        "What are the growth signs of an engineering manager?",
        "What changes when I go from EM to senior EM?",
        "Who owns the whole engineering budget?",
        "How can I lead without a title?",
        # no longer writing code goes with a technical background
        "Does an engineering manager still have to write code?",
        "Do I need to keep coding as a manager?",
        "does anyone from tech lead to director still write code?",
        # differences that there are, but that nobody asked of
        "My people skills are poor. Does that hurt me if I stay technical?",
        "Who decides on hiring for a team?",
        "At what level do you get to decide what each team is responsible for?",
        "If it's not technical skills anymore, what are an engineering manager's primary skills then?",
        "how many enginers does a first level engineering manger have",
        "How can an engineering manager keep technical skills sharp?",
        "New EM, I can't stop coding at night. Is it normal that I can't let go of the code?",
        "CTO or CIO - who does what?",
        "Do all guides put the CTO above the VP of Engineering?",
        "I want to become an EM in the next couple of years. What do I start with?",
        "What level number is an EM on the management track?",
    ],
)
def test_the_shipped_guides_do_not_differ_where_they_agree(built_coach, question):
    assert built_coach.ask(question).disagreements == ()


def stance(text: str, heading: str = ""):
    headings = (heading,) if heading else ()
    about = VOCABULARY.annotate(headings, text)
    return read_stance(Evidence("d", "D", "S", Sentence(text, 0, len(text), headings, roles=about.roles)), VOCABULARY)


@pytest.mark.parametrize(
    ("left", "right", "aspect"),
    [
        ("A director leads 15 to 50 engineers.", "A director manages 60 to 90 people.", "the number"),
        ("A director leads 15 to 50 engineers.", "A VP leads 50 to 200 engineers.", ""),
        ("In a small company, a director leads 5 engineers.", "A director leads 15 to 50 engineers.", ""),
        ("If the budget is cut, a director leads 5 engineers.", "A director leads 15 to 50 engineers.", ""),
        ("Small companies pay late.", "Large companies pay early.", ""),
        ("The move into leadership is mostly gradual.", "The move into leadership is mostly sudden.", "how fast"),
        ("A director holds level 2.", "A director holds the third of five levels.", "which level it is"),
        ("A director holds level 3.", "A director holds the third of five levels.", ""),
        ("A director holds level 2.", "A VP holds level 3.", ""),
    ],
)
def test_conditions_and_subjects_tell_sentences_apart(left, right, aspect):
    assert find_aspect(stance(left), stance(right)) == find_aspect(stance(right), stance(left)) == aspect


def weighed(text: str, document: str, start: int = 0) -> Weighed:
    evidence = Evidence(document, document.title(), "S", Sentence(text, start, start + len(text)))
    return Weighed(evidence, 1.0, 0.5, 1.0, True, True, 1)


LEFT, RIGHT = weighed("Rest it for 5 minutes.", "one"), weighed("Rest it for 10 minutes.", "two")
DIFFERENCE = Difference("the length of time", (LEFT, RIGHT))
ASIDE = Draft("Use a warm plate.", (weighed("Use a warm plate.", "one", 40).evidence,))


def test_a_paragraph_opens_with_the_difference_it_holds():
    drafts = lay_out([Draft("Rest it for 5 minutes.", (LEFT.evidence,)), ASIDE], DIFFERENCE)
    assert [d.text for d in drafts] == [PLURAL_CONNECTIVES[0], LEFT.sentence.text, RIGHT.sentence.text, ASIDE.text]
    assert drafts[-1].break_before == 2


def test_lists_and_comparisons_end_with_it():
    listed = [Draft("Rest it for 5 minutes.", (LEFT.evidence,), "- ")]
    other = Draft(ASIDE.text, ASIDE.evidence, "- ", 1)
    drafts = lay_out([*listed, other], DIFFERENCE)
    assert [d.text for d in drafts] == [ASIDE.text, LATER, LEFT.sentence.text, RIGHT.sentence.text]
    labelled = Draft("Rest it for 5 minutes.", (LEFT.evidence,), "- **Steak**: ")
    assert lay_out([labelled], DIFFERENCE)[0] == labelled
    assert lay_out([ASIDE], None) == [ASIDE]


def test_a_sentence_that_names_a_whole_list_keeps_its_place_above_it():
    naming, item = Draft("Rest it for 5 minutes.", (LEFT.evidence,)), replace(ASIDE, lead="- ", break_before=2)
    drafts = lay_out([naming, item], DIFFERENCE)
    assert [d.text for d in drafts] == [PLURAL_CONNECTIVES[0], LEFT.sentence.text, RIGHT.sentence.text, ASIDE.text]


def test_a_model_that_says_one_side_is_followed_by_both():
    one = Draft("Five minutes.", (LEFT.evidence,))
    both = Draft("Five minutes or ten.", (LEFT.evidence, RIGHT.evidence))
    added = list(add_to_written([one], DIFFERENCE, is_due=lambda: True))
    assert [d.text for d in added] == [one.text, LATER, LEFT.sentence.text, RIGHT.sentence.text]
    assert list(add_to_written([both], DIFFERENCE, is_due=lambda: True)) == [both]
    assert list(add_to_written([one], DIFFERENCE, is_due=lambda: False)) == [one]


def test_only_positions_that_are_shown_are_reported():
    def cite(marker: int, one: Weighed) -> Citation:
        said = one.sentence
        return Citation(marker, one.evidence.document_id, "T", "S", (), said.text, said.start, said.end)

    both = report(DIFFERENCE, Grounded("", (), (cite(1, LEFT), cite(2, RIGHT)), ()))
    assert [(p.text, p.citations) for d in both for p in d.positions] == [
        (LEFT.sentence.text, (1,)),
        (RIGHT.sentence.text, (2,)),
    ]
    assert report(DIFFERENCE, Grounded("", (), (cite(1, LEFT),), ())) == ()
    assert report(None, Grounded("", (), (), ())) == ()


def test_its_connectives_are_of_the_closed_list():
    assert LATER in PLURAL_CONNECTIVES
    assert LATER not in CONNECTIVES
