"""Chatwoot's schema in a real PostgreSQL, in a cluster of its own on a socket of its own."""

from __future__ import annotations

import base64
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.errors import MalformedInput, PartMissing
from occ_media_cli.ledger.ingest import Summary, ingest
from occ_media_cli.ledger.sources import Options
from occ_media_cli.ledger.verify import verify
from tests.unit.ledger.conftest import STAMP, Ledger

SCHEMA = """
CREATE TABLE inboxes (id serial PRIMARY KEY, account_id int, name text, channel_id int, channel_type text);
CREATE TABLE contacts (id serial PRIMARY KEY, name text, email text, phone_number text, identifier text);
CREATE TABLE users (id serial PRIMARY KEY, name text, email text);
CREATE TABLE conversations (id serial PRIMARY KEY, display_id int, inbox_id int, contact_id int, assignee_id int, status int);
CREATE TABLE messages (id serial PRIMARY KEY, inbox_id int, conversation_id int, message_type int, private boolean DEFAULT false,
  status int DEFAULT 0, source_id text, content_type int, content_attributes json DEFAULT '{}', sender_type text,
  sender_id bigint, created_at timestamp(6));
CREATE TABLE attachments (id serial PRIMARY KEY, file_type int DEFAULT 0, external_url text, message_id int,
  account_id int, created_at timestamp(6), extension text, fallback_title text, meta jsonb DEFAULT '{}');
CREATE TABLE active_storage_blobs (id serial PRIMARY KEY, key text, filename text, content_type text, metadata text,
  byte_size bigint, checksum text, created_at timestamp(6), service_name text);
CREATE TABLE active_storage_attachments (id serial PRIMARY KEY, name text, record_type text, record_id bigint,
  blob_id bigint);
INSERT INTO inboxes VALUES (3, 1, 'Support', 1, 'Channel::Whatsapp'), (4, 1, 'vip', 1, 'Channel::Api');
INSERT INTO contacts VALUES (1, 'Ada', NULL, '+16505551234', NULL), (2, 'Bo', NULL, NULL, NULL);
INSERT INTO users VALUES (1, 'Mona', 'mona@example.com');
INSERT INTO conversations VALUES (10, 77, 3, 1, 1, 0), (11, 78, 4, 2, NULL, 0);
"""


def _binary(name: str) -> str | None:
    found = shutil.which(name)
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    return found or (str(versions[0]) if versions else None)


@pytest.fixture(scope="module")
def database() -> Iterator[Any]:
    """A PostgreSQL cluster with Chatwoot's tables; `(address, connection)`."""
    psycopg = pytest.importorskip("psycopg", reason="the extra chatwoot is not installed")
    initdb, server = _binary("initdb"), _binary("postgres")
    if initdb is None or server is None:
        pytest.skip("PostgreSQL's server is not on this machine")
    folder = Path(tempfile.mkdtemp(prefix="occ-pg-", dir="/tmp"))
    user = None
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        user = next((name for name in ("postgres", "nobody") if _has_user(name)), None)
        shutil.chown(folder, user)
    data = folder / "data"
    subprocess.run(
        [initdb, "-D", data, "-A", "trust", "-U", "occ", "-E", "UTF8", "--no-sync"], user=user, check=True,
        capture_output=True, cwd=folder, env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    process = subprocess.Popen(
        [server, "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "timezone=Asia/Tokyo"],
        user=user, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"host={folder} user=occ dbname=postgres"
    try:
        with _connected(psycopg, address, process) as connection:
            yield address, connection
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _has_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _connected(psycopg: Any, address: str, process: Any) -> Any:
    import time

    for _ in range(300):
        assert process.poll() is None, "the server ended"
        try:
            return psycopg.connect(address, autocommit=True)
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


@pytest.fixture
def chatwoot(database: Any) -> Any:
    address, connection = database
    connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    connection.execute(SCHEMA)
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
    assert verify(ledger.connection).intact


def test_what_is_nobodys_file_is_passed_over(ledger: Ledger, chatwoot: Any) -> None:
    address, connection = chatwoot
    attach(connection, 1, private=True)
    attach(connection, 2, way=2)
    for number, kind in ((3, 4), (4, 5), (5, 8)):
        attach(connection, number, kind=kind, blob=False)
    done = take(ledger, address)
    assert (done.counts.read, done.counts.skipped, done.counts.new) == (5, 5, 0)


def test_rows_with_only_a_link_and_unknown_kinds_are_kept(ledger: Ledger, chatwoot: Any) -> None:
    address, connection = chatwoot
    attach(connection, 1, kind=7, blob=False, url="https://cdn.example.com/a%20b.jpg?x=1")
    attach(connection, 2, kind=42, blob=False, extension="xyz")
    attach(connection, 3, kind=9, blob=False, url="https://[broken", title="Reel")
    attach(connection, 4, inbox=4)
    assert take(ledger, address).counts.new == 4
    assert ledger.all("SELECT name, inbox, channel, customer FROM entry ORDER BY seq") == [
        ("a b.jpg", "lab", "whatsapp-cloud", "+16505551234"), ("2.xyz", "lab", "whatsapp-cloud", "+16505551234"),
        ("Reel", "lab", "whatsapp-cloud", "+16505551234"), ("file-4.pdf", "vip", None, "contact:2"),
    ]  # fmt: skip


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
    assert verify(ledger.connection).intact


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
