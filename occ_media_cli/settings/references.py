"""Where the other sections of a configuration name an inbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from occ_media_cli.settings import read

if TYPE_CHECKING:
    import sqlite3

_AGENT_LISTS = ("inboxes", "allow_send", "allow_view", "deny_send", "deny_view")
_NAMING = {"agents": "an agent", "retention": "a retention rule", "suppressions": "a suppression"}
"""The sections that name an inbox, and what does so in each."""


def _with_name(section: str, value: Any, old: str, new: str) -> Any:
    if section == "agents":
        return {
            agent: {
                key: [new if name == old else name for name in item] if key in _AGENT_LISTS else item
                for key, item in row.items()
            }
            for agent, row in value.items()
        }
    return [{**row, "inbox": new} if row.get("inbox") == old else row for row in value]


def renamed(connection: sqlite3.Connection, old: str, new: str) -> dict[str, object]:
    """The sections that name an inbox, with its new name."""
    found = {}
    for section in _NAMING:
        value = read.section(connection, section)
        changed = _with_name(section, value, old, new)
        if changed != value:
            found[section] = changed
    return found


def sections_naming(connection: sqlite3.Connection, name: str) -> list[str]:
    """The sections that name an inbox, as people call them."""
    return [_NAMING[section] for section in renamed(connection, name, f"{name}\0")]
