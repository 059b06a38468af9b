"""The list of agents as a report."""

from __future__ import annotations

from typing import Any

from occ_media_cli.report.model import Column, Report, Table
from occ_media_cli.report.words import plural

SCHEMA = "occ-media/agents/1"

LISTS = ("inboxes", "allow_send", "allow_view", "deny_send", "deny_view")

COLUMNS = (
    Column("agent", "Agent", "id"),
    Column("role", "Role", "state"),
    Column("may_not_send", "May not send", "list"),
    Column("may_not_view", "May not view", "list"),
    Column("inboxes", "Inboxes", "list"),
)


def _inboxes(row: dict[str, Any]) -> list[str]:
    if row["role"] != "agent":
        return ["all"]
    return list(dict.fromkeys([*row.get("inboxes", ()), *row.get("allow_send", ()), *row.get("allow_view", ())]))


def listing(agents: Any) -> Report:
    """Every agent with role, inboxes and denials."""
    rows = [
        (name, row["role"], row.get("deny_send", []), row.get("deny_view", []), _inboxes(row))
        for name, row in sorted(agents.items())
    ]
    return Report(
        schema=SCHEMA,
        title="Agents",
        head={"schema": SCHEMA},
        records_key="agents",
        records=[
            {"name": name, "role": row["role"], **{key: list(row.get(key, ())) for key in LISTS}}
            for name, row in sorted(agents.items())
        ],
        blocks=[Table(COLUMNS, rows)] if rows else [],
        sheet=Table(COLUMNS, rows),
        answer=plural(len(rows), "agent") if rows else "No agents; occ-media agent add NAME --role agent adds one",
    )
