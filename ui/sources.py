"""Where an answer comes from, as HTML: markers in the text, the list of quotes below it, the nearest passages.

Each is a link to the guide with the quote marked: a page of its own without scripts, the reader beside the chat
with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, pairwise

from markupsafe import Markup

from coach.types import Citation, Passage

from .reader import link_to
from .wording import clip, count

_SHOWN_SOURCES = 4  # more fold away below the answer
_EXCERPT = 180  # characters of a passage shown in a list
_NOTHING = Markup("")


def markers_html(citations: Iterable[Citation]) -> Mapping[int, Markup]:
    """The link for each marker."""
    return {citation.marker: _marker(citation) for citation in citations}


def sources_html(citations: Sequence[Citation]) -> Markup:
    """The quotes under the place they stand in; all but the first few fold away."""
    if not citations:
        return _NOTHING
    shown, rest = citations[:_SHOWN_SOURCES], citations[_SHOWN_SOURCES:]
    if len(rest) == 1:
        shown, rest = citations, ()
    folded = Markup("<details><summary>{}</summary>{}</details>").format(
        count(len(rest), "more source").capitalize(), _by_place(rest)
    )
    return Markup('<section class="sources"><h3>Sources</h3>{}{}</section>').format(
        _by_place(shown), folded if rest else _NOTHING
    )


def nearest_html(passages: Sequence[Passage], *, is_open: bool) -> Markup:
    """Passages to look at; folded away where the question has nothing to do with them."""
    if not passages:
        return _NOTHING
    return Markup('<details class="sources"{}><summary>Nearest in the guides</summary><ul>{}</ul></details>').format(
        Markup(" open") if is_open else _NOTHING, Markup("").join(map(_passage, passages))
    )


def place(title: str, headings: Sequence[str]) -> str:
    """Where a quote stands, as one line: the guide, then the headings that do not repeat its title."""
    return title + _below(title, headings)


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
        clip(chunk.excerpt, _EXCERPT),
    )


def _below(title: str, headings: Sequence[str]) -> str:
    """The headings that add something: neither the guide's title nor a beginning that the next one repeats."""
    repeated = {h for h, below in pairwise(headings) if below.startswith(h)}
    telling = [h for h in headings if h != title and h not in repeated]
    return "".join(f" › {h}" for h in telling)
