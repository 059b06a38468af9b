"""Chatwoot's tables in a real PostgreSQL: a cluster of its own, on a socket of its own, for as long as it is used."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE inboxes (id serial PRIMARY KEY, account_id int, name text, channel_id int, channel_type text);
CREATE TABLE contacts (id serial PRIMARY KEY, name text, email text, phone_number text, identifier text);
CREATE TABLE contact_inboxes (id serial PRIMARY KEY, contact_id bigint, inbox_id bigint, source_id text);
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


def binary(name: str) -> str | None:
    found = shutil.which(name)
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    return found or (str(versions[0]) if versions else None)


@contextmanager
def cluster() -> Iterator[tuple[str, Any]]:
    """A running server: its address and a connection. LookupError where the server is not on this machine."""
    import psycopg

    initdb, server = binary("initdb"), binary("postgres")
    if initdb is None or server is None:
        raise LookupError("PostgreSQL's server is not on this machine")
    folder = Path(tempfile.mkdtemp(prefix="occ-pg-", dir="/tmp"))  # a socket's path must be short
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
    for _ in range(300):
        assert process.poll() is None, "the server ended"
        try:
            return psycopg.connect(address, autocommit=True)
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")
