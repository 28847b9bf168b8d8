"""Questions to click: each button asks its question as it stands."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup


def chips_html(title: str, questions: Sequence[str], label: str = "") -> Markup:
    """A row of questions under a title; `label` stands on the buttons in place of the questions."""
    if not questions:
        return Markup("")
    heading = Markup('<h3 class="label">{}</h3>').format(title) if title else ""
    buttons = Markup("").join(ask_button(question, label or question) for question in questions)
    return Markup('<div class="chips">{}{}</div>').format(heading, buttons)


def ask_button(question: str, label: str) -> Markup:
    """One button that asks a question."""
    return Markup('<button type="button" class="ask" data-ask="{}">{}</button>').format(question, label)
