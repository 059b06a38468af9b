"""The exact way of rows into the ledger: one by one, deciding what is new, a duplicate or refused.

Everything that the quick way of `ledger.append.appender` does not handle comes here: repeats, corrections, decisions,
rows with a mistake, and values in another form than the stored one. It works by the names of fields, and takes any row:
sent through here alone, rows come to the same ledger as by the quick way.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from msgspec.structs import astuple, replace  # noqa: TID253 - as in ledger.entry

from occ_media_cli.ledger import row_values
from occ_media_cli.ledger.append.corrections import UnknownEntry, append_correction
from occ_media_cli.ledger.append.decisions import append_decision
from occ_media_cli.ledger.append.known_rows import Known, is_file_of, is_shown_now, must_repeat, read_known
from occ_media_cli.ledger.append.later import Waiting, append_files_deleted, append_later, shown_after_all
from occ_media_cli.ledger.entry import (
    Batch,
    Correction,
    Edited,
    EntryRow,
    FilesDeleted,
    GateDecision,
    Item,
    Later,
    RowRefusal,
    Unfit,
)
from occ_media_cli.ledger.removed import removed
from occ_media_cli.vocabulary import FILE

if TYPE_CHECKING:
    from occ_media_cli.ledger.append.prepare import Preparer
    from occ_media_cli.ledger.append.writer import Writer


def append_rows(
    writer: Writer, preparer: Preparer, batch: Batch, waiting: Waiting | None = None
) -> list[RowRefusal]:  # fmt: skip
    """Append the items of a batch in their order and return those that were refused.

    waiting: takes what speaks of messages that are not known yet; without it nothing else comes that may tell of them.
    """
    refused: list[RowRefusal] = []
    pending: list[tuple[int, EntryRow]] = []

    def refuse(position: int, problem: Unfit) -> None:
        refused.append(RowRefusal(batch.lines[position], problem.group, problem.detail, batch.raw_of(position)))

    def append_pending() -> None:
        for position, problem in _append_entries(writer, preparer, pending, so_far=batch.so_far):
            refuse(position, problem)
        pending.clear()

    for position, item in enumerate(batch.whole()):
        row = item if isinstance(item, EntryRow) else None
        if row is None:
            append_pending()  # a correction may speak of the entry just before it
            try:
                if isinstance(item, Edited):
                    row = _under_free_id(writer, item.row)
                elif isinstance(item, Later) and item.is_row:
                    _append_other(writer, item.correction)
                elif isinstance(item, Later) and ((item.of_edits and waiting) or not _append_later(writer, item)):
                    if waiting is not None and not item.whole:
                        _must_be_storable(item)
                        waiting.add_item(item, batch.lines[position], batch.raw_of(position))
                        continue
                    row = item.otherwise
                    if row is None:
                        _count_unknown(writer, item)
                elif not isinstance(item, Later):
                    _append_other(writer, item)
            except Unfit as problem:
                if waiting is None or not isinstance(item, Correction) or not isinstance(problem, UnknownEntry):
                    refuse(position, problem)
                else:  # its entry may stand behind it
                    waiting.add_item(Later(item, is_row=True), batch.lines[position], batch.raw_of(position))
        if row is not None:
            pending.append((position, row))
    append_pending()
    return refused


def _append_later(writer: Writer, item: Later) -> bool:
    """Append what an item says of entries that are known; False where none is."""
    _must_be_text(item.correction)
    if item.otherwise is not None and _repeats_entry(writer, item.otherwise):
        writer.counts.duplicate += 1  # nothing new is said of it
        return True
    return append_later(writer, item)


_OF_FILES = ("name", "declared", "size", "reason")
"""Fields that two files of one message may have otherwise."""


def _under_free_id(writer: Writer, row: EntryRow) -> EntryRow:
    """The row, under the first of the ids `ID`, `ID#2`, `ID#3` that is not another file's of the same message."""
    number, own = 1, row
    while True:
        good = _in_stored_form(writer, own)
        key = writer.key(FILE, good.id)
        known = read_known(writer, [(key, good.id)]).get(key)
        if known is None or known.row is None or known.row == good:
            return own
        others = [name for name in EntryRow.__struct_fields__ if getattr(known.row, name) != getattr(good, name)]
        if not set(others) <= set(_OF_FILES):
            return own
        number += 1
        identity = f"{row.id}#{number}"
        name = identity + row.name.removeprefix(row.id) if row.name.startswith(row.id) else row.name
        own = replace(row, id=identity, name=name)


def _must_be_storable(item: Later) -> None:
    """Unfit where an item could not be appended at the end either, so that what waits can be written to a file."""
    _must_be_text(item.correction)
    if not item.is_undated:
        row_values.moment(item.correction.time, "time")
    if item.otherwise is not None:
        _must_be_text(item.otherwise)
        row_values.moment(item.otherwise.time, "time")


def _count_unknown(writer: Writer, item: Later) -> None:
    if item.is_further:
        writer.counts.read -= 1
    else:
        writer.counts.skipped += 1
        writer.counts.unknown += 1


def _append_other(writer: Writer, item: Item) -> None:
    """Append a correction, a decision, or what is said of deleted files."""
    if isinstance(item, FilesDeleted):
        append_files_deleted(writer, item)
        return
    _must_be_text(item)  # type: ignore[arg-type]  # a Later is told apart before
    if isinstance(item, Correction):
        append_correction(writer, item)
    elif isinstance(item, GateDecision):
        append_decision(writer, item)


def _repeats_entry(writer: Writer, row: EntryRow) -> bool:
    """Whether an entry is known with all that a row says, as it was recorded or as it is after its corrections."""
    try:
        good = _in_stored_form(writer, row)
        key = writer.key(FILE, good.id)
        known = read_known(writer, [(key, good.id)]).get(key)
        if known is None:
            return False
        must_repeat(writer, known, good)
    except Unfit:
        return False
    return True


def _must_be_text(item: EntryRow | Correction | GateDecision) -> None:
    together = "".join([value for value in astuple(item) if isinstance(value, str)])
    if "\0" in together or not together.isascii():  # else there is nothing to refuse, as in most rows
        values = ((name, getattr(item, name)) for name in item.__struct_fields__)
        row_values.texts((name, value) for name, value in values if isinstance(value, str))
    if not item.id:
        raise Unfit("bad value", "id is empty")


def _append_entries(
    writer: Writer, preparer: Preparer, rows: list[tuple[int, EntryRow]], *, so_far: bool = False
) -> list[tuple[int, Unfit]]:
    """Append the new ones of the rows; the positions of the refused ones, with the reason. so_far: as in a Batch."""
    problems: list[tuple[int, Unfit]] = []
    fit: list[tuple[int, EntryRow, int]] = []
    for position, row in rows:
        try:
            good = _in_stored_form(writer, row)
        except Unfit as problem:
            problems.append((position, problem.with_traceback(None)))  # its frames hold this list: a ring of garbage
        else:
            fit.append((position, good, writer.key(FILE, good.id)))
    known = read_known(writer, [(key, row.id) for _, row, key in fit])
    new: list[EntryRow] = []
    attempts: list[tuple[EntryRow, EntryRow]] = []
    for position, row, key in fit:
        try:
            if key in known and so_far and is_file_of(known[key], row):
                attempts.append((known[key].row, row))  # type: ignore[arg-type]  # it is one that is known
            elif key in known and so_far and is_shown_now(writer, known[key], row):
                append_later(writer, shown_after_all(row))
            elif key in known:
                must_repeat(writer, known[key], row, so_far=so_far)
                writer.counts.duplicate += 1
            else:
                known[key] = Known(writer.inboxes.number(row.inbox), row)
                new.append(row)
        except Unfit as problem:
            problems.append((position, problem.with_traceback(None)))
    if new:
        writer.insert_rows(preparer.prepare(new, judged=True), judged=True)
        _record_gone(writer, new)
    for attempt, row in attempts:
        _append_file_of(writer, preparer, attempt, row)
    return problems


def _append_file_of(writer: Writer, preparer: Preparer, attempt: EntryRow, row: EntryRow) -> None:
    """Append the file of an attempt that was recorded by an earlier run: what an entry says is fixed, so the file is
    an entry beside it, `ID#1`, and failed as the attempt did."""
    own = replace(row, id=f"{row.id}#1")
    key = writer.key(FILE, own.id)
    known = read_known(writer, [(key, own.id)]).get(key)
    if known is not None:
        must_repeat(writer, known, own, so_far=True)
        writer.counts.duplicate += 1
        return
    writer.insert_rows(preparer.prepare([own], judged=True), judged=True)
    _record_gone(writer, [own])
    said = f"{row.id}:failed:{attempt.time}#1"
    fix = Correction(said, attempt.time, own.id, outcome="failed", reason=attempt.reason)
    append_correction(writer, fix)
    writer.counts.read += 1


def _record_gone(writer: Writer, rows: list[EntryRow]) -> None:
    """Say of the newest rows which files are gone, where that is remembered: a source tells what was shared, and not
    what was purged since."""
    first = writer.seq - len(rows) + 1
    gone = [
        (seq, at)
        for seq, row in enumerate(rows, start=first)
        if (at := writer.unseen.gone_at(writer.key(FILE, row.id), row.id, row.sha256)) is not None
    ]
    if gone:
        with writer.letting():
            for seq, at in gone:
                removed(writer.connection, [seq], at, "remembered")


def _in_stored_form(writer: Writer, row: EntryRow) -> EntryRow:
    """The row with its values in the form that the ledger stores, or Unfit.

    Its inbox is one that is there, or one that had this name once: a row that is known already may name it so.
    """
    _must_be_text(row)
    inbox = row.inbox if row.inbox in writer.inboxes.ids else unicodedata.normalize("NFC", row.inbox)
    if inbox not in writer.inboxes.ids and not writer.inboxes.had_name(inbox):
        writer.inboxes.number(inbox)  # raises, with the nearest name
    return replace(
        row,
        time=row_values.moment(row.time, "time"),
        inbox=inbox,
        sha256=row_values.digest(row.sha256, 32, "sha256").hex() if row.sha256 is not None else None,
        md5=row_values.digest(row.md5, 16, "md5").hex() if row.md5 is not None else None,
        path=row_values.path(row.path) if row.path is not None else None,
        deleted=row_values.moment(row.deleted, "deleted") if row.deleted is not None else None,
    )
