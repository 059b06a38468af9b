"""What bodies say of messages that came before them: that a file failed, was deleted or taken back.

Bodies come in any order, and so do the files that they are kept in. One rule holds for all of it: what is known is
corrected at once, with every file of the message; what is not known yet waits until the source ends; and what is not
known then is left alone and counted, unless it tells of an attempt to send a file, which is an entry of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct
from typing import IO, TYPE_CHECKING

import msgspec  # noqa: TID253 - as in ledger.entry

from occ_media_cli.ledger.append.corrections import append_correction
from occ_media_cli.ledger.append.keys import SEQ
from occ_media_cli.ledger.entry import Batch, Correction, EntryRow, FilesDeleted, Later, Unfit
from occ_media_cli.vocabulary import FILE

if TYPE_CHECKING:
    from occ_media_cli.ledger.append.writer import Writer

_BY_KEY = f"SELECT seq, ms, channel FROM record WHERE seq IN {SEQ}"
_EDITS = "SELECT seq, ms, id FROM record WHERE seq > ? AND seq <= ? AND kind = ? AND source = ? AND instr(id, '@')"
_REASON = "SELECT reason FROM entry_now WHERE seq = ?"

_IN_MEMORY = 1_048_576
_BATCH = 500
_SIZES = Struct("<QII")


class Waiting:
    """What speaks of messages that were not known when it came, in its order: in a file, for it may be much."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None

    def add_item(self, item: Later, line: int, raw: bytes | None) -> None:
        """Keep one for the end. line, raw: where it stood, and as what, for the file of refused rows."""
        if self._file is None:
            import tempfile

            self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - `batches` closes it
        data, text = msgspec.msgpack.encode(item), raw or b""
        self._file.write(_SIZES.pack(line, len(data), len(text)) + data + text)

    def batches(self) -> Iterator[Batch]:
        """All that waits, which waits no longer then."""
        file, self._file = self._file, None
        if file is None:
            return
        decode = msgspec.msgpack.Decoder(Later).decode
        batch = Batch([], [], 0, refused=[], raw=[])
        with file:
            file.seek(0)
            while head := file.read(_SIZES.size):
                line, size, length = _SIZES.unpack(head)
                batch.items.append(decode(file.read(size)))
                batch.lines.append(line)  # type: ignore[union-attr]  # made as a list
                batch.raw.append(file.read(length))  # type: ignore[union-attr]  # as above
                if len(batch.items) == _BATCH:
                    yield batch
                    batch = Batch([], [], 0, refused=[], raw=[])
        if batch.items:
            yield batch


def append_later(writer: Writer, item: Later) -> bool:
    """Correct every entry of the message that an item speaks of; whether any is known."""
    writer.settle()
    known, number, suffix = 0, 0, ""
    while True:
        identity = item.correction.corrects + suffix
        found = _find(writer, identity, item.channels)
        if found is not None:
            known += 1
            seq, ms = found
            _correct(writer, item, suffix, seq, ms)
        elif number:
            break
        number += 1
        suffix = f"#{number}"
    if item.of_edits:
        for seq, ms, identity in _edits(writer).of_message(item.correction.corrects):
            known += 1
            _correct(writer, item, identity.removeprefix(item.correction.corrects), seq, ms)
    writer.counts.read += max(known - 1, 0)
    return known > 0


class KnownEdits:
    """The entries of files that edits put into messages: `MESSAGE@MOMENT`. They are read once, and then those that came
    since: nothing finds an entry by the first part of its id."""

    def __init__(self) -> None:
        self._read_to = 0
        self._found: dict[str, list[tuple[int, int, str]]] = {}

    def read(self, writer: Writer) -> None:
        """Take in what was added since."""
        rows = writer.connection.execute(
            _EDITS, (self._read_to, writer.seq, FILE, writer.words.find_code(writer.source))
        )
        for seq, ms, identity in rows:
            self._found.setdefault(identity.partition("@")[0], []).append((seq, ms, identity))
        self._read_to = writer.seq

    def of_message(self, identity: str) -> list[tuple[int, int, str]]:
        """Place, moment and id of each entry of a message, in their order."""
        return self._found.get(identity, [])


def _edits(writer: Writer) -> KnownEdits:
    if writer.edits is None:
        writer.edits = KnownEdits()
    writer.edits.read(writer)
    return writer.edits


def shown_after_all(row: EntryRow) -> Later:
    """That a file which its platform kept back is shown now, as a row of it says. Nobody says since when."""
    reason = row.reason or "shown by the platform after it was kept back"
    fix = Correction(f"{row.id}:delivered", 0, row.id, outcome="delivered", reason=reason)
    return Later(fix, once=True, is_undated=True)


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
            writer.counts.read += number > 1  # each reason is a row, the first being the deletion itself
            own = f"{file}:deleted" if number == 1 else f"{file}:deleted#{number}"
            _correct(writer, Later(Correction(own, time, identity, reason=item.reason), once=True), "", seq, time)
        again = item.said_again.get(file, 0)
        writer.counts.duplicate += again if shares else 0
        writer.counts.skipped += 0 if shares else 1 + again
        writer.counts.unknown += not shares


def _find(writer: Writer, identity: str, channels: frozenset[str] | None) -> tuple[int, int] | None:
    """Place and moment of the entry of an id: of the own source, else of any. One of another channel is another one,
    because ids of two platforms may be the same number."""
    for key in (writer.key(FILE, identity), *writer.entry_keys(identity)):
        row = writer.connection.execute(_BY_KEY, (key,)).fetchone()
        if row is not None and (channels is None or writer.words.text(row[2]) in channels):
            return row[0], row[1]
    return None


def _reason_now(writer: Writer, seq: int) -> str | None:
    return writer.words.text(writer.connection.execute(_REASON, (seq,)).fetchone()[0])


def _correct(writer: Writer, item: Later, suffix: str, seq: int, ms: int) -> None:
    fix = item.correction
    if suffix or item.is_undated:
        fix = msgspec.structs.replace(
            fix, id=fix.id + suffix, corrects=fix.corrects + suffix, time=ms if item.is_undated else fix.time
        )
    if item.outdated_by is not None and item.outdated_by == _reason_now(writer, seq):
        writer.counts.duplicate += 1
        return
    try:
        append_correction(writer, fix, seq=seq)
    except Unfit as problem:
        if not item.once or problem.group != "other content":
            raise
        writer.counts.duplicate += 1  # deleted is deleted: the first word stands, whenever another one says that it was
