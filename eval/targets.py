"""What is measured: a Coach in this process, or any server that answers like one."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar, cast

from coach import Coach, CoachError, Settings
from coach.cli.doctor import without_password
from coach.errors import FixError, RetryError
from coach.types import Finished, Found, Passage, Style, Turn
from coach.wire import passage_to_json, to_json

from .replies import Dropped, Quoted, Reply, Seen, Stated

Kind = TypeVar("Kind")
Ask = Callable[[str, Sequence[Turn]], Reply]


@dataclass(frozen=True)
class Target:
    """A product under test as functions; `text` gives a document's text by id, None when there is none.

    `search` finds passages for words without answering, for telling which stage lost a sentence; `texts` gives all
    documents. Either may be None where the product has no such thing.
    """

    ask: Ask
    text: Callable[[str], str | None]
    search: Callable[[str, int], tuple[Seen, ...]] | None = None
    documents: Callable[[], Sequence[str]] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    fingerprint: str = ""


def describe_settings(settings: Settings) -> dict[str, Any]:
    """Every setting as a plain value: keys are masked by the settings themselves, passwords in addresses here."""
    plain = settings.model_dump(mode="json")
    return {name: without_password(v) if isinstance(v, str) and "://" in v else v for name, v in plain.items()}


def from_coach(
    coach: Coach,
    *,
    style: Style = "auto",
    collection: str | None = None,
    top_k: int | None = None,
    warm: bool = True,
) -> Target:
    """A Coach in this process, warmed up so that the first question is not charged with loading the model.

    `warm` is for those that are asked a question or two: to warm one up takes longer than that.
    """
    if warm:
        coach.warm()

    def ask(question: str, history: Sequence[Turn]) -> Reply:
        passages: tuple[Passage, ...] = ()
        try:
            for event in coach.stream(question, history=history, style=style, collection=collection, top_k=top_k):
                if isinstance(event, Found):
                    passages = event.passages
                elif isinstance(event, Finished):
                    return reply_from_body(to_json(event.result), [passage_to_json(p) for p in passages])
        except CoachError as error:
            return Reply(error=f"{type(error).__name__}: {error.message}")
        return Reply(error="The stream ended without an answer.")

    @lru_cache(maxsize=1024)
    def text(document: str) -> str | None:
        try:
            return coach.document(document).text
        except CoachError:
            return None

    return Target(
        ask=timed(ask),
        text=text,
        search=lambda words, top_k: tuple(
            _seen(passage_to_json(p)) for p in coach.search(words, top_k=top_k, collection=collection)
        ),
        documents=lambda: [d.id for d in coach.documents(collection)],
        settings={
            "product": "coach",
            **describe_settings(coach.settings),
            "style": style,
            **{name: value for name, value in (("collection", collection), ("top_k", top_k)) if value is not None},
        },
        fingerprint=coach.fingerprint,
    )


def from_url(
    url: str, *, style: Style = "auto", collection: str | None = None, top_k: int | None = None, timeout: float = 60.0
) -> Target:
    """A server on the other side of HTTP; each call may take `timeout` seconds.

    Raises RetryError when nothing answers there, FixError for what is no address.
    """
    import httpx

    client = httpx.Client(base_url=_check_url(url).rstrip("/"), timeout=timeout)

    def get(path: str) -> Any:
        try:
            reply = client.get(path)
            return reply.json() if reply.status_code == httpx.codes.OK else None
        except httpx.HTTPError as error:
            raise RetryError(f"Nothing answers at {url}: {error or type(error).__name__}.", remedy=_START) from None
        except ValueError:  # a page where JSON was asked for
            return None

    health = get("/healthz")

    def ask(question: str, history: Sequence[Turn]) -> Reply:
        body = {
            "question": question,
            "history": [{"role": t.role, "content": t.content} for t in history],
            "style": style,
            "collection": collection,
            "top_k": top_k,
        }
        try:
            reply = client.post("/v1/ask", json=body)
            if reply.status_code != httpx.codes.OK:
                return Reply(error=f"HTTP {reply.status_code}: {reply.text[:200]}")
            return reply_from_body(reply.json())
        except httpx.HTTPError as error:
            return Reply(error=f"{type(error).__name__}: {error}")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return Reply(error=f"The answer is not one of Coach's: {error!r}")

    @lru_cache(maxsize=1024)
    def text(document: str) -> str | None:
        found = get(f"/v1/documents/{document}")
        return str(found["text"]) if isinstance(found, Mapping) and "text" in found else None

    settings = {"product": "http", "url": url, "style": style, "collection": collection, "top_k": top_k}
    fingerprint = str(health.get("fingerprint", "")) if isinstance(health, Mapping) else ""
    return Target(timed(ask), text, settings=settings, fingerprint=fingerprint)


_START = "Start the server with `coach serve`, or give it more time with --timeout."


def _check_url(url: str) -> str:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_usable = False
    if not is_usable:
        raise FixError(f"{url[:200]} is no address of a server.", remedy="Give one such as http://127.0.0.1:8000.")
    return url


def timed(ask: Ask) -> Ask:
    """The same, with the wall-clock seconds of each call in its reply."""
    from dataclasses import replace

    def ask_timed(question: str, history: Sequence[Turn]) -> Reply:
        started = time.perf_counter()
        reply = ask(question, history)
        return replace(reply, seconds=time.perf_counter() - started)

    return ask_timed


def reply_from_body(body: Mapping[str, Any], passages: Sequence[Mapping[str, Any]] = ()) -> Reply:
    """The object of `POST /v1/ask` as a Reply. Raises KeyError or TypeError for anything else."""
    abstention = body.get("abstention") or {}
    return Reply(
        text=str(body["answer"]),
        abstained=_boolean(body["abstained"]),
        reason=str(abstention.get("reason", "")),
        standalone=str(body.get("standalone_question", "")),
        claims=tuple(_stated(c) for c in body["claims"]),
        citations=tuple(_quoted(c) for c in body["citations"]),
        disagreements=len(body.get("disagreements") or ()),
        dropped=tuple(Dropped(d["text"], d["verdict"], d.get("why", "")) for d in body.get("dropped_claims") or ()),
        passages=tuple(_seen(p) for p in passages),
        style=str(body.get("style", "")),
        model=str(body.get("model", "")),
        fingerprint=str(body.get("fingerprint", "")),
        timings_ms=dict(body.get("timings_ms") or {}),
        usage=dict(body.get("usage") or {}),
    )


def _stated(claim: Mapping[str, Any]) -> Stated:
    score = float(claim["score"])
    if not math.isfinite(score):
        raise TypeError(f"a claim's score is {score}")
    return Stated(_typed(claim["text"], str), tuple(_typed(m, int) for m in claim["citations"]), score)


def _quoted(citation: Mapping[str, Any]) -> Quoted:
    texts = [_typed(citation[name], str) for name in ("document_id", "quote")]
    marker, start, end = (_typed(citation[name], int) for name in ("marker", "start", "end"))
    return Quoted(marker, *texts, start, end, tuple(_typed(h, str) for h in citation.get("headings") or ()))


def _typed(value: Any, kind: type[Kind]) -> Kind:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"`abstained` is {value!r}")
    return value


def _seen(passage: Mapping[str, Any]) -> Seen:
    return Seen(
        document=passage["document_id"],
        start=passage["start"],
        end=passage["end"],
        text=passage["text"],
        rank=passage["rank"],
        score=cast("float", passage["score"]),
    )
