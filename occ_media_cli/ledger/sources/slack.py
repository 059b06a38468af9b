"""Slack: bodies of the Events API, and an export of a workspace as a folder or a ZIP file.

Every share of a file is an entry, under the moment of its message and its own id, because a file may be shared often.
Who is a user of your own say the options, else the `users.json` of an export, else the team that an event names: files
of theirs are sent, all others received. Source: docs.slack.dev/reference/objects/file-object (facts as of November
2026).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from occ_media_cli.ledger.entry import Batch, FilesDeleted
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.body_archives import BodyArchive, is_archive
from occ_media_cli.ledger.sources.body_files import BodyFolder, BodyPlace, Piece, nothing, read_bodies, refusing
from occ_media_cli.ledger.sources.payload_values import id_of
from occ_media_cli.ledger.sources.slack_entries import DELETED, SlackChannel, pieces_of_event, pieces_of_message
from occ_media_cli.ledger.sources.slack_people import SlackPeople

MOST_DELETED = 10_000
"""Deleted files that are looked up together: each look goes through all entries of Slack."""

PEOPLE = b"users.json"
"""The file of an export that says who is in the workspace."""

LISTS = (b"channels.json", b"groups.json", b"mpims.json")
"""Files of an export that say which number a channel has; a direct chat's folder is called by it."""


def read(name: str, options: Options, context: Context) -> Iterator[Batch]:
    """The files of all events, or of all messages of an export."""
    deleted = FilesDeleted({}, DELETED)
    for batch in _batches(name, options, context):
        _put_aside(batch, deleted)
        yield batch
        if len(deleted.times) >= MOST_DELETED:
            yield _looked_up(deleted)
            deleted = FilesDeleted({}, DELETED)
    if deleted.times:
        yield _looked_up(deleted)


def _batches(name: str, options: Options, context: Context) -> Iterator[Batch]:
    if name != "-" and Path(name).is_dir():
        with BodyFolder(name, context) as folder:
            yield from folder.aside()
            yield from _export(folder, options, context)
    elif name != "-" and is_archive(name):
        with BodyArchive(name, context) as archive:
            yield from _export(archive, options, context)
    else:
        yield from read_bodies(
            name, context, partial(_pieces, channel=SlackChannel(), people=SlackPeople(options), context=context)
        )


def _pieces(body: dict[str, Any], *, channel: SlackChannel, people: SlackPeople, context: Context) -> Iterator[Piece]:
    payload = body.get("payload")
    if body.get("type") == "events_api" and isinstance(payload, dict):
        body = payload  # as Socket Mode delivers it
    if body.get("type") in ("url_verification", "app_rate_limited"):
        yield Piece(body, nothing)
    elif isinstance(body.get("event"), dict):
        yield from pieces_of_event(body, people, context)
    elif body.get("ts") is not None and (body.get("type") == "message" or "files" in body):
        yield from pieces_of_message(body, channel, people, context)
    else:
        yield Piece(body, refusing("no event", "is neither a body of the Events API nor a message of an export"))


def _export(place: BodyPlace, options: Options, context: Context) -> Iterator[Batch]:
    """The messages of an export: a folder for each channel, a file for each day, and lists of people and channels.

    Bodies of events that lie in one folder, without such folders, are read too.
    """
    parts = _exports(place.paths)
    many, done = sum(map(len, parts.values())), 0
    for root, paths in parts.items():
        yield from _one_export(place, root, paths, options, context)
        done += len(paths)
        context.fraction = done / many


def _exports(paths: list[bytes]) -> dict[bytes, list[bytes]]:
    """The files of each export that a folder or an archive holds, by where its list of people lies: at the top, or in a
    folder below where an export was packed again or its parent was named. What lies in none is under the top."""
    roots = {path[: -len(PEOPLE)] for path in paths if path.rpartition(b"/")[2] == PEOPLE}
    roots = roots or {path[: path.rfind(b"/") + 1] for path in paths if path.rpartition(b"/")[2] in LISTS}
    found: dict[bytes, list[bytes]] = {}
    for path in paths:
        above = path
        while above and above not in roots:
            above = above[: above.rstrip(b"/").rfind(b"/") + 1]
        found.setdefault(above, []).append(path)
    return found


def _one_export(
    place: BodyPlace, root: bytes, paths: list[bytes], options: Options, context: Context
) -> Iterator[Batch]:
    people, numbers = SlackPeople(options), dict[bytes, str]()
    top = [path for path in paths if b"/" not in path[len(root) :]]
    days = [path for path in paths if b"/" in path[len(root) :]] or top
    for path in top:
        if path == root + PEOPLE:
            people.learn(place.objects(path))
            yield Batch([], [], 0, refused=[], raw=[], people=people.said(place.objects(path)))
        elif path[len(root) :] in LISTS:
            for item in place.objects(path):
                number, called = id_of(item.get("id")), item.get("name")
                if number is not None and isinstance(called, str):
                    numbers[called.encode()] = number
    for path in days:
        called = path.split(b"/")[-2] if b"/" in path[len(root) :] else b""
        channel = SlackChannel(numbers.get(called), called.decode(errors="replace") or None)
        pieces = partial(_pieces, channel=channel, people=people, context=context)
        yield from place.read(path, pieces)


def _put_aside(batch: Batch, deleted: FilesDeleted) -> None:
    """Take out of a batch what it says of deleted files, which are looked up together later."""
    kept = []
    for position, item in enumerate(batch.items):
        if isinstance(item, FilesDeleted):
            for file, time in item.times.items():
                if file in deleted.times:
                    deleted.said_again[file] = deleted.said_again.get(file, 0) + 1
                else:
                    deleted.times[file] = time
        else:
            kept.append(position)
    if len(kept) < len(batch.items):
        batch.lines = [batch.lines[position] for position in kept]
        batch.raw = [batch.raw[position] for position in kept] if batch.raw is not None else None
        batch.items = [batch.items[position] for position in kept]


def _looked_up(deleted: FilesDeleted) -> Batch:
    return Batch([deleted], [0], 0, refused=[], raw=[b""])
