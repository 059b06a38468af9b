"""May this entry's bytes go? Pure: no clock, no disk, no store. A fact that is not known keeps the file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, cast

from occ_media_cli.retention.model import (
    GONE_CODES,
    KEEP_CODES,
    REMOVE_CODES,
    Match,
    Reason,
    RetentionDecision,
    RetentionRule,
    each,
)

if TYPE_CHECKING:
    from occ_media_cli.retention.model import Hold, StoredEntry

NO_HASH = Reason("no-hash", "no-hash: without sha256 and size a file is never removed")
UNKNOWN_AGE = Reason("unknown-age", "unknown-age: nobody knows when it was shared")
NO_POLICY = Reason("no-policy", "no rule removes it")
NO_BYTES = Reason("no-bytes", "it was not delivered, so there are no bytes")
REMOVED = Reason("already-removed", "removed already")
REQUESTED = Reason("requested", "everything of this customer was asked for")
NOT_DUE = Reason("not-due", "not due yet")

_ORDER = (*GONE_CODES, *REMOVE_CODES, *KEEP_CODES)
"""Every code, the weightiest first."""


def match(rules: Iterable[RetentionRule], inbox: int, category: str | None, direction: str) -> Match:
    """The rules for one kind of file: the most specific `remove_after`, and every `keep_for`, the longest first."""
    found = [rule for rule in rules if rule.matches(inbox, category, direction)]
    removes = [rule for rule in found if rule.remove_after is not None]
    # Two rules of one scope are refused where rules are set; should they meet here, the longer one keeps the file.
    removes.sort(key=lambda rule: (rule.specificity, cast("int", rule.remove_after)), reverse=True)
    keeps = [rule for rule in found if rule.keep_for is not None]
    keeps.sort(key=lambda rule: (cast("int", rule.keep_for), rule.specificity), reverse=True)
    return Match(removes[0] if removes else None, tuple(keeps), tuple(removes[1:]))


def covers(hold: Hold, entry: StoredEntry) -> bool:
    """Whether a hold covers an entry.

    Where the customer or the conversation of the hold or of the entry was erased, it may have been the same one, so
    that the hold covers the entry. The view `entry_hold` says the same in SQL, for rules and reports; a test holds both
    to each other.
    """
    if hold.entry is not None and entry.seq not in each(hold.entry):
        return False
    if hold.inbox is not None and entry.inbox not in each(hold.inbox):
        return False
    if entry.time is not None:
        if hold.since is not None and entry.time < hold.since:
            return False
        if hold.until is not None and entry.time >= hold.until:
            return False
    if not entry.erased:
        if hold.customer is not None and hold.customer_forms.isdisjoint(entry.forms):
            return False
        if hold.conversation is not None and entry.conversation not in each(hold.conversation):
            return False
    return True


def wait(found: Match) -> int | None:
    """How long after it was shared a file may go, in milliseconds; None is never."""
    if found.remove is None:
        return None
    return max(cast("int", span) for span in (found.remove.remove_after, *(rule.keep_for for rule in found.keeps)))


def may_go(entry: StoredEntry, found: Match) -> int | None:
    """The moment from which the policies let an entry's bytes go, or None for never."""
    span = wait(found)
    return None if entry.time is None or span is None else entry.time + span


def decide(
    entry: StoredEntry, found: Match, covering: Sequence[Hold], now: int, *, requested: bool
) -> RetentionDecision:
    """The decision for one entry, given the rules that match it and the holds that cover it.

    requested: the customer asked for all files to be deleted, so that `remove_after` need not be over. What keeps a
    file (a hold, `keep_for`, a missing hash) keeps it all the same.
    """
    expires = may_go(entry, found)
    if entry.deleted is not None:
        return RetentionDecision("keep", (REMOVED,), expires, found, tuple(covering))
    if entry.outcome != "delivered":
        return RetentionDecision("keep", (NO_BYTES,), expires, found, tuple(covering))
    keep = [Reason("held", f"held: {hold.name}", hold.name) for hold in covering]
    if entry.sha256 is None or entry.size is None:
        keep.append(NO_HASH)
    go: list[Reason] = []
    if entry.time is None:
        keep.append(UNKNOWN_AGE)
    else:
        keep += [
            Reason("kept-for", f"kept for at least {rule.keep_words} ({rule.where})")
            for rule in found.keeps
            if now < entry.time + cast("int", rule.keep_for)
        ]
        if requested:
            go.append(REQUESTED)
        elif found.remove is None:
            keep.append(NO_POLICY)
        elif now >= entry.time + cast("int", found.remove.remove_after):
            go.append(Reason("due", f"older than {found.remove.remove_words} ({found.remove.where})"))
        else:
            keep.append(NOT_DUE)
    if keep:
        return RetentionDecision("keep", tuple(keep), expires, found, tuple(covering))
    return RetentionDecision("remove", tuple(go), expires, found)


def evaluate(
    entry: StoredEntry, policies: Iterable[RetentionRule], holds: Iterable[Hold], now: int, *, requested: bool = False
) -> RetentionDecision:
    """Decide keep or remove, with every reason.

    policies: the rules in force. holds: those that are not released; they count whatever `now` says.
    """
    found = match(policies, entry.inbox, entry.category, entry.direction)
    return decide(entry, found, [hold for hold in holds if covers(hold, entry)], now, requested=requested)


def first_reason(reasons: Sequence[Reason]) -> Reason:
    """The weightiest reason, under which a summary counts a file."""
    return min(reasons, key=lambda reason: _ORDER.index(reason.code))
