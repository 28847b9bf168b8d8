"""Changed questions and guides: seeded, and changed in the way they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.eval.dataset import Sample, load_dataset
from coach.eval.perturbing import (
    ADDED,
    WORDED,
    add_typos,
    copy_guides,
    paraphrase,
    perturb,
    remove_sentences,
    shuffle_history,
    shuffle_turns,
    use_slang,
)
from coach.loading import load_folder
from coach.vocabulary import load_vocabulary

SAMPLES = load_dataset("guides-dev").samples
VOCABULARY = load_vocabulary()


@given(st.text(max_size=200), st.integers())
def test_typos_are_seeded_and_spare_short_words_and_figures(question, seed):
    sample = Sample("a", "lookup", question)
    spoiled = add_typos(sample, seed, share=1.0).question
    assert spoiled == add_typos(sample, seed, share=1.0).question
    figures = [c for c in question if c.isdigit()]
    assert [c for c in spoiled if c.isdigit()] == figures
    assert len(spoiled.split()) == len(question.split())


def test_a_typo_leaves_the_ends_of_a_word():
    spoiled = add_typos(Sample("a", "lookup", "how many engineers"), 1, share=1.0).question
    assert spoiled != "how many engineers"
    assert spoiled.startswith("how m") and spoiled.endswith("s")


def test_slang_goes_both_ways():
    assert use_slang(Sample("a", "l", "EM or VP of Engineering?")).question == "engineering manager or VPE?"


@pytest.mark.parametrize("how", WORDED)
def test_only_samples_that_change_are_kept_and_the_seed_decides_how(how):
    changed = perturb(SAMPLES, how, vocabulary=VOCABULARY)
    assert changed and not set(changed) & set(SAMPLES)
    assert changed == perturb(SAMPLES, how, vocabulary=VOCABULARY)


@pytest.mark.parametrize("seed", range(20))
def test_a_paraphrase_names_the_same_roles_and_figures_in_other_words(seed):
    sample = Sample("a", "lookup", "How many of the 300 engineers does a VP of Engineering manage?")
    other = paraphrase(sample, seed, VOCABULARY).question
    assert other != sample.question
    assert VOCABULARY.find_roles(other) == VOCABULARY.find_roles(sample.question)
    assert "300" in other and other.endswith("?")


def test_paraphrases_differ_between_seeds_and_leave_unknown_words_alone():
    sample = Sample("a", "lookup", "What skills does an engineering manager need?")
    assert len({paraphrase(sample, seed, VOCABULARY).question for seed in range(20)}) > 3
    strange = Sample("b", "lookup", "Zxcv qwer uiop?")
    assert paraphrase(strange, 0, VOCABULARY) == strange


def test_an_unrelated_turn_comes_first_and_shuffled_turns_end_otherwise():
    sample = Sample("a", "follow_up", "and why?", turns=("one?", "two?"))
    assert shuffle_history(sample).turns[1:] == ("one?", "two?")
    for seed in range(20):
        shuffled = shuffle_turns(sample, seed).turns
        assert set(shuffled) >= {"one?", "two?"} and len(shuffled) == 3 and shuffled[-1] != "two?"
    alone = Sample("b", "lookup", "why?")
    assert shuffle_turns(alone) == alone


@pytest.mark.parametrize("how", ADDED)
def test_guides_are_added_and_can_be_loaded(how, corpus, tmp_path):
    copy_guides(corpus, tmp_path / "guides", how)
    before, after = load_folder(corpus, collection="guides"), load_folder(tmp_path / "guides", collection="guides")
    added = {d.id for d in after.documents} - {d.id for d in before.documents}
    assert added == set(ADDED[how](corpus, 0))
    assert not after.refused


def test_sentences_are_removed_and_the_rest_stays(corpus, tmp_path):
    quote = "By team size, a director of engineering leads a department of 15 to 50 engineers in multiple teams."
    remove_sentences(corpus, tmp_path / "guides", {"management-ladder": [quote]})
    before = (corpus / "management-ladder.md").read_text()
    after = (tmp_path / "guides" / "management-ladder.md").read_text()
    assert quote not in after
    assert len(before) - len(after) == len(f"- {quote}\n")
