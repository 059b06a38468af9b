"""What commands that change settings share: reading options, picking inboxes, and telling old from new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.report.words import on_off, shell_named
from occ_media_cli.settings import messages
from occ_media_cli.settings.compare import in_words
from occ_media_cli.settings.model import InboxSettings
from occ_media_cli.vocabulary import SWITCHES

if TYPE_CHECKING:
    from occ_media_cli.cli.session import Session
    from occ_media_cli.settings.model import Version
    from occ_media_cli.settings.write import ChangeOutcome


def switch(value: object) -> str | None:
    """The cell of a switch in a table: on, off, or nothing where it is left as it is."""
    return None if value is None else on_off(value)


def one_line(text: str) -> str:
    """A message as one unwrapped line."""
    return text.replace("\n", "\\n")


def tell_customers(session: Session, outcome: ChangeOutcome) -> None:
    """What customers of an inbox read after a change, where that changed."""
    for lead, texts in _told(session, outcome):
        session.say(f"{outcome.inbox}: {lead}", *texts, verbatim=True)


def _rows(before: InboxSettings, after: InboxSettings, *, whole: bool) -> list[str]:
    rows = []
    for way in SWITCHES:
        old, new = getattr(before, way), getattr(after, way)
        if old != new:
            rows.append(f"{way:<8} {on_off(old)} → {on_off(new)}")
        elif whole:
            rows.append(f"{way:<8} {on_off(new)}")
    for name in ("channels", "tags"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            rows.append(f"{name:<8} {in_words(', '.join(old))} → {in_words(', '.join(new))}")
    for name in ("description", "scan", "quota", "send_approved_only"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            rows.append(f"{name.replace('_', '-')}  {in_words(old)} → {in_words(new)}")
    return rows


def customers_read(settings: InboxSettings, inbox: str) -> list[str]:
    """What customers of an inbox read while receiving is off, filled in, in every language; nothing without a text."""
    text = settings.effective_message
    if text is None:
        return []
    found = messages.readings(text, settings.messages, inbox=inbox, channels=settings.channels)
    return [f"  {language}: {one_line(each)}" if language else f"  {one_line(each)}" for language, each in found]


def _told(session: Session, outcome: ChangeOutcome, *, boxed: bool = False) -> list[tuple[str, list[str]]]:
    """What to say of what customers read: a lead, and the texts; one for each span in which receiving is off and they
    read something else than before, or from another time on.

    boxed: what comes after the change is told where that is said.
    """
    if not outcome.versions or any(version.confirmed for version in outcome.versions):
        return []
    first = outcome.versions[0]
    begun = first.valid_from is None or first.valid_from <= outcome.at
    there = first.settings if begun else outcome.before
    was = outcome.before
    reads_else = _reads(there, outcome) != _reads(was, outcome)
    if begun and not reads_else and there.receive == was.receive:
        return []  # what is written anew behind it was so before
    lead = "While receiving is off, customers read:"
    if not there.receive and not _is_planned(session, outcome):
        until = first.valid_from if not begun and first.settings.receive else None
        lead = "Customers who send a file now read:"
        if until is not None:
            lead = f"Customers who send a file until {session.shown(until)} read:"
    found = []
    if reads_else or (not there.receive and (was.receive or not begun)):
        found.append((lead, customers_read(there, outcome.inbox)))
    later = outcome.versions[1:] if begun else outcome.versions
    before = there
    for version in later[:-1] if boxed else later:
        after = version.settings
        if not after.receive and (before.receive or _reads(after, outcome) != _reads(before, outcome)):
            lead = f"From {session.shown(version.valid_from or 0)} customers read:"
            found.append((lead, customers_read(after, outcome.inbox)))
        before = after
    return [(lead, texts) for lead, texts in found if texts]


def _is_planned(session: Session, outcome: ChangeOutcome) -> bool:
    """Whether a change is for later. Its time is that at which the store was free, which is a little behind the
    session's."""
    return outcome.at > max(session.now, times.wall())


def _reads(settings: InboxSettings, outcome: ChangeOutcome) -> list[str]:
    return customers_read(settings, outcome.inbox)


def show(session: Session, outcome: ChangeOutcome, *, boxed: bool = False, duration: str | None = None) -> None:
    """Tell what a change came to: old → new, what customers read, and how to undo it.

    boxed: the change ends by itself; duration: after which time, as it was typed.
    """
    if not outcome.versions:
        session.say(f"{outcome.inbox}, version {outcome.newest}, nothing changed")
        return
    before = outcome.before
    for position, version in enumerate(outcome.versions):
        now = session.now if _is_planned(session, outcome) else outcome.at
        session.say(_heading(session, version, now, duration, first=position == 0))
        for row in _rows(before, version.settings, whole=position == 0):
            session.say(row)
        before = version.settings
    first, last = outcome.versions[0].settings, outcome.versions[-1].settings
    if any(version.confirmed for version in outcome.versions):
        return
    ends = boxed and len(outcome.versions) > 1
    for lead, texts in _told(session, outcome, boxed=ends):
        session.say(lead, *texts, verbatim=True)
    if ends:
        session.say(
            "The change ends by itself; nothing needs to run."
            + (" After it customers read:" if not last.receive else ""),
            *([] if last.receive else customers_read(last, outcome.inbox)),
            verbatim=True,
        )
    _note_other_way(session, first)
    if outcome.undo is not None:
        session.hint(f"undo: {revert_line(outcome.inbox, outcome.undo)}")


def _note_other_way(session: Session, settings: InboxSettings) -> None:
    """The product's advice: tell customers another way to send a file."""
    if settings.receive:
        return
    if not messages.offers_other_way(settings.effective_message or ""):
        session.hint("note: the message names no other way to send a file; --message sets your own")
    for language, text in sorted(settings.messages.items()):
        if not messages.offers_other_way(text):
            session.hint(f"note: the message for {language} names no other way to send a file")


def revert_line(inbox: str, version: int) -> str:
    """The command that brings a version of an inbox back."""
    return shell_named(("occ-media", "revert"), (inbox,), ("--to", str(version)))


def _heading(session: Session, version: Version, now: int, duration: str | None, *, first: bool) -> str:
    words = f"{version.inbox}, version {version.number}"
    if not first and version.valid_from is not None:
        return f"{words}, from {session.shown(version.valid_from)}"
    if version.valid_from is not None and version.valid_from > now:
        words += f", from {session.shown(version.valid_from)}"
    if version.confirmed:
        words += ", confirmed"
    if version.valid_to is not None:
        words += f", until {session.shown(version.valid_to)}"
        if duration and (version.valid_from is None or version.valid_from <= now):
            words += f" ({duration})"
    return words
