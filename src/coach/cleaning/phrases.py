"""Words inside a sentence that point at something which is not there."""

from __future__ import annotations

import re

_SAID = "documented|described|outlined|shown|listed|mentioned|discussed|noted|presented|given|defined"
_KIND = "provided|attached|supplied|enclosed|uploaded|accompanying"
_THING = "materials?|documents?|documentation|files?|texts?|attachments?|sources?|content|context"
_DANGLING = re.compile(
    rf"(?P<before>,?)\s*\b(?:as\s+)?(?:{_SAID})\s+in\s+(?:the|your|these)\s+(?:{_KIND})\s+(?:{_THING})\b(?P<after>,?)",
    re.IGNORECASE,
)


def drop_dangling_references(text: str) -> str:
    """The text without "as documented in the provided materials": a reader has no such materials."""
    return _DANGLING.sub(lambda m: "" if m["before"] else m["after"], text)
