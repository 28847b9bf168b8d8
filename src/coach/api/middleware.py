"""What every request passes, the page's included: a request id, security headers, a host check, a last safety net.

Plain ASGI, so that streams flow through untouched and a client that goes away is still noticed.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Collection
from urllib.parse import quote, urlsplit
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coach.api.replies import problem_reply
from coach.problems import BUG_MET, WRONG_HOST, problem

log = logging.getLogger("coach.api")

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1", "testserver"})

MAX_BODY = 1_000_000  # bytes of a request to the API
MAX_PAGE_BODY = 10_000_000  # the page sends a conversation back with each turn

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PLAIN = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
# JSON is never a page. The API's documentation starts its viewer inline; the chat page and the guides say
# for themselves what they may load.
_DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
)
_DATA_PATHS = ("/v1/", "/healthz", "/readyz", "/openapi.json", "/problems/")


class RequestContext:
    """Outermost: names the request, dresses the response, and turns what nobody caught into a problem."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; lifespan and websockets pass."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        reply = _Reply(scope, send)
        try:
            await self.app(scope, receive, reply.send)
        except Exception:
            log.exception("Request %s failed.", reply.request_id)
            if not reply.status:
                await problem_reply(problem(BUG_MET, "Coach met an error of its own."), scope)(
                    scope, receive, reply.send
                )
        finally:
            reply.log()


class _Reply:
    """One response on its way out."""

    def __init__(self, scope: Scope, send: Send) -> None:
        given = Headers(scope=scope).get("x-request-id", "")
        self.request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
        scope.setdefault("state", {})["request_id"] = self.request_id
        self.status = 0
        self._scope = scope
        self._send = send
        self._started = time.perf_counter()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            dress(MutableHeaders(scope=message), self._scope["path"], self.request_id)
        await self._send(message)

    def log(self) -> None:
        """One line a request, without what was asked: questions are private."""
        spent = (time.perf_counter() - self._started) * 1000
        path = quote(self._scope["path"])  # a line end in it would begin a log line of the caller's own
        log.info("%s %s %s %.0f ms %s", self._scope["method"], path, self.status, spent, self.request_id)


def dress(headers: MutableHeaders, path: str, request_id: str) -> None:
    """Add the request id and the security headers that fit the path."""
    is_data = path.startswith(_DATA_PATHS)
    headers["x-request-id"] = request_id
    for name, value in _PLAIN.items():
        headers.setdefault(name, value)
    headers.setdefault("content-security-policy", _DATA_POLICY if is_data else _PAGE_POLICY)
    if is_data:
        headers.setdefault("cache-control", "no-store")


class BodyLimit:
    """Refuses bodies that are too large before anything parses them, announced or not."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what arrives; the framework turns the exception into a problem document."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = MAX_BODY if scope["path"].startswith("/v1/") else MAX_PAGE_BODY
        announced = Headers(scope=scope).get("content-length", "")
        total = int(announced[:20]) if announced.isascii() and announced.isdigit() else 0
        arrived = 0

        async def receive_some() -> Message:
            nonlocal arrived
            if total > limit:
                raise HTTPException(413)
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > limit:
                raise HTTPException(413)
            return message

        await self.app(scope, receive_some, send)


class HostGuard:
    """Refuses requests for other names, so that a web page cannot reach a local Coach by DNS rebinding."""

    def __init__(self, app: ASGIApp, allowed: Collection[str]) -> None:
        """`allowed` are host names without a port."""
        self.app = app
        self.allowed = frozenset(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass when its Host header names this machine."""
        if scope["type"] in ("http", "websocket"):
            host = host_name(Headers(scope=scope).get("host", ""))
            if host not in self.allowed:
                refusal = problem(WRONG_HOST, "This server answers only to names of this machine.")
                await problem_reply(refusal, scope)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def host_name(header: str) -> str:
    """The name in a Host header, lower case, without port and brackets; empty when it is not one."""
    try:
        return (urlsplit(f"//{header}").hostname or "") if not set(header) & set("/?#@\\") else ""
    except ValueError:
        return ""
