"""Recording a history that was kept elsewhere, at the times when it happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.settings import read
from occ_media_cli.settings.model import InboxSettings
from occ_media_cli.settings.timeline import Delta
from occ_media_cli.settings.write import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from occ_media_cli.settings.editor import Editor
    from occ_media_cli.settings.imported import Row


def record(editor: Editor, rows: Iterable[Row], source: str) -> dict[str, int]:
    """Make the versions of rows that come by time, and return how many each inbox got.

    An inbox that is not there is made at its first row. What was set later and here stays as it was set.
    """
    found: dict[str, int] = {}
    why = f"imported from {source}"
    for row in rows:
        reason = f"{why}: {row.reason}" if row.reason else why
        if row.inbox not in read.inbox_ids(editor.connection):
            settings = InboxSettings().changed(row.change)
            outcome = editor.add_inbox(row.inbox, settings, reason=reason, at=row.start)
        else:
            delta = Delta(row.start, None, row.change)
            outcome = editor.write(editor.inbox(row.inbox), [delta], row.start, Origin(reason, backdate=why))
        found[row.inbox] = found.get(row.inbox, 0) + len(outcome.versions)
    return found
