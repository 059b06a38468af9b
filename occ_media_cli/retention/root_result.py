"""The result of verifying a root: the files that disagree with the ledger, counted, listed and put on record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from occ_media_cli.store import chain, who

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.places.storage import Storage

CODES = ("surviving-bytes", "missing-bytes", "moved", "changed-bytes", "orphan", "unreadable")
"""The kinds of disagreement, in the order in which they are told."""

LISTED = 10_000
"""The most files that one verification records by entry; the counts say how many there are."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A file that does not agree with the ledger. entry: its place in the chain, None for an orphan."""

    code: str
    words: str
    path: str
    entry: int | None = None
    source: str | None = None
    name: str | None = None


@dataclass(slots=True)
class RootResult:
    """The result of a verification.

    files: those that were there; skipped: links and what is no regular file; older: versions of a bucket that are not
    the newest; right: files that agree; waiting: in quarantine.
    """

    files: int = 0
    skipped: int = 0
    older: int = 0
    right: int = 0
    bytes: int = 0
    waiting: int = 0
    wrong: list[Wrong] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CODES, 0))

    def add_wrong(self, wrong: Wrong) -> None:
        """Count what is wrong, and list it while there is room."""
        self.counts[wrong.code] += 1
        if self.counts[wrong.code] <= LISTED:
            self.wrong.append(wrong)

    @property
    def ok(self) -> bool:
        """Whether everything agrees. A file that could not be read is no disagreement."""
        return not any(number for code, number in self.counts.items() if code != "unreadable")


def record_verification(
    connection: sqlite3.Connection, result: RootResult, storage: Storage, stamp: chain.Stamp
) -> int:
    """Append what was found to the chain, without names: the view `verification` and the audit read it."""
    from occ_media_cli.store.connect import transaction

    stamp = who.renewed(stamp)
    with transaction(connection):
        seq, state = chain.head(connection)
        body = {
            "subject": "retention", "ok": int(result.ok), "entries": result.right, "seq": seq, "head": state.hex(),
            "root": storage.value()["path"], "counts": result.counts, "problems": [], "checkpoint": None,
            "files": [{"code": item.code, "entry": item.entry} for item in result.wrong if item.entry is not None],
        }  # fmt: skip
        return chain.append(connection, [chain.Event("verification", body, stamp.now)], stamp)[0]
