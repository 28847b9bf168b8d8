"""The chat page: a few Gradio components, three events, no state that two visitors share.

The conversation is one HTML component that Python renders; `page.js` opens its sources beside it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import gradio as gr
from markupsafe import Markup

from coach.errors import CoachError
from coach.types import DocumentSummary

from .conversation import Conversation, Step, reply, stop
from .opening import masthead_html, welcome_html

if TYPE_CHECKING:
    from coach.coach import Coach

log = logging.getLogger("coach.ui")

TITLE = "Coach - engineering careers, answered from the guides"

_AT_ONCE = 8  # questions answered side by side
_ABANDONED = 8  # stopped questions that may still be running
_WAITING = 64  # questions that may queue behind them
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
# A question on a button is asked as it stands: the click becomes an event that carries it.
_ASK_ON_CLICK = """
element.dataset.ready = '';
element.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-ask]');
  if (button) trigger('submit', { question: button.dataset.ask });
});
"""


def build_page(coach: Coach, welcome: Markup) -> gr.Blocks:
    """The page over one Coach, empty but for the welcome; nothing is asked of outside hosts, now or later."""
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        _static(masthead_html(coach.settings.max_question), "masthead")
        clear = gr.Button("New conversation", elem_id="clear")
        talk = gr.HTML(welcome, elem_id="talk", container=False, apply_default_css=False, js_on_load=_ASK_ON_CLICK)
        with gr.Row(elem_id="composer"):
            box, send, halt = _box(), gr.Button("Ask", elem_id="send"), gr.Button("Stop", elem_id="stop")
        _connect(coach, welcome, talk, box, send, halt, clear)
    page.queue(max_size=_WAITING)
    return page


def _connect(
    coach: Coach, welcome: Markup, talk: gr.HTML, box: gr.Textbox, send: gr.Button, halt: gr.Button, clear: gr.Button
) -> None:
    memory, pending = gr.State(Conversation()), gr.State("")  # each visitor has a copy
    threads = ThreadPoolExecutor(_AT_ONCE + _ABANDONED, thread_name_prefix="coach-page")

    async def ask(typed: str, kept: Conversation, event: gr.EventData) -> AsyncIterator[tuple[Any, ...]]:
        clicked = (event._data or {}).get("question", "") if isinstance(event._data, dict) else ""
        async for shown in _in_threads(_ask(coach, kept, str(clicked), typed), threads):
            yield shown

    def take_back(kept: Conversation, question: str) -> tuple[Any, ...]:
        after = stop(kept, question) if question else kept
        return after.html() or welcome, after, ""

    def start_over() -> tuple[Any, ...]:
        return welcome, Conversation(), "", ""

    asking = gr.on(
        [box.submit, send.click, talk.submit],
        ask,
        [box, memory],
        [talk, memory, box, pending],
        concurrency_limit=_AT_ONCE,
        trigger_mode="once",
        **_QUIET,
    )
    halt.click(take_back, [memory, pending], [talk, memory, pending], cancels=[asking], **_QUIET)
    clear.click(start_over, None, [talk, memory, box, pending], cancels=[asking], **_QUIET)


def _ask(coach: Coach, kept: Conversation, clicked: str, typed: str) -> Iterator[tuple[Any, ...]]:
    """Values for talk, memory, box and pending. The box is emptied once, so that the next question can be typed."""
    question = (clicked or typed or "").strip()
    if not question:
        yield gr.skip(), kept, gr.skip(), ""
        return
    box: Any = gr.skip() if clicked else ""
    for step in reply(coach, kept, question):
        yield step.html, step.conversation, _text_left(step, question, box), "" if step.is_last else question
        box = gr.skip()


async def _in_threads(steps: Iterator[tuple[Any, ...]], threads: ThreadPoolExecutor) -> AsyncIterator[tuple[Any, ...]]:
    """The same steps, each made in a thread. Whoever stops waiting is free at once; the thread ends when it can."""
    while (step := await asyncio.get_running_loop().run_in_executor(threads, next, steps, None)) is not None:
        yield step


def _text_left(step: Step, question: str, box: Any) -> Any:
    """A question that could not be asked goes back into the box, to be corrected there."""
    return question if step.is_refused else box


def _box() -> gr.Textbox:
    return gr.Textbox(
        lines=1,  # with one line Enter sends and Shift+Enter breaks the line
        max_lines=8,
        label="Your question",
        show_label=False,
        container=False,
        placeholder="Ask about your next step",
        elem_id="question",
        html_attributes=gr.InputHTMLAttributes(autocomplete="off", enterkeyhint="send"),
    )


def _static(html: Markup, elem_id: str) -> None:
    gr.HTML(html, elem_id=elem_id, container=False, apply_default_css=False, js_on_load=None)


def opening_html(coach: Coach) -> Markup:
    """What an empty page says. Guides that cannot be read yet do not keep the page from opening."""
    starters: Sequence[str] = ()
    guides: Sequence[DocumentSummary] = ()
    try:
        starters, guides = coach.starters(), coach.documents()
    except CoachError as error:
        log.warning("The page opens without questions to begin with: %s", error)
    return welcome_html(starters, guides)
