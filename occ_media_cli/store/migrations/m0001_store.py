"""Schema version 1: the chain, the tables made from it, and the views that people and rules read.

Longer than a file should be: a step that was released stays as it was, in one piece.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.store.statements import statements

if TYPE_CHECKING:
    from sqlite_utils import Database

TABLES = """
CREATE TABLE store (             -- one row: what this store is
  id INTEGER PRIMARY KEY CHECK (id = 1),
  secret BLOB NOT NULL,          -- keys the hashes of ids, so that an id cannot be guessed from its key
  created INTEGER NOT NULL
) STRICT;

CREATE TABLE head (              -- one row: where the chain stands
  id INTEGER PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL,          -- of the newest event or record
  state BLOB NOT NULL            -- sha256 over everything up to it
) STRICT;

CREATE TABLE event (             -- everything that happened to the store itself: settings, policies, holds, purges
  seq INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  ms INTEGER NOT NULL,           -- the valid time (--now)
  wall INTEGER NOT NULL,         -- the machine's clock
  actor TEXT NOT NULL,
  os_user TEXT NOT NULL,
  host TEXT NOT NULL,
  program TEXT NOT NULL,
  reason TEXT,
  document BLOB,                 -- sha256 of the TOML document that this event left behind
  body TEXT NOT NULL,            -- canonical JSON
  personal TEXT,                 -- canonical JSON of personal values; erasable
  salt BLOB,
  link BLOB NOT NULL             -- the first half of the chain's state after this event
) STRICT;
CREATE INDEX event_document ON event (seq) WHERE document IS NOT NULL;
CREATE INDEX event_kind ON event (kind);

CREATE TABLE intent (            -- at most one row: a document about to be renamed into place
  id INTEGER PRIMARY KEY CHECK (id = 1),
  before BLOB,                   -- sha256 of the document that it replaces; NULL where there was none
  after BLOB NOT NULL,           -- sha256 of the document that it brings
  body TEXT NOT NULL             -- the events to append when the rename has happened
) STRICT;

CREATE TABLE inbox_state (
  id INTEGER PRIMARY KEY,        -- stable: a rename keeps it
  name TEXT NOT NULL,
  created INTEGER NOT NULL,
  removed INTEGER                -- a tombstone: history stays
) STRICT;
CREATE UNIQUE INDEX inbox_state_name ON inbox_state (name) WHERE removed IS NULL;

CREATE TABLE setting_version (
  inbox INTEGER NOT NULL REFERENCES inbox_state (id),
  version INTEGER NOT NULL,      -- from 1 in each inbox, in the order of commits
  valid_from INTEGER NOT NULL,   -- half-open [valid_from, valid_to)
  valid_to INTEGER,
  superseded_by INTEGER,         -- the version that replaced the whole span
  event INTEGER NOT NULL REFERENCES event (seq),
  value TEXT NOT NULL,           -- canonical JSON of all settings
  uncertain_since INTEGER,       -- a hand edit happened between this moment and valid_from
  PRIMARY KEY (inbox, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX setting_version_event ON setting_version (event);

CREATE TABLE config_version (    -- whole sections: retention, agents, rules, suppressions, channels, store
  section TEXT NOT NULL,
  version INTEGER NOT NULL,
  event INTEGER NOT NULL REFERENCES event (seq),
  value TEXT NOT NULL,           -- canonical JSON
  PRIMARY KEY (section, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE word (              -- each text once; code 0 stands for "none"
  code INTEGER PRIMARY KEY,
  text TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE record (            -- one row a shared, refused or decided file, and one a correction
  seq INTEGER PRIMARY KEY,       -- its place in the chain, shared with event
  key INTEGER NOT NULL UNIQUE,   -- 8 bytes of sha256(secret, kind, source, id): finds repeats after an erasure too
  kind INTEGER NOT NULL,         -- 0 file, 1 correction, 2 decision
  source INTEGER NOT NULL,
  ms INTEGER NOT NULL,
  inbox INTEGER NOT NULL REFERENCES inbox_state (id),
  direction INTEGER NOT NULL,    -- 0 send, 1 receive
  outcome INTEGER,               -- 0 delivered, 1 blocked, 2 failed; NULL in a correction that leaves it
  channel INTEGER NOT NULL DEFAULT 0,
  agent INTEGER NOT NULL DEFAULT 0,
  declared INTEGER NOT NULL DEFAULT 0,
  detected INTEGER NOT NULL DEFAULT 0,
  ext INTEGER NOT NULL DEFAULT 0,
  reason INTEGER NOT NULL DEFAULT 0,
  size INTEGER,
  sha256 BLOB,
  md5 BLOB,
  deleted INTEGER,               -- when the bytes went
  corrects INTEGER,              -- seq of the record that a correction or decision is about
  id TEXT,                       -- from here to salt: personal, inside the commitment, erasable
  customer TEXT,
  conversation TEXT,
  name TEXT,
  path TEXT,
  message TEXT,
  salt BLOB,
  link BLOB NOT NULL
) STRICT;
CREATE INDEX record_corrects ON record (corrects) WHERE corrects IS NOT NULL;

CREATE TABLE amendment (         -- what the corrections of a record come to; NULL = as in the record
  seq INTEGER PRIMARY KEY REFERENCES record (seq),
  last INTEGER NOT NULL,         -- the newest correction
  outcome INTEGER,
  reason INTEGER,
  detected INTEGER,
  size INTEGER,
  sha256 BLOB,
  md5 BLOB,
  deleted INTEGER
) STRICT;

CREATE TABLE erased (            -- the commitment of a record or event whose personal values are gone
  seq INTEGER PRIMARY KEY,
  commitment BLOB NOT NULL,
  event INTEGER NOT NULL REFERENCES event (seq)
) STRICT;

CREATE TABLE file_type (         -- the product's table: what passes, by extension or media type
  key TEXT PRIMARY KEY,          -- jpeg, jpg, image/jpeg
  type TEXT NOT NULL,            -- jpg
  category TEXT NOT NULL,        -- image
  limit_mb INTEGER NOT NULL,
  send INTEGER NOT NULL,
  receive INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""

PERSONAL = ("id", "customer", "conversation", "name", "path", "message", "salt")
PUBLIC = (
    "seq", "key", "kind", "source", "ms", "inbox", "direction", "outcome", "channel", "agent", "declared", "detected",
    "ext", "reason", "size", "sha256", "md5", "deleted", "corrects", "link",
)  # fmt: skip
_EVENT_FIXED = (
    "seq", "kind", "ms", "wall", "actor", "os_user", "host", "program", "reason", "document", "body", "link",
)  # fmt: skip


def append_only(table: str, fixed: tuple[str, ...], erasable: tuple[str, ...] = ()) -> str:
    """Triggers that hold a table: rows never go, and only erasable values may turn to NULL."""
    same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in fixed)
    gone = " AND ".join(f"NEW.{name} IS NULL" for name in erasable) or "0"
    return f"""
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN NOT ({same} AND {gone})
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
"""


TRIGGERS = (
    append_only("record", PUBLIC, PERSONAL)
    + append_only("event", _EVENT_FIXED, ("personal", "salt"))
    + append_only("config_version", ("section", "version", "event", "value"))
    + append_only("erased", ("seq", "commitment", "event"))
    + append_only("word", ("code", "text"))
    + """
CREATE TRIGGER setting_version_no_delete BEFORE DELETE ON setting_version
BEGIN SELECT RAISE(ABORT, 'settings history is append-only'); END;
CREATE TRIGGER setting_version_no_update BEFORE UPDATE ON setting_version
WHEN NOT (NEW.inbox IS OLD.inbox AND NEW.version IS OLD.version AND NEW.valid_from IS OLD.valid_from
  AND NEW.event IS OLD.event AND NEW.value IS OLD.value AND NEW.uncertain_since IS OLD.uncertain_since)
BEGIN SELECT RAISE(ABORT, 'settings history is append-only'); END;
CREATE TRIGGER inbox_state_no_delete BEFORE DELETE ON inbox_state
BEGIN SELECT RAISE(ABORT, 'an inbox leaves a tombstone'); END;
"""
)

_REST = "(({0} % 1000 + 1000) % 1000)"  # SQLite's % keeps the sign, and times before 1970 are negative
_ISO = f"strftime('%Y-%m-%dT%H:%M:%S', ({{0}} - {_REST}) / 1000, 'unixepoch') || printf('.%03dZ', {_REST})"

VIEWS = {
    # Every shared or refused file as it stands after its corrections.
    "entry": f"""
SELECT r.seq AS seq, so.text AS source, r.id AS id, {_ISO.format("r.ms")} AS time, r.ms AS time_ms,
  i.name AS inbox, r.inbox AS inbox_id, ch.text AS channel,
  CASE r.direction WHEN 0 THEN 'send' ELSE 'receive' END AS direction,
  CASE coalesce(a.outcome, r.outcome) WHEN 0 THEN 'delivered' WHEN 1 THEN 'blocked' ELSE 'failed' END AS outcome,
  ag.text AS agent, r.customer AS customer, r.conversation AS conversation, r.name AS name,
  ex.text AS extension, de.text AS declared, dt.text AS detected,
  coalesce(ft.type, dt.text, ex.text) AS type, ft.category AS category, ft.limit_mb AS limit_mb,
  coalesce(a.size, r.size) AS size, lower(hex(coalesce(a.sha256, r.sha256))) AS sha256,
  lower(hex(coalesce(a.md5, r.md5))) AS md5, re.text AS reason, r.message AS message, r.path AS path,
  coalesce(a.deleted, r.deleted) AS deleted_ms, lower(hex(r.link)) AS link
FROM record r
JOIN inbox_state i ON i.id = r.inbox
JOIN word so ON so.code = r.source
LEFT JOIN amendment a ON a.seq = r.seq
LEFT JOIN word ch ON ch.code = r.channel
LEFT JOIN word ag ON ag.code = r.agent
LEFT JOIN word ex ON ex.code = r.ext
LEFT JOIN word de ON de.code = r.declared
LEFT JOIN word dt ON dt.code = coalesce(a.detected, r.detected)
LEFT JOIN word re ON re.code = coalesce(a.reason, r.reason)
LEFT JOIN file_type ft ON ft.key = coalesce(dt.text, ex.text)
WHERE r.kind = 0""",
    # Inboxes, removed ones included.
    "inbox": """
SELECT id, name, created AS created_ms, removed AS removed_ms FROM inbox_state""",
    # The setting of an inbox in each span of time: join on time_ms >= valid_from_ms AND time_ms < valid_to_ms.
    "setting": """
SELECT i.name AS inbox, v.inbox AS inbox_id, v.version AS version, v.valid_from AS valid_from_ms,
  coalesce(v.valid_to, 9223372036854775807) AS valid_to_ms,
  json_extract(v.value, '$.send') AS send, json_extract(v.value, '$.receive') AS receive,
  json_extract(v.value, '$.message') AS message, json_extract(v.value, '$.message_source') AS message_source,
  json_extract(v.value, '$.send_approved_only') AS send_approved_only, json_extract(v.value, '$.scan') AS scan,
  json_extract(v.value, '$.quota') AS quota, json_extract(v.value, '$.channels') AS channels,
  json_extract(v.value, '$.tags') AS tags,
  e.actor AS actor, e.reason AS reason, e.ms AS set_ms, e.wall AS wall_ms, v.event AS event,
  v.uncertain_since AS uncertain_since_ms
FROM setting_version v JOIN inbox_state i ON i.id = v.inbox JOIN event e ON e.seq = v.event
WHERE v.superseded_by IS NULL AND (v.valid_to IS NULL OR v.valid_to > v.valid_from)""",
    # The channels that an inbox was linked to under a setting version: profile and account apart.
    "setting_channel": """
SELECT v.inbox AS inbox_id, v.version AS version, c.value AS channel,
  CASE WHEN instr(c.value, ':') > 0 THEN substr(c.value, 1, instr(c.value, ':') - 1) ELSE c.value END AS profile,
  CASE WHEN instr(c.value, ':') > 0 THEN substr(c.value, instr(c.value, ':') + 1) END AS account
FROM setting_version v, json_each(v.value, '$.channels') c WHERE v.superseded_by IS NULL""",
    # Tags of an inbox under a setting version.
    "setting_tag": """
SELECT v.inbox AS inbox_id, v.version AS version, t.value AS tag
FROM setting_version v, json_each(v.value, '$.tags') t WHERE v.superseded_by IS NULL""",
    # The newest version of each section of the configuration.
    "config": """
SELECT c.section AS section, c.version AS version, c.event AS event, c.value AS value
FROM config_version c
WHERE c.version = (SELECT max(n.version) FROM config_version n WHERE n.section = c.section)""",
    # Retention rules in force, in their order; durations in milliseconds, NULL where a rule does not say.
    "policy": """
SELECT r.key AS position, c.version AS version, json_extract(r.value, '$.inbox') AS inbox,
  json_extract(r.value, '$.category') AS category, json_extract(r.value, '$.direction') AS direction,
  json_extract(r.value, '$.remove_after_ms') AS remove_after_ms, json_extract(r.value, '$.keep_for_ms') AS keep_for_ms,
  json_extract(r.value, '$.remove_after') AS remove_after, json_extract(r.value, '$.keep_for') AS keep_for
FROM config c, json_each(c.value) r WHERE c.section = 'retention'""",
    # Agents and their roles.
    "agent": """
SELECT a.key AS agent, json_extract(a.value, '$.role') AS role
FROM config c, json_each(c.value) a WHERE c.section = 'agents'""",
    # What each agent may do in each inbox. assigned: given by name; deny beats allow.
    "agent_inbox": """
SELECT a.key AS agent, i.name AS inbox,
  EXISTS (SELECT 1 FROM json_each(a.value, '$.inboxes') x WHERE x.value = i.name) AS assigned,
  (json_extract(a.value, '$.role') <> 'agent'
    OR EXISTS (SELECT 1 FROM json_each(a.value, '$.inboxes') x WHERE x.value = i.name)
    OR EXISTS (SELECT 1 FROM json_each(a.value, '$.allow_send') x WHERE x.value = i.name))
  AND NOT EXISTS (SELECT 1 FROM json_each(a.value, '$.deny_send') x WHERE x.value = i.name) AS may_send,
  (json_extract(a.value, '$.role') <> 'agent'
    OR EXISTS (SELECT 1 FROM json_each(a.value, '$.inboxes') x WHERE x.value = i.name)
    OR EXISTS (SELECT 1 FROM json_each(a.value, '$.allow_view') x WHERE x.value = i.name))
  AND NOT EXISTS (SELECT 1 FROM json_each(a.value, '$.deny_view') x WHERE x.value = i.name) AS may_view
FROM config c, json_each(c.value) a, inbox_state i WHERE c.section = 'agents' AND i.removed IS NULL""",
    # Suppressions of findings.
    "suppression": """
SELECT s.key AS position, json_extract(s.value, '$.rule') AS rule, json_extract(s.value, '$.inbox') AS inbox,
  json_extract(s.value, '$.entry') AS entry, json_extract(s.value, '$.reason') AS reason,
  json_extract(s.value, '$.owner') AS owner, json_extract(s.value, '$.expires') AS expires,
  json_extract(s.value, '$.expires_ms') AS expires_ms
FROM config c, json_each(c.value) s WHERE c.section = 'suppressions'""",
}

FILE_TYPES = (
    # type, category, limit in MB, send, receive, keys
    ("aac", "audio", 16, 1, 1, ("aac", "audio/aac", "audio/x-aac", "audio/aacp", "audio/x-hx-aac-adts")),
    ("amr", "audio", 16, 1, 1, ("amr", "audio/amr", "audio/amr-wb")),
    ("mp3", "audio", 16, 1, 1, ("mp3", "audio/mpeg", "audio/mp3")),
    ("m4a", "audio", 16, 1, 1, ("m4a", "audio/mp4", "audio/x-m4a", "audio/m4a")),
    ("ogg", "audio", 16, 1, 1, ("ogg", "audio/ogg", "application/ogg")),
    ("txt", "document", 100, 1, 1, ("txt", "text/plain")),
    ("xls", "document", 100, 1, 1, ("xls", "application/vnd.ms-excel")),
    ("xlsx", "document", 100, 1, 1, ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")),
    ("doc", "document", 100, 1, 1, ("doc", "application/msword")),
    ("docx", "document", 100, 1, 1, (
        "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")),
    ("ppt", "document", 100, 1, 1, ("ppt", "application/vnd.ms-powerpoint")),
    ("pptx", "document", 100, 1, 1, (
        "pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation")),
    ("pdf", "document", 100, 1, 1, ("pdf", "application/pdf")),
    ("jpg", "image", 5, 1, 1, ("jpg", "jpeg", "image/jpeg", "image/jpg", "image/pjpeg")),
    ("png", "image", 5, 1, 1, ("png", "image/png")),
    ("gif", "image", 5, 1, 0, ("gif", "image/gif")),
    ("webp", "image", 5, 1, 0, ("webp", "image/webp")),
    ("3gp", "video", 16, 1, 1, ("3gp", "video/3gpp", "video/3gp")),
    ("mp4", "video", 16, 1, 1, ("mp4", "video/mp4")),
)  # fmt: skip


def migrate(database: Database) -> None:
    """Make everything. The statements are SQL because triggers and STRICT are; none of them commits."""
    for statement in statements(TABLES + TRIGGERS):
        database.execute(statement)
    for name, query in VIEWS.items():
        database.create_view(name, query.strip())
    for name, category, limit, send, receive, keys in FILE_TYPES:
        for key in keys:
            database.execute(
                "INSERT INTO file_type (key, type, category, limit_mb, send, receive) VALUES (?, ?, ?, ?, ?, ?)",
                [key, name, category, limit, send, receive],
            )
