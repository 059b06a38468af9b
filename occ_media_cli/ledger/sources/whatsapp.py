"""WhatsApp Cloud API: the bodies of the webhooks that a business receives.

NDJSON (one body a line), a JSON array, one body in a file, or a folder of such files (`*.json`, `*.ndjson`). Every
media message is an entry; a status `failed` corrects the entry that it speaks of, or is an attempt of its own where
media could not be sent. Media ids can be fetched for 7 days: the statistics of the ledger count those without a path.
Source: Meta's reference of the `messages` webhook (facts as of November 2026).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import msgspec  # noqa: TID253 - imported by an ingest only

from occ_media_cli.errors import Incomplete, MalformedInput
from occ_media_cli.ledger.entry import Batch, Correction, EntryRow, Later, RowRefusal, Unfit
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.bodies import LONGEST, bodies
from occ_media_cli.ledger.sources.fields import decoded
from occ_media_cli.ledger.sources.media_types import extension_of
from occ_media_cli.ledger.sources.streams import explained, opened
from occ_media_cli.places.roots import parts
from occ_media_cli.places.safe_open import Kept, Opened, open_below, open_root, why
from occ_media_cli.places.walk import walk

BATCH = 500
PROFILE = "whatsapp-cloud"

MEDIA = ("image", "video", "audio", "document", "sticker", "voice")
NO_MEDIA = frozenset({
    "text", "location", "contacts", "interactive", "button", "order", "system", "reaction", "template",
    "request_welcome", "referral", "ephemeral",
})  # fmt: skip
"""Kinds of message without a file. A kind that is in neither list is new: it is kept, because it may be a file."""

BLOCKED, CANNOT_FETCH, CANNOT_UPLOAD = "131051", "131052", "131053"
"""A kind that is not supported; media that could not be fetched, or is over 100 MB; media that could not be sent."""
MEDIA_ERRORS = frozenset({BLOCKED, CANNOT_FETCH, CANNOT_UPLOAD})


def read(name: str, options: Options, context: Context) -> Iterator[Batch]:
    """The media messages and statuses of all bodies."""
    if name != "-" and Path(name).is_dir():
        yield from _folder(name, options, context)
        return
    with opened(name) as (stream, raw, size), explained(name):
        for batch in _batches(stream, options, context):
            yield batch
            if size is not None:
                context.fraction = min(raw.tell() / size, 1.0)


def _batches(stream: IO[bytes], options: Options, context: Context) -> Iterator[Batch]:
    batch = Batch([], [], 0, refused=[], raw=[])
    for line, body in bodies(stream):
        _body(batch, line, body, options, context)
        if batch.read >= BATCH:
            yield batch
            batch = Batch([], [], 0, refused=[], raw=[])
    if batch.read:
        yield batch


def _folder(folder: str, options: Options, context: Context) -> Iterator[Batch]:
    """The bodies of all files of a folder. A file that cannot be read is one refused row; a link is passed over."""
    try:
        root = open_root(folder)
    except OSError as problem:
        raise Incomplete(
            f"cannot be read: {why(problem).words}; nothing was recorded",
            file=folder,
            hint="name a folder that you may read",
        ) from problem
    try:
        paths: list[bytes] = []
        aside = Batch([], [], 0, refused=[], raw=[])
        for met in walk(root):
            if met.problem is not None:
                _unreadable(aside, met.path, met.problem)
            elif met.name.endswith((b".json", b".ndjson")):
                if met.kind == "file":
                    paths.append(met.path)
                else:
                    aside.skipped += 1
        if aside.skipped:
            context.notes.append(f"links and special files that were passed over: {aside.skipped:,}")
        if aside.read or aside.skipped:
            yield aside
        for number, path in enumerate(paths, start=1):
            yield from _file(root, path, options, context)
            context.fraction = number / len(paths)
    finally:
        os.close(root)


def _file(root: int, path: bytes, options: Options, context: Context) -> Iterator[Batch]:
    shown = path.decode(errors="backslashreplace")
    found = open_below(root, parts(os.fsdecode(path)))
    trouble = found.words if isinstance(found, Kept) else None
    if isinstance(found, Opened):
        try:
            with opened(shown, found.fd) as (stream, _, _), explained(shown):
                yield from _batches(stream, options, context)
        except (Incomplete, MalformedInput) as problem:
            trouble = problem.what
    if trouble is not None:
        batch = Batch([], [], 0, refused=[], raw=[])
        _unreadable(batch, path, trouble)
        yield batch


def _unreadable(batch: Batch, path: bytes, words: str) -> None:
    batch.read += 1
    shown = path.decode(errors="backslashreplace")
    _refuse(batch, 0, Unfit("unreadable", f"{shown}: {words}"), shown.encode())


def _body(batch: Batch, line: int, body: bytes | None, options: Options, context: Context) -> None:
    try:
        changes = _changes(body)
    except Unfit as problem:
        batch.read += 1
        _refuse(batch, line, problem, body)
        return
    for change in changes:
        account = str(_dict(change.get("metadata")).get("phone_number_id") or "")
        for message in _dicts(change.get("messages")):
            _take(batch, line, message, account, options, context, "receive")
        for message in _dicts(change.get("message_echoes")):
            _take(batch, line, message, account, options, context, "send")
        for status in _dicts(change.get("statuses")):
            _status(batch, line, status, account, options, context)


def _changes(body: bytes | None) -> list[dict[str, Any]]:
    """The values of all changes in a body, or Unfit."""
    if body is None:
        raise Unfit("not JSON", f"no JSON object, or one longer than {LONGEST:,} bytes")
    entries = _dicts(decoded(body, LONGEST, "the body").get("entry"))
    changes = [_dict(change.get("value")) for entry in entries for change in _dicts(entry.get("changes"))]
    if not changes:
        raise Unfit("no webhook", "has no entry with changes: not the body of a webhook")
    return changes


def _take(
    batch: Batch, line: int, message: dict[str, Any], account: str, options: Options, context: Context, direction: str
) -> None:
    batch.read += 1
    kind = str(message.get("type"))
    if kind in NO_MEDIA:
        batch.skipped += 1
        return
    try:
        row = _message(message, kind, account, options, context, direction)
    except Unfit as problem:
        _refuse(batch, line, problem, msgspec.json.encode(message))
        return
    _add(batch, line, row, message)


def _message(
    message: dict[str, Any], kind: str, account: str, options: Options, context: Context, direction: str
) -> EntryRow:
    identity = _text(message, "id")
    media = _dict(message.get(kind))
    errors = _dicts(message.get("errors"))
    declared = media.get("mime_type") if isinstance(media.get("mime_type"), str) else None
    ending = extension_of(declared)
    name = media.get("filename") if isinstance(media.get("filename"), str) else None
    reason = _reason(errors)
    if reason is None and kind not in MEDIA:
        reason = f"message type '{kind}' is not known"
    other = message.get("from") if direction == "receive" else message.get("to")
    return EntryRow(
        id=identity,
        time=_seconds(message),
        inbox=_inbox(account, options, context),
        channel=PROFILE,
        direction="receive" if direction == "receive" else "send",
        customer=str(other) if isinstance(other, str | int) else None,
        conversation=message["group_id"] if isinstance(message.get("group_id"), str) else None,
        name=name or (f"{identity}.{ending}" if ending else identity),
        declared=declared,
        sha256=media.get("sha256") if isinstance(media.get("sha256"), str) else None,
        outcome="blocked" if BLOCKED in _codes(errors) else "failed" if errors else "delivered",
        reason=reason,
    )


def _status(batch: Batch, line: int, status: dict[str, Any], account: str, options: Options, context: Context) -> None:
    batch.read += 1
    if status.get("status") != "failed":
        batch.skipped += 1  # sent, delivered, read, played: an entry is taken as delivered until something says else
        return
    try:
        identity = _text(status, "id")
        moment = _seconds(status)
        errors = _dicts(status.get("errors"))
        reason = _reason(errors)
        fix = Correction(
            id=f"{identity}:failed:{moment}", time=moment, corrects=identity, outcome="failed", reason=reason
        )
        otherwise = None
        if MEDIA_ERRORS & _codes(errors):
            customer = status.get("recipient_id")
            otherwise = EntryRow(
                id=identity, time=moment, inbox=_inbox(account, options, context), channel=PROFILE, direction="send",
                customer=customer if isinstance(customer, str) else None, name=identity, outcome="failed",
                reason=reason,
            )  # fmt: skip
    except Unfit as problem:
        _refuse(batch, line, problem, msgspec.json.encode(status))
        return
    _add(batch, line, Later(fix, otherwise), status)


def _codes(errors: list[dict[str, Any]]) -> set[str]:
    return {str(error.get("code")) for error in errors}


def _reason(errors: list[dict[str, Any]]) -> str | None:
    """`131053 Media upload error: details` of each error, joined."""
    found = []
    for error in errors:
        details = _dict(error.get("error_data")).get("details")
        title = error.get("title") or error.get("message")
        words = f"{error.get('code')} {title}" if title else str(error.get("code"))
        found.append(f"{words}: {details}" if details and details != title else words)
    return "; ".join(found) or None


def _inbox(account: str, options: Options, context: Context) -> str:
    found = context.inboxes.account(PROFILE, account) if account else None
    if found is None and options.inbox is not None:
        found = options.inbox
    if found is None:
        raise Unfit(
            "unknown inbox", f"no inbox is linked to {PROFILE}:{account}, and the map of inboxes does not name it"
        )
    return found


def _seconds(value: dict[str, Any]) -> int:
    stamp = value.get("timestamp")
    if isinstance(stamp, str) and stamp.isascii() and stamp.isdigit() and len(stamp) <= 12:
        return int(stamp) * 1_000
    if isinstance(stamp, int) and 0 <= stamp < 10**12:
        return stamp * 1_000
    raise Unfit("bad time", f"timestamp {stamp!r:.40} is not a number of seconds")


def _text(value: dict[str, Any], field: str) -> str:
    found = value.get(field)
    if not isinstance(found, str) or not found:
        raise Unfit(f"no {field}", f"{field} is missing")
    return found


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _add(batch: Batch, line: int, item: EntryRow | Later, raw: dict[str, Any]) -> None:
    batch.items.append(item)
    batch.lines.append(line)  # type: ignore[union-attr]  # made as a list in read
    batch.raw.append(msgspec.json.encode(raw))  # type: ignore[union-attr]  # made as a list in read


def _refuse(batch: Batch, line: int, problem: Unfit, raw: bytes | None) -> None:
    batch.refused.append(RowRefusal(line, problem.group, problem.detail, raw))  # type: ignore[union-attr]  # made in read
