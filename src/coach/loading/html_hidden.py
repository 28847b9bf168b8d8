"""What of a page no reader sees: hidden by attributes, by its own style or by a class of the page's style sheet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# White on white and the like are left to the eye: on a dark ground the same words are what a reader sees.
_STYLE = re.compile(
    r"(?:^|[;{\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0*\.?0*\s*(?:;|!|$)"
    r"|font-size\s*:\s*(?:[01]?(?:\.\d+)?(?:px|pt)|0?\.[0-2]\d*r?em|0r?em|\d?(?:\.\d+)?%|0)\s*(?:;|!|$)|color\s*:\s*transparent"
    r"|(?:left|top|right|bottom|text-indent|margin-left|margin-top)\s*:\s*-\d{3,}"
    r"|clip\s*:\s*rect\(\s*[01](?:px)?[\s,]|clip-path\s*:\s*inset\(\s*(?:50|100)%|(?:max-)?(?:height|width)\s*:\s*0(?:px)?\s*(?:;|!|$))",
    re.IGNORECASE,
)
_MEDIA = re.compile(r"@[\w-]+[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_RULE = re.compile(r"(?:^|[},])\s*\.([\w-]+)\s*(?:,[^{}]*)?\{([^{}]*)\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_LONGEST_STYLE = 200_000  # characters of a page's style that are read


def is_hidden_style(style: str) -> bool:
    """Whether declarations hide what they apply to."""
    return _STYLE.search(style) is not None


def find_hidden_classes(style: str) -> frozenset[str]:
    """Classes that a style sheet hides everywhere; what it hides on some screens only is seen on others."""
    plain = _MEDIA.sub("", _COMMENT.sub("", style[:_LONGEST_STYLE]))
    return frozenset(name for name, rules in _RULE.findall(plain) if is_hidden_style(rules))


def is_hidden(element: HtmlElement, classes: frozenset[str] = frozenset()) -> bool:
    """Whether the page hides an element from its readers."""
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    return not classes.isdisjoint((element.get("class") or "").split()) or is_hidden_style(element.get("style") or "")
