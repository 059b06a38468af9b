"""Schema version 12: the library of approved files.

Until here the view `library` read events that nothing wrote. Such events, where another program put some into a chain,
stay in it and approve nothing: they do not say of which bytes they are an approval.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.store.statements import statements

if TYPE_CHECKING:
    from sqlite_utils import Database

TABLES = """
CREATE TABLE library_document (  -- a document of the library: what has a name, and versions
  number INTEGER PRIMARY KEY,    -- stable: an erasure of the name keeps it
  name TEXT NOT NULL,
  key TEXT NOT NULL UNIQUE,      -- the name without regard to case, by which it is found
  event INTEGER NOT NULL REFERENCES event (seq)  -- its first proposal
) STRICT;

CREATE TABLE library_proposal (  -- one version of a document, or several documents in one
  event INTEGER PRIMARY KEY REFERENCES event (seq),
  proposal TEXT NOT NULL UNIQUE, -- the first 16 hex digits of its digest
  digest TEXT NOT NULL,          -- sha256 of its content
  name TEXT NOT NULL,            -- of the document, or of all of them together
  key TEXT NOT NULL,
  version TEXT NOT NULL,
  several INTEGER NOT NULL,      -- 1: each file is a document of its own
  everywhere INTEGER NOT NULL,   -- 1: for every inbox; else library_scope says for which
  expires INTEGER                -- from this moment on it can no longer be sent
) STRICT;
CREATE INDEX library_proposal_key ON library_proposal (key);

CREATE TABLE library_file (
  event INTEGER NOT NULL REFERENCES library_proposal (event),
  place INTEGER NOT NULL,        -- from 0, in its proposal
  document INTEGER NOT NULL REFERENCES library_document (number),
  sha256 TEXT NOT NULL,          -- lower-case hex
  size INTEGER NOT NULL,
  type TEXT NOT NULL,
  path TEXT NOT NULL,            -- where it lay when it was proposed
  PRIMARY KEY (event, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX library_file_sha256 ON library_file (sha256);
CREATE INDEX library_file_document ON library_file (document);

CREATE TABLE library_scope (     -- an inbox is in it by its number or by any of the tags that it has at the moment
  event INTEGER NOT NULL REFERENCES library_proposal (event),
  position INTEGER NOT NULL,
  inbox INTEGER REFERENCES inbox_state (id),
  tag TEXT,
  PRIMARY KEY (event, position),
  CHECK ((inbox IS NULL) <> (tag IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE library_approval (
  proposal INTEGER PRIMARY KEY REFERENCES library_proposal (event),
  event INTEGER NOT NULL UNIQUE REFERENCES event (seq),
  digest TEXT NOT NULL           -- of the proposal that was approved
) STRICT;

CREATE TABLE library_retirement (  -- what a retirement ends: a document in a proposal, approved or not
  proposal INTEGER NOT NULL REFERENCES library_proposal (event),
  document INTEGER NOT NULL REFERENCES library_document (number),
  event INTEGER NOT NULL REFERENCES event (seq),
  PRIMARY KEY (proposal, document, event)
) STRICT, WITHOUT ROWID;

CREATE TABLE library_displaced (  -- a proposal whose place a newer one of its name, version and documents took
  proposal INTEGER NOT NULL REFERENCES library_proposal (event),
  event INTEGER NOT NULL REFERENCES library_proposal (event),  -- the newer one
  PRIMARY KEY (proposal, event)
) STRICT, WITHOUT ROWID;

CREATE TABLE library_text (      -- the words of a file, by which the same text is known in another save
  event INTEGER NOT NULL REFERENCES library_proposal (event),
  place INTEGER NOT NULL,
  digest BLOB NOT NULL,          -- sha256 of the normalised words
  words INTEGER NOT NULL,        -- how many there are
  minhash BLOB,                  -- 64 values; NULL where there are too few words
  PRIMARY KEY (event, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX library_text_digest ON library_text (digest);

CREATE TABLE library_band (      -- files that share a band may have nearly the same text
  band INTEGER NOT NULL,
  event INTEGER NOT NULL REFERENCES library_proposal (event),
  place INTEGER NOT NULL,
  PRIMARY KEY (band, event, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE library_words (     -- outside the chain, which has the digest; an erasure may take them
  digest BLOB PRIMARY KEY,
  words BLOB NOT NULL            -- the normalised words, compressed
) STRICT, WITHOUT ROWID;
"""

_FOREVER = "9223372036854775807"

# A retirement holds from the earlier of its two clocks: whatever --now said, it stops when it is on record. A clock may
# be wrong: it holds no earlier than the approval that it ends.
_ENDED = """(SELECT r.event FROM library_retirement r JOIN event x ON x.seq = r.event
    WHERE r.proposal = f.event AND r.document = f.document ORDER BY min(x.ms, x.wall), r.event LIMIT 1)"""

_RETIRED = "max(min(t.ms, t.wall), coalesce(y.ms, min(t.ms, t.wall)))"

# Approvals of a document stand in the order of their valid times, then of the chain; each ends at the next. One that
# was retired before it began ends nothing that was approved after that.
_REPLACED = """(SELECT min(x.ms) FROM library_file n JOIN library_approval b ON b.proposal = n.event
    JOIN event x ON x.seq = b.event
    WHERE n.document = f.document AND (x.ms > y.ms OR (x.ms = y.ms AND b.event > a.event)) AND NOT EXISTS (
      SELECT 1 FROM library_retirement r JOIN event z ON z.seq = r.event WHERE r.proposal = n.event
        AND r.document = n.document AND r.event < a.event AND min(z.ms, z.wall) <= x.ms))"""

# What waits loses its place for good: by the next proposal of its name and version that has a document of it, or by the
# approval of any later proposal that has one. It is approved whole or not at all, so its other documents lose it too.
_LOST = f"""CASE WHEN a.event IS NULL THEN nullif(min(
    coalesce((SELECT min(q.event) FROM library_displaced q WHERE q.proposal = f.event), {_FOREVER}),
    coalesce((SELECT min(b.event) FROM library_file m JOIN library_file n ON n.document = m.document
      JOIN library_approval b ON b.proposal = n.event WHERE m.event = f.event AND n.event > f.event), {_FOREVER})),
  {_FOREVER}) END"""

_END = f"""min(coalesce(l.replaced_ms, {_FOREVER}), coalesce(l.retired_ms, {_FOREVER}),
    coalesce(l.expires_ms, {_FOREVER}))"""


def _allowed(inbox: str, where: str, joins: str = "", start: str = "l.approved_ms", end: str = _END) -> str:
    """SQL for the rows of `library_allowed` of one kind of scope."""
    return f"""
SELECT l.sha256 AS sha256, {inbox} AS inbox_id, {start} AS from_ms, {end} AS to_ms, l.name AS name,
  l.version AS version, l.path AS path, l.seq AS seq, l.place AS place
FROM library l {joins}
WHERE {where} AND l.approved_ms IS NOT NULL AND {start} < {end}""".strip()


VIEWS = {
    # Files of the approved library. approved_ms is NULL until somebody approved the proposal; retired_ms: when the
    # version was retired or withdrawn, no earlier than it was approved; replaced_ms: when the next approval of the same
    # document began; agreed_ms: since when the approval is on record, by the earlier of its clocks. lost_seq, lost_ms:
    # the event by which a proposal that nobody approved lost its place, so that it cannot be approved any more, and
    # since when that is on record, by the earlier of its clocks. everywhere 0: `library_allowed` says for which
    # inboxes.
    "library": f"""
SELECT f.event AS seq, f.place AS place, p.proposal AS proposal, d.name AS name, p.version AS version,
  f.document AS document, f.path AS path, f.type AS type, f.sha256 AS sha256, f.size AS size,
  p.everywhere AS everywhere, p.expires AS expires_ms, o.ms AS proposed_ms, o.actor AS proposed_by,
  a.event AS approved_seq, y.ms AS approved_ms, y.actor AS approved_by,
  {_RETIRED} AS retired_ms, t.actor AS retired_by, t.reason AS retired_reason, {_REPLACED} AS replaced_ms,
  min(y.ms, y.wall) AS agreed_ms, z.seq AS lost_seq, min(z.ms, z.wall) AS lost_ms
FROM library_file f JOIN library_proposal p ON p.event = f.event JOIN event o ON o.seq = f.event
JOIN library_document d ON d.number = f.document
LEFT JOIN library_approval a ON a.proposal = f.event AND a.digest = p.digest
LEFT JOIN event y ON y.seq = a.event
LEFT JOIN event t ON t.seq = {_ENDED}
LEFT JOIN event z ON z.seq = {_LOST}""",
    # Which content may be sent, by which inbox (NULL: every one), and when: from_ms <= time_ms < to_ms. The one answer
    # to that question; a content may have several rows that overlap. A tag counts while the inbox has it, an
    # inbox until it was removed.
    "library_allowed": "\nUNION ALL\n".join((
        _allowed("NULL", "l.everywhere = 1"),
        _allowed(
            "s.inbox", "1", "JOIN library_scope s ON s.event = l.seq JOIN inbox_state i ON i.id = s.inbox",
            end=f"min({_END}, coalesce(i.removed, {_FOREVER}))",
        ),
        _allowed(
            "v.inbox_id", "1", "JOIN library_scope s ON s.event = l.seq JOIN setting_tag g ON g.tag = s.tag\n"
            "JOIN setting v ON v.inbox_id = g.inbox_id AND v.version = g.version",
            "max(l.approved_ms, v.valid_from_ms)", f"min({_END}, v.valid_to_ms)",
        ),
    )),
}  # fmt: skip


def _kept(table: str, fixed: str, erasable: str = "", event: str = "event") -> str:
    """Triggers that hold a table: rows stay, and a text changes only where an erasure took it from its event."""
    taken = f"EXISTS (SELECT 1 FROM free_text t WHERE t.seq = OLD.{event} AND t.event IS NOT NULL)"
    same = [f"NEW.{name} IS OLD.{name}" for name in fixed.split()]
    same += [f"(NEW.{name} IS OLD.{name} OR {taken})" for name in erasable.split()]
    return f"""
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, 'the library is append-only'); END;
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN NOT ({" AND ".join(same)})
BEGIN SELECT RAISE(ABORT, 'the library is append-only'); END;
"""


TRIGGERS = (
    _kept("library_document", "number event", "name key")
    + _kept("library_proposal", "event proposal digest several everywhere expires", "name key version")
    + _kept("library_file", "event place document sha256 size type", "path")
    + _kept("library_scope", "event position inbox tag")
    + _kept("library_approval", "proposal event digest")
    + _kept("library_retirement", "proposal document event")
    + _kept("library_displaced", "proposal event")
    + _kept("library_text", "event place digest words minhash")
    + _kept("library_band", "band event place")
    + """
CREATE TRIGGER library_words_no_update BEFORE UPDATE ON library_words
BEGIN SELECT RAISE(ABORT, 'the library is append-only'); END;
"""
)


def migrate(database: Database) -> None:
    """Add the tables, what holds them, and the views; `library` in the place of the one that was there."""
    for statement in statements(TABLES + TRIGGERS):
        database.execute(statement)
    for name, query in VIEWS.items():
        database.execute(f"DROP VIEW IF EXISTS {name}")
        database.create_view(name, query.strip())
