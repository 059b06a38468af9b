"""The values of this room. Times are milliseconds UTC; an inbox is its stable number, which a rename leaves alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from occ_media_cli.store.customer_ids import forms_of_id
from occ_media_cli.vocabulary import PlanAction

T = TypeVar("T")

KEEP_CODES = (
    "held", "no-hash", "unknown-age", "unsafe-path", "conflicting-hash", "kept-for", "not-due", "no-policy",
    "shared-path",
)  # fmt: skip
"""Why a file stays, the weightiest first: a summary counts a file under the first of its reasons."""

GONE_CODES = ("no-bytes", "already-removed")
"""Why there is nothing to keep or remove: a refused file has no bytes, and a removed one has none any more."""

REMOVE_CODES = ("due", "requested")
"""Why a file may go: its time is over, or everything of a customer was asked for."""


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """The facts about a ledger entry that a decision uses.

    seq: its place in the chain. id: None where it is erased. time: None is unknown.
    erased: its personal values are gone, and with them whose file it was.
    """

    seq: int
    source: str
    id: str | None
    time: int | None
    inbox: int
    category: str | None
    direction: str
    outcome: str = "delivered"
    sha256: bytes | None = None
    size: int | None = None
    path: str | None = None
    customer: str | None = None
    conversation: str | None = None
    deleted: int | None = None
    erased: bool = False

    @property
    def forms(self) -> frozenset[str]:
        """The forms of the customer by which people are matched; none where nobody is named."""
        return frozenset() if self.customer is None else forms_of_id(self.customer)

    @property
    def name(self) -> str:
        """The name by which a person means it: its id, or `#seq`."""
        return self.id if self.id is not None else f"#{self.seq}"

    @property
    def label(self) -> str:
        """`source:id`, or `#seq`."""
        return f"{self.source}:{self.id}" if self.id is not None else self.name


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """A retention rule: None matches everything. Durations in milliseconds, beside the words that a person wrote.

    where: its scope in words, `default` or `vip, image`.
    """

    inbox: int | None = None
    category: str | None = None
    direction: str | None = None
    remove_after: int | None = None
    keep_for: int | None = None
    remove_words: str = ""
    keep_words: str = ""
    where: str = "default"

    @property
    def specificity(self) -> tuple[bool, bool, bool]:
        """Inbox counts most, then category, then direction: the order of contracts.md §4, without gaps."""
        return self.inbox is not None, self.category is not None, self.direction is not None

    def matches(self, inbox: int, category: str | None, direction: str) -> bool:
        """Whether the rule is about files of this kind."""
        return self.inbox in (None, inbox) and self.category in (None, category) and self.direction in (None, direction)


@dataclass(frozen=True, slots=True)
class Match:
    """The rules that are about one kind of file: the one that lets it go, which has a `remove_after`, and those that
    keep it, which have a `keep_for`, longest first."""

    remove: RetentionRule | None
    keeps: tuple[RetentionRule, ...]
    passed_over: tuple[RetentionRule, ...] = ()


def each(given: T | tuple[T, ...] | None) -> tuple[T, ...]:
    """The values of a condition of a hold: none where it is not given, one, or several of which any will do."""
    if given is None:
        return ()
    return given if isinstance(given, tuple) else (given,)


def one_or_more(values: Sequence[T]) -> T | tuple[T, ...] | None:
    """The reverse of `each`."""
    return None if not values else values[0] if len(values) == 1 else tuple(values)


@dataclass(frozen=True, slots=True)
class Hold:
    """An unreleased hold; every condition that is given must be met, by any of its values. since is inclusive, until
    exclusive.

    A customer or conversation that was erased is None: the hold covers every entry that the rest allows then.
    forms: the forms of all ids of the customers, where aliases are known.
    """

    number: int
    name: str
    inbox: int | tuple[int, ...] | None = None
    customer: str | tuple[str, ...] | None = None
    conversation: str | tuple[str, ...] | None = None
    entry: int | tuple[int, ...] | None = None
    since: int | None = None
    until: int | None = None
    forms: frozenset[str] = frozenset()

    @property
    def customer_forms(self) -> frozenset[str]:
        """The forms by which entries of the customers are known; none where no customer is named."""
        if self.customer is None:
            return frozenset()
        return self.forms or frozenset(form for customer in each(self.customer) for form in forms_of_id(customer))


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: a code for programs, words for people, and the hold it speaks of."""

    code: str
    words: str
    hold: str | None = None


@dataclass(frozen=True, slots=True)
class RetentionDecision:
    """Whether an entry's bytes are kept or removed, with every reason.

    expires: when the policies allow them to go, holds aside; None is never. holds: those that cover the entry.
    """

    action: PlanAction
    reasons: tuple[Reason, ...]
    expires: int | None
    match: Match
    holds: tuple[Hold, ...] = ()

    @property
    def held(self) -> bool:
        """Whether a hold covers the entry."""
        return bool(self.holds)

    @property
    def stored(self) -> bool:
        """Whether there are bytes to decide about."""
        return self.reasons[0].code not in GONE_CODES
