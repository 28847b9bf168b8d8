"""Which elements of a page are no content, told from elements, roles and class names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BY_TAG = {"nav": "navigation", "footer": "page footer", "form": "form", "dialog": "pop-up", "menu": "navigation"}
_BY_ROLE = {
    "navigation": "navigation",
    "search": "form",
    "contentinfo": "page footer",
    "dialog": "pop-up",
    "alertdialog": "pop-up",
    "menu": "navigation",
    "menubar": "navigation",
    "toolbar": "navigation",
}
_BY_NAME: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?:^|[\s_-])(?:{names})(?:$|[\s_-])", re.IGNORECASE), why)
    for names, why in (
        ("nav|navbar|navigation|menu|breadcrumbs?|topbar|skip-link|pagination|pager|prev-next", "navigation"),
        ("sidebar|side-bar|sidenav", "sidebar"),
        ("toc|table-of-contents|on-this-page", "table of contents"),
        ("footer|site-footer|colophon|copyright", "page footer"),
        ("cookies?|cookie-banner|consent|gdpr", "cookie notice"),
        ("share|sharing|social|social-links|follow-us", "share and follow links"),
        ("related|related-posts|related-articles|recommended|recommendations|read-next|more-posts", "related articles"),
        ("newsletter|subscribe|signup|sign-up|paywall|cta|promo", "sign-up text"),
        ("ad|ads|advert|advertisement|sponsor|sponsored", "advertisement"),
        ("comments?|comment-list|disqus|respond", "reader comments"),
        ("author-box|author-bio|author-card|about-author|byline|post-meta|entry-meta", "author box"),
        ("tags|tag-list|post-tags|categories", "tag list"),
        ("rating|feedback|was-this-helpful|votes?", "feedback box"),
        ("popup|pop-up|modal|overlay|toast", "pop-up"),
    )
)
_LARGE = 0.4  # share of a page's text from which an element is content, whatever it is called
_MAIN = 0.3  # share of a page's text from which <main> is believed to hold the content


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """Reasons by element."""

    reasons: Mapping[HtmlElement, str]

    def reason_of(self, element: HtmlElement) -> str:
        """Why the element is no content, or nothing."""
        return self.reasons.get(element, "")


def find_boilerplate(body: HtmlElement) -> Boilerplate:
    """The outermost elements of a page that are no content. A large one always is content."""
    total = max(_length(body), 1)
    main = _find_main(body, total)
    reasons: dict[HtmlElement, str] = {}
    kept = set() if main is None else {main, *main.iterancestors()}
    for element in body.iter():
        if not isinstance(element.tag, str) or element in kept:
            continue
        if main is not None and element.getparent() in kept and element.getparent() is not main:
            if not _holds_title(element):
                reasons[element] = _reason(element) or "outside of the main part of the page"
        elif (why := _reason(element)) and _length(element) < _LARGE * total and not _holds_title(element):
            reasons[element] = why
    return Boilerplate(reasons)


def _find_main(body: HtmlElement, total: int) -> HtmlElement | None:
    """The one element that holds the content, if the page names one that holds enough of it."""
    found = [*body.iter("main"), *body.iterfind(".//*[@role='main']")]
    if not found:
        found = list(body.iter("article"))
        found = found if len(found) == 1 else []
    large = [element for element in found if _length(element) >= _MAIN * total]
    return large[0] if large else None


def _reason(element: HtmlElement) -> str:
    tag, role = str(element.tag), (element.get("role") or "").lower()
    if tag in _BY_TAG or role in _BY_ROLE:
        return _BY_TAG.get(tag) or _BY_ROLE[role]
    if tag in ("body", "html", "main", "article") or re.fullmatch(r"h[1-6]|p|li|td|th|tr|code|pre", tag):
        return ""
    names = f"{element.get('class') or ''} {element.get('id') or ''}".strip()
    return next((why for pattern, why in _BY_NAME if pattern.search(names)), "") if names else ""


def _holds_title(element: HtmlElement) -> bool:
    return element.tag == "h1" or element.find(".//h1") is not None


def _length(element: HtmlElement) -> int:
    return sum(len(text.strip()) for text in element.itertext())
