"""What a file is to the library: which file of a version it is or is like, and what to know of that. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from occ_media_cli.library.renewal import EVERYWHERE, Renewal

if TYPE_CHECKING:
    from occ_media_cli.library.compare_words import Difference
    from occ_media_cli.vocabulary import LibraryAnswer

OTHER_INBOX = "other-inbox"
"""The state of a file that is approved, for other inboxes than the one that is asked about."""


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file of a version of a document.

    state: of `library_states.STATES` at the moment that is asked about, or `OTHER_INBOX`; `approved` is one that may be
    sent there. path: where it lay when it was proposed. event, place: of its proposal, and of the file in it. proposal:
    the id by which it is approved, alone or with all that was proposed with it. ended_why: the reason of a retirement.
    lies: whether these bytes are at the path now, as far as `Adviser.advise` had to look. approved: from when on it is
    approved, in milliseconds; None where nobody did that. itself: whether its own approval lets it be sent there, and
    not only that of another document with the same bytes.
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
    approved: int | None = None
    itself: bool = False


@dataclass(frozen=True, slots=True)
class LibraryMatch:
    """What a file is to the library.

    how: `exact`, `same-text`, `near` or `none`. file: what it is like, None for `none`. current: the file of that
    document that may be sent now, where there is one. difference: of a near one, which words are not those of `file`.
    tags_unrecorded: it may not be sent, and the document of the settings has tags that are not on record.
    type: that of the file which is asked about, where it is known. unfit: why that one cannot be proposed, where it was
    looked at and cannot.

    What `Adviser.advise` adds: elsewhere: where none may be sent here, the file of the document that other inboxes may
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
    type: str = ""
    unfit: str = ""

    @property
    def may_be_sent(self) -> bool:
        """Whether these very bytes may be sent."""
        return self.how == "exact" and self.file is not None and self.file.state == "approved"
