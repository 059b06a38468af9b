"""Which version of which document a file is: by its bytes, else by its words, else by most of its words.

Bytes alone decide what may be sent, and whether they may is asked of `library_allowed`, as everywhere. Words only tell
people what they hold in their hands, and which version to take instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from occ_media_cli.library.bands import bands_of
from occ_media_cli.library.fingerprint import LEAST_ALIKE, Difference, Fingerprint, alike, difference, estimate
from occ_media_cli.library.read_text import unpack_words
from occ_media_cli.vocabulary import LibraryAnswer, LibraryState

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.library.read_text import DocumentText

_MOST_COMPARED = 256
"""Texts that share most with a text and are looked at whole."""


@dataclass(frozen=True, slots=True)
class LibraryFile:
    """A file of a version of a document.

    state: at the moment that was asked about; `approved` is one that may be sent there. path: where it lay when it was
    proposed. event, place: of its proposal, and of the file in it. ended_why: the reason of a retirement.
    """

    name: str
    version: str
    state: LibraryState
    path: str
    type: str
    size: int
    sha256: str
    expires: int | None
    proposed_by: str
    ended_why: str | None
    document: int
    event: int
    place: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a file is to the library.

    how: `exact`, `same-text`, `near` or `none`. file: what it is like, None for `none`. current: the file of that
    document that may be sent now, where there is one. difference: of a near one, which words are not those of `file`.
    """

    how: LibraryAnswer
    file: LibraryFile | None = None
    current: LibraryFile | None = None
    difference: Difference | None = None

    @property
    def may_be_sent(self) -> bool:
        """Whether these very bytes may be sent."""
        return self.how == "exact" and self.file is not None and self.file.state == "approved"


_FILES = """SELECT name, version, path, type, size, sha256, expires_ms, proposed_by, retired_reason, document,
  seq, place, approved_ms, retired_ms, replaced_ms FROM library WHERE """

_SENDABLE = "SELECT seq, place, inbox_id FROM library_allowed WHERE +from_ms <= ? AND ? < +to_ms"
"""The signs keep the times out of the plan: without them the whole view is made for each file that is asked about."""

_NOT_ENDED = """document = ? AND approved_ms <= ? AND (retired_ms IS NULL OR retired_ms > ?)
  AND (replaced_ms IS NULL OR replaced_ms > ?) AND (expires_ms IS NULL OR expires_ms > ?)"""
"""Files of a document that may be sent if any inbox may: those that nothing ended are asked about, and no others."""

_Sendable = dict[tuple[int, int], bool]
"""Files that some inbox may send, by proposal and place, and whether the one that is asked about may."""


class Lookup:
    """Asks a library at a moment. inbox: the number of the inbox that would send; None asks whether any may."""

    def __init__(self, connection: sqlite3.Connection, now: int, inbox: int | None = None) -> None:
        self._connection, self._now, self._inbox = connection, now, inbox

    def known(self) -> frozenset[str]:
        """The sha256 of every file that was ever proposed."""
        return frozenset(row[0] for row in self._connection.execute("SELECT DISTINCT sha256 FROM library_file"))

    def find(self, sha256: str, text: DocumentText | None = None) -> Answer:
        """What a file with these bytes and this text is."""
        found = self._best(self._files("sha256 = ?", sha256))
        if found is not None:
            return Answer("exact", found, self.current(found))
        if text is None:
            return Answer("none")
        own = text.fingerprint
        same = self._connection.execute(
            "SELECT event, place FROM library_text WHERE digest = ?", (bytes.fromhex(own.digest),)
        ).fetchall()
        found = self._best(each for place in same for each in self._at(*place))
        if found is not None:
            return Answer("same-text", found, self.current(found))
        return self._near(text) or Answer("none")

    def current(self, file: LibraryFile) -> LibraryFile | None:
        """The file of the same document that may be sent now: one of the same type and name before others."""
        if file.state == "approved":
            return file
        files = [each for each in self._files(_NOT_ENDED, file.document, *(self._now,) * 4) if each.state == "approved"]
        name = file.path.rpartition("/")[2]
        return max(
            (each for each in files if each.state == "approved"),
            key=lambda each: (each.event, each.type == file.type, each.path.rpartition("/")[2] == name, -each.place),
            default=None,
        )

    def sendable_below(self, folder: str) -> dict[str, LibraryFile]:
        """Files that may be sent now and lay below a folder when they were proposed, by their paths, in their order.

        folder: an absolute path.
        """
        prefix = folder.rstrip("/") + "/"
        every = self._sendable()
        below = self._files("substr(path, 1, length(?)) = ? ORDER BY path, seq, place", prefix, prefix, sendable=every)
        return {each.path: each for each in below if each.state == "approved"}

    def _near(self, text: DocumentText) -> Answer | None:
        own = text.fingerprint
        if own.minhash is None:
            return None
        bands = sorted(set(bands_of(own.minhash)))
        rows = self._connection.execute(
            "SELECT t.event, t.place, t.digest, t.words, t.minhash FROM (SELECT event, place, count(*) AS shared"
            f" FROM library_band WHERE band IN ({', '.join('?' * len(bands))}) GROUP BY event, place"
            f" ORDER BY shared DESC, event DESC, place LIMIT {_MOST_COMPARED}) b"
            " JOIN library_text t ON t.event = b.event AND t.place = b.place",
            bands,
        ).fetchall()
        likenesses = [(alike(own.minhash, row[4]), row) for row in rows]
        most = max((each for each, _ in likenesses), default=0.0)
        if most < LEAST_ALIKE:
            return None
        nearest = [row for likeness, row in likenesses if likeness == most]
        files = [(each, row) for row in nearest for each in self._at(row[0], row[1])]
        found = self._best(each for each, _ in files)
        if found is None:
            return None
        row = next(row for each, row in files if each == found)
        return Answer("near", found, self.current(found), self._difference(row[2], row[3], row[4], text))

    def _difference(self, digest: bytes, words: int, minhash: bytes, text: DocumentText) -> Difference:
        """Which words of a text are not those of one that is on record; about how many where one is not kept."""
        kept = self._connection.execute("SELECT words FROM library_words WHERE digest = ?", (digest,)).fetchone()
        old = None if kept is None else unpack_words(kept[0], digest.hex())
        new = text.words()
        if old is None or new is None:
            return estimate(Fingerprint(digest.hex(), words, minhash), text.fingerprint)
        return difference(old, new)

    @staticmethod
    def _best(files: Iterable[LibraryFile]) -> LibraryFile | None:
        """The one that may be sent before those that may not, the newest before older ones."""
        return max(files, key=lambda each: (each.state == "approved", each.event, -each.place), default=None)

    def _at(self, event: int, place: int) -> list[LibraryFile]:
        return self._files("seq = ? AND place = ?", event, place)

    def _files(self, where: str, *values: object, sendable: _Sendable | None = None) -> list[LibraryFile]:
        rows = self._connection.execute(_FILES + where, values).fetchall()
        if sendable is None:
            sendable = {}
            for content in {row[5] for row in rows}:
                sendable.update(self._sendable(content))
        return [
            LibraryFile(row[0], row[1], self._state(sendable.get(row[10:12]), row[6], *row[12:]), *row[2:12])
            for row in rows
        ]

    def _sendable(self, sha256: str | None = None) -> _Sendable:
        """What may be sent now: of one content, or of all."""
        only, values = ("", ()) if sha256 is None else (" AND sha256 = ?", (sha256,))
        found: _Sendable = {}
        for seq, place, inbox in self._connection.execute(_SENDABLE + only, (self._now, self._now, *values)):
            here = self._inbox is None or inbox is None or inbox == self._inbox
            found[seq, place] = here or found.get((seq, place), False)
        return found

    def _state(
        self, here: bool | None, expires: int | None, approved: int | None, retired: int | None, replaced: int | None
    ) -> LibraryState:
        """here: whether the inbox may send it, None where no inbox may."""
        if here is not None:
            return "approved" if here else "other-inbox"
        if retired is not None and retired <= self._now:
            return "retired"
        if approved is None or approved > self._now:
            return "proposed"
        if replaced is not None and replaced <= self._now:
            return "outdated"
        if expires is not None and expires <= self._now:
            return "expired"
        return "other-inbox"  # approved for tags that no inbox has now
