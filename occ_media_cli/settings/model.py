"""The values of this room: media settings, their versions, and a whole configuration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypedDict

from occ_media_cli.values import EMPTY, as_dict, replace, value
from occ_media_cli.vocabulary import SECTIONS

STANDARD_MESSAGE = "Sorry, the media you sent cannot be viewed by the business."
"""What customers read while receiving is off and the inbox has no message of its own (the product's own sentence)."""

FIRST_INBOX = "inbox"
"""The inbox of a store that was made without naming one."""

Change = Mapping[str, object]
"""Field names of `InboxSettings` and their new values, as the ledger keeps them."""


class InboxChange(TypedDict, total=False):
    """Fields of one inbox and their new values; a field that is left out stays as it is.

    The meaning of each field stands at `InboxSettings`; `inboxes.checked` says what its value may be.
    """

    send: bool
    receive: bool
    message: str | None
    messages: Mapping[str, str]
    channels: tuple[str, ...]
    tags: tuple[str, ...]
    description: str
    send_approved_only: bool
    scan: str
    quota: str | None


@value
class InboxSettings:
    """The media settings of one inbox.

    send: agent to customer. receive: customer to agent. message: the inbox's own text for customers, or None.
    messages: the same by language. channels: `profile` or `profile:account`. quota: a size such as `20 GB`, or None.
    """

    send: bool = True
    receive: bool = True
    message: str | None = None
    messages: Mapping[str, str] = EMPTY
    channels: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    description: str = ""
    send_approved_only: bool = False
    scan: str = "off"
    quota: str | None = None

    @property
    def message_source(self) -> str | None:
        """`own`, `standard` while receiving is off without a text, else None."""
        if self.message is not None:
            return "own"
        return None if self.receive else "standard"

    @property
    def effective_message(self) -> str | None:
        """The text as contracts.md §4 shows it: the own one, else the standard one while receiving is off."""
        return self.message if self.message is not None else None if self.receive else STANDARD_MESSAGE

    def changed(self, change: Change) -> InboxSettings:
        """These settings with some fields replaced."""
        return replace(self, **change)

    def difference(self, other: InboxSettings) -> dict[str, object]:
        """The fields that differ, with the values of the other. 1 is not true: what differs is checked, and refused."""
        pairs = ((name, getattr(self, name), getattr(other, name)) for name in FIELDS)
        return {name: new for name, old, new in pairs if old != new or isinstance(old, bool) != isinstance(new, bool)}

    def value(self) -> dict[str, object]:
        """As it is stored in a version: everything that rules need, made once and kept."""
        stored: dict[str, object] = as_dict(self)
        stored["messages"] = dict(self.messages)
        stored["channels"], stored["tags"] = list(self.channels), list(self.tags)
        stored["message"], stored["message_source"] = self.effective_message, self.message_source
        stored["quota"], stored["quota_text"] = size_bytes(self.quota), self.quota
        return stored

    @classmethod
    def from_value(cls, stored: Mapping[str, object]) -> InboxSettings:
        """The reverse of `value`."""
        own = stored["message"] if stored["message_source"] == "own" else None
        return cls(
            send=bool(stored["send"]),
            receive=bool(stored["receive"]),
            message=own,  # type: ignore[arg-type]  # text or null, as `value` wrote it
            messages=dict(stored["messages"]),  # type: ignore[call-overload]  # an object of texts
            channels=tuple(stored["channels"]),  # type: ignore[arg-type]  # an array of texts
            tags=tuple(stored["tags"]),  # type: ignore[arg-type]  # an array of texts
            description=str(stored["description"]),
            send_approved_only=bool(stored["send_approved_only"]),
            scan=str(stored["scan"]),
            quota=stored["quota_text"],  # type: ignore[arg-type]  # text or null
        )


FIELDS: tuple[str, ...] = tuple(as_dict(InboxSettings()))
"""The names of the settings, in their order."""


@value
class Version:
    """A setting version as `show` and `history` print it.

    number is None for a hand edit that no command has recorded yet; `uncertain_since` then and later says since when
    it may have been in force. actor is None where nobody knows who it was: a document that was edited by hand. event:
    where it stands in the chain; recorded: the machine's time then. confirmed: it says what was in force already, and
    why that is right.
    """

    inbox_id: int | None
    inbox: str
    number: int | None
    valid_from: int | None
    valid_to: int | None
    settings: InboxSettings
    actor: str | None = None
    reason: str | None = None
    superseded_by: int | None = None
    uncertain_since: int | None = None
    uncertain: bool = False
    event: int | None = None
    recorded: int | None = None
    confirmed: bool = False


@value
class TimeBox:
    """A time-box: settings that hold until a moment and then end by themselves."""

    until: int
    settings: InboxSettings


@value
class InboxPlan:
    """An inbox in a document: what holds in the end, and the boxes that come before, soonest first."""

    base: InboxSettings = InboxSettings()
    boxes: tuple[TimeBox, ...] = ()

    def spans(self, now: int) -> list[tuple[int | None, InboxSettings]]:
        """(until, settings) from now on; the last has no end. Boxes that are over are left out."""
        ahead: list[tuple[int | None, InboxSettings]] = [(b.until, b.settings) for b in self.boxes if b.until > now]
        return [*ahead, (None, self.base)]

    def ahead(self, now: int) -> InboxPlan:
        """The same from a moment on, without boxes that are over or that say what comes after them."""
        boxes: list[TimeBox] = []
        after = self.base
        for box in reversed([box for box in self.boxes if box.until > now]):
            if box.settings != after:
                boxes.insert(0, box)
            after = box.settings
        return InboxPlan(self.base, tuple(boxes))


LIST_SECTIONS = ("retention", "suppressions")
"""Sections that are lists, and arrays of tables in a document; the others are tables."""

EMPTY_SECTIONS: Mapping[str, object] = {name: [] if name in LIST_SECTIONS else {} for name in SECTIONS}


class Config:
    """Everything that a settings document says: inboxes by name, and the other sections.

    emptied: sections whose list is there and says nothing, such as `rule = []`; one that is left out is empty here too,
    and stands for whatever there is.
    """

    def __init__(self, inboxes: dict[str, InboxPlan] | None = None) -> None:
        self.inboxes: dict[str, InboxPlan] = inboxes if inboxes is not None else {}
        self.sections: dict[str, object] = dict(EMPTY_SECTIONS)
        self.emptied: frozenset[str] = frozenset()


_UNITS = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


_LARGEST = 2**63 - 1
"""Bytes that a column of a database holds."""


def size_text(text: str) -> str:
    """A size as it is kept: `020 GB` is `20 GB`; ValueError for anything else."""
    number, _, unit = text.partition(" ")
    digits = number.lstrip("0")
    if not (number.isascii() and number.isdigit() and digits and len(digits) < 20 and unit in _UNITS):
        raise ValueError(f"'{text:.40}' is not a size")
    if int(digits) * _UNITS[unit] > _LARGEST:
        raise ValueError(f"'{text}' is more than a store can count")
    return f"{digits} {unit}"


_DECIMAL = {"k": "kB", "m": "MB", "g": "GB", "t": "TB"}
_BINARY = {"k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}


_WORDS_OF_UNITS = (
    ("kilobyte", "kB"),
    ("megabyte", "MB"),
    ("gigabyte", "GB"),
    ("terabyte", "TB"),
    ("gig", "GB"),
    ("meg", "MB"),
)


def size_meant(text: str) -> str | None:
    """The size that a text means which is written in another way: the same amount, `5 GB` for `5gb`, `1500 MB` for
    `1.5 GB`, all bytes of `5GiB`. None where it is no amount that a store can count, and of a number alone, whose unit
    nobody knows."""
    for words, unit in _WORDS_OF_UNITS:
        text = re.sub(rf"(?i)(?<=[0-9 ]){words}s?\s*$", unit, text)
    match = re.fullmatch(
        r"\s*([0-9]{1,19})(?:\.([0-9]{1,12}))?\s*([kmgt]?)(i?)(b?|bytes?)\s*", text, re.ASCII | re.IGNORECASE
    )
    if match is None or (match[4] and not match[3]) or not (match[3] or match[5]):
        return None
    whole, part, letter = match[1], (match[2] or "").rstrip("0"), match[3].casefold()
    unit = _DECIMAL[letter] if letter else "B"
    factor = _BINARY[letter] if match[4] else _UNITS[unit]
    number, rest = divmod(int(whole + part) * factor, 10 ** len(part))
    if rest or not 0 < number <= _LARGEST:
        return None
    best = max(
        (name for name, size in _UNITS.items() if number % size == 0 and size <= _UNITS[unit]), key=_UNITS.__getitem__
    )
    return f"{number // _UNITS[best]} {best}"


def size_bytes(text: str | None) -> int | None:
    """Bytes of `20 GB` (decimal units: B, kB, MB, GB, TB); ValueError for anything else, None for None."""
    if text is None:
        return None
    number, _, unit = size_text(text).partition(" ")
    return int(number) * _UNITS[unit]
