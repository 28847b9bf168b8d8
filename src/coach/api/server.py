"""Running the application: take the port first, say when it answers, stop within seconds when asked."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from coach.errors import PortInUseError, SettingsError

if TYPE_CHECKING:
    from fastapi import FastAPI

GRACE = 5  # seconds that open streams may take when the server is asked to stop


def bind(host: str, port: int) -> socket.socket:
    """Take the address before any slow work; who connects early waits until the server runs.

    Listening at once keeps a second server from taking the same address. Raises PortInUseError when
    another program listens there, SettingsError for an address that is not this machine's or a port
    that needs rights.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise _unusable(host) from None
    listener = socket.socket(family, kind, protocol)
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(0)
    except OSError as error:
        listener.close()
        raise _refusal(error, host, port) from None
    return listener


def _refusal(error: OSError, host: str, port: int) -> PortInUseError | SettingsError:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else 8000
        return PortInUseError(
            f"Port {port} on {host} is in use by another program.",
            remedy=f"Use another: COACH_PORT={other} coach serve",
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return SettingsError(
            f"COACH_PORT {port} needs more rights than you have.", remedy="COACH_PORT=8000 coach serve"
        )
    return _unusable(host)


def _unusable(host: str) -> SettingsError:
    message = f"COACH_HOST {host} cannot be used: it is no address of this machine."
    return SettingsError(message, remedy="Use your own: COACH_HOST=127.0.0.1 coach serve")


def run(app: FastAPI, listener: socket.socket, on_ready: Callable[[str], None]) -> None:
    """Serve until a signal comes; `on_ready` gets the URL once requests are answered."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            if self.started:
                on_ready(url_of(listener.getsockname()))

    options: dict[str, Any] = {"log_config": None, "access_log": False, "server_header": False, "proxy_headers": False}
    Server(uvicorn.Config(app, timeout_graceful_shutdown=GRACE, **options)).run(sockets=[listener])


def url_of(address: tuple[Any, ...]) -> str:
    """The URL a person can open for a socket's address; a wildcard is reached through loopback."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address[0], address[0])
    return f"http://[{host}]:{address[1]}" if ":" in host else f"http://{host}:{address[1]}"
