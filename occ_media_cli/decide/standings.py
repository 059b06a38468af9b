"""What files are to the library of a store, asked for inboxes whose agents send approved files only.

Bytes decide: a file passes where `library_allowed` has its sha256 for the inbox at the moment. The words of a file that
is not there are read, by workers with limits, to tell people which document it is like; they let nothing pass.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from occ_media_cli.library.allowed import allowed_without_tags
from occ_media_cli.library.lookup import LibraryMatch, Lookup
from occ_media_cli.library.originals import Originals
from occ_media_cli.library.standing import LibraryStanding
from occ_media_cli.places.safe_open import Opened
from occ_media_cli.sandbox.pool import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from occ_media_cli.decide.policy import InboxPolicy, Policy
    from occ_media_cli.library.read_text import DocumentFile, DocumentText
    from occ_media_cli.places.safe_open import Kept
    from occ_media_cli.store.open import Store

_NO_INBOX = -1
"""The number of an inbox that no command has recorded: nothing was approved for it, but for every inbox."""


def _number(inbox: InboxPolicy) -> int:
    return _NO_INBOX if inbox.number is None else inbox.number


class Standings:
    """Asks the library of an open store, at one moment. seconds: the longest that the words of one file are read for
    `look_up`, so that whoever waits for an answer does not wait longer. policies: all that each file is asked about."""

    def __init__(self, store: Store, now: int, seconds: float = 20.0, policies: Sequence[Policy] = ()) -> None:
        self._connection, self._now, self._seconds = store.connection, now, seconds
        self._originals = Originals()
        inboxes = [policy.inbox for policy in policies if policy.inbox is not None and policy.asks_library]
        self._together = tuple(dict.fromkeys((_number(inbox), inbox.name) for inbox in inboxes))

    def find_standing(
        self, policy: Policy, sha256: str | None, text: DocumentText | None = None
    ) -> LibraryStanding | None:
        """What a file is for an inbox; None for a policy that does not ask."""
        if policy.inbox is None or not policy.asks_library:
            return None
        if sha256 is None:
            return LibraryStanding(None, now=self._now)
        if self._connection is None:
            return LibraryStanding(LibraryMatch("none"), now=self._now)
        inbox, digest = policy.inbox, sha256.lower()
        number = _number(inbox)
        lookup = Lookup(self._connection, self._now, (number,), (inbox.name,), self._originals, self._together)
        answer = lookup.find_version(digest, text)
        if answer.may_be_sent and not inbox.tags_known:
            answer = self._by_edit(answer, digest, number)
        if answer.may_be_sent:
            return LibraryStanding(answer, now=self._now)
        answer = lookup.advise(answer)
        others = tuple(name for name in answer.approved_for if name != inbox.name)
        return LibraryStanding(answer, others, self._now)

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

    def _by_edit(self, answer: LibraryMatch, sha256: str, number: int) -> LibraryMatch:
        """The answer for an inbox whose document somebody edited: the library goes by the tags that are on record, so
        that what is approved for a tag has to wait until a command records the edit."""
        if self._connection is None or allowed_without_tags(self._connection, sha256, self._now, number):
            return answer
        file = answer.file and replace(answer.file, state="other-inbox")
        return replace(answer, file=file, current=None)
