"""Chatwoot's schema in a real PostgreSQL, in a cluster of its own on a socket of its own."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any

import pytest

from occ_media_cli.errors import MalformedInput, NotFound, PartMissing
from occ_media_cli.ledger import aliases
from occ_media_cli.ledger.erase import erase
from occ_media_cli.ledger.ingest import Summary, ingest
from occ_media_cli.ledger.sources import Options
from occ_media_cli.ledger.verify.recompute import verify_ledger
from tests.unit.ledger import postgres
from tests.unit.ledger.conftest import STAMP, Ledger
from tests.unit.ledger.reaching import assert_person_is_reached


@pytest.fixture(scope="module")
def database() -> Iterator[Any]:
    """A server for all tests of this module; `(address, connection)`."""
    pytest.importorskip("psycopg", reason="the extra chatwoot is not installed")
    if postgres.binary("postgres") is None:
        pytest.skip("PostgreSQL's server is not on this machine")
    with postgres.cluster() as found:
        yield found


@pytest.fixture
def chatwoot(database: Any) -> Any:
    address, connection = database
    connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    connection.execute(postgres.SCHEMA)
    return address, connection


def attach(
    connection: Any, number: int, *, blob: bool = True, inbox: int = 3, kind: int = 3, way: int = 0, **more: Any
) -> None:
    """One attachment with its message, and its blob where it has one."""
    checksum = base64.b64encode(hashlib.md5(str(number).encode()).digest()).decode()
    connection.execute(
        "INSERT INTO messages (id, inbox_id, conversation_id, message_type, private, status, content_attributes,"
        " sender_type, sender_id) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 1)",
        (number, inbox, 10 if inbox == 3 else 11, way, more.get("private", False), more.get("status", 1),
         more.get("attributes", "{}"), "User" if way else "Contact"),
    )  # fmt: skip
    connection.execute(
        "INSERT INTO attachments (id, file_type, external_url, message_id, created_at, extension, fallback_title)"
        " VALUES (%s, %s, %s, %s, coalesce(%s, now() AT TIME ZONE 'UTC'), %s, %s)",
        (number, kind, more.get("url"), number, more.get("at", "2026-03-01 10:00:00.123456"), more.get("extension"),
         more.get("title")),
    )  # fmt: skip
    if blob:
        connection.execute(
            "INSERT INTO active_storage_blobs (id, key, filename, content_type, byte_size, checksum, service_name)"
            " VALUES (%s, %s, %s, 'application/pdf', %s, %s, %s)",
            (number, f"ab12key{number}", f"file-{number}.pdf", number * 10, checksum, more.get("service", "local")),
        )
        connection.execute(
            "INSERT INTO active_storage_attachments (name, record_type, record_id, blob_id)"
            " VALUES ('file', 'Attachment', %s, %s)", (number, number),
        )  # fmt: skip


def take(ledger: Ledger, address: str, accounts: dict[str, str] | None = None, **options: Any) -> Summary:
    return ingest(
        ledger.connection, "chatwoot", address, accounts=accounts if accounts is not None else {"3": "lab"},
        options=Options(**options), stamp=STAMP,
    )  # fmt: skip


def test_an_attachment_is_an_entry_with_all_that_is_known(ledger: Ledger, chatwoot: Any) -> None:
    address, connection = chatwoot
    attach(connection, 7)
    attach(connection, 8, way=1, status=3, attributes='{"external_error": "131053: too big"}', service="amazon")
    assert take(ledger, address).counts.new == 2
    md5 = hashlib.md5(b"7").hexdigest()
    assert ledger.all("SELECT source, id, time, inbox, channel, direction, agent, customer, conversation, name, declared,"
                      " size, md5, outcome, reason, path FROM entry ORDER BY seq") == [
        ("chatwoot", "7", "2026-03-01T10:00:00.123Z", "lab", "whatsapp-cloud", "receive", None, "+16505551234", "77",
         "file-7.pdf", "application/pdf", 70, md5, "delivered", None, "ab/12/ab12key7"),
        ("chatwoot", "8", "2026-03-01T10:00:00.123Z", "lab", "whatsapp-cloud", "send", "mona@example.com",
         "+16505551234", "77", "file-8.pdf", "application/pdf", 80, hashlib.md5(b"8").hexdigest(), "failed",
         "131053: too big", "ab12key8"),
    ]  # fmt: skip
    assert verify_ledger(ledger.connection).intact


def test_what_is_nobodys_file_is_passed_over(ledger: Ledger, chatwoot: Any) -> None:
    address, connection = chatwoot
    attach(connection, 1, private=True)
    attach(connection, 2, way=2)
    for number, kind in ((3, 4), (4, 5), (5, 8)):
        attach(connection, number, kind=kind, blob=False)
    done = take(ledger, address)
    assert (done.counts.read, done.counts.skipped, done.counts.new) == (5, 5, 0)


def test_a_row_with_only_a_link_and_an_unknown_kind_are_kept(ledger: Ledger, chatwoot: Any) -> None:
    address, connection = chatwoot
    attach(connection, 1, kind=0, blob=False, url="https://cdn.example.com/a%20b.jpg?x=1")
    attach(connection, 2, kind=42, blob=False, extension="xyz")
    attach(connection, 3, kind=3, blob=False, url="https://[broken", title="Report")
    attach(connection, 4, inbox=4)
    assert take(ledger, address).counts.new == 4
    assert ledger.all("SELECT name, inbox, channel, customer FROM entry ORDER BY seq") == [
        ("a b.jpg", "lab", "whatsapp-cloud", "+16505551234"), ("2.xyz", "lab", "whatsapp-cloud", "+16505551234"),
        ("Report", "lab", "whatsapp-cloud", "+16505551234"), ("file-4.pdf", "vip", None, "contact:2"),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", [4, 5, 6, 7, 8, 9, 10, 11, 12])
def test_places_links_and_posts_are_files_only_where_one_is_stored(ledger: Ledger, chatwoot: Any, kind: int) -> None:
    address, connection = chatwoot
    attach(connection, 1, kind=kind, blob=False, url="https://maps.example.com/here.jpg", title="Here")
    attach(connection, 2, kind=kind)
    done = take(ledger, address)
    assert (done.counts.skipped, done.counts.new) == (1, 1)
    assert ledger.all("SELECT id, name FROM entry") == [("2", "file-2.pdf")]


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ('{"external_error": "131053: too big"}', "131053: too big"),
        ('"{\\"external_error\\":\\"131053: too big\\"}"', "131053: too big"),
        ('"not JSON"', None), ("[]", None), ("null", None), ('{"external_error": 5}', None), ('{"external_error": ""}', None),
        ('"' + "[" * 5_000 + '"', None),
    ],
)  # fmt: skip
def test_the_reason_of_a_failure_is_read_in_either_form(
    ledger: Ledger, chatwoot: Any, attributes: str, reason: str | None
) -> None:
    address, connection = chatwoot
    attach(connection, 1, way=1, status=3, attributes=attributes)
    attach(connection, 2, way=1, status=1, attributes=attributes)
    take(ledger, address)
    assert ledger.all("SELECT outcome, reason FROM entry ORDER BY seq") == [("failed", reason), ("delivered", None)]


def test_what_is_empty_is_nothing(ledger: Ledger, chatwoot: Any) -> None:
    address, connection = chatwoot
    connection.execute("UPDATE contacts SET phone_number = ' ', email = '', identifier = '' WHERE id = 1;"
                       " UPDATE contacts SET phone_number = '', email = 'bo@example.com' WHERE id = 2;"
                       " UPDATE users SET email = ''")  # fmt: skip
    attach(connection, 1, way=1, blob=False, kind=0, extension="", title="", url="")
    attach(connection, 2, inbox=4)
    take(ledger, address)
    assert ledger.all("SELECT customer, agent, name FROM entry ORDER BY seq") == [
        ("contact:1", "Mona", "1"), ("bo@example.com", None, "file-2.pdf"),
    ]  # fmt: skip


def test_the_medium_is_that_of_the_channel_itself(ledger: Ledger, chatwoot: Any) -> None:
    address, connection = chatwoot
    connection.execute(
        "CREATE TABLE channel_twilio_sms (id int, medium int); INSERT INTO channel_twilio_sms VALUES (1, 0), (2, 1);"
        " CREATE TABLE channel_email (id int, provider text);"
        " INSERT INTO channel_email VALUES (1, 'google'), (2, 'microsoft'), (3, NULL);"
        " INSERT INTO inboxes VALUES (20, 1, 'a', 1, 'Channel::TwilioSms'), (21, 1, 'b', 2, 'Channel::TwilioSms'),"
        " (22, 1, 'c', 1, 'Channel::Email'), (23, 1, 'd', 2, 'Channel::Email'), (24, 1, 'e', 3, 'Channel::Email'),"
        " (25, 1, 'f', 1, 'Channel::Sms')"
    )
    for inbox in range(20, 26):
        attach(connection, inbox, inbox=inbox)
    take(ledger, address, accounts={}, inbox="lab")
    assert [channel for (channel,) in ledger.all("SELECT channel FROM entry ORDER BY seq")] == [
        "twilio-mms", "twilio-whatsapp", "email-gmail", "email-exchange-online", None, None,
    ]  # fmt: skip


def test_a_medium_that_no_table_tells_is_none(ledger: Ledger, chatwoot: Any) -> None:
    address, connection = chatwoot
    connection.execute(
        "INSERT INTO inboxes VALUES (20, 1, 'a', 1, 'Channel::TwilioSms'), (22, 1, 'c', 1, 'Channel::Email')"
    )
    attach(connection, 1, inbox=20)
    attach(connection, 2, inbox=22)
    take(ledger, address, accounts={}, inbox="lab")
    assert ledger.all("SELECT DISTINCT channel FROM entry") == [(None,)]


def test_a_name_that_two_accounts_share_is_refused_until_one_is_chosen(ledger: Ledger, chatwoot: Any) -> None:
    address, connection = chatwoot
    connection.execute("INSERT INTO inboxes VALUES (7, 2, 'vip', 2, 'Channel::Api')")
    attach(connection, 1, inbox=4)
    attach(connection, 2, inbox=7)
    done = take(ledger, address, accounts={})
    assert (done.counts.new, done.counts.refused) == (0, 2)
    assert done.examples[0].detail == (
        "attachment 1: inboxes of the accounts 1, 2 are called 'vip': choose one of these accounts, or name inbox 4 in"
        " the map of inboxes"
    )
    assert take(ledger, address, accounts={}, account=2).counts.new == 1
    assert ledger.all("SELECT id, inbox FROM entry") == [("2", "vip")]
    attach(connection, 3, inbox=4)
    assert take(ledger, address, accounts={"7": "lab", "4": "vip"}).counts.refused == 1  # 2 is in vip already
    assert ledger.all("SELECT id, inbox FROM entry ORDER BY seq") == [("2", "vip"), ("1", "vip"), ("3", "vip")]
    with pytest.raises(NotFound, match="no inbox of this database is of account 9"):
        take(ledger, address, account=9)


def test_the_second_run_reads_only_what_is_new(ledger: Ledger, chatwoot: Any) -> None:
    address, connection = chatwoot
    for number in range(1, 30):
        attach(connection, number)
    assert take(ledger, address).counts.new == 29
    attach(connection, 30)
    attach(connection, 31, at=None)  # fresh: a lower number may still commit
    second = take(ledger, address)
    assert (second.counts.read, second.counts.new) == (2, 2)
    third = take(ledger, address)
    assert (third.counts.read, third.counts.duplicate) == (1, 1)
    assert verify_ledger(ledger.connection).intact


def test_a_refused_row_is_read_again_when_the_map_names_its_inbox(ledger: Ledger, chatwoot: Any) -> None:
    address, connection = chatwoot
    attach(connection, 1)
    refused = take(ledger, address, accounts={})
    assert refused.examples[0].detail.startswith("attachment 1: no inbox for Chatwoot's inbox 3 'Support'")
    assert take(ledger, address).counts.new == 1
    attach(connection, 2)
    assert take(ledger, address, accounts={}, inbox="vip").counts.new == 1


def test_deleted_messages_stay_in_the_ledger_and_nothing_is_ever_written(ledger: Ledger, chatwoot: Any) -> None:
    address, connection = chatwoot
    attach(connection, 1)
    take(ledger, address)
    before = connection.execute("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables").fetchone()
    connection.execute("DELETE FROM messages; DELETE FROM attachments")
    take(ledger, address)
    assert ledger.one("SELECT count(*) FROM entry") == 1
    assert before is not None
    role = address.replace("user=occ", "user=reader")
    connection.execute("DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA public TO reader;"
                       " GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")  # fmt: skip
    attach(connection, 2)
    assert take(ledger, role).counts.new == 1  # a role that may only read is enough
    connection.execute("DROP OWNED BY reader; DROP ROLE reader")


def test_another_database_and_none_are_told(ledger: Ledger, chatwoot: Any) -> None:
    address, connection = chatwoot
    with pytest.raises(PartMissing, match="does not answer"):
        take(ledger, "host=/nowhere user=x dbname=y")
    connection.execute("DROP TABLE active_storage_blobs")
    with pytest.raises(MalformedInput, match="not a Chatwoot database"):
        take(ledger, address)


def test_an_older_schema_without_service_names(ledger: Ledger, chatwoot: Any) -> None:
    address, connection = chatwoot
    attach(connection, 1)
    connection.execute("ALTER TABLE active_storage_blobs DROP COLUMN service_name")
    take(ledger, address)
    assert ledger.all("SELECT path FROM entry") == [("ab/12/ab12key1",)]


def test_a_person_is_one_whatever_contact_wrote_and_however_typed(ledger: Ledger, chatwoot: Any) -> None:
    address, connection = chatwoot
    connection.execute("UPDATE contacts SET phone_number = '1 650 555 1234' WHERE id = 2;"
                       " INSERT INTO contacts VALUES (3, 'Cy', 'cy@example.com', NULL, NULL);"
                       " INSERT INTO conversations VALUES (12, 79, 4, 3, NULL, 0)")  # fmt: skip
    for number, inbox in ((1, 3), (2, 4), (3, 4)):
        attach(connection, number, inbox=inbox)
    connection.execute("UPDATE messages SET conversation_id = 12 WHERE id = 3")
    take(ledger, address)
    spellings = ("16505551234", "+1 650 555-1234", "contact:1", "tel:+16505551234", "whatsapp:+16505551234")
    assert_person_is_reached(ledger, spellings, stored=True)


def _people(ledger: Ledger) -> list[tuple[str, ...]]:
    return sorted(tuple(sorted(person.ids)) for person in aliases.persons(ledger.connection))


def test_a_contact_is_one_person_under_all_its_ids(ledger: Ledger, chatwoot: Any) -> None:
    address, connection = chatwoot
    connection.execute("UPDATE contacts SET email = 'ada@example.com', identifier = 'crm-9' WHERE id = 1;"
                       " INSERT INTO contact_inboxes (contact_id, inbox_id, source_id) VALUES (1, 3, '16505551234'),"
                       " (1, 4, '4471'), (1, 4, '5f1d0a52-8f4e-4a4e-9d5d-5a35d3a3e0f1'), (2, 4, ' ')")  # fmt: skip
    attach(connection, 1)
    attach(connection, 2, inbox=4)
    for _ in range(2):
        take(ledger, address, {"3": "lab", "4": "vip"})
        assert _people(ledger) == [("+16505551234", "4471", "ada@example.com", "contact:1", "crm-9")]
    erased = erase(ledger.connection, "ADA@example.com", STAMP, "request 1", ledger.path)
    assert erased.records == 1
    connection.execute("UPDATE attachments SET created_at = now() AT TIME ZONE 'UTC'")
    attach(connection, 3)
    take(ledger, address, {"3": "lab", "4": "vip"})
    assert _people(ledger) == []
    assert verify_ledger(ledger.connection).intact


def test_two_contacts_with_one_number_stay_two_and_a_new_number_is_the_same_contact(
    ledger: Ledger, chatwoot: Any
) -> None:
    address, connection = chatwoot
    connection.execute("UPDATE contacts SET phone_number = '+16505551234', email = 'bo@example.com' WHERE id = 2")
    attach(connection, 1)
    attach(connection, 2, inbox=4)
    done = take(ledger, address, {"3": "lab", "4": "vip"})
    assert _people(ledger) == [("+16505551234", "contact:1")]
    assert any("1 pair of ids not joined" in note for note in done.notes)
    connection.execute("UPDATE contacts SET phone_number = '+16505550000' WHERE id = 1")
    attach(connection, 3)
    take(ledger, address, {"3": "lab", "4": "vip"})
    assert ("+16505550000", "+16505551234", "contact:1") in _people(ledger)


def test_a_database_without_ids_of_channels_is_read(ledger: Ledger, chatwoot: Any) -> None:
    address, connection = chatwoot
    connection.execute("DROP TABLE contact_inboxes")
    attach(connection, 1)
    take(ledger, address)
    assert _people(ledger) == [("+16505551234", "contact:1")]
