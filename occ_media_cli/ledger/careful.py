"""The careful way of rows into the ledger: one by one, deciding what is new, a duplicate or refused.

Everything that the quick way of `ledger.append` does not handle comes here: repeats, corrections, decisions, rows with
a mistake, and values in another form than the stored one.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from occ_media_cli.ledger import corrections, decisions, judge
from occ_media_cli.ledger.entry import Batch, Correction, Decision, Item, Later, Refusal, Row, Unfit
from occ_media_cli.ledger.keys import SEQS
from occ_media_cli.store import record

if TYPE_CHECKING:
    from occ_media_cli.ledger.append import Appender

Content = tuple[object, ...]
"""What two rows of one id must share to be the same entry."""

_STORED = f"""
SELECT r.key, r.salt IS NULL, r.id, r.ms, r.inbox, r.direction, r.name, r.channel, r.agent, r.customer,
  r.conversation, r.declared, r.detected, r.size, r.sha256, r.md5, r.outcome, r.reason, r.message, r.path, r.deleted
FROM record r WHERE r.seq IN {SEQS}"""

ERASED = None
"""Stands for the content of an entry whose personal values are gone."""


def add(appender: Appender, batch: Batch) -> list[Refusal]:
    """Append the items of a batch in their order and return those that were refused."""
    refused: list[Refusal] = []
    pending: list[tuple[int, Row]] = []

    def refuse(position: int, problem: Unfit) -> None:
        refused.append(Refusal(batch.lines[position], problem.group, problem.detail, batch.raw_of(position)))

    def settle() -> None:
        for position, problem in _entries(appender, pending):
            refuse(position, problem)
        pending.clear()

    for position, item in enumerate(batch.whole()):
        row = item if isinstance(item, Row) else None
        if row is None:
            settle()  # a correction may speak of the entry just before it
            try:
                row = _other(appender, item)
            except Unfit as problem:
                refuse(position, problem)
        if row is not None:
            pending.append((position, row))
    settle()
    return refused


def _other(appender: Appender, item: Item) -> Row | None:
    """Append what is no entry; an entry to append instead, where it has one."""
    if isinstance(item, Later):
        _fit(item.correction)
        try:
            corrections.add(appender, item.correction, of_any_source=True)
        except corrections.UnknownEntry:
            if item.otherwise is None:
                appender.counts.skipped += 1
            return item.otherwise
        return None
    _fit(item)
    if isinstance(item, Correction):
        corrections.add(appender, item)
    elif isinstance(item, Decision):
        decisions.add(appender, item)
    return None


def _fit(item: Row | Correction | Decision) -> None:
    judge.texts((name, getattr(item, name)) for name in item.__struct_fields__ if isinstance(getattr(item, name), str))
    if not item.id:
        raise Unfit("bad value", "id is empty")


def judged(appender: Appender, row: Row) -> Row:
    """The row with its values in the stored form, or Unfit."""
    _fit(row)
    appender.inboxes.number(row.inbox)
    return Row(
        row.id,
        judge.moment(row.time, "time"),
        row.inbox if row.inbox in appender.inboxes.ids else _normal(row.inbox),
        row.direction,
        row.name,
        row.channel,
        row.agent,
        row.customer,
        row.conversation,
        row.declared,
        row.detected,
        row.size,
        judge.digest(row.sha256, 32, "sha256").hex() if row.sha256 is not None else None,
        judge.digest(row.md5, 16, "md5").hex() if row.md5 is not None else None,
        row.outcome,
        row.reason,
        row.message,
        judge.path(row.path) if row.path is not None else None,
        judge.moment(row.deleted, "deleted") if row.deleted is not None else None,
    )


def _normal(name: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFC", name)


def _entries(appender: Appender, rows: list[tuple[int, Row]]) -> list[tuple[int, Unfit]]:
    """Append the new ones of the rows; the positions of the refused ones, with the reason."""
    problems: list[tuple[int, Unfit]] = []
    fit: list[tuple[int, Row, int]] = []
    prefix = appender.prefixes[record.FILE]
    for position, row in rows:
        try:
            good = judged(appender, row)
        except Unfit as problem:
            problems.append((position, problem.with_traceback(None)))  # its frames hold this list: a ring of garbage
        else:
            fit.append((position, good, record.key_of(prefix, good.id)))
    known = stored(appender, [key for _, _, key in fit])
    new: list[Row] = []
    for position, row, key in fit:
        content = _content(appender, row)
        if key not in known:
            known[key] = content
            new.append(row)
        elif known[key] is ERASED or known[key] == content:
            appender.counts.duplicate += 1
        else:
            problems.append((position, Unfit("other content", difference(row.id, known[key], content))))
    if new:
        appender.insert(appender.preparer.prepare(new, judged=True), judged=True)
    return problems


def _content(appender: Appender, row: Row) -> Content:
    return (
        row.id, row.time, appender.inboxes.ids[row.inbox], row.direction, row.name, row.channel, row.agent,
        row.customer, row.conversation, row.declared, row.detected, row.size, row.sha256, row.md5, row.outcome,
        row.reason, row.message, row.path, row.deleted,
    )  # fmt: skip


def stored(appender: Appender, keys: list[int]) -> dict[int, Content | None]:
    """What the ledger holds under some keys, in the order of a Row's fields."""
    found: dict[int, Content | None] = {}
    if not keys:
        return found
    appender.settle()
    text = appender.words.text
    for values in appender.connection.execute(_STORED, (json.dumps(keys),)):
        (key, erased, identity, ms, inbox, direction, name, channel, agent, customer, conversation, declared, detected,
         size, sha256, md5, outcome, reason, message, path, deleted) = values  # fmt: skip
        found[key] = ERASED if erased else (
            identity, ms, inbox, record.DIRECTIONS[direction], name, text(channel), text(agent), customer,
            conversation, text(declared), text(detected), size, sha256.hex() if sha256 is not None else None,
            md5.hex() if md5 is not None else None, record.OUTCOMES[outcome], text(reason), message, path, deleted,
        )  # fmt: skip
    return found


def difference(identity: str, old: Content | None, new: Content) -> str:
    """Which field of a repeated id is another one, in words."""
    for name, before, after in zip(Row.__struct_fields__, old or (), new, strict=False):
        if before != after:
            if name == "id":
                return f"id '{identity}' has the same key as another id"
            return f"id '{identity}' is in the ledger with another {name}"
    return f"id '{identity}' is in the ledger with other content"
