"""A strict frame around Gradio's server: the start page rewritten, everything the page does not need refused.

Gradio's start page advertises Gradio, names outside hosts and lets any inline script run. Here it leaves with
this page's own head, and with a policy under which only the scripts it was served with can run.
"""

from __future__ import annotations

import base64
import hashlib
import re

from markupsafe import Markup
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Only what the page needs of Gradio's server: no uploads, no files, no proxy, no run history.
_NEEDED = re.compile(
    r"/|/(?:config|theme\.css|favicon\.ico|robots\.txt|manifest\.json|(?:assets|static|svelte)/.*"
    r"|gradio_api/(?:queue/(?:join|data)|heartbeat/[^/]+|cancel|reset|app_id|startup-events|info))"
)
_ADVERTISING = re.compile(r'\s*<meta\s+(?:property="og:|name="twitter:)[^>]*>', re.IGNORECASE)
_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.IGNORECASE | re.DOTALL)
_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval' {scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; base-uri 'self'; "
    "form-action 'none'; frame-ancestors 'none'"
)


class Frame:
    """An ASGI application around Gradio's."""

    def __init__(self, app: ASGIApp, head: Markup, paint: Markup) -> None:
        """`head` ends the start page's `<head>`; `paint` begins its body, to be read until the rest is there."""
        self.app = app
        self.head = head
        self.paint = paint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what the page has no use for; pass the rest, start pages rewritten."""
        if scope["type"] == "http":
            path = scope["path"].removeprefix(scope.get("root_path", "")) or "/"
            if not _NEEDED.fullmatch(path):
                raise HTTPException(404)
            if path == "/":
                await self.app(_uncompressed(scope), receive, _Rewriter(send, self))
                return
        await self.app(scope, receive, send)


class _Rewriter:
    """Holds one HTML response back until it is whole, then sends it rewritten."""

    def __init__(self, send: Send, frame: Frame) -> None:
        self._send = send
        self._frame = frame
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_html(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        html = rewrite(self._body.decode(), self._frame.head, self._frame.paint) if self._body else ""
        body = html.encode()
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["content-security-policy"] = policy_for(html)
        headers["cache-control"] = "no-cache"
        if body:
            headers["content-length"] = str(len(body))
        await self._send({**start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": body})


def rewrite(html: str, head: Markup, paint: Markup) -> str:
    """Gradio's start page without its advertising, with `head` in its head and `paint` before its own element."""
    plain = _ADVERTISING.sub("", html).replace("</head>", f"{head}</head>", 1)
    return plain.replace("<gradio-app", f"{paint}<gradio-app", 1)


def policy_for(html: str) -> str:
    """A content security policy under which exactly the inline scripts of this page run, and no others."""
    digests = (hashlib.sha256(script.encode()).digest() for script in _INLINE_SCRIPT.findall(html))
    return _POLICY.format(scripts=" ".join(f"'sha256-{base64.b64encode(d).decode()}'" for d in digests))


def _is_html(message: Message) -> bool:
    return Headers(raw=message["headers"]).get("content-type", "").startswith("text/html")


def _uncompressed(scope: Scope) -> Scope:
    """The same request, not asking for a compressed answer."""
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]}
