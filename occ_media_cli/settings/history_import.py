"""Recording a history that was kept elsewhere, at the times when it happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.errors import MalformedInput
from occ_media_cli.settings import read
from occ_media_cli.settings.field_checks import FieldProblem
from occ_media_cli.settings.model import InboxSettings
from occ_media_cli.settings.timeline import Delta
from occ_media_cli.settings.write import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from occ_media_cli.settings.editor import Editor
    from occ_media_cli.settings.imported import ImportedRow
    from occ_media_cli.settings.write import ChangeOutcome


def record(editor: Editor, rows: Iterable[ImportedRow], source: str) -> dict[str, int]:
    """Make the versions of rows that come by time, and return how many each inbox got.

    An inbox that is not there is made at its first row. What an inbox is from its own first version on stays as it is,
    but for rows that start later: those are changes in the past.
    """
    found: dict[str, int] = {}
    known = read.inbox_ids(editor.connection)
    made = {name: read.tiles(editor.connection, number)[0].start for name, number in known.items()}
    why = f"imported from {source}"
    for row in rows:
        reason = f"{why}: {row.reason}" if row.reason else why
        try:
            outcome = _change(editor, row, made.get(row.inbox), Origin(reason, backdate=why))
        except FieldProblem as problem:
            raise MalformedInput(
                problem.what, file=source, line=row.line, hint=problem.hint, topic=problem.topic
            ) from None
        found[row.inbox] = found.get(row.inbox, 0) + len(outcome.versions)
    return found


def _change(editor: Editor, row: ImportedRow, first: int | None, origin: Origin) -> ChangeOutcome:
    if row.inbox not in read.inbox_ids(editor.connection):
        settings = InboxSettings().changed(row.change)
        return editor.add_inbox(row.inbox, settings, reason=origin.reason, at=row.start, backdate=origin.backdate)
    delta = Delta(row.start, first if first is not None and row.start < first else None, row.change)
    return editor.write(editor.inbox(row.inbox), [delta], row.start, origin)
