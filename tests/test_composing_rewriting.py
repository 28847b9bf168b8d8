from __future__ import annotations

import pytest

from coach.composing.rewriting import EXAMPLES, MOST, choose, keeps, rewrite
from coach.fakes import ScriptedModel
from coach.model.base import Call
from coach.model.chat import LangChainChatModel
from coach.types import Draft
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
SENTENCE = "A director of engineering usually leads 15 to 50 engineers through other managers."
GOOD = "Usually, a director of engineering leads 15 to 50 engineers through their managers."


def ask(reply: str, text: str = SENTENCE):
    model = ScriptedModel(texts=[reply])
    draft = Draft(text, (), "- ", 1)
    return rewrite(draft, LangChainChatModel("scripted", model), Call(), VOCABULARY), model


def test_the_model_s_words_take_the_place_of_the_sentence():
    draft, model = ask(GOOD)
    assert draft == Draft(GOOD, (), "- ", 1)
    system, *turns = model.history[0]
    assert "Rephrase" in system.content
    assert [t.content for t in turns] == [said for pair in EXAMPLES for said in pair] + [SENTENCE]


def test_only_the_first_sentence_of_a_reply_is_read():
    assert ask(f"{GOOD} Directors are born, not made.")[0].text == GOOD


@pytest.mark.parametrize(
    "reply",
    [
        " ",
        SENTENCE,
        "A director of engineering usually leads engineers through other managers.",
        "A director of engineering usually leads 15 to 60 engineers through other managers.",
        "A VP of Engineering usually leads 15 to 50 engineers through other managers.",
        "A director of engineering usually should lead 15 to 50 engineers through other managers.",
        "A director of engineering leads 15 to 50 engineers through other managers.",
        "Directors like cake with 15 to 50 engineers.",
        GOOD.removesuffix(".") + ", who meet every day in a very large room to talk of this and that and sing a song.",
    ],
)
def test_words_that_lose_or_add_too_much_are_not_taken(reply):
    assert ask(reply)[0] is None


def test_names_keep_their_order_for_it_may_tell_who_is_above():
    sentence = "In larger companies a VP typically reports to the CTO and later to the CEO."
    assert keeps(sentence, "A VP in larger companies typically reports to the CTO and later to the CEO.", VOCABULARY)
    assert not keeps(
        sentence, "In larger companies a VP typically reports to the CEO and later to the CTO.", VOCABULARY
    )


def test_a_lost_object_or_another_reason_is_not_the_same_sentence():
    asked = "A developer who mentors will find that people naturally begin to ask for advice."
    assert not keeps(asked, "A developer who mentors will naturally begin to ask for advice.", VOCABULARY)
    reason = "A tech lead can be a manager, because the title can have different meanings."
    assert not keeps(reason, reason.replace("because", "but"), VOCABULARY)


def test_a_sentence_of_few_words_is_left_alone_and_nobody_is_asked():
    draft, model = ask(GOOD, "Directors lead managers.")
    assert draft is None and model.history == []


def test_the_shown_examples_keep_to_their_own_rules():
    assert all(keeps(asked, replied, VOCABULARY) for asked, replied in EXAMPLES)


def test_a_few_sentences_are_chosen_and_no_connecting_words():
    drafts = [Draft("The guides say:", connective=True), *(Draft(f"Sentence {n}.") for n in range(9))]
    assert choose(drafts) == list(range(1, MOST + 1))
