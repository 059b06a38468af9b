"""The exact way of rows into the ledger: one by one, deciding what is new, a duplicate or refused.

Everything that the quick way of `ledger.append.appender` does not handle comes here: repeats, corrections, decisions,
rows with a mistake, and values in another form than the stored one. It works by the names of fields, and takes any row:
sent through here alone, rows come to the same ledger as by the quick way.
"""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace  # noqa: TID253 - as in ledger.entry

from occ_media_cli.ledger import judge
from occ_media_cli.ledger.append.corrections import UnknownEntry, append_correction
from occ_media_cli.ledger.append.decisions import append_decision
from occ_media_cli.ledger.append.keys import SEQS
from occ_media_cli.ledger.entry import Batch, Correction, Decision, Item, Later, Refusal, Row, Unfit
from occ_media_cli.store import record

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.ledger.append.prepare import Preparer
    from occ_media_cli.ledger.append.writer import Writer
    from occ_media_cli.ledger.words import Words

_STORED = f"""
SELECT r.key, r.salt IS NULL AS erased, r.id, r.ms, r.inbox, r.direction, r.name, r.channel, r.agent, r.customer,
  r.conversation, r.declared, r.detected, r.size, r.sha256, r.md5, r.outcome, r.reason, r.message, r.path, r.deleted
FROM record r WHERE r.seq IN {SEQS}"""


class Known(NamedTuple):
    """What the ledger holds under one key: the number of the inbox, and the row without a name of an inbox.

    A name may have changed since; the number never does. row: None where the personal values were erased.
    """

    inbox: int
    row: Row | None


def append_rows(writer: Writer, preparer: Preparer, batch: Batch) -> list[Refusal]:
    """Append the items of a batch in their order and return those that were refused."""
    refused: list[Refusal] = []
    pending: list[tuple[int, Row]] = []

    def refuse(position: int, problem: Unfit) -> None:
        refused.append(Refusal(batch.lines[position], problem.group, problem.detail, batch.raw_of(position)))

    def append_pending() -> None:
        for position, problem in _append_entries(writer, preparer, pending):
            refuse(position, problem)
        pending.clear()

    for position, item in enumerate(batch.whole()):
        row = item if isinstance(item, Row) else None
        if row is None:
            append_pending()  # a correction may speak of the entry just before it
            try:
                row = _append_other(writer, item)
            except Unfit as problem:
                refuse(position, problem)
        if row is not None:
            pending.append((position, row))
    append_pending()
    return refused


def _append_other(writer: Writer, item: Item) -> Row | None:
    """Append what is no entry; an entry to append instead, where it has one."""
    if isinstance(item, Later):
        _must_be_text(item.correction)
        try:
            append_correction(writer, item.correction, of_any_source=True)
        except UnknownEntry:
            if item.otherwise is None:
                writer.counts.skipped += 1
            return item.otherwise
        return None
    _must_be_text(item)
    if isinstance(item, Correction):
        append_correction(writer, item)
    elif isinstance(item, Decision):
        append_decision(writer, item)
    return None


def _must_be_text(item: Row | Correction | Decision) -> None:
    judge.texts((name, getattr(item, name)) for name in item.__struct_fields__ if isinstance(getattr(item, name), str))
    if not item.id:
        raise Unfit("bad value", "id is empty")


def _append_entries(writer: Writer, preparer: Preparer, rows: list[tuple[int, Row]]) -> list[tuple[int, Unfit]]:
    """Append the new ones of the rows; the positions of the refused ones, with the reason."""
    problems: list[tuple[int, Unfit]] = []
    fit: list[tuple[int, Row, int]] = []
    for position, row in rows:
        try:
            good = _in_stored_form(writer, row)
        except Unfit as problem:
            problems.append((position, problem.with_traceback(None)))  # its frames hold this list: a ring of garbage
        else:
            fit.append((position, good, writer.key(record.FILE, good.id)))
    known = _read_known(writer, [key for _, _, key in fit])
    new: list[Row] = []
    for position, row, key in fit:
        try:
            if key in known:
                _must_repeat(writer, known[key], row)
                writer.counts.duplicate += 1
            else:
                known[key] = Known(writer.inboxes.number(row.inbox), replace(row, inbox=""))
                new.append(row)
        except Unfit as problem:
            problems.append((position, problem.with_traceback(None)))
    if new:
        writer.insert_rows(preparer.prepare(new, judged=True), judged=True)
    return problems


def _in_stored_form(writer: Writer, row: Row) -> Row:
    """The row with its values in the form that the ledger stores, or Unfit.

    Its inbox is one that is there, or one that had this name once: a row that is known already may name it so.
    """
    _must_be_text(row)
    inbox = row.inbox if row.inbox in writer.inboxes.ids else unicodedata.normalize("NFC", row.inbox)
    if not writer.inboxes.had_name(inbox):
        writer.inboxes.number(inbox)  # raises, with the nearest name
    return replace(
        row,
        time=judge.moment(row.time, "time"),
        inbox=inbox,
        sha256=judge.digest(row.sha256, 32, "sha256").hex() if row.sha256 is not None else None,
        md5=judge.digest(row.md5, 16, "md5").hex() if row.md5 is not None else None,
        path=judge.path(row.path) if row.path is not None else None,
        deleted=judge.moment(row.deleted, "deleted") if row.deleted is not None else None,
    )


def _read_known(writer: Writer, keys: list[int]) -> dict[int, Known]:
    """What the ledger holds under some keys."""
    import sqlite3

    if not keys:
        return {}
    writer.settle()
    cursor = writer.connection.cursor()
    cursor.row_factory = sqlite3.Row
    found = cursor.execute(_STORED, (json.dumps(keys),))
    return {
        stored["key"]: Known(stored["inbox"], None if stored["erased"] else _row_of(stored, writer.words))
        for stored in found
    }


def _row_of(stored: sqlite3.Row, words: Words) -> Row:
    sha256, md5 = stored["sha256"], stored["md5"]
    return Row(
        id=stored["id"],
        time=stored["ms"],
        inbox="",
        direction=record.DIRECTIONS[stored["direction"]],  # type: ignore[arg-type]  # one of the two
        name=stored["name"],
        channel=words.text(stored["channel"]),
        agent=words.text(stored["agent"]),
        customer=stored["customer"],
        conversation=stored["conversation"],
        declared=words.text(stored["declared"]),
        detected=words.text(stored["detected"]),
        size=stored["size"],
        sha256=sha256.hex() if sha256 is not None else None,
        md5=md5.hex() if md5 is not None else None,
        outcome=record.OUTCOMES[stored["outcome"]],  # type: ignore[arg-type]  # one of the three
        reason=words.text(stored["reason"]),
        message=stored["message"],
        path=stored["path"],
        deleted=stored["deleted"],
    )


def _must_repeat(writer: Writer, known: Known, row: Row) -> None:
    """Unfit where a row with a known id says something else than what is in the ledger, with the field in words."""
    if known.row is None:
        return
    other = "inbox" if not writer.inboxes.had_name(row.inbox, known.inbox) else None
    if known.row != (new := replace(row, inbox="")):
        fields = Row.__struct_fields__
        changed = [name for name in fields if getattr(known.row, name) != getattr(new, name) or name == other]
        other = changed[0]
    if other == "id":
        raise Unfit("other content", f"id '{row.id}' has the same key as another id")
    if other is not None:
        raise Unfit("other content", f"id '{row.id}' is in the ledger with another {other}")
