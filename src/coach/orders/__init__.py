"""Text that gives an assistant orders: told apart from guides and questions, which are only ever material."""

from coach.orders.detecting import drop_commands, drop_commands_from, find_command, find_order
from coach.orders.leaking import repeats_prompt
from coach.orders.parting import find_asked
from coach.orders.readings import defuse

__all__ = [
    "defuse",
    "drop_commands",
    "drop_commands_from",
    "find_asked",
    "find_command",
    "find_order",
    "repeats_prompt",
]
