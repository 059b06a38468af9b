"""The files of the library at a moment, with what the inboxes that ask may do with each: it is asked, as everywhere,
of `library_allowed`."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from occ_media_cli.library.allowed import Sendable, sendable
from occ_media_cli.library.library_match import OTHER_INBOX, KnownFile
from occ_media_cli.library.library_names import is_erased
from occ_media_cli.library.library_scope import reach_of
from occ_media_cli.library.library_states import IS_APPROVED, STATE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

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

    def select(
        self, where: str, may: dict[tuple[int, int], Sendable] | None = None, **values: object
    ) -> list[KnownFile]:
        """Those that a condition over l, a row of `library`, takes. may: what `sendable` says, if that is known."""
        rows = self.connection.execute(_FILES + where, {"now": self.now, **values}).fetchall()
        if may is None:
            may = {}
            for content in {row[6] for row in rows}:
                may.update(sendable(self.connection, self.now, self.inboxes, content, self.unrecorded))
        found = []
        for row in rows:
            here = may.get(row[11:13])
            known = KnownFile(row[0], row[1], _state(row[2], here), *row[3:14])
            found.append(replace(known, approved=row[14], itself=here is not None and here.itself))
        return found

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

    def choose(self, files: Iterable[KnownFile], type_: str = "") -> KnownFile | None:
        """The one to name of files that are all what somebody asks about, of whichever documents.

        First one that may be sent, by its own approval before that of another document; then one of a document of which
        another may be sent; then one of a document that is for who asks. Only then the newest; of one proposal that of
        the asked type. So nobody is sent to the document of another inbox while there is one of their own.
        """
        found = list(files)
        if len(found) < 2:  # the usual case, and the order asks the store
            return found[0] if found else None
        several = len({each.document for each in found}) > 1
        current = {each.document for each in found if several and self.current(each) is not None}
        meant = {each.document for each in found if several and self._is_meant(each)}
        return max(
            found,
            key=lambda each: (
                each.state == "approved", each.itself, each.document in current, each.document in meant, each.event,
                each.type == type_, -each.place,
            ),
        )  # fmt: skip

    def _is_meant(self, file: KnownFile) -> bool:
        """Whether the scope of its proposal has every inbox that asks, whatever became of it."""
        return all(file.event in reached for reached in self._meant)

    @cached_property
    def _meant(self) -> tuple[set[int], ...]:
        if not self.inboxes:
            return ()
        everywhere = {row[0] for row in self.connection.execute("SELECT event FROM library_proposal WHERE everywhere")}
        return tuple(
            everywhere | reach_of(self.connection, [inbox], self.now, self.unrecorded) for inbox in self.inboxes
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


def _state(said: str, here: Sendable | None) -> str:
    """The state, by what may be sent. here: whether the inboxes may send it; None where no inbox may."""
    if here is not None:
        return "approved" if here.content else OTHER_INBOX
    return OTHER_INBOX if said == "approved" else said  # approved for tags and inboxes that nobody has
