"""What a message or status of WhatsApp becomes in the ledger: an entry, a correction, or nothing where it has no file.

Source: Meta's reference of the `messages` webhook (facts as of November 2026).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace  # noqa: TID253 - as in ledger.entry

from occ_media_cli.decoding import Undecodable, decode
from occ_media_cli.ledger.entry import Correction, EntryRow, Later, Unfit
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.bodies import LONGEST
from occ_media_cli.ledger.sources.file_names import name_of, numbered
from occ_media_cli.ledger.sources.inbox_choice import inbox_of
from occ_media_cli.ledger.sources.payload_values import object_of, text_of, word_of
from occ_media_cli.ledger.sources.whatsapp_envelope import EnvelopePart
from occ_media_cli.ledger.sources.whatsapp_values import codes_of, errors_of, reason_of, seconds_of
from occ_media_cli.vocabulary import DIRECTIONS, Outcome

PROFILE = "whatsapp-cloud"

MEDIA = ("image", "video", "audio", "document", "sticker", "voice")
NO_MEDIA = frozenset({
    "text", "location", "contacts", "interactive", "button", "order", "system", "reaction", "template",
    "request_welcome", "referral", "ephemeral", "edit", "media_placeholder",
})  # fmt: skip
"""Kinds of message without a file: an edit changes words only, and what a placeholder stands for comes in a body of its
own. A kind that is in neither list is new: it is kept where it has a media object, because that may be a file."""

NO_FILES = frozenset({"poll_creation", "poll_update", "edit", "pin", "event"})
"""What an unsupported message may be without having been a file."""

MEMBERS = ("id", "sha256", "mime_type", "filename", "file", "url", "link")
"""Members of which a media object has at least one."""

LOST = frozenset({"ERROR", "FAILED"})
LOST_REASON = "failed, as the history of the number says"
"""What the history of a number says of a message that did not come through."""

BLOCKED, CANNOT_FETCH, CANNOT_UPLOAD = "131051", "131052", "131053"
"""A kind that is not supported; media that could not be fetched, or is over 100 MB; media that could not be sent."""
MEDIA_ERRORS = frozenset({BLOCKED, CANNOT_FETCH, CANNOT_UPLOAD})


def entries_of(part: EnvelopePart, options: Options, context: Context) -> Sequence[EntryRow | Later]:
    """What a piece of a webhook comes to, nothing where it carries no file; Unfit for one that must be refused."""
    if part.kind == "unknown":
        raise Unfit("no webhook", part.detail)
    if part.kind == "nothing":
        return ()
    if part.kind == "status":
        return _status(part, options, context)
    kind = part.value.get("type")
    if not isinstance(kind, str) or not kind:
        raise Unfit("unknown message", "the type of a message is missing, or not text")
    others = _untold_media(part.value)
    found = _mistyped(part, kind, others, options, context) if others else _by_type(part, kind, options, context)
    return (
        [_not_sent(item) if isinstance(item, EntryRow) else item for item in found] if _is_lost(part.value) else found
    )


def _is_lost(message: dict[str, Any]) -> bool:
    """Whether the history of a number says of one of its messages that it never came through."""
    return object_of(message.get("history_context")).get("status") in LOST


def _not_sent(row: EntryRow) -> Later:
    """The entry of such a message; a body that came before it may have told of the file without that."""
    failed = replace(row, outcome="failed", reason=row.reason or LOST_REASON)
    fix = Correction(f"{row.id}:history", failed.time, row.id, outcome="failed", reason=failed.reason)
    return Later(fix, failed, channels=frozenset({PROFILE}), whole=True, is_undated=True)


def _by_type(part: EnvelopePart, kind: str, options: Options, context: Context) -> Sequence[EntryRow | Later]:
    if kind == "interactive":
        return _uploads(part, options, context)
    if kind in NO_MEDIA or (kind == "unsupported" and str(object_of(part.value.get(kind)).get("type")) in NO_FILES):
        return ()
    if kind == "revoke":
        return (_revoke(part.value),)
    return (_message(part, kind, options, context),)


def _mistyped(
    part: EnvelopePart, kind: str, others: Sequence[str], options: Options, context: Context
) -> Sequence[EntryRow | Later]:
    """The entries of a message that has media objects beside what its type says: each is a file, whatever the type."""
    message = part.value
    typed: Sequence[EntryRow | Later] = ()
    if kind in ("interactive", "revoke") or _is_media(message.get(kind)):
        typed = _by_type(part, kind, options, context)
    entries = [item for item in typed if isinstance(item, EntryRow)]
    identity, errors = text_of(message, "id"), errors_of(message)
    outcome = _outcome_of(kind, errors)
    for name in others:
        words = [f"the type of the message is '{kind:.40}', and it has an object '{name}'", reason_of(errors)]
        reason = "; ".join(word for word in words if word)
        entries.append(_row(part, identity, object_of(message.get(name)), outcome, reason, options, context))
    for own, entry in zip(numbered(identity, len(entries)), entries, strict=True):
        if entry.name.startswith(entry.id):  # it has no name but its id
            entry.name = own + entry.name[len(entry.id) :]
        entry.id = own
    return (*entries, *(item for item in typed if not isinstance(item, EntryRow)))


def is_mistyped(part: EnvelopePart) -> bool:
    """Whether a message has a media object that its type does not speak of."""
    return part.kind in DIRECTIONS and bool(_untold_media(part.value))


def _untold_media(message: dict[str, Any]) -> list[str]:
    kind = message.get("type")
    if not isinstance(kind, str) or not kind:
        return []  # such a message is refused
    return [name for name in MEDIA if name != kind and _is_media(message.get(name))]


def _is_media(value: object) -> bool:
    """Whether something is a media object: a file that can be fetched, or what is told of one."""
    return isinstance(value, dict) and any(value.get(member) for member in MEMBERS)


def _message(part: EnvelopePart, kind: str, options: Options, context: Context) -> EntryRow:
    """The entry of a message that has a media object, or says by its errors why it has none."""
    found = part.value.get(kind)
    errors = errors_of(part.value)
    reason = reason_of(errors)
    if not _is_media(found) and not errors and kind != "unsupported":
        new = "" if kind in MEDIA else "is not known, and "
        raise Unfit("no media", f"a message of type '{kind}' {new}has no media object")
    if reason is None and kind not in MEDIA:
        reason = f"message type '{kind}' is not known"
    return _row(part, text_of(part.value, "id"), object_of(found), _outcome_of(kind, errors), reason, options, context)


def _outcome_of(kind: str, errors: list[dict[str, Any]]) -> Outcome:
    """What became of the file of a message."""
    if BLOCKED in codes_of(errors) or (kind == "unsupported" and not errors):
        return "blocked"
    return "failed" if errors else "delivered"


def _row(
    part: EnvelopePart,
    identity: str,
    media: dict[str, Any],
    outcome: Outcome,
    reason: str | None,
    options: Options,
    context: Context,
) -> EntryRow:
    message = part.value
    side = "from" if part.kind == "receive" else "to"
    other = part.customer or message.get(side) or message.get(f"{side}_user_id")  # some have a user name and no number
    declared = word_of(media, "mime_type")
    name = word_of(media, "filename") or word_of(media, "file_name")
    return EntryRow(
        id=identity,
        time=seconds_of(message),
        inbox=inbox_of(PROFILE, (part.account,), options, context),
        channel=PROFILE,
        direction="receive" if part.kind == "receive" else "send",
        customer=str(other) if isinstance(other, str | int) else None,
        conversation=message["group_id"] if isinstance(message.get("group_id"), str) else None,
        name=name_of(identity, name, declared=declared),
        declared=declared,
        sha256=word_of(media, "sha256"),
        outcome=outcome,
        reason=reason,
    )


def _uploads(part: EnvelopePart, options: Options, context: Context) -> list[EntryRow]:
    """The files that a customer put into a form. Their lists have names of the form's own, so shapes are looked at."""
    text = object_of(object_of(part.value.get("interactive")).get("nfm_reply")).get("response_json")
    if text is None:
        return []
    if not isinstance(text, str):
        raise Unfit("unknown message", "response_json of a form is not text")
    try:
        files = list(_files(decode(text, largest=LONGEST)))
    except Undecodable as problem:
        raise Unfit("unknown message", f"response_json of a form is {problem.words}") from None
    identity = text_of(part.value, "id") if files else ""
    rows = zip(numbered(identity, len(files)), files, strict=True)
    return [_row(part, own, media, "delivered", None, options, context) for own, media in rows]


def _files(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get("id") and (value.get("mime_type") or value.get("sha256")):
            yield value
            return
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _files(item)


def _revoke(message: dict[str, Any]) -> Later:
    """The sender took it back. What was stored is still there, so only a reason is added, where the entry is known."""
    return Later(
        Correction(
            id=text_of(message, "id"),
            time=seconds_of(message),
            corrects=text_of(object_of(message.get("revoke")), "original_message_id"),
            reason="deleted for everyone by the sender",
        )
    )


def _status(part: EnvelopePart, options: Options, context: Context) -> Sequence[Later]:
    status = part.value
    word = status.get("status")
    if not isinstance(word, str):
        raise Unfit("unknown status", "the status of a message is missing, or not text")
    if word != "failed":
        return ()  # sent, delivered, read, played: an entry is taken as delivered until something says else
    identity = text_of(status, "id")
    moment = seconds_of(status)
    errors = errors_of(status)
    reason = reason_of(errors)
    fix = Correction(id=f"{identity}:failed:{moment}", time=moment, corrects=identity, outcome="failed", reason=reason)
    otherwise = None
    if MEDIA_ERRORS & codes_of(errors):
        customer = status.get("recipient_id")
        otherwise = EntryRow(
            id=identity, time=moment, inbox=inbox_of(PROFILE, (part.account,), options, context), channel=PROFILE,
            direction="send", customer=customer if isinstance(customer, str) else None, name=identity,
            outcome="failed", reason=reason,
        )  # fmt: skip
    return (Later(fix, otherwise),)
