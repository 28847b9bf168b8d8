"""What answers cost: tokens as the provider counted them, and money where prices were set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .metrics import mean


def measure_spending(receipts: Sequence[Mapping[str, Any]]) -> dict[str, float | None]:
    """Means per question over the receipts (`usage`) of answers; None where nothing was counted.

    An answer for which no model was called counts with no tokens and no cost as soon as any other was: it is what one
    pays for a question. A receipt whose cost is unknown makes the mean cost unknown, rather than too low.
    """
    called = [r for r in receipts if _tokens(r) is not None]
    if not called:
        return {"tokens_mean": None, "output_tokens_mean": None, "cost_mean": None}
    costs = [_cost(r) for r in receipts]
    return {
        "tokens_mean": mean(_tokens(r) or 0.0 for r in receipts),
        "output_tokens_mean": mean(float(r.get("output_tokens") or 0) for r in receipts),
        "cost_mean": None if None in costs else mean(costs),
    }


def _tokens(receipt: Mapping[str, Any]) -> float | None:
    """Tokens in and out; other servers give only their sum."""
    if "input_tokens" in receipt or "output_tokens" in receipt:
        return float(receipt.get("input_tokens") or 0) + float(receipt.get("output_tokens") or 0)
    total = receipt.get("total_tokens")
    return None if total is None else float(total)


def _cost(receipt: Mapping[str, Any]) -> float | None:
    if not receipt:
        return 0.0
    cost = receipt.get("cost")
    return None if cost is None else float(cost)
