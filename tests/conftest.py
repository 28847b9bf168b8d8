"""Before anything of Coach is imported: no outside network, a scrubbed environment, one built index for all."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from coach import Coach

for _name in [n for n in os.environ if n.upper().startswith("COACH_")]:
    del os.environ[_name]
for _name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "LANGSMITH_API_KEY", "LANGCHAIN_API_KEY"):
    os.environ.pop(_name, None)
os.environ.update(
    HF_HUB_OFFLINE="1",
    TRANSFORMERS_OFFLINE="1",
    GRADIO_ANALYTICS_ENABLED="False",
    ANONYMIZED_TELEMETRY="False",
    TOKENIZERS_PARALLELISM="false",
)

REPOSITORY = Path(__file__).parents[1]
_LOOPBACK = {"127.0.0.1", "::1", "localhost", "0.0.0.0", ""}
_connect = socket.socket.connect


def _guarded_connect(self: socket.socket, address: Any) -> None:
    if isinstance(address, tuple) and str(address[0]) not in _LOOPBACK:
        raise RuntimeError(f"A test tried to reach {address[0]}: only loopback is allowed.")
    _connect(self, address)


socket.socket.connect = _guarded_connect  # type: ignore[method-assign]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--seeds", default=None, help="folder of the guides' source texts, to prove that no sentence is copied"
    )


@pytest.fixture(autouse=True)
def scrubbed_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test reads or writes the user's own settings and data."""
    monkeypatch.setenv("COACH_DATA_DIR", str(tmp_path / "data"))
    yield


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The guides that ship."""
    return REPOSITORY / "corpus"


@pytest.fixture(scope="session")
def built_coach(tmp_path_factory: pytest.TempPathFactory) -> Coach:
    """A Coach over the guides that ship, indexed once for every test that only asks."""
    from coach import build_coach, load_settings

    return build_coach(load_settings(data_dir=tmp_path_factory.mktemp("guides")))


@pytest.fixture
def small_encoder(tmp_path: Path) -> Path:
    """A folder like the packaged model's, with its word pieces and a network of a few thousand untaught weights."""
    import json
    import shutil

    import torch
    from safetensors.torch import save_file
    from transformers import BertConfig, BertModel

    from coach.embedding import get_packaged_folder

    folder = tmp_path / "small-encoder"
    folder.mkdir()
    shutil.copy(get_packaged_folder() / "tokenizer.json", folder)
    shape = {"hidden_size": 32, "num_hidden_layers": 4, "num_attention_heads": 2, "intermediate_size": 64}
    config = BertConfig(vocab_size=30522, max_position_embeddings=192, **shape)
    (folder / "config.json").write_text(json.dumps(config.to_dict()), encoding="utf-8")
    torch.manual_seed(0)
    save_file(BertModel(config, add_pooling_layer=False).state_dict(), folder / "model.safetensors")
    return folder
