"""Which version of which document a file is: by its bytes, else by its words, else by most of its words.

Bytes alone decide what may be sent, and whether they may is asked of `library_allowed`, as everywhere. Words only tell
people what they hold in their hands, and which version to take instead.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from occ_media_cli.library.allowed import inboxes_of, sendable
from occ_media_cli.library.asked_inboxes import asked_inboxes
from occ_media_cli.library.bands import bands_of
from occ_media_cli.library.compare_words import LEAST_ALIKE, Difference, estimate, near_difference
from occ_media_cli.library.fingerprint import Fingerprint, alike
from occ_media_cli.library.library_scope import named_scopes, reach_of
from occ_media_cli.library.library_states import NOT_ENDED, STATE
from occ_media_cli.library.originals import Originals
from occ_media_cli.library.read_text import unpack_words
from occ_media_cli.library.recorded import RecordedLibrary
from occ_media_cli.library.renewal import EVERYWHERE, NOBODY, Renewal
from occ_media_cli.vocabulary import LibraryAnswer

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.library.read_text import DocumentText
    from occ_media_cli.store.open import Store

OTHER_INBOX = "other-inbox"
"""The state of a file that is approved, for other inboxes than the one that is asked about."""

_MOST_COMPARED = 256
"""Texts that share most with a text and are looked at whole."""

_MOST_READ = 4
"""Texts that are most like a text and near it, of which the one with the fewest other words is told."""


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file of a version of a document.

    state: of `library_states.STATES` at the moment that is asked about, or `OTHER_INBOX`; `approved` is one that may be
    sent there. path: where it lay when it was proposed. event, place: of its proposal, and of the file in it. proposal:
    the id by which it is approved, alone or with all that was proposed with it. ended_why: the reason of a retirement.
    lies: whether these bytes are at the path now, as far as `Lookup.advise` had to look.
    """

    name: str
    version: str
    state: str
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
    proposal: str
    lies: bool = True


@dataclass(frozen=True, slots=True)
class LibraryMatch:
    """What a file is to the library.

    how: `exact`, `same-text`, `near` or `none`. file: what it is like, None for `none`. current: the file of that
    document that may be sent now, where there is one. difference: of a near one, which words are not those of `file`.
    tags_unrecorded: it may not be sent, and the document of the settings has tags that are not on record.

    What `Lookup.advise` adds: elsewhere: where none may be sent here, the file of the document that other inboxes may
    send. approved_for, not_for: which inboxes may send that one, and which of those that ask may not. renewal: what a
    proposal of the document has to name.
    """

    how: LibraryAnswer
    file: KnownFile | None = None
    current: KnownFile | None = None
    difference: Difference | None = None
    elsewhere: KnownFile | None = None
    approved_for: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()
    renewal: Renewal = EVERYWHERE
    tags_unrecorded: bool = False

    @property
    def may_be_sent(self) -> bool:
        """Whether these very bytes may be sent."""
        return self.how == "exact" and self.file is not None and self.file.state == "approved"


_FILES = f"""SELECT l.name, l.version, {STATE} AS state, l.path, l.type, l.size, l.sha256, l.expires_ms, l.proposed_by,
  l.retired_reason, l.document, l.seq, l.place, l.proposal FROM library l WHERE """


class Lookup:
    """Asks a library at a moment. inboxes: the numbers of those that would send, each of which must be allowed to;
    without any, whether some inbox may. names: of those inboxes, in their order, for what people are told. originals:
    what was looked at already. together: numbers and names of all that ask about the file, where each is asked about by
    itself: one proposal is for all of them, as a second one would end the first. recorded: what the events say, where
    whoever asks has read that before. unrecorded: inboxes whose tags in the document are not on record, and that may
    send nothing by them."""

    def __init__(
        self, connection: sqlite3.Connection, now: int, inboxes: Sequence[int] = (), names: Sequence[str] = (), *,
        originals: Originals | None = None, together: Sequence[tuple[int, str]] = (),
        recorded: RecordedLibrary | None = None, unrecorded: frozenset[int] = frozenset(),
    ) -> None:  # fmt: skip
        self._connection, self._now, self._inboxes = connection, now, inboxes
        self._names = names
        self._together = tuple(together or zip(inboxes, names, strict=False))
        self._originals = Originals() if originals is None else originals
        self._recorded = recorded or RecordedLibrary(connection)
        self._unrecorded = unrecorded

    def known_contents(self) -> frozenset[str]:
        """The sha256 of every file that was ever proposed."""
        return frozenset(row[0] for row in self._connection.execute("SELECT DISTINCT sha256 FROM library_file"))

    def find_version(self, sha256: str, text: DocumentText | None = None) -> LibraryMatch:
        """What a file with these bytes and this text is. StoreInvalid where what the store has of its documents is not
        what was recorded."""
        found = self._best(self._files("l.sha256 = :sha256", sha256=sha256))
        if found is not None:
            self._recorded.refuse_altered(sha256)
            waits = found.state == OTHER_INBOX and not self._unrecorded.isdisjoint(self._inboxes or self._unrecorded)
            return LibraryMatch("exact", found, self.current(found), tags_unrecorded=waits)
        if text is None:
            return LibraryMatch("none")
        own = text.fingerprint
        same = self._connection.execute(
            "SELECT event, place FROM library_text WHERE digest = ?", (bytes.fromhex(own.digest),)
        ).fetchall()
        found = self._best(each for place in same for each in self._at(*place))
        if found is not None:
            return LibraryMatch("same-text", found, self.current(found))
        return self._near(text) or LibraryMatch("none")

    def current(self, file: KnownFile) -> KnownFile | None:
        """The file of the same document that may be sent now: one of the same type and name before others."""
        if file.state == "approved":
            return file
        return self._most_like(file, "approved")

    def advise(self, match: LibraryMatch, shown: str | None = None) -> LibraryMatch:
        """The match, with what has to be known to say what to do about it.

        shown: where the file lies that it is of; where that is the place of the approved one, nobody has to look.
        """
        file, current = match.file, match.current
        if file is None:
            return replace(match, renewal=Renewal(tuple(name for _, name in self._together)))
        if match.may_be_sent:
            if shown is None or os.path.abspath(shown) != file.path:  # noqa: PTH100 - as it was proposed
                file = current = self._look_at(file)
            return replace(match, file=file, current=current)
        elsewhere = self._most_like(file, OTHER_INBOX) if current is None else None
        current, elsewhere = (each and self._look_at(each) for each in (current, elsewhere))
        lasts = current or elsewhere
        allowed: tuple[str, ...] = ()
        not_for: tuple[str, ...] = ()
        other = file if file.state == OTHER_INBOX and match.how == "exact" else elsewhere
        if other is not None:
            allowed = inboxes_of(self._connection, self._now, other.sha256, self._unrecorded)
            not_for = tuple(name for name in self._names if name not in allowed)
        renewal = self._renewal(lasts or file, lasts=lasts is not None)
        return replace(match, current=current, elsewhere=elsewhere, approved_for=allowed, not_for=not_for,
                       renewal=renewal)  # fmt: skip

    def lay_at(self, path: str) -> KnownFile | None:
        """The file that may be sent now and lay at an absolute path when it was proposed."""
        return self._by_path.get(path)

    @cached_property
    def _by_path(self) -> dict[str, KnownFile]:
        return self.sendable_below("/")

    def _look_at(self, file: KnownFile) -> KnownFile:
        return replace(file, lies=self._lies(file))

    def _lies(self, file: KnownFile) -> bool:
        return self._originals.lies(file.path, file.size, file.sha256)

    def _renewal(self, file: KnownFile, *, lasts: bool) -> Renewal:
        """What a proposal names that takes the place of a version, or lets it be sent by those who ask too. lasts:
        whether that version may be sent by anybody still."""
        inboxes, tags = named_scopes(self._connection, file.event).get(file.event, ((), ()))
        names = [name for name, removed in inboxes if removed is None]
        if inboxes or tags:
            within = {
                number
                for number, _ in self._together
                if file.event in reach_of(self._connection, [number], self._now, self._unrecorded)
            }
            names += [name for number, name in self._together if number not in within and name not in names]
        if inboxes and not (names or tags):
            names = [NOBODY]
        if not lasts:
            return Renewal(tuple(names), tags)
        beside = self._files(
            "l.seq = :event AND l.document = :document AND l.place <> :place ORDER BY l.place",
            event=file.event, document=file.document, place=file.place,
        )  # fmt: skip
        away = tuple(each.path for each in beside if not self._lies(each))
        return Renewal(tuple(names), tags, file.expires, tuple(each.path for each in beside), away)

    def _most_like(self, file: KnownFile, state: str) -> KnownFile | None:
        """Of the files of the same document that nothing ended and that are in a state, the one most like a file."""
        files = self._files(f"l.document = :document AND {NOT_ENDED}", document=file.document)
        name = file.path.rpartition("/")[2]
        return max(
            (each for each in files if each.state == state),
            key=lambda each: (each.event, each.type == file.type, each.path.rpartition("/")[2] == name, -each.place),
            default=None,
        )

    def sendable_below(self, folder: str) -> dict[str, KnownFile]:
        """Files that may be sent now and lay below a folder when they were proposed, by their paths, in their order.

        folder: an absolute path.
        """
        prefix = folder.rstrip("/") + "/"
        every = sendable(self._connection, self._now, self._inboxes, unrecorded=self._unrecorded)
        where = "substr(l.path, 1, length(:prefix)) = :prefix ORDER BY l.path, l.seq, l.place"
        below = self._files(where, every, prefix=prefix)
        return {each.path: each for each in below if each.state == "approved"}

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
        near: list[tuple[bool, int, bool, int, KnownFile, Difference]] = []
        for likeness, digest, words, minhash in likenesses:
            if likeness < LEAST_ALIKE or len(near) == _MOST_READ:
                break
            differs = self._difference(digest, words, minhash, text)
            places = [row[:2] for row in rows if row[2] == digest] if differs is not None else []
            file = self._best(each for place in places for each in self._at(*place))
            if differs is not None and file is not None:
                near.append((differs.least, differs.words, file.state != "approved", -file.event, file, differs))
        if not near:
            return None
        *_, file, differs = min(near, key=lambda each: each[:4])
        return LibraryMatch("near", file, self.current(file), differs)

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

    @staticmethod
    def _best(files: Iterable[KnownFile]) -> KnownFile | None:
        """The one that may be sent before those that may not, the newest before older ones."""
        return max(files, key=lambda each: (each.state == "approved", each.event, -each.place), default=None)

    def _at(self, event: int, place: int) -> list[KnownFile]:
        return self._files("l.seq = :event AND l.place = :place", event=event, place=place)

    def _files(self, where: str, may: dict[tuple[int, int], bool] | None = None, **values: object) -> list[KnownFile]:
        rows = self._connection.execute(_FILES + where, {"now": self._now, **values}).fetchall()
        if may is None:
            may = {}
            for content in {row[6] for row in rows}:
                may.update(sendable(self._connection, self._now, self._inboxes, content, self._unrecorded))
        return [KnownFile(row[0], row[1], _state(row[2], may.get(row[11:13])), *row[3:]) for row in rows]


def lookup_of(store: Store, now: int, names: Sequence[str]) -> Lookup | None:
    """Who asks a store at a moment for inboxes by their names, for any without; None where it has no ledger yet.
    NotFound for an unknown inbox."""
    asked = asked_inboxes(store, names, now)
    if store.connection is None:
        return None
    return Lookup(store.connection, now, asked.numbers, names, unrecorded=asked.unrecorded)


def _state(said: str, here: bool | None) -> str:
    """The state, by what may be sent. here: whether the inboxes may send it; None where no inbox may."""
    if here is not None:
        return "approved" if here else OTHER_INBOX
    return OTHER_INBOX if said == "approved" else said  # approved for tags and inboxes that nobody has
