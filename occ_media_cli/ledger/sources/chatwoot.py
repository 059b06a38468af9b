"""Chatwoot's PostgreSQL database: attachments of messages, read-only and incremental. Needs the extra `chatwoot`.

The address is that of libpq (`postgresql://reader@host/chatwoot`, or `service=…`); the password comes from PGPASSWORD
or a password file. A run reads the attachments that came since the last one; those of the last ten minutes are read
again, because a transaction with a lower number may commit later. Private notes and activities are nobody's files.
Tables and meanings: Chatwoot's public schema (facts as of November 2026).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from occ_media_cli.decoding import Undecodable, decode
from occ_media_cli.errors import MalformedInput, NotFound, PartMissing
from occ_media_cli.ledger import source_marks
from occ_media_cli.ledger.entry import Batch, EntryRow, RowRefusal, Unfit
from occ_media_cli.ledger.sources import Context, Options, chatwoot_people
from occ_media_cli.ledger.sources.file_names import bare_name, linked_name, name_of
from occ_media_cli.ledger.sources.media_types import extension_of

if TYPE_CHECKING:
    import psycopg

BATCH = 1_000
SETTLED = 600
"""Seconds after which no lower number commits any more."""

CONNECT_SECONDS = 10

PROFILES = {
    "Channel::Whatsapp": "whatsapp-cloud", "Channel::FacebookPage": "messenger", "Channel::Instagram": "instagram",
    "Channel::Telegram": "telegram", "Channel::Line": "line", "Channel::WebWidget": "web-widget",
}  # fmt: skip
"""The channel profile of an inbox's type. Of others the type alone does not tell the medium."""

MEDIA = {
    ("Channel::TwilioSms", "0"): "twilio-mms", ("Channel::TwilioSms", "1"): "twilio-whatsapp",
    ("Channel::Email", "google"): "email-gmail", ("Channel::Email", "microsoft"): "email-exchange-online",
}  # fmt: skip
"""The profile by type and by what the row of the channel itself says; any other, such as mail by IMAP, has none."""

DETAILS = {
    "Channel::TwilioSms": ("channel_twilio_sms", "medium"), "Channel::Email": ("channel_email", "provider"),
}  # fmt: skip
"""The table and the column that say it, in databases that have them."""

NO_FILES = frozenset({4, 5, 6, 7, 8, 9, 10, 11, 12})
"""Places, links, contacts, shared posts, stories and reels: no file, whatever address they have, unless one is stored.
Other numbers, unknown ones too, are files."""

SENT = {0: "receive", 1: "send", 3: "send"}
"""Message types: incoming, outgoing, template. 2 is an activity of the system."""

FAILED = 3

LONGEST_ATTRIBUTES = 1_048_576

_QUERY = """
SELECT a.id, a.file_type, nullif(a.external_url, ''), nullif(a.extension, ''), nullif(a.fallback_title, ''),
  floor(extract(epoch FROM a.created_at) * 1000)::bigint, m.message_type, m.private, m.status,
  CASE m.status WHEN {failed} THEN m.content_attributes::text END, i.id, i.name, i.channel_type, {medium}, c.display_id,
  coalesce(nullif(btrim(k.phone_number), ''), nullif(btrim(k.email), ''), nullif(btrim(k.identifier), ''),
    'contact:' || k.id),
  coalesce(nullif(btrim(u.email), ''), nullif(btrim(u.name), '')),
  b.key, nullif(b.filename, ''), nullif(b.content_type, ''), b.byte_size, b.checksum, {service}, {contact},
  a.created_at < (now() AT TIME ZONE 'UTC') - make_interval(secs => %(settled)s)
FROM attachments a
JOIN messages m ON m.id = a.message_id
JOIN inboxes i ON i.id = m.inbox_id
LEFT JOIN conversations c ON c.id = m.conversation_id
LEFT JOIN contacts k ON k.id = c.contact_id
LEFT JOIN users u ON m.sender_type = 'User' AND u.id = m.sender_id
LEFT JOIN active_storage_attachments s ON s.record_type = 'Attachment' AND s.name = 'file' AND s.record_id = a.id
LEFT JOIN active_storage_blobs b ON b.id = s.blob_id
{details}
WHERE a.id > %(after)s AND (%(account)s::bigint IS NULL OR i.account_id = %(account)s::bigint) ORDER BY a.id"""

_COLUMNS = """
SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = ANY (current_schemas(false))
  AND (table_name, column_name) IN (('active_storage_blobs', 'service_name'), ('channel_twilio_sms', 'medium'),
    ('channel_email', 'provider'), ('contact_inboxes', 'source_id'))"""

_SHARED = "SELECT name, array_agg(DISTINCT account_id ORDER BY account_id) FROM inboxes GROUP BY name"


class DatabaseRun(NamedTuple):
    """What holds for every row of a run. shared: the accounts of each name that inboxes of several of them have."""

    options: Options
    context: Context
    shared: Mapping[str, tuple[int, ...]]


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
    accounts = _accounts_of_names(connection, options.account)
    if options.account is not None:
        place += f" account {options.account}"
        accounts = {}
    known = DatabaseRun(options, context, accounts)
    after = source_marks.last(context.connection, "chatwoot", place)
    query = _query(set(connection.execute(_COLUMNS).fetchall()))
    settled, open_end = after, False
    with connection.cursor("occ_media") as cursor:
        cursor.itersize = BATCH
        cursor.execute(query, {"after": after, "settled": SETTLED, "account": options.account})
        while rows := cursor.fetchmany(BATCH):
            batch = Batch([], [], 0, refused=[])
            for row in rows:
                _take(batch, row, known)
                open_end = open_end or not row[-1]
                if not open_end:
                    settled = int(row[0])
            yield batch
    if settled > after:
        context.mark = ("chatwoot", place, settled)


def _accounts_of_names(connection: psycopg.Connection[Any], account: int | None) -> dict[str, tuple[int, ...]]:
    """The accounts of each name of an inbox that several accounts have; NotFound for an account without inboxes."""
    found = {str(name): tuple(accounts) for name, accounts in connection.execute(_SHARED)}
    if account is not None and not any(account in accounts for accounts in found.values()):
        there = sorted({each for accounts in found.values() for each in accounts})
        raise NotFound(
            f"no inbox of this database is of account {account}; nothing was recorded",
            hint=f"the accounts that have inboxes are {', '.join(map(str, there[:20])) or 'none'}",
        )
    return {name: accounts for name, accounts in found.items() if len(accounts) > 1}


def _query(columns: set[tuple[str, str]]) -> str:
    """The query for a database that has some of the columns which not every version has."""
    texts, joins = [], []
    for number, (kind, (table, column)) in enumerate(DETAILS.items()):
        if (table, column) in columns:
            texts.append(f"d{number}.{column}::text")
            joins.append(f"LEFT JOIN {table} d{number} ON i.channel_type = '{kind}' AND d{number}.id = i.channel_id")
    return _QUERY.format(
        failed=FAILED,
        medium=f"coalesce({', '.join(texts)})" if texts else "NULL::text",
        contact=chatwoot_people.COLUMNS.format(
            sources=chatwoot_people.SOURCES if ("contact_inboxes", "source_id") in columns else "NULL::text[]"
        ),
        service="b.service_name" if ("active_storage_blobs", "service_name") in columns else "NULL::text",
        details="\n".join(joins),
    )


def _take(batch: Batch, values: tuple[Any, ...], known: DatabaseRun) -> None:
    batch.read += 1
    identity, file_type = values[:2]
    message_type, private, key = values[6], values[7], values[17]
    person = chatwoot_people.person_of(*values[-6:-1])
    if person is not None:
        batch.people.append(person)
    if private or message_type not in SENT or (file_type in NO_FILES and key is None):
        batch.skipped += 1
        return
    try:
        row = _row(values, known)
    except Unfit as problem:
        batch.refused.append(RowRefusal(0, problem.group, f"attachment {identity}: {problem.detail}", f"{identity}"))  # type: ignore[union-attr]  # made above
        return
    batch.items.append(row)
    batch.lines.append(0)  # type: ignore[union-attr]  # made above


def _row(values: tuple[Any, ...], known: DatabaseRun) -> EntryRow:
    (
        identity, _, url, extension, title, moment, message_type, _, status, attributes, inbox, inbox_name,
        channel_type, medium, conversation, customer, agent, key, filename, content_type, size, checksum, service, *_,
    ) = values  # fmt: skip
    direction = SENT[message_type]
    profile = PROFILES.get(channel_type) or MEDIA.get((channel_type, medium))
    ending = extension or extension_of(content_type)
    return EntryRow(
        id=str(identity),
        time=moment,
        inbox=_inbox(inbox, inbox_name, profile, known),
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
        reason=_external_error(attributes),
        path=_path(key, service),
    )


def _external_error(attributes: str | None) -> str | None:
    """Why a message failed, from the attributes of it, which may be an object, or a text that holds one as JSON."""
    found: Any = attributes
    for _ in range(3):
        if not isinstance(found, str):
            break
        try:
            found = decode(found, largest=LONGEST_ATTRIBUTES)
        except Undecodable:
            return None
    error = found.get("external_error") if isinstance(found, dict) else None
    return error if isinstance(error, str) and error else None


def _inbox(number: int, name: str, profile: str | None, known: DatabaseRun) -> str:
    """By the map (the number or the name of Chatwoot's inbox), the link `profile:number`, the same name, the option.

    A name that several accounts have says nothing, until one of them is chosen.
    """
    inboxes = known.context.inboxes
    found = inboxes.account(profile or "chatwoot", str(number))
    if found is None and name in known.shared:
        raise Unfit(
            "ambiguous inbox",
            f"inboxes of the accounts {', '.join(map(str, known.shared[name]))} are called '{name}':"
            f" choose one of these accounts, or name inbox {number} in the map of inboxes",
        )
    found = found or inboxes.account("chatwoot", name)
    if found is None and name in inboxes.ids:
        found = name
    found = found or known.options.inbox
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
