"""Results as HTML: answers, abstentions, errors and the empty page.

Pure functions from Coach's frozen values to `Markup`. Every text goes through `Markup.format`, which escapes
whatever is not `Markup` already, so that nothing a guide, a model or a reader wrote becomes markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from markupsafe import Markup

from coach.errors import CoachError, RetryError
from coach.types import Abstention, Answer, Chunk, Citation, Disagreement, DocumentSummary, Passage

from .prose import to_html, to_inline_html, without_markers
from .reader import link_to, link_to_guide

_SHOWN_SOURCES = 4  # more fold away below the answer
_EXCERPT = 180  # characters of a passage shown in a list
_LONGEST_ECHO = 600  # characters of a question shown above its answer
_REASONS = {
    "off_topic": "Outside the guides",
    "not_covered": "Not in the guides",
    "needs_context": "Needs a little more",
}
_NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()
_NOTHING = Markup("")


def masthead_html(longest_question: int) -> Markup:
    """The head of the page; it carries the longest question that can be asked, in characters."""
    return Markup(
        '<header class="masthead" data-limit="{}"><span class="wordmark">Coach</span>'
        '<span class="tagline">Engineering careers, answered from the guides</span></header>'
    ).format(longest_question)


def first_paint_html(masthead: Markup, welcome: Markup) -> Markup:
    """The empty page as it is served, to be read while the scripts load; `page.js` takes it away."""
    return Markup(
        '<div id="first-paint">{}<div class="talk">{}'
        "<noscript><p>The chat needs JavaScript. The guides can be read without it.</p></noscript></div></div>"
    ).format(masthead, welcome)


def welcome_html(starters: Sequence[str], guides: Sequence[DocumentSummary]) -> Markup:
    """The page before the first question: what Coach does, questions to begin with, the guides to read."""
    return Markup(
        '<section class="welcome"><h1>What would you like to know about your next step?</h1>'
        '<p class="lede">Coach answers questions on engineering careers from {}. Every sentence shows the words it '
        "rests on, and where the guides are silent, Coach says so.</p>{}{}</section>"
    ).format(_count(len(guides), "guide"), _starters(starters), _shelf(guides))


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
        _clip(question, _LONGEST_ECHO),
        body,
    )


def waiting_html(doing: str) -> Markup:
    """Something to look at while nothing is known yet."""
    return Markup('<p class="waiting"><span class="pulse" aria-hidden="true"></span>{}</p>').format(doing)


def found_text(passages: Sequence[Passage]) -> str:
    """What was found, in words, while the answer is drawn from it."""
    guides = {passage.chunk.document_id for passage in passages}
    return f"Reading {_count(len(passages), 'passage')} in {_count(len(guides), 'guide')}"


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
    return Markup("{}{}{}{}{}{}").format(
        Markup('<div class="answer">{}</div>').format(_prose(answer.text, answer.citations)),
        _differences(answer.disagreements, answer.citations),
        Markup('<p class="notice">{}</p>').format(answer.notice) if answer.notice else _NOTHING,
        _provenance(answer),
        _sources(answer.citations),
        _chips("Ask next", answer.follow_ups),
    )


def abstention_html(abstention: Abstention) -> Markup:
    """An honest no: why, what was looked for, what stands nearest, and what to ask instead."""
    return Markup('<section class="card abstention"><h3>{}</h3><p>{}</p>{}{}</section>{}').format(
        _REASONS[abstention.reason],
        abstention.message,
        _searched(abstention.searched, abstention.question),
        _nearest(abstention.nearest, is_open=abstention.reason != "off_topic"),
        _chips("Questions the guides do answer", abstention.try_instead),
    )


def error_html(error: CoachError, question: str = "") -> Markup:
    """What went wrong, in one sentence, and what to do; a question that may work later can be asked again."""
    again = _chips("", [question], label="Ask again") if isinstance(error, RetryError) and question else _NOTHING
    return Markup('<section class="card problem" role="alert"><p>{}</p>{}</section>{}').format(
        error.message, Markup('<p class="remedy">{}</p>').format(error.remedy) if error.remedy else _NOTHING, again
    )


def stopped_html() -> Markup:
    """A question the reader took back."""
    return Markup('<p class="stopped">Stopped.</p>')


def place(title: str, headings: Sequence[str]) -> str:
    """Where a quote stands, as one line: the guide, then the headings that do not repeat its title."""
    return title + _below(title, headings)


def _prose(text: str, citations: Iterable[Citation]) -> Markup:
    return to_html(text, _markers(citations).get)


def _markers(citations: Iterable[Citation]) -> Mapping[int, Markup]:
    return {citation.marker: _marker(citation) for citation in citations}


def _marker(citation: Citation) -> Markup:
    """A link that is a whole page without scripts, and opens the reader beside the chat with them."""
    where = place(citation.title, citation.headings)
    return Markup(
        '<a class="marker" href="{}" data-source data-quote="{}" data-place="{}" aria-label="Source {}: {}">{}</a>'
    ).format(_href(citation), citation.quote, where, citation.marker, _spoken_place(citation), citation.marker)


def _href(citation: Citation) -> str:
    return link_to(citation.document_id, citation.start, citation.end, citation.quote)


def _spoken_place(citation: Citation) -> str:
    return ", ".join([citation.title, *citation.headings[-1:]])


def _differences(disagreements: Sequence[Disagreement], citations: Sequence[Citation]) -> Markup:
    if not disagreements:
        return _NOTHING
    return Markup('<section class="differences"><h3>The guides differ</h3>{}</section>').format(
        Markup("").join(_difference(one, _markers(citations)) for one in disagreements)
    )


def _difference(disagreement: Disagreement, markers: Mapping[int, Markup]) -> Markup:
    positions = Markup("").join(
        Markup("<li>{}{}</li>").format(
            to_inline_html(position.text, markers.get),
            Markup("").join(markers[n] for n in position.citations if n in markers and f"[{n}]" not in position.text),
        )
        for position in disagreement.positions
    )
    return Markup("<h4>{}</h4><ul>{}</ul>").format(disagreement.topic, positions)


def _provenance(answer: Answer) -> Markup:
    """Who wrote the answer and what was checked; what a model wrote and could not prove is counted."""
    statements = _count(len(answer.claims), "statement")
    if answer.style == "quoted":
        said = f"Quoted from the guides · {statements}, each in the guides’ own words"
    else:
        said = f"Written by {answer.model} · {statements}, each checked against its source"
        if answer.dropped_claims:
            said += f" · {len(answer.dropped_claims)} left out for want of one"
    return Markup('<p class="provenance">{}</p>').format(said)


def _sources(citations: Sequence[Citation]) -> Markup:
    """The quotes under the place they stand in; all but the first few fold away."""
    if not citations:
        return _NOTHING
    shown, rest = citations[:_SHOWN_SOURCES], citations[_SHOWN_SOURCES:]
    if len(rest) == 1:
        shown, rest = citations, ()
    folded = Markup("<details><summary>{} more</summary>{}</details>").format(
        _count(len(rest), "source").capitalize(), _by_place(rest)
    )
    return Markup('<section class="sources"><h3>Sources</h3>{}{}</section>').format(
        _by_place(shown), folded if rest else _NOTHING
    )


def _by_place(citations: Sequence[Citation]) -> Markup:
    groups = groupby(citations, key=lambda c: (c.title, c.headings, c.page))
    return Markup("").join(
        Markup('<p class="where"><b>{}</b>{}</p><ul>{}</ul>').format(
            title,
            _below(title, headings) + (f" · page {page}" if page is not None else ""),
            Markup("").join(map(_source, group)),
        )
        for (title, headings, page), group in groups
    )


def _source(citation: Citation) -> Markup:
    return Markup(
        '<li><a class="source" href="{}" data-source aria-label="Open source {}: {}">'
        '<span class="number" aria-hidden="true">{}</span><q>{}</q></a></li>'
    ).format(_href(citation), citation.marker, _spoken_place(citation), citation.marker, citation.quote)


def _below(title: str, headings: Sequence[str]) -> str:
    """The headings that add something: neither the guide's title nor a beginning that the next one repeats."""
    following = [*headings[1:], ""]
    telling = [h for h, below in zip(headings, following, strict=True) if h != title and not below.startswith(h)]
    return "".join(f" › {h}" for h in telling)


def _searched(searched: Sequence[str], question: str) -> Markup:
    other = [text for text in searched if text.strip().casefold() != question.strip().casefold()]
    if not other:
        return _NOTHING
    quoted = ", ".join(f"“{_clip(text, _EXCERPT)}”" for text in other)
    return Markup('<p class="searched">Looked for {}</p>').format(quoted)


def _nearest(passages: Sequence[Passage], *, is_open: bool) -> Markup:
    """Passages to look at; folded away where the question has nothing to do with them."""
    if not passages:
        return _NOTHING
    return Markup('<details class="sources"{}><summary>Nearest in the guides</summary><ul>{}</ul></details>').format(
        Markup(" open") if is_open else _NOTHING, Markup("").join(map(_passage, passages))
    )


def _passage(passage: Passage) -> Markup:
    chunk = passage.chunk
    return Markup(
        '<li><p class="where"><b>{}</b>{}</p><a class="source" href="{}" data-source aria-label="Open passage: {}">'
        '<span class="excerpt">{}</span></a></li>'
    ).format(
        passage.title,
        _below(passage.title, chunk.headings),
        link_to(chunk.document_id, chunk.start, chunk.end, chunk.text),
        ", ".join([passage.title, *chunk.headings[-1:]]),
        _clip(_excerpt(chunk), _EXCERPT),
    )


def _excerpt(chunk: Chunk) -> str:
    """The words of a chunk on one line, without the headings that are shown above them anyway."""
    lines = [line.strip() for line in chunk.text.splitlines() if line.strip()]
    return " ".join(line for line in lines if line not in chunk.headings).removeprefix("- ")


def _starters(starters: Sequence[str]) -> Markup:
    if not starters:
        return _NOTHING
    items = Markup("").join(Markup("<li>{}</li>").format(_ask_button(question, question)) for question in starters)
    return Markup('<h2 class="label">Begin with</h2><ul class="starters">{}</ul>').format(items)


def _shelf(guides: Sequence[DocumentSummary]) -> Markup:
    if not guides:
        return _NOTHING
    items = Markup("").join(
        Markup('<li><a href="{}" data-source>{}</a></li>').format(link_to_guide(g.id), g.title) for g in guides
    )
    return Markup('<h2 class="label">Or read the guides</h2><ul class="shelf">{}</ul>').format(items)


def _chips(title: str, questions: Sequence[str], label: str = "") -> Markup:
    if not questions:
        return _NOTHING
    heading = Markup('<h3 class="label">{}</h3>').format(title) if title else _NOTHING
    buttons = Markup("").join(_ask_button(question, label or question) for question in questions)
    return Markup('<div class="chips">{}{}</div>').format(heading, buttons)


def _ask_button(question: str, label: str) -> Markup:
    return Markup('<button type="button" class="ask" data-ask="{}">{}</button>').format(question, label)


def _count(number: int, noun: str) -> str:
    said = _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"
    return f"{said} {noun}" if number == 1 else f"{said} {noun}s"


def _clip(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most].rstrip() + " …"
