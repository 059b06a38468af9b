"""Where the other sections of a configuration name an inbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from occ_media_cli.settings import read

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

_AGENT_LISTS = ("inboxes", "allow_send", "allow_view", "deny_send", "deny_view")
NAMING = ("agents", "retention", "suppressions")
"""The sections that name an inbox."""


def with_name(section: str, value: Any, old: str, new: str) -> Any:
    """A section that names an inbox, with its new name."""
    if section == "agents":
        return {
            agent: {
                key: [new if name == old else name for name in item] if key in _AGENT_LISTS else item
                for key, item in row.items()
            }
            for agent, row in value.items()
        }
    return [{**row, "inbox": new} if row.get("inbox") == old else row for row in value]


def users_of(connection: sqlite3.Connection, name: str) -> list[str]:
    """What names an inbox, each in words: `agent 'mona'`, `retention rule 'vip, image'`."""
    found = []
    for section in NAMING:
        value = read.section(connection, section)
        if section == "agents":
            found += [f"agent '{agent}'" for agent, row in value.items() if _names(row, name)]
        else:
            found += [_in_words(section, row) for row in value if row.get("inbox") == name]
    return found


def _names(row: Mapping[str, Any], name: str) -> bool:
    return any(name in row.get(key, ()) for key in _AGENT_LISTS)


def _in_words(section: str, row: Mapping[str, Any]) -> str:
    if section == "suppressions":
        return f"the suppression of '{row['rule']}'"
    scope = ", ".join(str(row[key]) for key in ("inbox", "category", "direction") if row.get(key) is not None)
    return f"retention rule '{scope}'"


def without(section: str, value: Any, name: str) -> Any:
    """A section that names an inbox, without it: agents keep their other inboxes, its rules and suppressions go."""
    if section == "agents":
        return {agent: _left(row, name) if _names(row, name) else row for agent, row in value.items()}
    return [row for row in value if row.get("inbox") != name]


def _left(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    left = {key: [each for each in item if each != name] if key in _AGENT_LISTS else item for key, item in row.items()}
    return {key: item for key, item in left.items() if key not in _AGENT_LISTS or item}
