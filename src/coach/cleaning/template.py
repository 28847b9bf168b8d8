"""Template pages: placeholders nobody filled in, and sections that would fit any subject.

Sites that publish in bulk close each page with the same sections ("Why this matters", steps, mistakes,
questions), written so that they fit any page: they never name its subject, only "this skill", "these
strategies". Such a section is told by two signs together: a heading of that kind, and words that
hardly touch the words of the page's own title and headings.
"""

from __future__ import annotations

import re

from coach.cleaning.page import Page, find_words
from coach.cleaning.patterns import get_placeholders, get_stock_headings, get_subjectless
from coach.sentences import split_sentences

# Words of titles and headings that say nothing of a subject.
_COMMON = frozenset(
    "a an and are as at be by can common complete detailed do example examples for from guide guides how in into is it"
    " its level levels more most need needed new of on or our overview path paths role roles skill skills step steps"
    " success the their them there this to track ultimate understanding versus vs way what when where which who why"
    " with work working you your between".split()
)
# Share of sentences that may touch the subject where the page holds placeholders, and where it does not.
_TOUCHING_TEMPLATE, _TOUCHING = 0.5, 0.2
_MOST_PLACEHOLDERS = 12  # blocks of a page
_LARGEST_TEMPLATE = 20  # blocks of a section
_SUBJECTLESS = 0.25  # share of sentences that speak of a subject without naming it


def mark_placeholders(page: Page) -> None:
    """Mark blocks with a placeholder, and a small section when several, a third of it or more, hold them.

    Braces all over a page are a notation it uses, and nothing to fill in.
    """
    holding = find_placeholders(page)
    page.mark(holding, "unfilled placeholder")
    for heading in page.headings() if holding else ():
        below = [i for i in page.below(heading) if not page.is_heading(i)]
        found = len(holding.intersection(below))
        if len(below) <= _LARGEST_TEMPLATE and found > 1 and 3 * found >= len(below):
            page.mark((heading, *page.below(heading)), "template text")


def find_placeholders(page: Page) -> frozenset[int]:
    """Blocks with a placeholder; none where there are so many that they are a notation."""
    found = [i for i, words in enumerate(page.words) if page.blocks[i].kind != "code" and _has_placeholder(words)]
    return frozenset(found if len(found) <= _MOST_PLACEHOLDERS else ())


def mark_stock_sections(page: Page) -> None:
    """Mark sections under a stock heading whose words do not touch the page's subject."""
    stock = [i for i in page.headings() if is_stock_heading(page.words[i]) and not page.reasons[i]]
    subject = find_subject(page) if stock else frozenset()
    if not subject:
        return
    is_template = bool(find_placeholders(page))
    for heading in stock:
        below = [i for i in page.below(heading) if not page.is_heading(i)]
        sentences = [s for i in below for s in _sentences(page.words[i])]
        if any(page.blocks[i].kind == "code" for i in below):
            continue
        if sentences and _is_filler(sentences, subject, is_template):
            page.mark((heading, *page.below(heading)), "generic filler of a template page")


def is_stock_heading(words: str) -> bool:
    """Whether a heading would fit a page on any subject."""
    return get_stock_headings().fullmatch(words.strip()) is not None


def find_subject(page: Page) -> frozenset[str]:
    """Stems of the words that the title and the page's own headings are made of."""
    own = [page.title, *(page.words[i] for i in page.headings() if not page.reasons[i] and not _is_stock(page, i))]
    words = {w for line in own for w in find_words(line)}
    return frozenset(_stem(w) for w in words - _COMMON if len(w) > 1 and not w.isdigit())


def _is_stock(page: Page, index: int) -> bool:
    """A stock heading, or one inside a stock section."""
    return any(map(is_stock_heading, (*page.blocks[index].headings, page.words[index])))


def _is_filler(sentences: list[str], subject: frozenset[str], is_template: bool) -> bool:
    touching = sum(not subject.isdisjoint(map(_stem, find_words(s))) for s in sentences) / len(sentences)
    subjectless = sum(get_subjectless().search(s) is not None for s in sentences) / len(sentences)
    if is_template:
        return touching < _TOUCHING_TEMPLATE and subjectless > 0
    return touching <= _TOUCHING and subjectless >= _SUBJECTLESS


def _has_placeholder(words: str) -> bool:
    return get_placeholders().search(words) is not None


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


def _stem(word: str) -> str:
    """A crude stem that puts manager and management, engineer and engineering together."""
    return re.sub(r"(?:ements?|ers?|ors?|ings?|ies|es|s|e)$", "", word.split("'")[0]) if len(word) > 4 else word
