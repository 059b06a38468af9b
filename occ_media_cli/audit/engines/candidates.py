"""One pass over the ledger that notes which entries a rule may find, so that each rule then looks at few.

Every condition here is a superset of what its rule selects, over physical tables; the rule's own portable text then
decides, on the view `entry` narrowed to its candidates. A test holds that both ways find the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from occ_media_cli.audit import sql
from occ_media_cli.audit.rule import AuditRule, Value
from occ_media_cli.ledger import entries_sql as entries

if TYPE_CHECKING:
    import sqlite3

SMALLEST = 20_000
"""Entries from which on the pass is worth its while."""

CONDITIONS: Mapping[str, str] = {
    "active-content": f"{entries.DELIVERED} AND :scans",
    "channel-not-linked": "r.channel <> 0 AND s.channels <> '[]' AND NOT EXISTS (SELECT 1 FROM temp.linked l"
    " WHERE l.code = r.channel AND l.inbox_id = s.inbox_id AND l.version = s.version)",
    "deleted-too-early": f"{entries.DELIVERED} AND {entries.DELETED} IS NOT NULL AND :keeps",
    "deleted-while-held": f"{entries.DELETED} IS NOT NULL AND :holds",
    "evidence-expiring": f"{entries.DELIVERED} AND r.direction = 1 AND r.path IS NULL AND r.ms <= :now_ms"
    " AND r.ms > :now_ms - :days * 86400000",
    "infected-file": f"{entries.DELIVERED} AND :scans",
    "location-metadata": f"{entries.DELIVERED} AND :scans",
    "not-approved": f"{entries.DELIVERED} AND r.direction = 0 AND s.send_approved_only = 1",
    "not-scanned": f"{entries.DELIVERED} AND s.scan <> 'off'",
    "outdated-approved-file": f"{entries.DELIVERED} AND r.direction = 0 AND :library",
    "over-limit": f"{entries.DELIVERED} AND {entries.SIZE} > t.limit_bytes",
    "past-retention": f"{entries.WITH_BYTES} AND r.ms <= :now_ms - :shortest",
    "received-while-off": f"r.direction = 1 AND s.receive = 0 AND {entries.DELIVERED}",
    "refused-attempts": f"{entries.OUTCOME} <> 0",
    "sender-without-permission": f"{entries.DELIVERED} AND r.direction = 0 AND r.agent <> 0 AND :agents",
    "sensitive-content": f"{entries.DELIVERED} AND :scans",
    "sent-while-off": f"r.direction = 0 AND s.send = 0 AND {entries.DELIVERED}",
    "time-in-future": "r.ms > :now_ms",
    "type-mismatch": f"{entries.DELIVERED} AND (dk.kind <> ek.kind OR pk.said <> coalesce(dk.kind, ek.kind))",
    "unsupported-type": f"{entries.DELIVERED} AND (t.limit_bytes IS NULL"
    " OR CASE r.direction WHEN 0 THEN t.send ELSE t.receive END = 0)",
}
"""The conditions that an entry of a rule fulfils, over r (record), a (amendment), s (setting in force), t, dk, ek, pk
(words)."""

_JOINS = (
    ("s.", "LEFT JOIN temp.setting s ON s.inbox_id = r.inbox AND s.valid_from_ms <= r.ms AND s.valid_to_ms > r.ms"),
    ("t.", f"LEFT JOIN temp.word_kind t ON t.code = {entries.KIND_CODE}"),
    ("dk.", f"LEFT JOIN temp.word_kind dk ON dk.code = {entries.DETECTED}"),
    ("ek.", "LEFT JOIN temp.word_kind ek ON ek.code = r.ext"),
    ("pk.", "LEFT JOIN temp.word_kind pk ON pk.code = r.declared"),
)

_WORDS = """
CREATE TEMP TABLE word_kind AS
SELECT w.code AS code, coalesce(f.type, w.text) AS kind, f.limit_mb * 1048576 AS limit_bytes, f.send AS send,
  f.receive AS receive, coalesce(g.type, w.said) AS said
FROM (SELECT code, text, trim(lower(CASE WHEN instr(text, ';') > 0 THEN substr(text, 1, instr(text, ';') - 1)
    ELSE text END)) AS said FROM main.word) w
LEFT JOIN temp.file_type f ON f.key = w.text LEFT JOIN temp.file_type g ON g.key = w.said"""

_LINKED = """
CREATE TEMP TABLE linked AS
SELECT w.code AS code, c.inbox_id AS inbox_id, c.version AS version
FROM temp.setting_channel c JOIN main.word w ON w.text = c.channel
UNION SELECT w.code, c.inbox_id, c.version FROM temp.setting_channel c JOIN main.word w ON w.text = c.profile"""

_GUARDS = {
    "shortest": "SELECT coalesce(min(remove_after_ms), 4611686018427387904) FROM temp.policy",
    "keeps": "SELECT EXISTS (SELECT 1 FROM temp.policy_version WHERE keep_for_ms IS NOT NULL)",
    "scans": "SELECT EXISTS (SELECT 1 FROM main.event WHERE kind = 'scan')",
    "holds": "SELECT EXISTS (SELECT 1 FROM main.event WHERE kind = 'hold')",
    "library": "SELECT EXISTS (SELECT 1 FROM main.event WHERE kind = 'library-approve')",
    "agents": "SELECT EXISTS (SELECT 1 FROM main.config_version WHERE section = 'agents')",
}


def note(connection: sqlite3.Connection, rules: Sequence[AuditRule], values: Mapping[str, Value]) -> dict[str, int]:
    """Make the table of candidates, and return the bit of each rule in it. The copies of views are there already.

    Entry #7 with flags 5 (binary 101) may be found by the rules of the bits 1 and 4, and by no other.
    """
    wanted = [rule for rule in rules if rule.id in CONDITIONS and not rule.own]
    if not wanted:
        return {}
    bits = {rule.id: 1 << position for position, rule in enumerate(wanted)}
    known: dict[str, Value] = dict(values)
    for rule in wanted:
        known |= rule.bound()
    for name, text in _GUARDS.items():
        known[name] = int(connection.execute(text).fetchone()[0])
    for table in ("candidate", "word_kind", "linked"):  # of another period, which was judged before
        connection.execute(f"DROP TABLE IF EXISTS temp.{table}")
    connection.execute(_WORDS)
    connection.execute("CREATE UNIQUE INDEX temp.word_kind_key ON word_kind (code)")
    connection.execute(_LINKED)
    connection.execute("CREATE INDEX temp.linked_key ON linked (code, inbox_id, version)")
    flags = " | ".join(f"(CASE WHEN {CONDITIONS[rule.id]} THEN {bits[rule.id]} ELSE 0 END)" for rule in wanted)
    joins = "\n".join(join for alias, join in _JOINS if alias in flags)
    text = f"""
CREATE TEMP TABLE candidate AS SELECT seq, flags FROM (
  SELECT r.seq AS seq, {flags} AS flags
  FROM {entries.FROM}
  {joins}
  WHERE r.kind = 0 AND r.ms >= :since_ms AND r.ms < :until_ms)
WHERE flags <> 0"""
    connection.execute(_bare(text, known))
    return bits


def _bare(text: str, known: Mapping[str, Value]) -> str:
    """The text with its whole numbers in place: CREATE TABLE … AS takes no parameters."""
    return sql.replaced(text, lambda name: str(int(known[name])))


def narrow(connection: sqlite3.Connection, bit: int | None) -> None:
    """Let `entry` mean the candidates of a rule, or every entry again."""
    connection.execute("DROP VIEW IF EXISTS temp.entry")
    if bit is not None:
        connection.execute(
            "CREATE TEMP VIEW entry AS SELECT * FROM main.entry"
            f" WHERE seq IN (SELECT c.seq FROM temp.candidate c WHERE c.flags & {bit:d})"
        )
