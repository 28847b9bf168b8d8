from __future__ import annotations

import pytest

from coach.composing.equivalence import says_the_same
from coach.composing.rewriting import EXAMPLES, MOST, choose, rewrite
from coach.fakes import ScriptedModel
from coach.model.base import Call
from coach.model.chat import LangChainChatModel
from coach.types import Draft
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
SENTENCE = "A VP of Engineering (vice president) usually leads 50 to 200 people, in order to run the entire department."
GOOD = "A VP of Engineering usually leads 50 to 200 people, to run the whole department."


def ask(reply: str, text: str = SENTENCE, question: str = "How many engineers does a VP lead?"):
    model = ScriptedModel(texts=[reply])
    draft = Draft(text, (), "- ", 1)
    return rewrite(draft, question, LangChainChatModel("scripted", model), Call(), VOCABULARY), model


def test_the_model_s_words_take_the_place_of_the_sentence():
    draft, model = ask(GOOD)
    assert draft == Draft(GOOD, (), "- ", 1)
    system, *turns = model.history[0]
    assert "plainer words" in system.content
    assert [t.content for t in turns] == [said for pair in EXAMPLES for said in pair] + [SENTENCE]


def test_only_the_first_sentence_of_a_reply_is_read():
    assert ask(f"{GOOD} Directors are born, not made.")[0].text == GOOD


@pytest.mark.parametrize(
    "reply",
    [
        " ",
        SENTENCE,
        SENTENCE.replace("people,", "people"),
        GOOD.replace("50 to 200", "50 to 300"),
        GOOD.replace("VP of Engineering", "director of engineering"),
        GOOD.replace("usually ", ""),
        GOOD.replace("whole ", ""),
        GOOD.removesuffix(".") + ", and meets every day.",
        "Directors like cake with 15 to 50 engineers.",
    ],
)
def test_words_that_are_not_proved_to_say_the_same_are_not_taken(reply):
    assert ask(reply)[0] is None


def test_a_short_form_that_the_reader_used_stays():
    text, shorter = "An engineering manager (EM) leads one team.", "An engineering manager leads one team."
    assert ask(shorter, text, "Who leads a team?")[0].text == shorter
    assert ask(shorter, text, "what does em stand for?")[0] is None


def test_the_shown_examples_are_proved_themselves():
    assert all(says_the_same(asked, replied, VOCABULARY) for asked, replied in EXAMPLES)


def test_a_few_sentences_are_chosen_of_those_that_have_other_words_and_no_connecting_words():
    plain = [Draft("The guides say:", connective=True), Draft("A director leads teams.")]
    others = [Draft(f"The entire sentence {n}.") for n in range(9)]
    assert choose([*plain, *others], VOCABULARY) == list(range(2, MOST + 2))
