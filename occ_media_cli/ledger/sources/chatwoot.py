"""Chatwoot's PostgreSQL database: attachments of messages, read-only and incremental. Needs the extra `chatwoot`.

The address is that of libpq (`postgresql://reader@host/chatwoot`, or `service=…`); the password comes from PGPASSWORD
or a password file. A run reads the attachments that came since the last one; those of the last ten minutes are read
again, because a transaction with a lower number may commit later. Private notes and activities are nobody's files.
Tables and meanings: Chatwoot's public schema (facts as of November 2026).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from occ_media_cli.errors import MalformedInput, PartMissing
from occ_media_cli.ledger import source_marks
from occ_media_cli.ledger.entry import Batch, EntryRow, RowRefusal, Unfit
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.file_names import bare_name, linked_name, name_of
from occ_media_cli.ledger.sources.media_types import extension_of

if TYPE_CHECKING:
    import psycopg

BATCH = 1_000
SETTLED = 600
"""Seconds after which no lower number commits any more."""

CONNECT_SECONDS = 10

PROFILES = {
    "Channel::Whatsapp": "whatsapp-cloud", "Channel::TwilioSms": "twilio-whatsapp",
    "Channel::FacebookPage": "messenger",
    "Channel::Instagram": "instagram", "Channel::Telegram": "telegram", "Channel::Line": "line",
    "Channel::WebWidget": "web-widget", "Channel::Email": "email-gmail",
}  # fmt: skip
"""The channel profile of an inbox's type; others have none."""

LOCATION, FALLBACK, CONTACT = 4, 5, 8
"""File types without a file, unless they have one. Other numbers, unknown ones too, are files."""

SENT = {0: "receive", 1: "send", 3: "send"}
"""Message types: incoming, outgoing, template. 2 is an activity of the system."""

FAILED = 3

_QUERY = """
SELECT a.id, a.file_type, a.external_url, a.extension, a.fallback_title,
  floor(extract(epoch FROM a.created_at) * 1000)::bigint, m.message_type, m.private, m.status,
  m.content_attributes->>'external_error', i.id, i.name, i.channel_type, c.display_id,
  coalesce(k.phone_number, k.email, k.identifier, 'contact:' || k.id), coalesce(u.email, u.name),
  b.key, b.filename, b.content_type, b.byte_size, b.checksum, {service},
  a.created_at < (now() AT TIME ZONE 'UTC') - make_interval(secs => %(settled)s)
FROM attachments a
JOIN messages m ON m.id = a.message_id
JOIN inboxes i ON i.id = m.inbox_id
LEFT JOIN conversations c ON c.id = m.conversation_id
LEFT JOIN contacts k ON k.id = c.contact_id
LEFT JOIN users u ON m.sender_type = 'User' AND u.id = m.sender_id
LEFT JOIN active_storage_attachments s ON s.record_type = 'Attachment' AND s.name = 'file' AND s.record_id = a.id
LEFT JOIN active_storage_blobs b ON b.id = s.blob_id
WHERE a.id > %(after)s ORDER BY a.id"""


def read(name: str, options: Options, context: Context) -> Iterator[Batch]:
    """The attachments that came since the last run, in the order of their numbers."""
    try:
        import psycopg
    except ImportError:
        raise PartMissing(
            "Chatwoot needs a part that is not installed; nothing was recorded",
            hint="pip install 'occ-media[chatwoot]'",
        ) from None
    try:
        with psycopg.connect(name, connect_timeout=CONNECT_SECONDS, application_name="occ-media") as connection:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield from _attachments(connection, options, context)
    except psycopg.errors.UndefinedTable as problem:
        raise _not_chatwoot(problem) from problem
    except psycopg.errors.UndefinedColumn as problem:
        raise _not_chatwoot(problem) from problem
    except psycopg.Error as problem:
        words = str(problem).strip().splitlines()
        raise PartMissing(
            f"the database does not answer as it should: {words[0] if words else type(problem).__name__}",
            hint="check the address and that the database runs; what was read before is recorded",
        ) from problem


def _not_chatwoot(problem: Exception) -> MalformedInput:
    return MalformedInput(
        f"not a Chatwoot database: {str(problem).splitlines()[0]}", hint="name the database that Chatwoot itself uses"
    )


def _attachments(connection: psycopg.Connection[Any], options: Options, context: Context) -> Iterator[Batch]:
    info = connection.info
    place = f"{info.host or 'local'}:{info.port}/{info.dbname}"
    after = source_marks.last(context.connection, "chatwoot", place)
    has_service = connection.execute(
        "SELECT 1 FROM information_schema.columns"
        " WHERE table_name = 'active_storage_blobs' AND column_name = 'service_name'"
    ).fetchone()
    query = _QUERY.format(service="b.service_name" if has_service else "NULL::text")
    settled, open_end = after, False
    with connection.cursor("occ_media") as cursor:
        cursor.itersize = BATCH
        cursor.execute(query, {"after": after, "settled": SETTLED})
        while rows := cursor.fetchmany(BATCH):
            batch = Batch([], [], 0, refused=[])
            for row in rows:
                _take(batch, row, options, context)
                open_end = open_end or not row[-1]
                if not open_end:
                    settled = int(row[0])
            yield batch
    if settled > after:
        context.mark = ("chatwoot", place, settled)


def _take(batch: Batch, values: tuple[Any, ...], options: Options, context: Context) -> None:
    batch.read += 1
    identity, file_type, url, *_ = values
    message_type, private, key = values[6], values[7], values[16]
    if private or message_type not in SENT or (file_type in (LOCATION, FALLBACK, CONTACT) and key is None and not url):
        batch.skipped += 1
        return
    try:
        row = _row(values, options, context)
    except Unfit as problem:
        batch.refused.append(RowRefusal(0, problem.group, f"attachment {identity}: {problem.detail}", f"{identity}"))  # type: ignore[union-attr]  # made above
        return
    batch.items.append(row)
    batch.lines.append(0)  # type: ignore[union-attr]  # made above


def _row(values: tuple[Any, ...], options: Options, context: Context) -> EntryRow:
    (
        identity, _, url, extension, title, moment, message_type, _, status, error, inbox, inbox_name, channel_type,
        conversation, customer, agent, key, filename, content_type, size, checksum, service, _,
    ) = values  # fmt: skip
    direction = SENT[message_type]
    profile = PROFILES.get(channel_type)
    ending = extension or extension_of(content_type)
    return EntryRow(
        id=str(identity),
        time=moment,
        inbox=_inbox(inbox, inbox_name, profile, options, context),
        channel=profile,
        direction="receive" if direction == "receive" else "send",
        agent=agent if direction == "send" else None,
        customer=customer,
        conversation=str(conversation) if conversation is not None else None,
        name=bare_name(filename) or linked_name(url) or name_of(str(identity), title, ending=ending),
        declared=content_type,
        size=size,
        md5=_md5(checksum),
        outcome="failed" if status == FAILED else "delivered",
        reason=error if status == FAILED else None,
        path=_path(key, service),
    )


def _inbox(number: int, name: str, profile: str | None, options: Options, context: Context) -> str:
    """By the map (the number or the name of Chatwoot's inbox), the link `profile:number`, the same name, the option."""
    found = context.inboxes.account(profile or "chatwoot", str(number)) or context.inboxes.account("chatwoot", name)
    if found is None and name in context.inboxes.ids:
        found = name
    found = found or options.inbox
    if found is None:
        raise Unfit(
            "unknown inbox", f"no inbox for Chatwoot's inbox {number} '{name}', and the map of inboxes does not name it"
        )
    return found


def _md5(checksum: str | None) -> str | None:
    """Active Storage keeps base64 of MD5; anything else, as from other services, is no MD5."""
    try:
        data = base64.b64decode(checksum or "", validate=True)
    except (binascii.Error, ValueError):
        return None
    return data.hex() if len(data) == 16 else None


def _path(key: str | None, service: str | None) -> str | None:
    """Where Active Storage's disk service keeps a file, below its root; in a bucket the key itself."""
    if key is None:
        return None
    return f"{key[:2]}/{key[2:4]}/{key}" if service in (None, "local", "test") else key
