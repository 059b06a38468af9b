"""One line that the gate was asked with: the entry in it, or why it is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.decide import gate
from occ_media_cli.decoding import Undecodable, decode
from occ_media_cli.ledger import row_values
from occ_media_cli.ledger.entry import LONGEST_LINE, EntryRow, Unfit
from occ_media_cli.ledger.sources.fields import decoded, made

if TYPE_CHECKING:
    from occ_media_cli.media.problems import Problem


class AskedEntry(EntryRow, gc=False):
    """An entry that the gate is asked about. sha1: hex or base64, held to the bytes at its path and not kept. language:
    a tag such as `pt-BR`, of whom the answer is for; not kept either."""

    sha1: str | None = None
    language: str | None = None


class GateLine:
    """One line. `row` is the entry; `problem` says that there is none; `answer` comes later."""

    __slots__ = ("answer", "identity", "problem", "row", "sha256")

    def __init__(self, line: bytes) -> None:
        self.row: AskedEntry | None = None
        self.answer: gate.GateAnswer | None = None
        self.problem: Problem | None = None
        self.sha256: str | None = None
        try:
            self.row = _entry(line)
            self.identity: str | None = self.row.id
        except Unfit as error:
            self.identity = _identity(line)
            self.problem = gate.malformed(error.detail, help_for(error.group))

    def refuse(self, why: str, help_: str) -> None:
        """Make it a malformed line after all."""
        self.row, self.answer, self.problem = None, None, gate.malformed(why, help_)


_HELP = {
    "bad json": gate.ONE_ENTRY, "not JSON": gate.ONE_ENTRY, "not UTF-8": "send it as UTF-8",
    "not Unicode": "send it as UTF-8, with whole characters",
    "too long": "leave out what is no field of an entry", "key twice": "state each field once",
    "bad number": "write numbers in up to 19 digits", "bad time": "write the time like 2026-03-01T10:00:00Z",
    "bad size": "state the bytes of the file as a whole number, or leave the size out",
    "bad hash": "state the hash of the file, or leave it out", "bad direction": "write send or receive",
    "path outside": "name the file by its path below the root", "NUL": "leave the NUL character out",
    "unknown inbox": "name an inbox of the store",
}  # fmt: skip


def help_for(group: str) -> str:
    """What to do about an entry that is refused for a reason of a group, as `Unfit` has them."""
    missing = group.removeprefix("no ") if group.startswith("no ") else None
    return f"state the {missing}" if missing else _HELP.get(group, "mend what it names, and ask again")


def _entry(line: bytes) -> AskedEntry:
    if len(line) > LONGEST_LINE:
        raise Unfit("too long", f"the line has more than {LONGEST_LINE:,} bytes")
    try:
        values = decode(line, largest=LONGEST_LINE, written=True)
    except Undecodable as error:
        words = f"it {error}" if error.words.startswith("has ") else str(error)
        raise Unfit(error.group, f"the line is no entry: {words}") from None
    if not isinstance(values, dict):
        raise Unfit("bad json", "the line is no entry: it is not a JSON object")
    row = made(AskedEntry, values)
    row_values.moment(row.time, "time")
    row_values.texts((name, getattr(row, name)) for name in ("id", "name", "path", "customer", "inbox", "language"))
    if row.path is not None:
        row_values.path(row.path)
    for name, length in row_values.HASHES.items():
        if (stated := getattr(row, name)) is not None:
            setattr(row, name, row_values.digest(stated, length, name).hex())
    if not row.id:
        raise Unfit("bad value", "id is empty")
    return row


def _identity(line: bytes) -> str | None:
    """The id of a line that is JSON but no entry, so that the asker can tell which one was refused."""
    if len(line) > LONGEST_LINE:
        return None
    try:
        identity = decoded(line, LONGEST_LINE, "the line").get("id")
    except Unfit:
        return None
    return identity if isinstance(identity, str) else None
