"""Corrections: later facts about an entry, chained as records of their own. `amendment` holds their sum for
each entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.ledger import entries_sql as sql
from occ_media_cli.ledger import row_values, totals
from occ_media_cli.ledger.append.keys import SEQ
from occ_media_cli.ledger.append.writer import chain_record
from occ_media_cli.ledger.entry import Correction, Unfit
from occ_media_cli.store import record
from occ_media_cli.vocabulary import CORRECTION, DIRECTIONS, FILE, OUTCOMES

if TYPE_CHECKING:
    from occ_media_cli.ledger.append.writer import Writer

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


class UnknownEntry(Unfit):
    """The entry that a correction speaks of is not in the ledger."""


def append_correction(writer: Writer, item: Correction, *, seq: int | None = None) -> None:
    """Append a correction. Unfit where it speaks of an unknown entry, or changes what cannot be corrected.

    seq: the entry itself, where it is known already.
    """
    writer.settle()
    connection = writer.connection
    ms = row_values.moment(item.time, "time")
    which = (TARGET, (seq,)) if seq is not None else (_BY_KEY, (writer.key(FILE, item.corrects),))
    target = connection.execute(*which).fetchone()
    if target is None:
        raise UnknownEntry("unknown entry", f"corrects '{item.corrects}', which is not in the ledger")
    totals.catch_up(connection)
    entry, entry_ms, inbox, direction, ext, sender, *values = target
    before = totals.CountedState(*values)
    _must_agree(writer, entry, inbox, item)
    public: dict[str, object] = {
        "key": writer.key(CORRECTION, item.id),
        "kind": CORRECTION,
        "source": writer.source,
        "ms": ms,
        "inbox": inbox,
        "direction": direction,
        "outcome": OUTCOMES.index(item.outcome) if item.outcome is not None else None,
        "detected": item.detected,
        "reason": item.reason,
        "size": item.size,
        "sha256": row_values.digest(item.sha256, 32, "sha256") if item.sha256 is not None else None,
        "md5": row_values.digest(item.md5, 16, "md5") if item.md5 is not None else None,
        "deleted": row_values.moment(item.deleted, "deleted") if item.deleted is not None else None,
        "corrects": entry,
    }
    if _repeats(writer, public, item.id):
        writer.counts.duplicate += 1
        return
    seq = chain_record(writer, public, {"id": item.id})
    code = writer.words.find_code
    connection.execute(
        _AMEND,
        (entry, seq, public["outcome"], code(item.reason), code(item.detected), item.size, public["sha256"],
         public["md5"], public["deleted"]),
    )  # fmt: skip
    after = totals.CountedState(
        before.outcome if item.outcome is None else OUTCOMES.index(item.outcome),
        code(item.detected) or before.detected,
        before.size if item.size is None else item.size,
        public["sha256"] or before.sha256,  # type: ignore[arg-type]  # what judge.digest returns
        public["deleted"] if item.deleted is not None else before.deleted,  # type: ignore[arg-type]  # a moment
    )
    totals.move(connection, (entry_ms, inbox, direction, ext), sender, before, after)
    writer.counts.new += 1


def _must_agree(writer: Writer, entry: int, inbox: int, item: Correction) -> None:
    if all(getattr(item, name) is None for name in _FIXED):
        return
    row = writer.connection.execute(_FIXED_VALUES, (entry,)).fetchone()
    text = writer.words.text
    now_called, direction, name, channel, agent, customer, conversation, declared, message, path, erased = row
    values = (now_called, DIRECTIONS[direction], name, text(channel), text(agent), customer, conversation,
              text(declared), message, path)  # fmt: skip
    for field, value in zip(_FIXED, values, strict=True):
        given = getattr(item, field)
        if field == "inbox" and given is not None and writer.inboxes.had_name(given, inbox):
            continue  # it was renamed since
        if given is not None and given != value and not (erased and field in record.PERSONAL):
            raise Unfit("not correctable", f"corrects '{item.corrects}' with another {field}, which is fixed")


def _repeats(writer: Writer, public: dict[str, object], identity: str) -> bool:
    row = writer.connection.execute(
        f"SELECT ms, outcome, detected, reason, size, sha256, md5, deleted, corrects FROM record WHERE seq IN {SEQ}",
        (public["key"],),
    ).fetchone()
    if row is None:
        return False
    text = writer.words.text
    ms, outcome, detected, reason, *rest = row
    found = (ms, outcome, text(detected), text(reason), *rest)
    names = ("ms", "outcome", "detected", "reason", "size", "sha256", "md5", "deleted", "corrects")
    for name, before in zip(names, found, strict=True):
        if public[name] != before:
            field = "time" if name == "ms" else name
            raise Unfit("other content", f"id '{identity}' is in the ledger with another {field}")
    return True
