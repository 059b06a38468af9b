"""What commands that change settings share: reading options, picking inboxes, and telling old from new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.report.words import on_off, plural
from occ_media_cli.settings import messages
from occ_media_cli.settings.compare import in_words
from occ_media_cli.settings.model import InboxSettings
from occ_media_cli.vocabulary import SWITCHES

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    for lead, texts in _readings(session, outcome):
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


def _readings(
    session: Session, outcome: ChangeOutcome, *, boxed: bool = False, planned: bool = False
) -> list[tuple[str, list[str]]]:
    """What to say of what customers read: a lead, and the texts; one for each span in which receiving is off and they
    read something else than before, or from another time on.

    boxed: what comes after the change is told where that is said. planned: it begins later than the session's moment.
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
    if not there.receive and not planned:
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


def _reads(settings: InboxSettings, outcome: ChangeOutcome) -> list[str]:
    return customers_read(settings, outcome.inbox)


def show(
    session: Session,
    outcome: ChangeOutcome,
    *,
    boxed: bool = False,
    duration: str | None = None,
    names: Sequence[str] = (),
    planned: bool = False,
) -> None:
    """Tell what a change came to: old → new, and what customers read.

    boxed: the change ends by itself; duration: after which time, as it was typed. names: of all inboxes of which the
    same is to be told; of that of the outcome without any. planned: it begins later than the session's moment.
    """
    if not outcome.versions:
        head = f"{outcome.inbox}, version {outcome.newest}" if len(names) < 2 else ", ".join(names)
        session.say(f"{head}, nothing changed")
        return
    for line in _version_lines(session, outcome, duration, names, planned=planned):
        session.say(line)
    first, last = outcome.versions[0].settings, outcome.versions[-1].settings
    if any(version.confirmed for version in outcome.versions):
        return
    ends = boxed and len(outcome.versions) > 1
    for lead, texts in _readings(session, outcome, boxed=ends, planned=planned and outcome.at > session.now):
        session.say(lead, *texts, verbatim=True)
    if ends:
        session.say(
            "The change ends by itself; nothing needs to run."
            + (" After it customers read:" if not last.receive else ""),
            *([] if last.receive else customers_read(last, outcome.inbox)),
            verbatim=True,
        )
    _note_other_way(session, first)


def _version_lines(
    session: Session, outcome: ChangeOutcome, duration: str | None, names: Sequence[str], *, planned: bool
) -> list[str]:
    """Each version with its heading, and old → new."""
    lines = []
    before, now = outcome.before, session.now if planned else outcome.at
    for position, version in enumerate(outcome.versions):
        words = f"{version.inbox}, version {version.number}" if len(names) < 2 else ", ".join(names)
        lines.append(_heading(session, words, version, now, duration, first=position == 0))
        lines += _rows(before, version.settings, whole=position == 0)
        before = version.settings
    return lines


def show_all(
    session: Session,
    outcomes: Sequence[ChangeOutcome],
    *,
    boxed: bool = False,
    duration: str | None = None,
    planned: bool = False,
) -> None:
    """The same of several inboxes: once for all that changed alike, those that did not change last."""
    groups: dict[object, list[ChangeOutcome]] = {}
    for outcome in sorted(outcomes, key=lambda each: not each.versions):
        alike = _alike(outcome, _version_lines(session, outcome, duration, ("", ""), planned=planned))
        groups.setdefault(alike, []).append(outcome)
    for group in groups.values():
        names = [each.inbox for each in group]
        show(session, group[0], boxed=boxed, duration=duration, names=names, planned=planned)


def count(outcomes: Sequence[ChangeOutcome]) -> str:
    """`5 inboxes: 3 changed, 2 as they were`."""
    changed = sum(bool(outcome.versions) for outcome in outcomes)
    same = len(outcomes) - changed
    return f"{plural(len(outcomes), 'inbox', 'inboxes')}: {changed:,} changed" + (
        f", {same:,} as {'it was' if same == 1 else 'they were'}" if same else ""
    )


def _alike(outcome: ChangeOutcome, told: Sequence[str]) -> object:
    """What two inboxes have in common that are told of together. told: their versions, without names."""
    if not outcome.versions:
        return ()
    read = [tuple(_reads(each, outcome)) for each in _settings(outcome)]
    return (tuple(told), tuple(read))


def _settings(outcome: ChangeOutcome) -> list[InboxSettings]:
    return [outcome.before, *(version.settings for version in outcome.versions)]


def _note_other_way(session: Session, settings: InboxSettings) -> None:
    """The product's advice: tell customers another way to send a file."""
    if settings.receive:
        return
    if not messages.offers_other_way(settings.effective_message or ""):
        session.hint("note: the message names no other way to send a file; --message sets your own")
    for language, text in sorted(settings.messages.items()):
        if not messages.offers_other_way(text):
            session.hint(f"note: the message for {language} names no other way to send a file")


def _heading(session: Session, words: str, version: Version, now: int, duration: str | None, *, first: bool) -> str:
    """words: what it is a heading of."""
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
