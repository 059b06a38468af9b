"""What a platform says was deleted: a reason for each entry of it that is known, and nothing for the others.

The entry and its outcome stay, and so does `deleted`: the copy that was stored is still there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.ledger.append.corrections import append_correction
from occ_media_cli.ledger.append.keys import SEQ
from occ_media_cli.ledger.entry import Correction, Deletion, FilesDeleted, Unfit
from occ_media_cli.vocabulary import FILE

if TYPE_CHECKING:
    from occ_media_cli.ledger.append.writer import Writer


def append_deletion(writer: Writer, item: Deletion) -> None:
    """Correct the entries of messages that were deleted; one where none of them is known counts as skipped."""
    writer.settle()
    any_known = False
    for identity in item.ids:
        row = writer.connection.execute(
            f"SELECT seq, ms FROM record WHERE seq IN {SEQ}", (writer.key(FILE, identity),)
        ).fetchone()
        if row is not None:
            writer.counts.read += any_known  # each reason is a row, the first being the deletion itself
            any_known = True
            seq, ms = row
            _correct(writer, f"{identity}:deleted", seq, identity, ms if item.time is None else item.time, item.reason)
    writer.counts.skipped += not any_known


def append_files_deleted(writer: Writer, item: FilesDeleted) -> None:
    """Correct every share of files that were deleted; a file of which no share is known counts as skipped."""
    writer.settle()
    found: dict[str, list[tuple[int, str]]] = {}
    for seq, identity in writer.connection.execute(
        "SELECT seq, id FROM record WHERE kind = ? AND source = ? AND id IS NOT NULL ORDER BY seq",
        (FILE, writer.words.find_code(writer.source)),
    ):
        file = identity.rpartition(":")[2]
        if file in item.times:
            found.setdefault(file, []).append((seq, identity))
    for file, time in item.times.items():
        shares = found.get(file, [])
        for number, (seq, identity) in enumerate(shares, start=1):  # their order never changes, and so no id does
            writer.counts.read += number > 1
            own = f"{file}:deleted" if number == 1 else f"{file}:deleted#{number}"
            _correct(writer, own, seq, identity, time, item.reason)
        again = item.said_again.get(file, 0)
        writer.counts.duplicate += again if shares else 0
        writer.counts.skipped += 0 if shares else 1 + again


def _correct(writer: Writer, own: str, seq: int, identity: str, time: int, reason: str) -> None:
    try:
        append_correction(writer, Correction(own, time, identity, reason=reason), seq=seq)
    except Unfit as problem:
        if problem.group != "other content":
            raise
        writer.counts.duplicate += 1  # deleted is deleted: the first word stands, whenever another one says that it was
