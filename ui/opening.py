"""The page before the first question, as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from coach.types import DocumentSummary

from .chips import ask_button
from .reader import link_to_guide
from .wording import count


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
    ).format(count(len(guides), "guide") if guides else "its guides", _starters(starters), _shelf(guides))


def _starters(starters: Sequence[str]) -> Markup:
    if not starters:
        return Markup("")
    items = Markup("").join(Markup("<li>{}</li>").format(ask_button(question, question)) for question in starters)
    return Markup('<h2 class="label">Begin with</h2><ul class="starters">{}</ul>').format(items)


def _shelf(guides: Sequence[DocumentSummary]) -> Markup:
    if not guides:
        return Markup("")
    items = Markup("").join(
        Markup('<li><a href="{}" data-source>{}</a></li>').format(link_to_guide(g.id), g.title) for g in guides
    )
    return Markup('<h2 class="label">Or read the guides</h2><ul class="shelf">{}</ul>').format(items)
