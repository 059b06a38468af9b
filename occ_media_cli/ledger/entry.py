"""A row on its way into the ledger: its fields, their types, and the words for what is wrong with one.

Only commands that take entries in import this module, so msgspec may stand at its top.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import msgspec  # noqa: TID253 - a Struct is a class, and an ingest cannot do without it

from occ_media_cli.vocabulary import Direction, GateDecisionWord, Outcome

if TYPE_CHECKING:
    from occ_media_cli.ledger.append.columns import Prepared

LARGEST = 2**43
"""The largest size that a row may state, 8 TiB: above the largest object of S3 (5 TB); a million of them add up."""

LONGEST_LINE = 1_048_576
"""The longest row in bytes, so that memory stays constant whatever a file holds."""

Size = Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]


class EntryRow(msgspec.Struct, gc=False):
    """A file that was shared or refused, as a source gives it (contracts.md §6).

    time, deleted: RFC 3339 text or milliseconds. sha256, md5: hex or base64. size: bytes.
    """

    id: str
    time: int | str
    inbox: str
    direction: Direction
    name: str
    channel: str | None = None
    agent: str | None = None
    customer: str | None = None
    conversation: str | None = None
    declared: str | None = None
    detected: str | None = None
    size: Size | None = None
    sha256: str | None = None
    md5: str | None = None
    outcome: Outcome = "delivered"
    reason: str | None = None
    message: str | None = None
    path: str | None = None
    deleted: int | str | None = None


class Correction(msgspec.Struct, gc=False):
    """A later fact about an entry of the same source. What is None stays as it is.

    id: of the correction itself. The fields from `inbox` on cannot be corrected; a row that repeats them must agree.
    """

    id: str
    time: int | str
    corrects: str
    outcome: Outcome | None = None
    reason: str | None = None
    detected: str | None = None
    size: Size | None = None
    sha256: str | None = None
    md5: str | None = None
    deleted: int | str | None = None
    inbox: str | None = None
    direction: Direction | None = None
    name: str | None = None
    channel: str | None = None
    agent: str | None = None
    customer: str | None = None
    conversation: str | None = None
    declared: str | None = None
    message: str | None = None
    path: str | None = None


class GateDecision(msgspec.Struct, gc=False):
    """An answer of the gate about a file, linked to its entry by `id` where there is one.

    problems: their codes, comma-separated; message: what the customer was told.
    """

    id: str
    time: int | str
    inbox: str
    direction: Direction
    name: str
    decision: GateDecisionWord
    problems: str | None = None
    message: str | None = None
    customer: str | None = None
    conversation: str | None = None
    channel: str | None = None
    agent: str | None = None
    declared: str | None = None
    detected: str | None = None
    size: Size | None = None
    sha256: str | None = None


MALWARE = "malware_found"
"""The reason of an entry that its platform keeps back for what a scan found: a row without it is of before the scan."""

ALLOWED = "malware_found, and access to it was allowed"
"""The reason of one that the platform gives out all the same, because somebody has allowed it."""


class Later(msgspec.Struct, gc=False):
    """A correction of what a message shared, which may be known from any source, in several entries, or not at all.

    It corrects the entry of its id, and those of several files in one message, which are `id#1`, `id#2` and so on.
    Where none is known it waits for the end of the run, because bodies come in any order.

    otherwise: the entry to record where none is known then; None where there is nothing to record. whole: `otherwise`
    is all that a body says of the entry, and not an attempt that is known by its id alone: it does not wait. channels:
    those that the entry may have; one of another platform with the same id is another entry. None for any. once: what
    is said first stands, and another word for it counts as duplicate. is_undated: nobody says when; the time is that of
    the entry then, before which it cannot have been. is_further: the body speaks of another message before it, which
    is counted; it counts itself only where it is known. of_edits: it speaks of the files too that edits put into the
    message, whose ids are `ID@` and a moment: it waits for all of them. outdated_by: the reason of an entry that says
    something newer already, which stands; this counts as duplicate then. is_row: a row that states a correction of one
    entry of its own source, and is refused where that is unknown at the end.
    """

    correction: Correction
    otherwise: EntryRow | None = None
    channels: frozenset[str] | None = None
    whole: bool = False
    once: bool = False
    is_undated: bool = False
    is_further: bool = False
    of_edits: bool = False
    outdated_by: str | None = None
    is_row: bool = False


class Edited(msgspec.Struct, gc=False):
    """A file that an edit put into a message. Two edits may have come in one second, which is all that their ids tell
    apart: where another file is known under the id, this one is `ID#2`, and so on."""

    row: EntryRow


def deletions(
    ids: Iterable[str], reason: str, channel: str, time: int | None = None, *, of_edits: bool = False
) -> list[Later]:
    """What a platform says of messages that were deleted: their entries get a reason and stay, and so does `deleted`,
    because the copy that was stored is still there. time: None where the platform does not say when."""
    return [
        Later(
            Correction(f"{identity}:deleted", time or 0, identity, reason=reason), channels=frozenset({channel}),
            once=True, is_undated=time is None, is_further=number > 0, of_edits=of_edits,
        )
        for number, identity in enumerate(ids)
    ]  # fmt: skip


def is_attempt(row: EntryRow) -> bool:
    """Whether a row is an attempt to send a file of which nothing is known but that it failed."""
    stated = (row.declared, row.detected, row.size, row.sha256, row.md5, row.path, row.message)
    return row.outcome == "failed" and row.direction == "send" and row.name == row.id and not any(stated)


class FilesDeleted(msgspec.Struct, gc=False):
    """Files that the platform says were deleted, wherever they were shared: entries whose ids end in `:FILE`.

    times: when each was, by its id; said_again: how often it was said once more. One look through the entries of the
    source finds them all.
    """

    times: dict[str, int]
    reason: str
    said_again: dict[str, int] = msgspec.field(default_factory=dict)


class SamePerson(msgspec.Struct, frozen=True, gc=False):
    """What a platform says of one of its users: under which other ids the same person is known.

    user: the platform's own id of the user; ids: others, such as a telephone number or an address; empty ones, and
    those that are the business's own, are left out by the source. is_change: the person goes on under another id, so
    that two ids of users are one person's; without it, two users are two persons, whatever they share.
    """

    user: str
    ids: tuple[str, ...]
    is_change: bool = False


Item = EntryRow | Correction | GateDecision | Later | FilesDeleted | Edited


@dataclass(frozen=True, slots=True)
class RowRefusal:
    """A row that the ledger does not take.

    line: where it stands in its source, from 1; 0 where a source has no lines. group: what is wrong in two or three
    words, which the summary counts. detail: the whole reason. raw: the row as it came, where the source has it.
    """

    line: int
    group: str
    detail: str
    raw: str | bytes | None = None


class Unfit(Exception):
    """Why a row cannot be taken: group and detail of its Refusal."""

    def __init__(self, group: str, detail: str) -> None:
        super().__init__(detail)
        self.group = group
        self.detail = detail


@dataclass(slots=True)
class Counts:
    """How many rows of an ingest were added, were there already, or were refused so far. groups: how many were refused,
    by what was wrong with them; unknown: how many of the skipped ones speak of messages that the ledger does not
    have."""

    read: int = 0
    new: int = 0
    duplicate: int = 0
    refused: int = 0
    skipped: int = 0
    unknown: int = 0
    groups: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Batch:
    """Rows that a source read together.

    lines: the line of each item. plain: all items are `Row`s whose text holds no NUL and no lone surrogate.
    read: rows read, the refused ones included. skipped: rows that are no media, which only some sources have.
    raw: the text of each item for the reject file, where the source has it at hand; or block: the lines of all items,
    to be split only where one is refused; or raw_from: makes the text of the item at a position. prepared: the items
    in columns, instead of `items`; decode: makes them of the block. people: who is one person, as was said
    beside the rows. so_far: each row says what was known when its body was sent, and bodies come in any order, so that
    one may be older than what is recorded of its file.
    """

    items: list[Item]
    lines: list[int] | range
    read: int
    plain: bool = False
    refused: list[RowRefusal] | None = None
    skipped: int = 0
    raw: list[bytes] | None = None
    block: bytes | None = None
    raw_from: Callable[[int], bytes] | None = None
    prepared: Prepared | None = None
    decode: Callable[[bytes], list[Item]] | None = None
    people: list[SamePerson] = field(default_factory=list)
    so_far: bool = False

    def whole(self) -> list[Item]:
        """The items. A batch that was prepared elsewhere has them as text only until they are needed."""
        if not self.items and self.decode is not None and self.block is not None:
            self.items = self.decode(self.block)
        return self.items

    def raw_of(self, position: int) -> bytes | None:
        """The text of one item, or None where the source does not have it."""
        if self.raw is None and self.block is not None:
            self.raw = self.block.split(b"\n")
        if self.raw is None and self.raw_from is not None:
            return self.raw_from(position)
        return self.raw[position] if self.raw is not None else None
