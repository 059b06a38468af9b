"""What a message of Telegram becomes in the ledger: an entry for each file in it.

Source: core.telegram.org/bots/api#message (facts as of November 2026).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from occ_media_cli.ledger.entry import Edited, EntryRow, Later, Unfit, deletions
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.file_names import name_of, numbered
from occ_media_cli.ledger.sources.inbox_choice import inbox_of
from occ_media_cli.ledger.sources.payload_values import (
    from_seconds,
    id_of,
    needed_id,
    object_of,
    size_of,
    word_of,
)

PROFILE = "telegram"

MEDIA = ("animation", "document", "audio", "video", "voice", "video_note", "sticker", "live_photo")
ENDINGS = {"photo": "jpg", "video": "mp4", "video_note": "mp4", "voice": "ogg", "live_photo": "mp4"}
"""What a kind of file is, where nothing states a type."""

REPEATS = {"animation": "document", "live_photo": "photo"}
"""For old programs the second is there too, and is the same file."""

OTHERS = frozenset({
    "chat_background_set", "checklist", "contact", "dice", "external_reply", "game", "gift", "giveaway",
    "giveaway_winners", "invoice", "location", "new_chat_photo", "passport_data", "pinned_message", "poll", "quote",
    "reply_to_message", "reply_to_story", "story", "successful_payment", "thumb", "thumbnail", "unique_gift", "venue",
})  # fmt: skip
"""Members that may have pictures in them, which nobody shared in this message."""

DELETED = "deleted by the sender; Telegram does not say when"


class SharedFile(NamedTuple):
    """A file of a message: its kind, and the object that tells of it. reason: where the kind is not known."""

    kind: str
    media: dict[str, Any]
    reason: str | None = None


def entries_of(
    message: dict[str, Any], is_edit: bool, options: Options, context: Context
) -> Sequence[EntryRow | Edited]:
    """The entries of a message, none where it carries no file; Unfit for one that must be refused."""
    found = list(_files(message))
    if not found:
        return ()
    chat = object_of(message.get("chat"))
    identity = f"{needed_id(chat, 'id')}:{needed_id(message, 'message_id')}"
    time = from_seconds(message.get("date"), "date")
    if is_edit:
        time = from_seconds(message.get("edit_date"), "edit_date")
        identity = f"{identity}@{time // 1_000}"
    direction, agent, customer, conversation = _people(message, chat, options)
    inbox = inbox_of(PROFILE, (), options, context)
    rows = [
        EntryRow(
            id=own,
            time=time,
            inbox=inbox,
            direction="send" if direction == "send" else "receive",
            name=_name(own, file),
            channel=PROFILE,
            agent=agent,
            customer=customer,
            conversation=conversation,
            declared=word_of(file.media, "mime_type"),
            size=size_of(file.media, "file_size"),
            reason=file.reason,
        )
        for own, file in zip(numbered(identity, len(found)), found, strict=True)
    ]
    return [Edited(row) for row in rows] if is_edit else rows


def deletion_of(deleted: dict[str, Any]) -> Sequence[Later]:
    """What the deletion of messages in a business chat comes to."""
    chat = needed_id(object_of(deleted.get("chat")), "id")
    ids = deleted.get("message_ids")
    if not isinstance(ids, list):
        raise Unfit("bad value", "message_ids is not a list")
    known = [number for number in map(id_of, ids) if number is not None]
    return deletions((f"{chat}:{number}" for number in known), DELETED, PROFILE, of_edits=True)


def _people(
    message: dict[str, Any], chat: dict[str, Any], options: Options
) -> tuple[str, str | None, str | None, str | None]:
    """Direction, agent, customer and conversation. Of a private chat the customer is the chat; in a group it is who
    wrote, unless a channel or the group itself speaks; a post of a channel has no sender."""
    place, sender = id_of(chat.get("id")), id_of(object_of(message.get("from")).get("id"))
    # A person's number is above 0, that of a group or a channel below.
    is_private = chat.get("type") == "private" or (chat.get("type") is None and not str(place).startswith("-"))
    is_business = message.get("business_connection_id") is not None
    is_own = sender is not None and (sender in options.agents or (is_business and is_private and sender != place))
    if is_private:
        return "send" if is_own else "receive", sender if is_own else None, place, None
    if is_own:
        return "send", sender, None, place
    return "receive", None, None if message.get("sender_chat") is not None else sender, place


def _files(message: dict[str, Any]) -> Iterator[SharedFile]:
    doubled = {old for new, old in REPEATS.items() if new in message}
    for kind in MEDIA:
        if message.get(kind) is not None and kind not in doubled:
            yield _file(kind, message[kind])
    if message.get("photo") is not None and "photo" not in doubled:
        yield SharedFile("photo", _largest(message["photo"]))
    if message.get("paid_media") is not None:
        yield from _all_paid(message["paid_media"])
    yield from _in_blocks(object_of(message.get("rich_message")).get("blocks"))
    for kind, value in message.items():
        if kind not in (*MEDIA, *OTHERS, "photo", "paid_media", "rich_message"):
            yield from _unknown(kind, value)


def _unknown(kind: str, value: object) -> Iterator[SharedFile]:
    """What has a file_id under a member that is not known: it itself, or what it lists. Several that are measured and
    have no name of their own are sizes of one picture."""
    if isinstance(value, dict) and value.get("file_id"):
        yield SharedFile(kind, value, f"a file of the kind '{kind}' is not known")
        return
    for each in value.values() if isinstance(value, dict) else (value,):
        listed = each if isinstance(each, list) else ()
        items = [item for item in listed if isinstance(item, dict) and item.get("file_id")]
        if len(items) > 1 and all(_pixels(item) and not item.get("mime_type") for item in items):
            items = [max(items, key=_pixels)]
        for item in items:
            yield SharedFile(kind, item, f"a file of the kind '{kind}' is not known")


def _in_blocks(value: object) -> Iterator[SharedFile]:
    """The files in the blocks of a formatted message, which may lie in one another."""
    if isinstance(value, dict):
        for kind, media in value.items():
            if kind == "photo" and isinstance(media, list):
                yield SharedFile(kind, _largest(media))
            elif kind in MEDIA and isinstance(media, dict):
                yield _file(kind, media)
            else:
                yield from _in_blocks(media)
    elif isinstance(value, list):
        for item in value:
            yield from _in_blocks(item)


def _all_paid(value: object) -> Iterator[SharedFile]:
    """The files that are shown for a payment."""
    items = value.get("paid_media") if isinstance(value, dict) else value
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise Unfit("bad value", "paid_media is not a list of objects")
    for item in items:
        yield from _paid(item)


def _paid(item: dict[str, Any]) -> Iterator[SharedFile]:
    """A file that is shown for a payment; a preview of one is none. Where the type is missing, what is there tells."""
    kind = item.get("type")
    if kind == "preview":
        for name, value in item.items():
            yield from _unknown(name, value)
        return
    kinds = [kind] if isinstance(kind, str) else [name for name in (*MEDIA, "photo") if item.get(name) is not None]
    if not kinds:
        raise Unfit("no media", "paid media has neither a type nor a file")
    for each in kinds[:1]:
        yield SharedFile(each, _largest(item.get(each))) if each == "photo" else _file(each, item.get(each))


def _file(kind: str, media: object) -> SharedFile:
    if not isinstance(media, dict) or not media.get("file_id"):
        raise Unfit("no media", f"a message with {kind} has no file_id")
    return SharedFile(kind, media, None if kind in MEDIA else f"a file of the kind '{kind}' is not known")


def _largest(sizes: object) -> dict[str, Any]:
    """The size of a photo that has the most pixels: the others are made of it, in an order that nobody promised."""
    usable = (
        [size for size in sizes if isinstance(size, dict) and size.get("file_id")] if isinstance(sizes, list) else []
    )
    if not usable:
        raise Unfit("no media", "a photo has no size with a file_id")
    return max(usable, key=_pixels)


def _pixels(size: dict[str, Any]) -> int:
    width, height = size.get("width"), size.get("height")
    return width * height if isinstance(width, int) and isinstance(height, int) else 0


def _name(identity: str, file: SharedFile) -> str:
    ending = ENDINGS.get(file.kind)
    if file.kind == "sticker":
        ending = "tgs" if file.media.get("is_animated") else "webm" if file.media.get("is_video") else "webp"
    declared = word_of(file.media, "mime_type")
    return name_of(identity, word_of(file.media, "file_name"), declared=declared, ending=ending)
