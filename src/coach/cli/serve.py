"""`coach serve`: the chat page and the API, on this machine."""

from __future__ import annotations

import ipaddress
import json

import click

from coach.cli.state import State, get_coach, json_option, read_settings
from coach.cli.text import write


@click.command()
@click.option("--host", metavar="ADDRESS", help="Address to serve on (127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", help="Port to serve on (8000); 0 picks one.")
@json_option
@click.pass_obj
def serve(state: State, host: str | None, port: int | None) -> int:
    """Serve the chat page and the API on this machine.

    The index is brought up to date first; that takes a while the first time.
    """
    from coach.api.server import bind, run

    settings = read_settings(host=host, port=port)
    with bind(settings.host, settings.port) as listener:
        if not _is_loopback(listener.getsockname()[0]):
            write("Anyone who can reach this machine can ask, and read the guides.", err=True)
        if not state.json:
            write("Loading the guides and the embedding model ...", err=True)
        from coach.feedback import watch

        coach = watch(get_coach(settings))
        coach.warm()
        if settings.feedback:
            from coach.feedback import get_store_path

            write(f"Feedback is kept, anonymised, in {get_store_path(settings)}.", err=True)

        from coach.api import create_app
        from coach.ui import mount_ui

        run(mount_ui(create_app(coach), coach), listener, lambda url: _announce(url, as_json=state.json))
    return 0


def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def _announce(url: str, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"status": "ready", "url": url}))
    else:
        write(f"Coach is ready at {url}")
        write("Press Ctrl-C to stop.", err=True)
