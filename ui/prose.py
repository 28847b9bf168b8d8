"""The Markdown that Coach emits, as HTML: paragraphs, lists, bold labels and markers. Nothing else is markup.

The parser knows no HTML, no links, no images and no headings, so whatever a guide, a model or a reader wrote
comes out as text. A marker is a number in brackets that the answer has a citation for; escaped brackets and
numbers without a citation stay words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

MarkerHtml = Callable[[int], Markup | None]  # the link for a marker's number; None when nothing is cited under it

_NO_BREAK = "\u2060"  # a marker stays on the line of the words it stands for
_MARKER = re.compile(r"\s*\[(\d{1,4})\]")
_ANY_MARKER = re.compile(r"\s*(?<!\\)\[\d{1,4}\]")


def to_html(text: str, marker: MarkerHtml) -> Markup:
    """The Markdown of an answer as HTML, each marker replaced by what `marker` gives for its number."""
    return Markup(_parser().render(text, {"marker": marker}))


def to_inline_html(text: str, marker: MarkerHtml) -> Markup:
    """The same for one line, without a paragraph around it."""
    return Markup(_parser().renderInline(text, {"marker": marker}))


def without_markers(text: str) -> str:
    """The words of an answer as a person would read them aloud: no markers, no bold signs."""
    return _ANY_MARKER.sub("", text).replace("**", "").strip()


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("zero").enable(["list", "emphasis", "escape", "entity", "newline"])
    # Escaped signs are tokens of their own until `text_join`; markers must be found before they merge.
    parser.core.ruler.at("text_join", _split_markers)
    parser.add_render_rule("marker", _render_marker)
    return parser


def _split_markers(state: StateCore) -> None:
    for block in state.tokens:
        if block.type == "inline":
            block.children = [part for token in block.children or [] for part in _parts(token, state.env)]


def _parts(token: Token, env: Any) -> list[Token]:
    if token.type == "text_special":
        token.type = "text"
    elif token.type == "text":
        return _cut(token, env["marker"])
    return [token]


def _cut(token: Token, marker: MarkerHtml) -> list[Token]:
    parts, position = [], 0
    for match in _MARKER.finditer(token.content):
        html = marker(int(match[1]))
        if html is not None:
            parts += [_text(token, position, match.start()), _marker(token, html)]
            position = match.end()
    return [*parts, _text(token, position, None)]


def _text(token: Token, start: int, end: int | None) -> Token:
    return token.copy(content=token.content[start:end])


def _marker(token: Token, html: Markup) -> Token:
    return token.copy(type="marker", content="", meta={"html": html})


def _render_marker(self: Any, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    return _NO_BREAK + str(escape(tokens[index].meta["html"]))
