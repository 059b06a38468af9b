"""Corrections: later facts about an entry, chained like it, and what they come to in `amendment`."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from typing import TYPE_CHECKING

from occ_media_cli.ledger import entries_sql as sql
from occ_media_cli.ledger import judge, totals
from occ_media_cli.ledger.entry import Correction, Unfit
from occ_media_cli.ledger.keys import SEQ
from occ_media_cli.store import canonical, chain, record

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.ledger.append import Appender

_FIXED = ("inbox", "direction", "name", "channel", "agent", "customer", "conversation", "declared", "message", "path")

TARGET = f"""
SELECT r.seq, r.ms, r.inbox, r.direction, r.ext, CASE r.direction WHEN 0 THEN w.text ELSE r.customer END,
  {sql.OUTCOME}, {sql.DETECTED}, {sql.SIZE}, {sql.SHA256}, {sql.DELETED}
FROM {sql.FROM} LEFT JOIN word w ON w.code = r.agent WHERE r.seq = ?"""
"""An entry as it stands: its place in the chain and in the totals, its sender, and the values of a totals.State."""

_BY_KEY = TARGET.replace("r.seq = ?", f"r.seq IN {SEQ}")

_FIXED_VALUES = """
SELECT i.name, r.direction, r.name, r.channel, r.agent, r.customer, r.conversation, r.declared, r.message, r.path,
  r.salt IS NULL FROM record r JOIN inbox_state i ON i.id = r.inbox WHERE r.seq = ?"""

_AMEND = """
INSERT INTO amendment (seq, last, outcome, reason, detected, size, sha256, md5, deleted)
VALUES (?, ?, ?, nullif(?, 0), nullif(?, 0), ?, ?, ?, ?)
ON CONFLICT (seq) DO UPDATE SET last = excluded.last, outcome = coalesce(excluded.outcome, outcome),
  reason = coalesce(excluded.reason, reason), detected = coalesce(excluded.detected, detected),
  size = coalesce(excluded.size, size), sha256 = coalesce(excluded.sha256, sha256),
  md5 = coalesce(excluded.md5, md5), deleted = coalesce(excluded.deleted, deleted)"""

_INSERT = """
INSERT INTO record (seq, key, kind, source, ms, inbox, direction, outcome, channel, agent, declared, detected, ext,
  reason, size, sha256, md5, deleted, corrects, id, customer, conversation, name, path, message, salt, link)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


def chained(appender: Appender, public: dict[str, object], personal: dict[str, str | None]) -> int:
    """Chain and insert one record that is no file. `public` has texts for words; what it leaves out is NULL."""
    seq = appender.seq + 1
    values = [seq if name == "seq" else public.get(name) for name in record.COLUMNS]
    texts = [value.hex() if isinstance(value, bytes) else value for value in values]
    secret = [personal.get(name) for name in record.PERSONAL]
    salt = os.urandom(chain.SALT_BYTES)
    commitment = sha256(salt + canonical.encode(secret)).digest()
    state = chain.advance(appender.state, commitment, ["record", *texts])
    coded = [
        (appender.words.code(str(value)) if value is not None else 0) if name in record.WORDS else value
        for name, value in zip(record.COLUMNS, values, strict=True)
    ]
    appender.connection.execute(_INSERT, (*coded, *secret, salt, state[: chain.LINK_BYTES]))
    appender.seq, appender.state = seq, state
    return seq


class UnknownEntry(Unfit):
    """The entry that a correction speaks of is not in the ledger."""


def add(appender: Appender, item: Correction, *, of_any_source: bool = False, seq: int | None = None) -> None:
    """Append a correction. Unfit where it speaks of an unknown entry, or changes what cannot be corrected.

    of_any_source: look for the entry in its own source first, and then in all others. seq: the entry itself, where it
    is known already.
    """
    appender.settle()
    connection = appender.connection
    ms = judge.moment(item.time, "time")
    target = None
    if seq is not None:
        target = connection.execute(TARGET, (seq,)).fetchone()
    else:
        keys = [record.key_of(appender.prefixes[record.FILE], item.corrects)]
        if of_any_source:
            keys += json.loads(appender.entry_keys(item.corrects))
        for key in keys:
            target = target or connection.execute(_BY_KEY, (key,)).fetchone()
    if target is None:
        raise UnknownEntry("unknown entry", f"corrects '{item.corrects}', which is not in the ledger")
    totals.catch_up(connection)
    entry, entry_ms, inbox, direction, ext, sender, *values = target
    before = totals.State(*values)
    _agree(connection, appender, entry, item)
    public: dict[str, object] = {
        "key": record.key_of(appender.prefixes[record.CORRECTION], item.id),
        "kind": record.CORRECTION,
        "source": appender.source,
        "ms": ms,
        "inbox": inbox,
        "direction": direction,
        "outcome": record.OUTCOMES.index(item.outcome) if item.outcome is not None else None,
        "detected": item.detected,
        "reason": item.reason,
        "size": item.size,
        "sha256": judge.digest(item.sha256, 32, "sha256") if item.sha256 is not None else None,
        "md5": judge.digest(item.md5, 16, "md5") if item.md5 is not None else None,
        "deleted": judge.moment(item.deleted, "deleted") if item.deleted is not None else None,
        "corrects": entry,
    }
    if _repeats(connection, appender, public, item.id):
        appender.counts.duplicate += 1
        return
    seq = chained(appender, public, {"id": item.id})
    code = appender.words.find
    connection.execute(
        _AMEND,
        (entry, seq, public["outcome"], code(item.reason), code(item.detected), item.size, public["sha256"],
         public["md5"], public["deleted"]),
    )  # fmt: skip
    after = totals.State(
        before.outcome if item.outcome is None else record.OUTCOMES.index(item.outcome),
        code(item.detected) or before.detected,
        before.size if item.size is None else item.size,
        public["sha256"] or before.sha256,  # type: ignore[arg-type]  # what judge.digest returns
        public["deleted"] if item.deleted is not None else before.deleted,  # type: ignore[arg-type]  # a moment
    )
    totals.move(connection, (entry_ms, inbox, direction, ext), sender, before, after)
    appender.counts.new += 1


def _agree(connection: sqlite3.Connection, appender: Appender, entry: int, item: Correction) -> None:
    if all(getattr(item, name) is None for name in _FIXED):
        return
    row = connection.execute(_FIXED_VALUES, (entry,)).fetchone()
    text = appender.words.text
    inbox, direction, name, channel, agent, customer, conversation, declared, message, path, erased = row
    values = (inbox, record.DIRECTIONS[direction], name, text(channel), text(agent), customer, conversation,
              text(declared), message, path)  # fmt: skip
    for field, value in zip(_FIXED, values, strict=True):
        given = getattr(item, field)
        if given is not None and given != value and not (erased and field in record.PERSONAL):
            raise Unfit("not correctable", f"corrects '{item.corrects}' with another {field}, which is fixed")


def _repeats(connection: sqlite3.Connection, appender: Appender, public: dict[str, object], identity: str) -> bool:
    row = connection.execute(
        f"SELECT ms, outcome, detected, reason, size, sha256, md5, deleted, corrects FROM record WHERE seq IN {SEQ}",
        (public["key"],),
    ).fetchone()
    if row is None:
        return False
    text = appender.words.text
    ms, outcome, detected, reason, *rest = row
    found = (ms, outcome, text(detected), text(reason), *rest)
    names = ("ms", "outcome", "detected", "reason", "size", "sha256", "md5", "deleted", "corrects")
    for name, before in zip(names, found, strict=True):
        if public[name] != before:
            field = "time" if name == "ms" else name
            raise Unfit("other content", f"id '{identity}' is in the ledger with another {field}")
    return True
