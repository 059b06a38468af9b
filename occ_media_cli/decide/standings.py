"""What files are to the library of a store, asked for inboxes whose agents send approved files only.

Bytes decide: a file passes where `library_allowed` has its sha256 for the inbox at the moment. The words of a file that
is not there are read, by workers with limits, to tell people which document it is like; they let nothing pass.

A moment may be one of the past: somebody asks what would have been, or a clock is behind. So a file that passes is also
asked about at the newest moment that is known: by the machine's clock, and by the last change of its documents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.errors import StoreInvalid
from occ_media_cli.library.asked_inboxes import UNRECORDED_INBOX
from occ_media_cli.library.library_match import LibraryMatch
from occ_media_cli.library.lookup import Lookup
from occ_media_cli.library.originals import Originals
from occ_media_cli.library.recorded import RecordedLibrary
from occ_media_cli.library.standing import LibraryStanding
from occ_media_cli.places.safe_open import Opened
from occ_media_cli.sandbox.pool import Job
from occ_media_cli.settings.unrecorded_tags import unrecorded_tags
from occ_media_cli.values import replace

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from occ_media_cli.decide.policy import InboxPolicy, Policy
    from occ_media_cli.library.read_text import DocumentFile, DocumentText
    from occ_media_cli.places.safe_open import Kept
    from occ_media_cli.store.open import Store


def _number(inbox: InboxPolicy) -> int:
    return UNRECORDED_INBOX if inbox.number is None else inbox.number


class Standings:
    """Asks the library of an open store, at one moment. seconds: the longest that the words of one file are read for
    `look_up`, so that whoever waits for an answer does not wait longer. policies: all that each file is asked about.
    live: a file is sent on the answer, so that it must be allowed at the newest moment that is known too, and a library
    that was altered lets nothing pass; otherwise that is a note, and StoreInvalid. recorded: what the events say, where
    whoever asks has read that before."""

    def __init__(
        self, store: Store, now: int, seconds: float = 20.0, policies: Sequence[Policy] = (), *, live: bool = False,
        recorded: RecordedLibrary | None = None,
    ) -> None:  # fmt: skip
        self._connection, self._now, self._seconds, self._live = store.connection, now, seconds, live
        if recorded is None and self._connection is not None:
            recorded = RecordedLibrary(self._connection)
        self._recorded, self._originals = recorded, Originals()
        inboxes = [policy.inbox for policy in policies if policy.inbox is not None and policy.asks_library]
        self._together = tuple(dict.fromkeys((_number(inbox), inbox.name) for inbox in inboxes))
        self._unrecorded = unrecorded_tags(store, now)

    def find_standing(
        self, policy: Policy, sha256: str | None, text: DocumentText | None = None
    ) -> LibraryStanding | None:
        """What a file is for an inbox; None for a policy that does not ask."""
        if policy.inbox is None or not policy.asks_library:
            return None
        if sha256 is None:
            return LibraryStanding(None, now=self._now)
        if self._connection is None or self._recorded is None:
            return LibraryStanding(LibraryMatch("none"), now=self._now)
        digest = sha256.lower()
        try:
            found = self._standing(self._connection, policy.inbox, digest, text, self._now)
            if not found.may_be_sent:
                return found
            newest = max(times.wall(), self._recorded.newest_change(digest))
        except StoreInvalid as altered:
            if not self._live:
                raise
            return LibraryStanding(None, now=self._now, altered=altered.what)
        if newest <= self._now:
            return found
        later = self._standing(self._connection, policy.inbox, digest, text, newest)
        if later.may_be_sent:
            return found
        return later if self._live else replace(found, ended=later)

    def _standing(
        self, connection: sqlite3.Connection, inbox: InboxPolicy, digest: str, text: DocumentText | None, now: int
    ) -> LibraryStanding:
        number = _number(inbox)
        unrecorded = self._unrecorded | frozenset(
            (number,) if number == UNRECORDED_INBOX or not inbox.tags_known else ()
        )
        lookup = Lookup(
            connection, now, (number,), (inbox.name,), originals=self._originals, together=self._together,
            recorded=self._recorded, unrecorded=unrecorded,
        )  # fmt: skip
        answer = lookup.find_version(digest, text)
        if answer.may_be_sent:
            return LibraryStanding(answer, now=now)
        answer = lookup.advise(answer)
        return LibraryStanding(answer, tuple(name for name in answer.approved_for if name != inbox.name), now)

    def look_up(
        self, policy: Policy, sha256: str | None, again: Callable[[], Opened | Kept | None]
    ) -> LibraryStanding | None:
        """The same, for a file that can be opened once more where its words are needed."""
        found = self.find_standing(policy, sha256)
        if found is None or sha256 is None or found.answer is None or found.answer.how != "none":
            return found
        opened = again()
        if not isinstance(opened, Opened):
            return found
        from occ_media_cli.library.read_text import read_documents

        job = Job(opened.fd, opened.found.st_size, "", b"")
        for read in read_documents([job], seconds=self._seconds):
            if read.sha256 == sha256.lower() and read.text is not None:
                return self.find_standing(policy, sha256, read.text)
        return found

    def read(self, jobs: Iterable[Job]) -> Iterator[DocumentFile]:
        """Files with their sha256, and with their words where the library does not know that."""
        from occ_media_cli.library.read_text import read_documents

        known = frozenset[str]() if self._connection is None else Lookup(self._connection, self._now).known_contents()
        return read_documents(jobs, known)
