from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from markupsafe import Markup

from coach.errors import CoachError, ModelError, QuestionError
from coach.types import (
    Abstention,
    Answer,
    Chunk,
    Citation,
    Claim,
    Disagreement,
    DocumentSummary,
    DroppedClaim,
    Passage,
    Position,
)
from coach.ui import render
from coach.ui.chips import chips_html
from coach.ui.opening import first_paint_html, masthead_html, welcome_html
from coach.ui.sources import markers_html, nearest_html, place, sources_html
from coach.ui.wording import clip, count

HOSTILE = "<img src=x onerror=\"alert('1')\"></q></a><script>alert(1)</script>&amp;{{7*7}}{0}"


class Page(HTMLParser):
    """Elements with their attributes and words, for looking at what a browser would make of it."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.words, self._open = [], "", []
        self.feed(str(html))
        self.close()

    def handle_starttag(self, tag, attrs):
        element = {"tag": tag, "words": "", **dict(attrs)}
        self.elements.append(element)
        if tag not in ("img", "meta", "link", "br"):
            self._open.append(element)

    def handle_endtag(self, tag):
        assert self._open and self._open[-1]["tag"] == tag, f"</{tag}> closes {self._open[-1:]}"
        self._open.pop()

    def handle_data(self, data):
        self.words += data
        for element in self._open:
            element["words"] += data

    def all(self, tag, **attributes):
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            e
            for e in self.elements
            if e["tag"] == tag and all(v in (e.get(n) or "").split() for n, v in wanted.items())
        ]

    def one(self, tag, **attributes):
        [element] = self.all(tag, **attributes)
        return element


def citation(marker=1, quote="A director leads 15 to 50 engineers.", **changes):
    base = {
        "document_id": "ladder",
        "title": "The ladder",
        "source": "A guide",
        "headings": ("Director", "Director: scope"),
        "start": 10,
        "end": 10 + len(quote),
    }
    return Citation(marker=marker, quote=quote, **{**base, **changes})


def answer(text="A director leads 15 to 50 engineers. [1]", citations=None, **changes):
    cited = (citation(),) if citations is None else citations
    claims = (Claim(text.removesuffix(" [1]"), 0, len(text) - 4, (1,), "supported", 1.0),)
    base = {"style": "quoted", "model": "quoting", "fingerprint": "f", "id": "a", "question": "How many?"}
    return Answer(standalone_question="How many?", text=text, claims=claims, citations=cited, **{**base, **changes})


def abstention(**changes):
    base = {"reason": "not_covered", "message": "The guides are silent on it.", "fingerprint": "f", "id": "a"}
    return Abstention(question="Pizza?", standalone_question="Pizza?", **{**base, **changes})


def passage(text="Scope\n\nA director owns a department.\n- Budgets", headings=("Scope",)):
    chunk = Chunk("c", "ladder", text, 5, 5 + len(text), headings, ())
    return Passage(chunk, "The ladder", "A guide", 1.0, 1)


def test_a_marker_is_a_named_link_to_the_quote():
    marker = Page(markers_html([citation()])[1]).one("a", class_="marker")
    assert marker["aria-label"] == "Source 1: The ladder, Director: scope"
    assert marker["data-quote"] == "A director leads 15 to 50 engineers."
    assert marker["href"].startswith("/guides/ladder?start=10&end=46&words=")
    assert marker["href"].endswith("#quote")
    assert marker["words"] == "1"


def test_an_answer_shows_its_text_its_writer_and_its_sources():
    page = Page(render.answer_html(answer(follow_ups=("What next?",))))
    assert page.one("div", class_="answer")["words"].strip() == "A director leads 15 to 50 engineers.\N{WORD JOINER}1"
    assert page.one("p", class_="provenance")["words"] == ("Quoted from the guides, word for word · one statement")
    assert page.one("a", class_="source")["words"] == "1A director leads 15 to 50 engineers."
    assert page.one("button", class_="ask")["data-ask"] == "What next?"
    assert not page.all("section", class_="differences")


def test_a_written_answer_names_the_model_and_counts_what_was_left_out():
    dropped = (DroppedClaim("Directors fly.", "not_enough_info", "no evidence"),)
    page = Page(render.answer_html(answer(style="written", model="openai:x", dropped_claims=dropped, notice="Slow.")))
    said = page.one("p", class_="provenance")["words"]
    assert said == "Written by openai:x · one statement, checked one by one against the guides · one other left out"
    assert page.one("p", class_="notice")["words"] == "Slow."
    assert "Directors fly." not in page.words


def test_differing_guides_are_set_side_by_side():
    positions = (Position("8 to 15 engineers [1]", (1,)), Position("Up to 25 engineers", (2, 7)))
    cited = (citation(), citation(2, "Up to 25.", document_id="track", title="The track"))
    page = Page(render.answer_html(answer(citations=cited, disagreements=(Disagreement("team size", positions),))))
    box = page.one("section", class_="differences")
    assert box["words"] == (
        "The guides differTeam sizeThe ladder8 to 15 engineers\N{WORD JOINER}1The track2Up to 25 engineers"
    )


def test_positions_that_the_answer_shows_are_not_said_again():
    said = "A director leads 15 to 50 engineers."
    positions = (Position(said, (1,)), Position("Up to 25.", (2,)))
    cited = (citation(), citation(2, "Up to 25.", document_id="track", title="The track"))
    result = answer(f"{said} [1] Up to 25. [2]", cited, disagreements=(Disagreement("the number", positions),))
    box = Page(render.answer_html(result)).one("section", class_="differences")
    assert box["words"] == "The guides differThe numberThe ladder1The track2"


@pytest.mark.parametrize(
    ("asked", "taken", "shown"),
    [
        ("yes", "What does a VP do?", ["Understood as “What does a VP do?”"]),
        ("and a VP?", "How many does a VP lead?", ["Understood as “How many does a VP lead?”"]),
        ("ok, what is it?", "what is it?", []),
        ("How  many?", "how many", []),
        ("How many?", "", []),
    ],
)
def test_a_follow_up_says_what_it_was_taken_for(asked, taken, shown):
    result = replace(answer(), question=asked, standalone_question=taken)
    assert [p["words"] for p in Page(render.answer_html(result)).all("p", class_="understood")] == shown
    result = replace(abstention(), question=asked, standalone_question=taken)
    assert len(Page(render.abstention_html(result)).all("p", class_="understood")) == len(shown)


def test_many_sources_fold_away_and_one_place_is_named_once():
    few = Page(sources_html([citation(n, start=n, end=n + 9) for n in range(1, 6)]))
    assert (len(few.all("a", class_="source")), len(few.all("p", class_="where")), few.all("details")) == (5, 1, [])
    many = Page(sources_html([citation(n, start=n, end=n + 9) for n in range(1, 8)]))
    assert many.one("summary")["words"] == "Three more sources"
    assert sources_html([]) == ""


def test_a_place_leaves_out_headings_that_say_nothing_new():
    assert place("The ladder", ("The ladder", "Director", "Director: scope")) == "The ladder › Director: scope"
    assert place("The ladder", ()) == "The ladder"
    assert Page(sources_html([citation(page=3)])).one("p", class_="where")["words"] == (
        "The ladder › Director: scope · page 3"
    )


def test_an_abstention_says_why_what_was_sought_and_what_is_near():
    page = Page(
        render.abstention_html(
            abstention(
                searched=("Pizza?", "pizza toppings"), nearest=(passage(),), try_instead=("What does an EM do?",)
            )
        )
    )
    card = page.one("section", class_="abstention")
    assert "Not in the guides" in card["words"] and "The guides are silent on it." in card["words"]
    assert page.one("p", class_="searched")["words"] == "Looked for “pizza toppings”"
    assert page.one("span", class_="excerpt")["words"] == "A director owns a department. Budgets"
    assert "open" in page.one("details")
    assert page.one("button")["data-ask"] == "What does an EM do?"


def test_an_off_topic_question_does_not_push_passages():
    assert "open" not in Page(render.abstention_html(abstention(reason="off_topic", nearest=(passage(),)))).one(
        "details"
    )
    assert nearest_html([], is_open=True) == ""


def test_an_error_is_a_sentence_and_a_next_step():
    page = Page(render.error_html(QuestionError("It is too long.", remedy="Shorten it."), "long"))
    assert page.one("section", role="alert")["words"] == "It is too long.Shorten it."
    assert not page.all("button")


def test_what_may_work_later_can_be_asked_again():
    button = Page(render.error_html(ModelError("The model is slow."), "How many?")).one("button")
    assert (button["data-ask"], button["words"]) == ("How many?", "Ask again")
    assert not Page(render.error_html(CoachError("No."), "How many?")).all("button")


def test_a_turn_carries_its_state_and_what_is_announced():
    turn = Page(render.turn_html(3, "How many?", Markup("<p>x</p>"), spoken="Fifteen.")).one("article")
    assert (turn["data-turn"], turn["data-state"], turn["data-spoken"]) == ("3", "done", "Fifteen.")
    assert Page(render.turn_html(1, "q" * 900, Markup(""), pending=True)).one("h2")["words"] == "q" * 600 + " …"


def test_what_is_announced_is_the_answer_without_signs():
    assert render.spoken(answer()) == "A director leads 15 to 50 engineers."
    assert render.spoken(abstention()) == "Not in the guides. The guides are silent on it."


def test_a_draft_shows_verified_sentences_and_that_more_is_coming():
    page = Page(render.draft_html("Fifteen. [1]", [citation()]))
    assert page.one("a", class_="marker") and page.one("p", class_="waiting")
    assert render.found_text([passage(), passage()]) == "Reading two passages in one guide"


def test_the_empty_page_offers_questions_and_guides():
    guide = DocumentSummary("a b/c", "The <ladder>", "s", "", "en", "", (), "guides", "", 1, 1)
    page = Page(welcome_html(("What does an EM do?",), (guide,)))
    assert page.one("button")["data-ask"] == "What does an EM do?"
    assert (page.one("a")["href"], page.one("a")["words"]) == ("/guides/a%20b%2Fc", "The <ladder>")
    assert "from one guide." in page.words
    bare = Page(first_paint_html(masthead_html(8000), welcome_html((), ())))
    assert bare.one("header")["data-limit"] == "8000"
    assert "from its guides." in bare.words and not bare.all("button")


def test_phrases():
    assert (count(1, "source"), count(2, "source"), count(1400, "chunk")) == (
        "one source",
        "two sources",
        "1,400 chunks",
    )
    assert (clip("one two", 9), clip("one two", 5), clip("x" * 9, 4)) == ("one two", "one …", "xxxx …")
    assert chips_html("Title", ()) == ""


@pytest.mark.parametrize(
    "html",
    [
        render.answer_html(
            answer(
                f"- **{HOSTILE}**: {HOSTILE} [1]\n\n{HOSTILE}",
                (citation(1, HOSTILE, document_id=HOSTILE, title=HOSTILE, headings=(HOSTILE, "x")),),
                style="written",
                model=HOSTILE,
                notice=HOSTILE,
                follow_ups=(HOSTILE,),
                disagreements=(Disagreement(HOSTILE, (Position(HOSTILE, (1,)),)),),
            )
        ),
        render.abstention_html(
            abstention(
                message=HOSTILE,
                searched=(HOSTILE,),
                nearest=(passage(HOSTILE, (HOSTILE,)), passage(HOSTILE)),
                try_instead=(HOSTILE,),
            )
        ),
        render.error_html(ModelError(HOSTILE, remedy=HOSTILE), HOSTILE),
        render.turn_html(1, HOSTILE, Markup(""), spoken=HOSTILE),
        render.draft_html(HOSTILE, ()),
        render.waiting_html(HOSTILE),
        welcome_html((HOSTILE,), (DocumentSummary(*[HOSTILE] * 6, (), "guides", "", 1, 1),)),
    ],
    ids=["answer", "abstention", "error", "turn", "draft", "waiting", "welcome"],
)
def test_nothing_that_was_written_becomes_markup(html):
    page = Page(html)
    attributes = {name for element in page.elements for name in element}
    assert {e["tag"] for e in page.elements}.isdisjoint({"img", "script"})
    assert not [name for name in attributes if name.startswith("on")]
    assert "<script>" in page.words or any("<script>" in str(e.values()) for e in page.elements)


def test_a_vote_names_its_answer_and_nothing_else():
    html = render.vote_html('a"><script>')
    assert "<script>" not in html
    assert html.count("<button") == 2 and 'data-vote="down"' in html and "without names and addresses" in html
