"""Changed questions and guides: seeded, and changed in the way they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.eval.dataset import Sample, load_dataset
from coach.eval.perturbing import ADDED, QUESTIONS, add_typos, copy_guides, perturb, remove_sentences, use_slang
from coach.loading import load_folder

SAMPLES = load_dataset("guides-dev").samples


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


@pytest.mark.parametrize("how", QUESTIONS)
def test_only_samples_that_change_are_kept(how):
    changed = perturb(SAMPLES, how)
    assert changed and not set(changed) & set(SAMPLES)


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
