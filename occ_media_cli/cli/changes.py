"""What commands that change settings share: reading options, picking inboxes, and telling old from new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.errors import UsageError, WrongWord
from occ_media_cli.report.words import nearest
from occ_media_cli.settings import messages, names, read
from occ_media_cli.settings.model import InboxSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.cli.session import Session
    from occ_media_cli.settings.editor import Editor
    from occ_media_cli.settings.model import Version
    from occ_media_cli.settings.write import Outcome

SWITCH = {"on": True, "off": False}

YES = frozenset(("yes", "y", "true", "t", "1", "enable", "enabled", "oui", "ja", "sí", "si", "sim", "да"))
NO = frozenset(("no", "n", "false", "f", "0", "disable", "disabled", "non", "nein", "nee", "não", "nao", "нет"))
"""Words that people write for on and off. They are no values, but what is meant is told by their meaning: by its
letters `no` is nearer to `on`."""


def switch(value: str, option: str) -> bool:
    """`on` or `off`, nothing else."""
    if value in SWITCH:
        return SWITCH[value]
    said = value.strip().casefold()
    meant = "on" if said in YES else "off" if said in NO else nearest(said, SWITCH) if len(said) > 1 else None
    what = f"{option} '{value}' is neither on nor off"
    if meant is None:
        raise UsageError(what, hint=f"write {option} on or {option} off")
    raise WrongWord(f"{what}, did you mean '{meant}'?", option=option, typed=value, meant=meant)


def choice(word: str, option: str, choices: Sequence[str]) -> str:
    """One of a few words."""
    if word in choices:
        return word
    near = nearest(word, choices)
    what = f"{option} '{word}' is not one of {', '.join(choices)}" + (f", did you mean '{near}'?" if near else "")
    raise UsageError(what, hint=f"write {near}" if near else f"write {' or '.join(choices)}")


def from_options(
    *, send: str | None, receive: str | None, message: str | None, message_for: Sequence[str] | None
) -> tuple[dict[str, object], dict[str, str]]:
    """The change that the options of `set` ask for, and the messages by language."""
    change: dict[str, object] = {}
    texts: dict[str, str] = {}
    if send is not None:
        change["send"] = switch(send, "--send")
    if receive is not None:
        change["receive"] = switch(receive, "--receive")
    try:
        if message is not None:
            change["message"] = messages.check(message)
        for item in message_for or []:
            tag, equals, text = item.partition("=")
            if not equals:
                raise UsageError(f"--message-for '{item}' has no '='", hint="write --message-for ar='…'")
            texts[messages.language(tag)] = messages.check(text)
    except ValueError as problem:
        raise UsageError(
            str(problem), hint="change the text; newline, joiners and direction marks are allowed"
        ) from None
    return change, texts


def pick(editor: Editor, inboxes: Sequence[str], *, all_inboxes: bool, tag: str | None, create: bool) -> list[str]:
    """The inboxes that a command is about, each once; an unknown one stops everything."""
    known = read.inbox_ids(editor.connection)
    if all_inboxes:
        return list(known)
    if tag is not None:
        found = [name for name, plan in editor.config().inboxes.items() if tag in plan.base.tags]
        if not found:
            raise UsageError(f"no inbox has the tag '{tag}'", hint=f"occ-media inbox tag INBOX {tag}")
        return found
    chosen = list(dict.fromkeys(map(names.normal, inboxes)))
    for name in chosen:
        if name not in known:
            if not create:
                problem = editor.unknown(name, known)
                problem.hint = f"{problem.hint}; --create makes a new one"
                raise problem
            editor.add_inbox(name)
    return chosen


def word(value: bool) -> str:  # a switch is its only argument
    """on or off."""
    return "on" if value else "off"


def one_line(text: str) -> str:
    """A message as one unwrapped line."""
    return text.replace("\n", "\\n")


def described(before: InboxSettings, after: InboxSettings) -> list[str]:
    """What differs, in words: `receive on → off`; texts are named, not quoted."""
    found = []
    differs = before.difference(after)
    for name in sorted(differs, key=lambda name: name not in ("receive", "send")):
        old, new = getattr(before, name), getattr(after, name)
        label = name.replace("_", "-")
        if name in ("message", "messages", "description"):
            found.append(f"{label} {'removed' if not new else 'changed' if old else 'set'}")
        elif isinstance(new, tuple):
            found += [f"{label.removesuffix('s')} {item} added" for item in new if item not in old]
            found += [f"{label.removesuffix('s')} {item} removed" for item in old if item not in new]
        else:
            found.append(f"{label} {_text(old)} → {_text(new)}")
    return found


def channel(text: str) -> str:
    """`PROFILE` or `PROFILE:ACCOUNT`."""
    profile, colon, account = text.partition(":")
    if not profile or (colon and not account) or not text.isprintable():
        raise UsageError(f"channel '{text}' is neither PROFILE nor PROFILE:ACCOUNT", hint="write web-widget:shop")
    return text


def known_channel(editor: Editor, text: str) -> None:
    """NotFound where there is no such channel profile, neither of the program nor of the store."""
    from occ_media_cli.cli.profiles import known
    from occ_media_cli.errors import NotFound
    from occ_media_cli.report.words import suggestion

    names_there = known(read.section(editor.connection, "channels"))
    profile = text.partition(":")[0]
    if profile not in names_there:
        raise NotFound(
            f"there is no channel profile '{profile}'{suggestion(profile, names_there)}",
            hint="occ-media channels lists them",
        )


def tag(text: str) -> str:
    """A tag: printable, 1 to 64 characters."""
    if not text.strip() or len(text) > 64 or not text.isprintable():
        raise UsageError(f"tag '{text}' is not 1 to 64 printable characters", hint="write --tag sensitive")
    return text


def join(session: Session, inbox: str, field: str, item: str, reason: str | None) -> None:
    """Add an item to the channels or tags of an inbox."""

    def added(settings: InboxSettings) -> InboxSettings:
        items = getattr(settings, field)
        return settings.changed({field: items if item in items else (*items, item)})

    with session.editing() as editor:
        if field == "channels":
            known_channel(editor, item)
        outcome = editor.alter(inbox, added, reason=reason)
    show(session, outcome)


def leave(session: Session, inbox: str, field: str, item: str, reason: str | None) -> None:
    """Take an item from the channels or tags of an inbox; NotFound where it has none of that name."""
    from occ_media_cli.errors import NotFound
    from occ_media_cli.report.words import suggestion

    with session.editing() as editor:
        there = getattr(editor.settings(inbox), field)
        if item not in there:
            what = f"inbox '{inbox}' has no {field.removesuffix('s')} '{item}'"
            raise NotFound(what + suggestion(item, there), hint=f"occ-media show {quoted(inbox)}")
        outcome = editor.alter(
            inbox, lambda old: old.changed({field: tuple(i for i in getattr(old, field) if i != item)}), reason=reason
        )
    show(session, outcome)


def tell_customers(session: Session, outcome: Outcome) -> None:
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
    for name in ("receive", "send"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            rows.append(f"{name:<8} {word(old)} → {word(new)}")
        elif whole:
            rows.append(f"{name:<8} {word(new)}")
    for name in ("channels", "tags"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            rows.append(f"{name:<8} {', '.join(old) or '-'} → {', '.join(new) or '-'}")
    for name in ("description", "scan", "quota", "send_approved_only"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            rows.append(f"{name.replace('_', '-')}  {_text(old)} → {_text(new)}")
    return rows


def _text(value: object) -> str:
    return word(value) if isinstance(value, bool) else str(value) if value else "-"


def customers_read(settings: InboxSettings) -> list[str]:
    """What customers read now, by language, where receiving is off; or the message that waits."""
    text = settings.effective_message
    if text is None:
        return []
    lead = "Customers who send a file now read:" if not settings.receive else "While receiving is off, customers read:"
    rows = [lead, f"  {one_line(text)}"]
    rows += [f"  {language}: {one_line(other)}" for language, other in sorted(settings.messages.items())]
    return rows


def show(session: Session, outcome: Outcome, *, boxed: bool = False, duration: str | None = None) -> None:
    """Tell what a change came to: old → new, what customers read, and how to undo it.

    boxed: the change ends by itself; duration: after which time, as it was typed.
    """
    if not outcome.versions:
        session.say(f"{outcome.inbox}, version {outcome.newest}, nothing changed")
        return
    before = outcome.before
    for position, version in enumerate(outcome.versions):
        session.say(_heading(version, outcome.at, duration, first=position == 0))
        for row in _rows(before, version.settings, whole=position == 0):
            session.say(row)
        before = version.settings
    first, last = outcome.versions[0].settings, outcome.versions[-1].settings
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
            session.say(*customers_read(first), verbatim=True)
    _note_other_way(session, first)
    if outcome.undo is not None:
        session.hint(f"undo: occ-media revert {quoted(outcome.inbox)} --to {outcome.undo}")


def _note_other_way(session: Session, settings: InboxSettings) -> None:
    """The product's advice: tell customers another way to send a file."""
    if settings.receive:
        return
    if not messages.offers_other_way(settings.effective_message or ""):
        session.hint("note: the message names no other way to send a file; --message sets your own")
    for language, text in sorted(settings.messages.items()):
        if not messages.offers_other_way(text):
            session.hint(f"note: the message for {language} names no other way to send a file")


def quoted(name: str) -> str:
    """A name as it is typed in a shell."""
    import shlex

    return shlex.quote(name)


def _heading(version: Version, now: int, duration: str | None, *, first: bool) -> str:
    words = f"{version.inbox}, version {version.number}"
    if not first and version.valid_from is not None:
        return f"{words}, from {times.text(version.valid_from)}"
    if version.valid_from is not None and version.valid_from > now:
        words += f", from {times.text(version.valid_from)}"
    if version.valid_to is not None:
        words += f", until {times.text(version.valid_to)}"
        if duration:
            words += f" ({duration})"
    return words
