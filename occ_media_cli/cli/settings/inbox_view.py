"""The list of inboxes as a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.report.model import Column, Report, Table
from occ_media_cli.report.words import plural

if TYPE_CHECKING:
    from occ_media_cli.settings.state import SettingsState

SCHEMA = "occ-media/inboxes/1"

COLUMNS = (
    Column("inbox", "Inbox", "id"),
    Column("version", "Version", "count"),
    Column("tags", "Tags", "list"),
    Column("channels", "Channels", "list"),
    Column("description", "Description", "text"),
)


def listing(state: SettingsState) -> Report:
    """Every inbox, its tags and its channels."""
    versions = [current.version for current in state.inboxes]
    answer = plural(len(versions), "inbox", "inboxes")
    if state.built_in:
        answer = "No store yet: this is the built-in inbox."
    elif not versions:
        answer = "No inboxes; occ-media inbox add NAME makes one"
    rows = [
        (item.inbox, item.number, item.settings.tags, item.settings.channels, item.settings.description or None)
        for item in versions
    ]
    return Report(
        schema=SCHEMA,
        title="Inboxes",
        head={"schema": SCHEMA},
        records_key="inboxes",
        records=[
            {
                "name": item.inbox, "description": item.settings.description, "version": item.number,
                "tags": list(item.settings.tags), "channels": list(item.settings.channels),
            }
            for item in versions
        ],
        blocks=[Table(COLUMNS, rows)] if versions else [],
        sheet=Table(COLUMNS, rows),
        answer=answer,
    )  # fmt: skip
