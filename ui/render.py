"""Results as HTML: answers, abstentions, errors, and what is shown until they are there.

Pure functions from Coach's frozen values to `Markup`. Every text goes through `Markup.format`, which escapes
whatever is not `Markup` already, so that nothing a guide, a model or a reader wrote becomes markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from coach.errors import CoachError, RetryError
from coach.types import Abstention, Answer, Citation, Disagreement, Passage, Position

from .chips import chips_html
from .prose import to_html, to_inline_html, without_markers
from .sources import markers_html, nearest_html, sources_html
from .wording import clip, count

_LONGEST_ECHO = 600  # characters of a question shown above its answer
_LONGEST_SEARCH = 180  # characters of a query that is shown
_REASONS = {
    "off_topic": "Outside the guides",
    "not_covered": "Not in the guides",
    "needs_context": "Needs a little more",
}
_NOTHING = Markup("")
_KEPT = "With a no, the question and the answer are kept here for a while, without names and addresses."


def turn_html(number: int, question: str, body: Markup, *, pending: bool = False, spoken: str = "") -> Markup:
    """One question and what came of it; `spoken` is what a screen reader announces once it is there."""
    return Markup(
        '<article class="turn" data-turn="{}" data-state="{}" data-spoken="{}" aria-busy="{}">'
        '<h2 class="question">{}</h2>{}</article>'
    ).format(
        number,
        "pending" if pending else "done",
        spoken,
        "true" if pending else "false",
        clip(question, _LONGEST_ECHO),
        body,
    )


def waiting_html(doing: str) -> Markup:
    """Something to look at while nothing is known yet."""
    return Markup('<p class="waiting"><span class="pulse" aria-hidden="true"></span>{}</p>').format(doing)


def found_text(passages: Sequence[Passage]) -> str:
    """What was found, in words, while the answer is drawn from it."""
    guides = {passage.chunk.document_id for passage in passages}
    return f"Reading {count(len(passages), 'passage')} in {count(len(guides), 'guide')}"


def draft_html(text: str, citations: Sequence[Citation]) -> Markup:
    """The part of an answer that is already verified, while the rest is on its way."""
    return Markup('<div class="answer">{}</div>{}').format(
        _prose(text, citations), waiting_html("Checking the next sentence against the guides")
    )


def result_html(result: Answer | Abstention) -> Markup:
    """What Coach returned, whichever of the two it is."""
    return answer_html(result) if isinstance(result, Answer) else abstention_html(result)


def spoken(result: Answer | Abstention) -> str:
    """The result as a screen reader announces it."""
    if isinstance(result, Answer):
        return without_markers(result.text)
    return f"{_REASONS[result.reason]}. {result.message}"


def answer_html(answer: Answer) -> Markup:
    """A cited answer: the text with its markers, where guides differ, who wrote it, its sources, what to ask next."""
    return Markup("{}{}{}{}{}{}{}").format(
        _understood(answer),
        Markup('<div class="answer">{}</div>').format(_prose(answer.text, answer.citations)),
        _differences(answer),
        Markup('<p class="notice">{}</p>').format(answer.notice) if answer.notice else _NOTHING,
        _provenance(answer),
        sources_html(answer.citations),
        chips_html("Ask next", answer.follow_ups),
    )


def abstention_html(abstention: Abstention) -> Markup:
    """An honest no: why, what was looked for, what stands nearest, and what to ask instead."""
    return Markup('{}<section class="card abstention"><h3>{}</h3><p>{}</p>{}{}</section>{}').format(
        _understood(abstention),
        _REASONS[abstention.reason],
        abstention.message,
        _searched(abstention.searched, abstention.question),
        nearest_html(abstention.nearest, is_open=abstention.reason != "off_topic"),
        chips_html("Questions the guides do answer", abstention.try_instead),
    )


def error_html(error: CoachError, question: str = "") -> Markup:
    """What went wrong, in one sentence, and what to do; a question that may work later can be asked again."""
    again = chips_html("", [question], label="Ask again") if isinstance(error, RetryError) and question else _NOTHING
    return Markup('<section class="card problem" role="alert"><p>{}</p>{}</section>{}').format(
        error.message, Markup('<p class="remedy">{}</p>').format(error.remedy) if error.remedy else _NOTHING, again
    )


def vote_html(answer_id: str) -> Markup:
    """Thumb up and thumb down under an answer, in words; `page.js` sends the one that is pressed."""
    return Markup(
        '<p class="vote" data-answer="{}"><span title="{}">Did this help?</span>'
        '<button type="button" data-vote="up" aria-pressed="false" aria-label="Yes, it helped">Yes</button>'
        '<button type="button" data-vote="down" aria-pressed="false" aria-label="No, it did not help">No</button></p>'
    ).format(answer_id, _KEPT)


def stopped_html() -> Markup:
    """A question the reader took back."""
    return Markup('<p class="stopped">Stopped.</p>')


def _prose(text: str, citations: Iterable[Citation]) -> Markup:
    return to_html(text, markers_html(citations).get)


def _differences(answer: Answer) -> Markup:
    """Which guide says what; sentences that the answer itself shows are not said again, only whose they are."""
    if not answer.disagreements:
        return _NOTHING
    return Markup('<section class="differences"><h3>The guides differ</h3>{}</section>').format(
        Markup("").join(_difference(one, answer) for one in answer.disagreements)
    )


def _difference(disagreement: Disagreement, answer: Answer) -> Markup:
    positions = Markup("").join(_position(position, answer) for position in disagreement.positions)
    topic = disagreement.topic[:1].upper() + disagreement.topic[1:]
    return Markup("<h4>{}</h4><ul>{}</ul>").format(topic, positions)


def _position(position: Position, answer: Answer) -> Markup:
    markers = markers_html(answer.citations)
    links = Markup("").join(markers[n] for n in position.citations if n in markers and f"[{n}]" not in position.text)
    guides = dict.fromkeys(c.title for c in answer.citations if c.marker in position.citations)
    whose = Markup("<cite>{}</cite>").format(", ".join(guides)) if guides else _NOTHING
    is_said = bool(guides) and position.text in answer.text
    words = _NOTHING if is_said else Markup("<p>{}</p>").format(to_inline_html(position.text, markers.get))
    return Markup("<li>{}{}{}</li>").format(whose, links, words)


def _understood(result: Answer | Abstention) -> Markup:
    """What a follow-up was taken to ask, where that is not what it says."""
    asked, taken = (" ".join(q.casefold().split()).strip(" ?.!") for q in (result.question, result.standalone_question))
    if not taken or taken == asked or taken in asked:
        return _NOTHING
    return Markup('<p class="understood">Understood as “{}”</p>').format(
        clip(result.standalone_question, _LONGEST_SEARCH)
    )


def _provenance(answer: Answer) -> Markup:
    """Who wrote the answer and what was checked; what a model wrote and could not prove is counted."""
    statements = count(len(answer.claims), "statement")
    if answer.style == "quoted":
        said = f"Quoted from the guides, word for word · {statements}"
    else:
        said = f"Written by {answer.model} · {statements}, checked one by one against the guides"
        if answer.dropped_claims:
            said += f" · {count(len(answer.dropped_claims), 'other')} left out"
    return Markup('<p class="provenance">{}</p>').format(said)


def _searched(searched: Sequence[str], question: str) -> Markup:
    other = [text for text in searched if text.strip().casefold() != question.strip().casefold()]
    if not other:
        return _NOTHING
    quoted = ", ".join(f"“{clip(text, _LONGEST_SEARCH)}”" for text in other)
    return Markup('<p class="searched">Looked for {}</p>').format(quoted)
