"""The files of the library at a moment, with what the inboxes that ask may do with each: it is asked, as everywhere,
of `library_allowed`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from occ_media_cli.library.allowed import sendable
from occ_media_cli.library.library_match import OTHER_INBOX, KnownFile
from occ_media_cli.library.library_names import is_erased
from occ_media_cli.library.library_states import IS_APPROVED, STATE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

_FILES = f"""SELECT l.name, l.version, {STATE} AS state, l.path, l.type, l.size, l.sha256, l.expires_ms, l.proposed_by,
  l.retired_reason, l.document, l.seq, l.place, l.proposal, l.approved_ms FROM library l WHERE """


class KnownFiles:
    """Reads them. inboxes: the numbers of those that would send, each of which must be allowed to; without any, whether
    some inbox may. unrecorded: inboxes whose tags in the document are not on record, and that may send nothing by
    them."""

    def __init__(
        self, connection: sqlite3.Connection, now: int, inboxes: Sequence[int] = (),
        unrecorded: frozenset[int] = frozenset(),
    ) -> None:  # fmt: skip
        self.connection, self.now, self.inboxes, self.unrecorded = connection, now, inboxes, unrecorded

    def select(self, where: str, may: dict[tuple[int, int], bool] | None = None, **values: object) -> list[KnownFile]:
        """Those that a condition over l, a row of `library`, takes. may: what `sendable` says, if that is known."""
        rows = self.connection.execute(_FILES + where, {"now": self.now, **values}).fetchall()
        if may is None:
            may = {}
            for content in {row[6] for row in rows}:
                may.update(sendable(self.connection, self.now, self.inboxes, content, self.unrecorded))
        found = [KnownFile(row[0], row[1], _state(row[2], may.get(row[11:13])), *row[3:14]) for row in rows]
        return [replace(each, approved=row[14]) for each, row in zip(found, rows, strict=True)]

    def at(self, event: int, place: int) -> list[KnownFile]:
        """The one at a place of a proposal."""
        return self.select("l.seq = :event AND l.place = :place", event=event, place=place)

    def current(self, file: KnownFile, type_: str = "") -> KnownFile | None:
        """The file of the same document that may be sent now: one of the asked type before others."""
        if file.state == "approved" and type_ in ("", file.type):
            return file
        return self.most_like(file, "approved", type_)

    def most_like(self, file: KnownFile, state: str, type_: str = "") -> KnownFile | None:
        """Of the files of the same document that are approved now and in a state, the one most like a file: of the
        newest approval; of the asked type, or else of that of the file; itself; of its name."""
        files = self.select(f"l.document = :document AND {IS_APPROVED}", document=file.document)
        name = file.path.rpartition("/")[2]
        return max(
            (each for each in files if each.state == state),
            key=lambda each: (
                each.event,
                each.type == (type_ or file.type),
                (each.event, each.place) == (file.event, file.place),
                each.path.rpartition("/")[2] == name,
                -each.place,
            ),
            default=None,
        )

    def sendable_below(self, folder: str) -> dict[str, list[KnownFile]]:
        """Files that may be sent now and lay below a folder when they were proposed, by their paths, in their order;
        those of one path by their proposals.

        folder: an absolute path.
        """
        prefix = folder.rstrip("/") + "/"
        found: dict[str, list[KnownFile]] = {}
        for each in self._sendable("substr(l.path, 1, length(:prefix)) = :prefix", prefix=prefix):
            found.setdefault(each.path, []).append(each)
        return found

    def sendable_nowhere(self) -> list[KnownFile]:
        """Files that may be sent now and of which an erasure took where they lay."""
        return [each for each in self._sendable("substr(l.path, 1, 1) <> '/'") if is_erased(each.path)]

    def _sendable(self, where: str, **values: object) -> list[KnownFile]:
        every = sendable(self.connection, self.now, self.inboxes, unrecorded=self.unrecorded)
        found = self.select(f"{where} ORDER BY l.path, l.seq, l.place", every, **values)
        return [each for each in found if each.state == "approved"]


def _state(said: str, here: bool | None) -> str:
    """The state, by what may be sent. here: whether the inboxes may send it; None where no inbox may."""
    if here is not None:
        return "approved" if here else OTHER_INBOX
    return OTHER_INBOX if said == "approved" else said  # approved for tags and inboxes that nobody has
