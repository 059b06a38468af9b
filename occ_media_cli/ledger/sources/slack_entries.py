"""What an event or a message of Slack becomes in the ledger.

Source: docs.slack.dev/reference/objects/file-object and /reference/events (facts as of November 2026).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from occ_media_cli.ledger.entry import EntryRow, FilesDeleted, Later, Unfit, deletions
from occ_media_cli.ledger.sources import Context
from occ_media_cli.ledger.sources.body_files import Piece, nothing, refusing
from occ_media_cli.ledger.sources.file_names import name_of
from occ_media_cli.ledger.sources.inbox_choice import inbox_of
from occ_media_cli.ledger.sources.payload_values import (
    from_precise_seconds,
    id_of,
    needed_id,
    object_of,
    objects_of,
    size_of,
    word_of,
)
from occ_media_cli.ledger.sources.slack_people import SlackPeople, home_of

PROFILE = "slack"

FILES = ("hosted", "snippet", "email", "file_access")
"""Modes of a file whose bytes Slack keeps; of the last, shared by another company, an event tells the id alone."""

NO_FILES = ("external", "quip", "canvas", "list", "space", "docs", "tombstone", "hidden_by_limit")
"""Modes of what is a link elsewhere, a document of Slack itself, or gone."""

SLACK_DOCUMENT = "application/vnd.slack-docs"

SHARING = ("message", "app_mention")
"""Events that bring a message; the second comes beside the first, or alone where only it was asked for."""

DELETED, MESSAGE_DELETED = "deleted in Slack", "message deleted in Slack"


class SlackChannel(NamedTuple):
    """Where a message stands. id: its number; name: that of its folder in an export; home: the team that reads it."""

    id: str | None = None
    name: str | None = None
    home: str | None = None


def pieces_of_event(body: dict[str, Any], people: SlackPeople, context: Context) -> Iterator[Piece]:
    """The pieces of a body of the Events API."""
    event = object_of(body.get("event"))
    kind = event.get("type")
    if kind == "file_deleted":
        yield Piece(event, partial(_file_deleted, event, body))
    elif kind == "message" and event.get("subtype") == "message_deleted":
        yield Piece(event, partial(_message_deleted, event))
    elif kind in SHARING:
        channel = SlackChannel(id_of(event.get("channel")), None, home_of(body))
        yield from pieces_of_message(event, channel, people, context)
    elif isinstance(kind, str) and not event.get("files"):
        yield Piece(event, nothing)  # of files it names the id alone, or speaks of people and channels
    else:
        yield Piece(event, refusing("unknown event", f"an event of the type {kind!r:.60} with files is not known"))


def pieces_of_message(
    message: dict[str, Any], channel: SlackChannel, people: SlackPeople, context: Context
) -> Iterator[Piece]:
    """A piece for each file of a message; one piece where it has none, or only repeats those of another."""
    subtype = message.get("subtype")
    if subtype in ("message_replied", "message_deleted"):
        yield Piece(message, nothing)
        return
    try:
        if subtype == "message_changed":
            known = {id_of(object_of(file).get("id")) for file in _files(object_of(message.get("previous_message")))}
            message = object_of(message.get("message"))
            files = [file for file in _files(message) if id_of(object_of(file).get("id")) not in known]
        else:
            files = _files(message)
    except Unfit as problem:
        yield Piece(message, refusing(problem.group, problem.detail))
        return
    shared = [file for file in files if not _is_no_file(file)]
    for file in shared:
        yield Piece(message, partial(_entry, message, file, channel, people, context))
    if not shared:
        yield Piece(message, nothing)


def _files(message: dict[str, Any]) -> list[object]:
    """The files of a message: its own, and those of messages that it forwards, each once; Unfit where they are no list.

    What a link to a message shows of it is a preview, and what a thread began with was shared there.
    """
    files = _list_of(message, "files")
    if not files and message.get("subtype") in (None, "file_share") and isinstance(message.get("file"), dict):
        files = [message["file"]]  # as before 2018
    for each in objects_of(message, "attachments"):
        if each.get("is_share") or not each.get("is_msg_unfurl"):
            files += _list_of(each, "files")
    files += _in_blocks(message.get("blocks"))
    found: dict[object, object] = {}
    for place, file in enumerate(files):
        found.setdefault(id_of(object_of(file).get("id")) or place, file)
    return list(found.values())


def _in_blocks(value: object) -> list[object]:
    """The files that pictures in the blocks of a message show: of them nothing is told but the id."""
    if isinstance(value, list):
        return [file for each in value for file in _in_blocks(each)]
    if not isinstance(value, dict):
        return []
    if value.get("type") == "image" and isinstance(value.get("slack_file"), dict):
        return [value["slack_file"]]
    return [file for each in value.values() for file in _in_blocks(each)]


def _list_of(value: dict[str, Any], field: str) -> list[object]:
    found = value.get(field)
    if found is not None and not isinstance(found, list):
        raise Unfit("bad value", f"{field} is not a list")
    return list(found or ())


def _is_no_file(file: object) -> bool:
    found = object_of(file)
    mode, media_type = found.get("mode"), found.get("mimetype")
    return bool(found.get("is_external")) or mode in NO_FILES or media_type == SLACK_DOCUMENT


def _entry(
    message: dict[str, Any], file: object, channel: SlackChannel, people: SlackPeople, context: Context
) -> Sequence[EntryRow]:
    found = object_of(file)
    number = needed_id(found, "id")
    time = from_precise_seconds(message.get("ts"), "ts")
    identity = f"{message['ts']}:{number}"
    mode = word_of(found, "mode")
    user = id_of(message.get("user"))
    is_own = people.is_own(user, message, found, channel.home)
    is_program = message.get("subtype") == "bot_message" or bool(message.get("bot_id"))
    declared = word_of(found, "mimetype") or None
    link = found.get("url_private")
    stated = word_of(found, "name") or word_of(found, "title")
    return (
        EntryRow(
            id=identity,
            time=time,
            inbox=inbox_of(PROFILE, (channel.id, channel.name, channel.home), people.options, context),
            channel=PROFILE,
            direction="send" if is_own else "receive",
            agent=user if is_own and (not is_program or user in people.options.agents) else None,
            customer=None if is_own else user,
            conversation=channel.id or channel.name,
            name=name_of(identity, stated, link=link if isinstance(link, str) else None, declared=declared),
            declared=declared,
            size=size_of(found, "size"),
            reason=None if mode is None or mode in FILES else f"a file of the mode '{mode}' is not known",
        ),
    )


def _file_deleted(event: dict[str, Any], body: dict[str, Any]) -> Sequence[FilesDeleted]:
    """A file went, wherever it was shared."""
    stamp = event.get("event_ts")
    time = from_precise_seconds(body.get("event_time") if stamp is None else stamp, "event_ts")
    return (FilesDeleted({needed_id(event, "file_id"): time}, DELETED),)


def _message_deleted(event: dict[str, Any]) -> Sequence[Later]:
    """A message went, and with it the shares in it."""
    before = object_of(event.get("previous_message"))
    stamp = id_of(before.get("ts")) or id_of(event.get("deleted_ts"))
    files = [number for file in _files(before) if (number := id_of(object_of(file).get("id"))) is not None]
    if not files:
        return ()
    if stamp is None:
        raise Unfit("no ts", "the ts of the message that was deleted is missing")
    time = from_precise_seconds(event.get("event_ts") or event.get("ts"), "event_ts")
    return deletions((f"{stamp}:{number}" for number in files), MESSAGE_DELETED, PROFILE, time)
