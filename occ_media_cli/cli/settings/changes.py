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
    if not outcome.versions:
        return
    before, after = outcome.before, outcome.versions[-1].settings
    if before.effective_message != after.effective_message or before.messages != after.messages:
        rows = customers_read(after)
        if rows:
            session.say(f"{outcome.inbox}: {rows[0]}", *rows[1:], verbatim=True)


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


def customers_read(settings: InboxSettings, *, planned: bool = False) -> list[str]:
    """What customers read now, by language, where receiving is off; or the message that waits, as it does where that is
    planned for later."""
    text = settings.effective_message
    if text is None:
        return []
    lead = "Customers who send a file now read:"
    if settings.receive or planned:
        lead = "While receiving is off, customers read:"
    rows = [lead, f"  {one_line(text)}"]
    rows += [f"  {language}: {one_line(other)}" for language, other in sorted(settings.messages.items())]
    return rows


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
    for line in _told(session, outcome, duration, names, planned=planned):
        session.say(line)
    first, last = outcome.versions[0].settings, outcome.versions[-1].settings
    if any(version.confirmed for version in outcome.versions):
        return
    if boxed and len(outcome.versions) > 1:
        session.say(
            "The change ends by itself; nothing needs to run."
            + (" After it customers read:" if not last.receive else "")
        )
        if not last.receive and last.effective_message:
            session.say(f"  {one_line(last.effective_message)}", verbatim=True)
    else:
        changed_words = outcome.before.effective_message != first.effective_message
        if changed_words or outcome.before.messages != first.messages or outcome.before.receive != first.receive:
            session.say(*customers_read(first, planned=planned and outcome.at > session.now), verbatim=True)
    _note_other_way(session, first)


def _told(
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
        alike = _alike(outcome, _told(session, outcome, duration, ("", ""), planned=planned))
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
    read = [(each.effective_message, tuple(each.messages.items())) for each in _settings(outcome)]
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
