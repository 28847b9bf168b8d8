"""Roles and dimensions read off the shape of a ladder, and nothing read into documents that are none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from coach.types import Evidence, Sentence
from coach.verifying import Case, CheckedVerifier, DeterministicVerifier, Verifier
from coach.verifying.base import read_with
from coach.vocabulary import Vocabulary, load_vocabulary
from coach.vocabulary.learning import Learned, extend, is_position, learn

EMPTY = Vocabulary({}, {})
LADDER = [
    ("Ward assistant",),
    ("Ward assistant", "Scope"),
    ("Ward assistant", "Training"),
    ("Staff nurse (SN)",),
    ("Staff nurse (SN)", "Scope"),
    ("Staff nurse (SN)", "Training"),
    ("Ward manager", "Scope"),
    ("Director of nursing",),
    ("How pay is set",),
]


class FixedScorer:
    """A scorer that is never sure."""

    name, threshold = "fixed", 0.9

    def score(self, cases: Sequence[Case]) -> list[float]:
        return [0.5] * len(cases)


def learn_from(*outline: tuple[str, ...], known: Vocabulary = EMPTY) -> Learned:
    return learn([("ladder", outline)], known)


def names(learned: Learned) -> list[str]:
    return [r.name for r in learned.roles]


def test_what_repeats_under_several_positions_makes_roles_and_dimensions() -> None:
    learned = learn_from(*LADDER)
    assert names(learned) == ["ward assistant", "staff nurse", "ward manager"]
    assert [d.headings for d in learned.dimensions] == [("scope",), ("training",)]
    assert learned.roles[1].aliases == ("SN",)


def test_positions_stand_on_one_ladder_in_the_order_of_the_text() -> None:
    words = extend(EMPTY, learn_from(*LADDER))
    assert words.get_neighbour("learned-staff-nurse", 1) == "learned-ward-manager"
    assert words.get_neighbour("learned-ward-assistant", -1) is None


def test_a_ladder_told_from_the_top_is_turned_over() -> None:
    falling = [(n, a) for n in ("Executive chef", "Sous chef", "Commis chef") for a in ("Scope", "Pay")]
    assert [r.level for r in learn_from(*falling).roles] == [3, 2, 1]


def test_numbered_levels_keep_their_numbers_and_answer_to_them() -> None:
    outline = [(n, a) for n in ("L5: Senior analyst", "L3: Analyst") for a in ("Scope", "Impact")]
    roles = learn_from(*outline).roles
    assert [(r.name, r.level, r.aliases) for r in roles] == [("senior analyst", 5, ("L5",)), ("analyst", 3, ("L3",))]


def test_the_columns_of_a_matrix_may_be_the_positions() -> None:
    outline = [(a, n) for a in ("Autonomy", "Influence") for n in ("Apprentice baker", "Baker", "Master baker")]
    learned = learn_from(*outline)
    assert names(learned) == ["apprentice baker", "baker", "master baker"]
    assert [d.headings[0] for d in learned.dimensions] == ["autonomy", "influence"]


def test_a_heading_that_repeats_its_position_is_read_without_it() -> None:
    outline = [(n, f"{n}: {a}") for n in ("Purser", "Captain's steward") for a in ("duties", "watch")]
    assert [d.headings[0] for d in learn_from(*outline).dimensions] == ["duties", "watch"]


def test_a_position_beside_the_grid_counts_when_it_is_called_alike() -> None:
    outline = [("Sous chef", "Scope"), ("Sous chef", "Pay"), ("Head chef", "Scope"), ("Head chef", "Pay")]
    learned = learn_from(*outline, ("Executive chef",), ("The career ladder",))
    assert names(learned) == ["sous chef", "head chef", "executive chef"]


@pytest.mark.parametrize(
    "outline",
    [
        [(n, a) for n in ("Installing", "Removing") for a in ("Before you begin", "Steps")],
        [(n, a) for n in ("The router", "The container") for a in ("Ports", "Errors")],
        [("Analyst", "Scope"), ("Manager", "Pay")],  # nothing repeats
        [("From analyst to manager", "Signs"), ("From manager to director", "Signs")],
        [(), ("Shifts",), ("Allergens",)],
        [],
    ],
)
def test_documents_that_are_no_ladder_teach_nothing(outline: list[tuple[str, ...]]) -> None:
    assert learn_from(*outline) == Learned()


def test_what_the_vocabulary_knows_already_is_not_learned_again() -> None:
    outline = [(n, a) for n in ("Engineering Manager (EM)", "Release wrangler") for a in ("Leadership Skills", "Tools")]
    learned = learn_from(*outline, known=load_vocabulary())
    assert names(learned) == ["release wrangler"]
    assert [d.id for d in learned.dimensions] == ["learned-tools"]


def test_a_name_two_roles_share_belongs_to_neither() -> None:
    first = ("a", [(n, x) for n in ("Level 1: Porter", "Level 2: Usher") for x in ("Scope", "Pay")])
    second = ("b", [(n, x) for n in ("Level 1: Gardener", "Level 2: Keeper") for x in ("Scope", "Pay")])
    assert all(not r.aliases for r in learn([first, second], EMPTY).roles)


def test_extending_by_nothing_gives_the_same_vocabulary() -> None:
    assert extend(EMPTY, Learned()) is EMPTY


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Senior Staff Engineer", True),
        ("Nurse II", True),
        ("Director of Nursing", True),
        ("Level 4", True),
        ("CFO", True),
        ("Scope", False),
        ("The engineering ladder", False),
        ("Engineer to manager", False),
        ("What does a manager do?", False),
        ("", False),
    ],
)
def test_positions_are_told_from_other_headings(heading: str, expected: bool) -> None:
    assert is_position(heading) is expected


def test_the_verifier_knows_the_roles_that_documents_teach() -> None:
    words = extend(load_vocabulary(), learn_from(*LADDER, known=load_vocabulary()))
    said = "Leads 12 to 30 people, each staff nurse among them"
    quote = Sentence(said, 0, len(said), ("Ward manager", "Scope"), roles=("learned-ward-manager",))
    evidence = (Evidence("ladder", "Ladder", "ladder", quote),)
    untaught = DeterministicVerifier(load_vocabulary())
    taught = read_with(untaught, words)
    true, false = "A ward manager leads 12 to 30 people.", "A staff nurse leads 12 to 30 people."
    assert [j.verdict for j in taught.verify([(true, evidence), (false, evidence)])] == ["supported", "refuted"]
    assert untaught.verify([(false, evidence)])[0].verdict == "supported"  # what knowing the roles is needed for


@pytest.mark.parametrize("make", [DeterministicVerifier, lambda v: CheckedVerifier(v, FixedScorer())])
def test_reading_with_the_same_words_again_costs_nothing(make: Callable[[Vocabulary], Verifier]) -> None:
    given, words = load_vocabulary(), extend(EMPTY, learn_from(*LADDER))
    verifier = make(given)
    assert read_with(verifier, words).name == verifier.name
    checks = [getattr(v, "_checks", v) for v in (read_with(verifier, words), read_with(verifier, words))]
    assert checks[0] is checks[1]


def test_an_accent_in_a_heading_parts_no_id():
    learned = learn_from(
        ("Crêpe cook", "Scope"),
        ("Crêpe cook", "Training"),
        ("Sous chef", "Scope"),
        ("Sous chef", "Training"),
        ("Head chef", "Scope"),
        ("Head chef", "Training"),
    )

    assert "learned-crepe-cook" in [r.id for r in learned.roles]
