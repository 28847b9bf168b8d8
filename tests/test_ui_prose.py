from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from coach.ui.prose import to_html, to_inline_html, without_markers


def link(number):
    return Markup('<a href="#">{}</a>').format(number) if number < 4 else None


class Reader(HTMLParser):
    """Collects tags and words of a piece of HTML."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.words = set(), set(), ""
        self.feed(str(html))
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.words += data


def test_paragraphs_lists_labels_and_markers_are_laid_out():
    html = to_html("In short: fifteen. [1]\n\n- **Director**: many [2][3]\n- Two\n\nSteps:\n\n1. one\n2. two [1]", link)
    assert html.replace("\N{WORD JOINER}", "~") == (
        '<p>In short: fifteen.~<a href="#">1</a></p>\n'
        '<ul>\n<li><strong>Director</strong>: many~<a href="#">2</a>~<a href="#">3</a></li>\n<li>Two</li>\n</ul>\n'
        '<p>Steps:</p>\n<ol>\n<li>one</li>\n<li>two~<a href="#">1</a></li>\n</ol>\n'
    )


def test_a_marker_without_a_citation_stays_a_word():
    assert to_html("Said [9] and [12345].", link) == "<p>Said [9] and [12345].</p>\n"


def test_brackets_that_a_guide_wrote_are_no_marker():
    assert to_html("See \\[1\\] for more. [1]", link) == '<p>See [1] for more.\N{WORD JOINER}<a href="#">1</a></p>\n'


def test_an_escaped_angle_bracket_is_shown_as_itself():
    assert Reader(to_html("Use &lt;b> sparingly.", link)).words.strip() == "Use <b> sparingly."


def test_html_links_images_headings_and_code_are_words():
    hostile = (
        "<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1)) ![x](http://evil.example/x.png)"
        " `code` <http://evil.example> http://evil.example\n\n# Heading\n\n> quote\n\n    block\n\n[a]: http://evil.example"
    )
    read = Reader(to_html(hostile, link))
    assert read.tags == {"p"}
    assert "<script>alert(1)</script>" in read.words
    assert "[x](javascript:alert(1))" in read.words


def test_one_line_comes_without_a_paragraph():
    assert to_inline_html("**VP**: the how [1]", link) == '<strong>VP</strong>: the how\N{WORD JOINER}<a href="#">1</a>'


def test_words_to_be_read_aloud_have_no_signs():
    assert without_markers("**VP**: the how [1][2]. Next [3]") == "VP: the how. Next"


@given(st.text(alphabet=st.sampled_from(list("<>&\"'`[]()!*_#-\\/:=+ \n\t1a;x~|{}%")), max_size=80))
def test_whatever_is_written_only_known_tags_come_out(text):
    read = Reader(to_html(text, link))
    assert read.tags <= {"p", "ul", "ol", "li", "strong", "em", "a", "br"}
    assert read.attributes <= {"href", "start"}
