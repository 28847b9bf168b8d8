from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.errors import SettingsError
from coach.vocabulary import SHIPPED, load_vocabulary

VOCABULARY = load_vocabulary()
SMALL = """
[roles.cook]
name = "cook"
aliases = ["chef", "kitchen-chef"]
ladder = "kitchen"
level = 1
[roles.head-cook]
name = "head cook"
ladder = "kitchen"
level = 2
[dimensions.menu]
headings = ["menu"]
questions = ["what do they serve", "dishes"]
[[synonyms]]
words = ["Soup", "broth"]
[[synonyms]]
words = ["broth", "stock"]
[[contrasts]]
words = ["hot", "cold"]
[starters]
questions = ["What does a cook do?"]
[slang]
"U" = "you"
"""


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "kitchen.toml"
    path.write_text(SMALL, encoding="utf-8")
    return load_vocabulary(path)


def test_roles_are_found_in_texts_too_long_to_be_remembered(small):
    for text in ("the chef", "soup " * 300 + "the chef"):
        first, again = small.find_mentions(text), small.find_mentions(text)
        assert first == again and [text[m.start : m.end] for m in first] == ["chef"]


def test_a_file_of_one_s_own_replaces_every_word(small):
    assert set(small.roles) == {"cook", "head-cook"}
    assert small.find_roles("Is an EM above the chef?") == ("cook",)
    assert small.starters == ("What does a cook do?",)
    assert small.slang == {"u": "you"}
    assert small.contrasts == (("hot", "cold"),)
    assert {"head", "cook", "kitchen", "broth", "dishes"} <= small.words


def test_a_changed_file_has_another_digest(small, tmp_path):
    path = tmp_path / "other.toml"
    path.write_text(SMALL.replace("broth", "bouillon"), encoding="utf-8")
    assert small.digest != load_vocabulary(path).digest
    assert VOCABULARY.digest == load_vocabulary(SHIPPED).digest


@pytest.mark.parametrize(
    "content",
    ["not toml [", "[roles.cook]\n", "roles = 3", "[[contrasts]]\nwords = ['one']", "[dimensions.a]\nheadings = 3"],
)
def test_a_faulty_file_is_named_with_the_next_step(tmp_path, content):
    path = tmp_path / "faulty.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"faulty\.toml") as caught:
        load_vocabulary(path)
    assert "COACH_VOCABULARY" in caught.value.remedy


def test_a_missing_or_binary_file_is_a_settings_error(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        load_vocabulary(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="not valid"):
        load_vocabulary(tmp_path / "binary.toml")


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("What does an EM do?", ("engineering-manager",)),
        ("first-level  Engineering\nManagers", ("engineering-manager",)),
        ("a Sr. EM", ("senior-engineering-manager",)),
        ("the VP's remit", ("vp",)),
        ("senior engineering manager", ("senior-engineering-manager",)),
        ("CTO, then VP, then CTO again", ("cto", "vp")),
        ("The item is temporary", ()),
        ("an EMT and a femur", ()),
        ("D\u0131rector or \u017fenior engineer or EM", ("engineering-manager",)),
    ],
)
def test_roles_are_found_under_every_name(text, roles):
    assert VOCABULARY.find_roles(text) == roles


def test_a_mention_says_where_it_stands():
    text = "Is a director above an EM?"
    found = {m.role: text[m.start : m.end] for m in VOCABULARY.find_mentions(text)}
    assert found == {"director": "director", "engineering-manager": "EM"}


@pytest.mark.parametrize("role", VOCABULARY.roles.values(), ids=lambda r: r.id)
def test_each_shipped_name_means_its_own_role(role):
    for name in (role.name, *role.aliases):
        for written in (name, name.upper(), name.replace(" ", "-")):
            assert VOCABULARY.find_roles(f"about the {written} here") == (role.id,), written


@given(st.text(alphabet=st.sampled_from("aeimrtov ſıİKcdCEMTOVPs.-'\u00a0"), max_size=40))
def test_mentions_of_any_text_lie_in_it_and_apart(text):
    end = 0
    for mention in VOCABULARY.find_mentions(text):
        assert end <= mention.start < mention.end <= len(text)
        assert mention.role in VOCABULARY.roles
        end = mention.end


@pytest.mark.parametrize(
    ("headings", "text", "roles", "mentions", "dimensions"),
    [
        (
            ("Director: scope",),
            "Leads 15 to 50 engineers.",
            ("director",),
            (),
            ("scope",),
        ),
        (
            ("Director: scope",),
            "A VP or CTO does more.",
            ("vp", "cto"),
            ("vp", "cto"),
            ("scope",),
        ),
        (
            ("The ladder", "Growth signs"),
            "Trusted by the CTO.",
            ("cto",),
            ("cto",),
            ("growth-signs",),
        ),
        (
            ("Director", "VP"),
            "Works with the CTO.",
            ("vp",),
            ("cto",),
            (),
        ),
        ((), "Listen first.", (), (), ()),
    ],
)
def test_a_sentence_is_about_its_subject_else_about_its_heading(headings, text, roles, mentions, dimensions):
    found = VOCABULARY.annotate(headings, text)
    assert (found.roles, found.mentions, found.dimensions) == (roles, mentions, dimensions)


def test_questions_and_headings_name_aspects_in_words_of_their_own():
    assert VOCABULARY.find_dimensions("How many engineers does she lead?") == ("team-size",)
    assert VOCABULARY.find_dimensions("How many engineers does she lead?", of="headings") == ()
    assert VOCABULARY.find_dimensions("Growth signs", of="headings") == ("growth-signs",)
    assert VOCABULARY.find_dimensions("The microscope is closed") == ()
    assert VOCABULARY.get_dimension_words("team-size") >= {"headcount", "many", "engineers"}


def test_words_stand_for_each_other_within_their_group(small):
    assert small.expand("BROTH") == {"soup", "broth", "stock"}
    assert small.expand("soup") == {"soup", "broth"}
    assert small.expand("tea") == {"tea"}


def test_the_rungs_of_a_ladder_have_neighbours(small):
    assert small.get_neighbour("cook", 1) == "head-cook"
    assert small.get_neighbour("head-cook", -1) == "cook"
    assert small.get_neighbour("head-cook", 1) is None
    assert small.get_neighbour("waiter", 1) is None
    assert VOCABULARY.get_neighbour("director", 1) == "vp"
    assert VOCABULARY.get_neighbour("cio", 1) is None


def test_an_empty_file_finds_nothing(tmp_path):
    path = tmp_path / "empty.toml"
    path.write_text("", encoding="utf-8")
    empty = load_vocabulary(path)
    assert empty.find_roles("A director leads.") == ()
    assert empty.find_dimensions("scope") == ()
    assert empty.annotate(("Director",), "Leads.").roles == ()


def test_a_role_keeps_only_its_head_and_a_ladder_has_a_top():
    text = "A technical lead meets the director of engineering and a senior EM."
    assert VOCABULARY.shorten_roles(text) == "A lead meets the director and a EM."
    assert VOCABULARY.get_top("engineering-manager") == "cto"
    assert VOCABULARY.get_top("product-manager") is None and VOCABULARY.get_top("nobody") is None
