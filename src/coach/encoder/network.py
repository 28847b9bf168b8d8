"""The network that reads a passage and a text about it together: the packaged MiniLM, its upper layers taught further.

It has two uses, each with weights of its own: whether the passage supports a claim (`coach.verifying.entailing`), and
whether it answers a question (`coach.retrieval.reranker`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

FROZEN = 2  # layers at the bottom, and the embeddings, that stay as packaged
LONGEST = 160  # word pieces of passage and text together
_LONGEST_TEXT = 72
_CLS, _SEP = 101, 102

Ids = tuple[list[int], list[int]]  # word pieces and the segment of each: 0 passage, 1 text


class Network(torch.nn.Module):
    """Says of a batch of pairs how surely the passage supports or answers the text, as a logit."""

    def __init__(self, encoder: Any) -> None:
        """Take over a BERT encoder; its embeddings and lowest layers are left as they are."""
        super().__init__()
        size = int(encoder.config.hidden_size)
        self.encoder = encoder
        with torch.random.fork_rng():
            torch.manual_seed(0)  # the head begins the same each time, whoever drew numbers before
            self.mixed = torch.nn.Linear(3 * size, size)
            self.out = torch.nn.Linear(size, 1)
        fixed = (encoder.embeddings, *encoder.encoder.layer[:FROZEN])
        for parameter in (p for part in fixed for p in part.parameters()):
            parameter.requires_grad = False

    def forward(self, ids: torch.Tensor, segments: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Logits of shape (n,) for pieces, segments and mask of shape (n, length)."""
        states = self.encoder(input_ids=ids, token_type_ids=segments, attention_mask=mask).last_hidden_state
        text = segments.unsqueeze(-1).to(states.dtype)
        mean = (states * text).sum(dim=1) / text.sum(dim=1)
        highest = states.masked_fill(text == 0, -1e4).max(dim=1).values
        seen = torch.cat((states[:, 0], mean, highest), dim=-1)
        logits: torch.Tensor = self.out(torch.tanh(self.mixed(seen)))
        return logits.squeeze(-1).float()


def build_network(folder: Path) -> Network:
    """A network with the packaged weights and a head that knows nothing yet."""
    from safetensors.torch import load_file
    from transformers import BertConfig, BertModel

    # Without dropout: on a processor, drawing the masks costs more than they help in so few passes.
    config = BertConfig.from_json_file(folder / "config.json")
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    config._attn_implementation = "sdpa"
    encoder = BertModel(config, add_pooling_layer=False)
    weights = load_file(folder / "model.safetensors")
    missing = encoder.load_state_dict(weights, strict=False).missing_keys
    if missing:
        raise ValueError(f"the packaged model lacks {missing[0]}")
    return Network(encoder).eval()


def get_base(network: Network) -> dict[str, torch.Tensor]:
    """The packaged weights that training may change, before it did; the head starts from nothing."""
    return {n: p.clone() for n, p in get_trained(network).items() if n.startswith("encoder.")}


class PieceReader:
    """Cuts texts into the packaged model's word pieces."""

    def __init__(self, folder: Path) -> None:
        """Read the vocabulary of word pieces."""
        from tokenizers import Tokenizer

        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Ids]:
        """Passage and text as one row of pieces each; what is too long loses the passage's end."""
        texts = [text for pair in pairs for text in pair]
        pieces = [e.ids for e in self._tokenizer.encode_batch(texts, add_special_tokens=False)]
        return [_put_together(*two) for two in zip(pieces[::2], pieces[1::2], strict=True)]


def _put_together(passage: list[int], text: list[int]) -> Ids:
    text = text[:_LONGEST_TEXT]
    passage = passage[: LONGEST - 3 - len(text)]
    ids = [_CLS, *passage, _SEP, *text, _SEP]
    return ids, [0] * (len(passage) + 2) + [1] * (len(text) + 1)


def predict(network: Network, rows: Sequence[Ids], *, batch: int = 32) -> NDArray[np.float32]:
    """Logits of shape (n,); rows of like length are computed together."""
    order = sorted(range(len(rows)), key=lambda n: len(rows[n][0]))
    found = np.zeros(len(rows), dtype=np.float32)
    network.eval()
    with torch.inference_mode():
        for first in range(0, len(order), batch):
            chosen = order[first : first + batch]
            found[chosen] = network(*to_batch([rows[n] for n in chosen])).numpy()
    return found


def to_batch(rows: Sequence[Ids]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Pieces, segments and mask, each of shape (n, longest)."""
    longest = max(len(ids) for ids, _ in rows)
    padded = np.zeros((3, len(rows), longest), dtype=np.int64)
    for n, (ids, segments) in enumerate(rows):
        padded[0, n, : len(ids)], padded[1, n, : len(ids)], padded[2, n, : len(ids)] = ids, segments, 1
    return torch.from_numpy(padded[0]), torch.from_numpy(padded[1]), torch.from_numpy(padded[2])


def part_trained(network: Network) -> tuple[list[torch.nn.Parameter], list[torch.nn.Parameter]]:
    """The parameters that training may change: those of the layers, and those of the head above them."""
    named = [(n, p) for n, p in network.named_parameters() if p.requires_grad]
    below, head = ([p for n, p in named if n.startswith("encoder.") is inside] for inside in (True, False))
    return below, head


def get_trained(network: Network) -> dict[str, torch.Tensor]:
    """The parameters that training may change, by name."""
    return {name: p.detach() for name, p in network.named_parameters() if p.requires_grad}
