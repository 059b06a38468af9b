"""What the ledger knows under the key of a row that comes again, and what such a row may say beside it.

Most rows that come again repeat their entry. Some tell of the file behind a failed attempt, or of one that is shown
after all; one that says anything else is refused.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.structs import replace  # noqa: TID253 - as in ledger.entry

from occ_media_cli.ledger.append.keys import SEQS
from occ_media_cli.ledger.entry import ALLOWED, MALWARE, EntryRow, Unfit, is_attempt
from occ_media_cli.vocabulary import DIRECTIONS, OUTCOMES

if TYPE_CHECKING:
    from occ_media_cli.ledger.append.writer import Writer

_FIELDS = """id, ms, inbox, direction, name, channel, agent, customer, conversation, declared, detected, size, sha256,
  md5, outcome, reason, message, path, deleted"""
"""The columns that hold the fields of an EntryRow, in their order."""

_STORED = f"SELECT seq, key, salt IS NULL, {_FIELDS} FROM record WHERE seq IN {SEQS}"
_NOW = f"SELECT {_FIELDS} FROM entry_now WHERE seq = ?"


class Known(NamedTuple):
    """The stored row under one key: the number of the inbox, and the row with the name that this has now.

    The name may be another one than the row came with; the number never is. row: None where the personal values were
    erased. seq: None where it is of the rows that are being appended, or erased and not in this store.
    """

    inbox: int
    row: EntryRow | None
    seq: int | None = None


def read_known(writer: Writer, asked: list[tuple[int, str]]) -> dict[int, Known]:
    """Read what is known under some keys, which come with their ids: the stored rows, and those that were erased before
    the store was replaced by a backup that does not have them."""
    found = {key: Known(0, None) for key, identity in asked if writer.unseen.is_erased(key, identity)}
    if not asked:
        return found
    writer.settle()
    for seq, key, erased, *values in writer.connection.execute(_STORED, (json.dumps([key for key, _ in asked]),)):
        inbox = values[EntryRow.__struct_fields__.index("inbox")]
        found[key] = Known(inbox, None if erased else row_of(writer, values), seq)
    return found


def row_of(writer: Writer, values: Sequence[Any]) -> EntryRow:
    """The row that comes to the stored values of `_FIELDS`."""
    stored = dict(zip(EntryRow.__struct_fields__, values, strict=True))
    stored["inbox"] = writer.inboxes.names[stored["inbox"]]
    stored["direction"] = DIRECTIONS[stored["direction"]]
    stored["outcome"] = OUTCOMES[stored["outcome"]]
    for name in ("channel", "agent", "declared", "detected", "reason"):
        stored[name] = writer.words.text(stored[name])
    for name in ("sha256", "md5"):
        if stored[name] is not None:
            stored[name] = stored[name].hex()
    return EntryRow(**stored)


def is_file_of(known: Known, row: EntryRow) -> bool:
    """Whether a row tells of the file whose failed attempt alone was known so far."""
    before = known.row
    return (
        before is not None
        and known.seq is not None
        and is_attempt(before)
        and not is_attempt(row)
        and (before.inbox, before.direction, before.channel) == (row.inbox, row.direction, row.channel)
    )


def is_shown_now(writer: Writer, known: Known, row: EntryRow) -> bool:
    """Whether a row tells of a file that its platform kept back when it was recorded, and does no longer; what a scan
    found is taken back in words only."""
    before = known.row
    if before is None or known.seq is None or before.outcome != "blocked" or row.outcome != "delivered":
        return False
    if before.reason == MALWARE:
        return False
    now = row_of(writer, writer.connection.execute(_NOW, (known.seq,)).fetchone())
    return now.outcome == "blocked" and replace(now, outcome=row.outcome, reason=row.reason) == row


def must_repeat(writer: Writer, known: Known, row: EntryRow, *, so_far: bool = False) -> None:
    """Unfit where a row with a known id says something else than what is in the ledger, with the field in words.

    What an entry came to after its corrections may be said as well as what it was first: an export says that. so_far:
    and that it had not failed yet, where a failure was recorded before.
    """
    if known.row is None or known.row == row:
        return
    said = [known.row]
    if known.seq is not None:
        said += [row_of(writer, values) for values in writer.connection.execute(_NOW, (known.seq,))]
    if so_far and row.outcome == "delivered" and _is_newer(known.row, said[-1], row):
        row = replace(row, outcome=said[-1].outcome, reason=said[-1].reason)
    for name in EntryRow.__struct_fields__:
        value = getattr(row, name)
        if value in [getattr(each, name) for each in said]:
            continue
        if name == "inbox" and writer.inboxes.had_name(row.inbox, known.inbox):
            continue
        if name == "id":
            raise Unfit("other content", f"id '{row.id}' has the same key as another id")
        raise Unfit("other content", f"id '{row.id}' is in the ledger with another {name}")


def _is_newer(before: EntryRow, now: EntryRow, row: EntryRow) -> bool:
    """Whether what an entry is now is newer than a row that says it was delivered: a failure, what a scan found, or
    that it is shown after all."""
    if now.outcome == "delivered":
        return before.outcome == "blocked" or (row.reason is None and now.reason == ALLOWED)
    return now.outcome == "failed" or now.reason == MALWARE
