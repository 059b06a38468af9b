"""Which version of which document a file is: by its bytes, else by its words, else by most of its words.

Bytes alone decide what may be sent. Words only tell people what they hold in their hands, and which version to take
instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.library.advising import Adviser
from occ_media_cli.library.asked_inboxes import asked_inboxes
from occ_media_cli.library.bands import bands_of
from occ_media_cli.library.compare_words import LEAST_ALIKE, Difference, estimate, near_difference
from occ_media_cli.library.fingerprint import Fingerprint, alike
from occ_media_cli.library.known_files import KnownFiles
from occ_media_cli.library.library_match import OTHER_INBOX, KnownFile, LibraryMatch
from occ_media_cli.library.originals import Originals
from occ_media_cli.library.read_text import unpack_words
from occ_media_cli.library.recorded import RecordedLibrary

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.library.read_text import DocumentText
    from occ_media_cli.store.open import Store

_MOST_COMPARED = 256
"""Texts that share most with a text and are looked at whole."""

_MOST_READ = 4
"""Texts that are most like a text and near it, of which the one with the fewest other words is told."""


class Lookup:
    """Asks a library at a moment. inboxes, unrecorded: as of `KnownFiles`. names, originals, together: as of `Adviser`;
    without together, it is the inboxes. recorded: what the events say, where whoever asks has read that before."""

    def __init__(
        self, connection: sqlite3.Connection, now: int, inboxes: Sequence[int] = (), names: Sequence[str] = (), *,
        originals: Originals | None = None, together: Sequence[tuple[int, str]] = (),
        recorded: RecordedLibrary | None = None, unrecorded: frozenset[int] = frozenset(),
    ) -> None:  # fmt: skip
        self._connection, self._recorded = connection, recorded or RecordedLibrary(connection)
        self._names, self._originals, self._together = names, originals or Originals(), together
        self.files = KnownFiles(connection, now, inboxes, unrecorded)
        self._adviser = Adviser(
            self.files, names, self._originals,
            tuple(together or zip(inboxes, names, strict=False)),
        )  # fmt: skip

    def known_contents(self) -> frozenset[str]:
        """The sha256 of every file that was ever proposed."""
        return frozenset(row[0] for row in self._connection.execute("SELECT DISTINCT sha256 FROM library_file"))

    def find_version(self, sha256: str, text: DocumentText | None = None) -> LibraryMatch:
        """What a file with these bytes and this text is. StoreInvalid where what the store has of its documents is not
        what was recorded."""
        found = self.files.choose(self.files.select("l.sha256 = :sha256", sha256=sha256))
        if found is not None:
            self._recorded.refuse_altered(sha256)
            unrecorded = self.files.unrecorded
            waits = found.state == OTHER_INBOX and not unrecorded.isdisjoint(self.files.inboxes or unrecorded)
            return LibraryMatch("exact", found, self.files.current(found), tags_unrecorded=waits, type=found.type)
        if text is None:
            return LibraryMatch("none")
        own = text.fingerprint
        same = self._connection.execute(
            "SELECT event, place FROM library_text WHERE digest = ?", (bytes.fromhex(own.digest),)
        ).fetchall()
        found = self.files.choose((each for place in same for each in self.files.at(*place)), text.type)
        if found is not None:
            return LibraryMatch("same-text", found, self.files.current(found, text.type), type=text.type)
        return self._near(text) or LibraryMatch("none")

    def ended(self, sha256: str, shown: str) -> LibraryMatch | None:
        """What a content that may be sent at the moment is at the newest one that is known, by the machine's clock or
        by the last change of its documents, with advice; None where it may be sent then too."""
        newest = max(times.wall(), self._recorded.newest_change(sha256))
        if newest <= self.files.now:
            return None
        later = Lookup(
            self._connection, newest, self.files.inboxes, self._names, originals=self._originals,
            together=self._together, recorded=self._recorded, unrecorded=self.files.unrecorded,
        )  # fmt: skip
        found = later.find_version(sha256)
        return None if found.may_be_sent else later.advise(found, shown)

    def advise(self, match: LibraryMatch, shown: str | None = None) -> LibraryMatch:
        """The match, with what `Adviser.advise` adds."""
        return self._adviser.advise(match, shown)

    def lay_at(self, path: str) -> KnownFile | None:
        """The file that may be sent now and lay at an absolute path when it was proposed."""
        return self._by_path.get(path)

    @cached_property
    def _by_path(self) -> dict[str, KnownFile]:
        below = self.files.sendable_below("/").items()
        return {path: found for path, files in below if (found := self.files.choose(files)) is not None}

    def _near(self, text: DocumentText) -> LibraryMatch | None:
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
        likenesses = sorted({(alike(own.minhash, row[4]), *row[2:]) for row in rows}, reverse=True)
        near: list[tuple[bool, int, bool, int, bool, KnownFile, Difference]] = []
        for likeness, digest, words, minhash in likenesses:
            if likeness < LEAST_ALIKE or len(near) == _MOST_READ:
                break
            differs = self._difference(digest, words, minhash, text)
            places = [row[:2] for row in rows if row[2] == digest] if differs is not None else []
            file = self.files.choose((each for place in places for each in self.files.at(*place)), text.type)
            if differs is not None and file is not None:
                near.append((differs.least, differs.words, file.state != "approved", -file.event,
                             file.type != text.type, file, differs))  # fmt: skip
        if not near:
            return None
        *_, file, differs = min(near, key=lambda each: each[:5])
        return LibraryMatch("near", file, self.files.current(file, text.type), differs, type=text.type)

    def _difference(self, digest: bytes, words: int, minhash: bytes, text: DocumentText) -> Difference | None:
        """Which words of a text are not those of one that is on record; about how many where one is not kept.

        None where it is another text, which says the same things more or less often.
        """
        kept = self._connection.execute("SELECT words FROM library_words WHERE digest = ?", (digest,)).fetchone()
        old = None if kept is None else unpack_words(kept[0], digest.hex())
        new = text.words()
        counts = sorted((words, text.fingerprint.words))
        if counts[0] < LEAST_ALIKE * counts[1]:
            return None
        if old is None or new is None:
            return estimate(Fingerprint(digest.hex(), words, minhash), text.fingerprint)
        return near_difference(old, new)


def lookup_of(store: Store, now: int, names: Sequence[str]) -> Lookup | None:
    """Who asks a store at a moment for inboxes by their names, for any without; None where it has no ledger yet.
    NotFound for an unknown inbox."""
    asked = asked_inboxes(store, names, now)
    if store.connection is None:
        return None
    return Lookup(store.connection, now, asked.numbers, names, unrecorded=asked.unrecorded)
