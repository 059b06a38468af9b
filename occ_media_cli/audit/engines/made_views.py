"""Views that rules read and no store has: they follow from what every store has, so that an old one needs no step.

The SQLite engine makes them for a run, and an export has each as a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

_FOREVER = 2**63 - 1

_LATER = "FROM config_version v JOIN event w ON w.seq = v.event WHERE v.section = 'retention' AND v.version > c.version"

# A name in a rule meant the inbox that had it when the rule was set; a later inbox of that name is another one.
POLICY_VERSION = f"""
SELECT c.version AS version, r.key AS position, n.inbox_id AS inbox_id, json_extract(r.value, '$.category') AS category,
  json_extract(r.value, '$.direction') AS direction, json_extract(r.value, '$.remove_after_ms') AS remove_after_ms,
  json_extract(r.value, '$.keep_for_ms') AS keep_for_ms, json_extract(r.value, '$.remove_after') AS remove_after,
  json_extract(r.value, '$.keep_for') AS keep_for, e.ms AS valid_from_ms,
  coalesce((SELECT min(w.ms) {_LATER}), {_FOREVER}) AS valid_to_ms,
  c.event AS from_seq, coalesce((SELECT min(v.event) {_LATER}), {_FOREVER}) AS to_seq
FROM config_version c JOIN event e ON e.seq = c.event JOIN json_each(c.value) r
LEFT JOIN inbox_name n ON n.name = json_extract(r.value, '$.inbox') AND n.to_seq > c.event AND n.from_seq = (
  SELECT max(o.from_seq) FROM inbox_name o
  WHERE o.name = n.name AND o.from_seq <= c.event AND o.to_seq > c.event)
WHERE c.section = 'retention' AND (n.inbox_id IS NOT NULL OR json_extract(r.value, '$.inbox') IS NULL)"""
"""One row a rule and version. Half-open, by time [valid_from_ms, valid_to_ms) for what sources report, and by place in
the chain [from_seq, to_seq) for what this program did: it goes by the newest version, whatever time that one has."""


AGREEMENT = """
SELECT a.event AS event, 'plan ' || a.plan AS what, p.actor AS requested_by, p.os_user AS requested_user,
  a.actor AS approved_by, a.os_user AS approved_user, a.approved_ms AS approved_ms, a.wall_ms AS wall_ms
FROM plan p JOIN approval a ON a.plan = p.plan
UNION ALL
SELECT a.event, 'library file ' || p.name || ' ' || p.version, o.actor, o.os_user, y.actor, y.os_user, y.ms, y.wall
FROM library_approval a JOIN library_proposal p ON p.event = a.proposal
JOIN event o ON o.seq = a.proposal JOIN event y ON y.seq = a.event"""
"""Who asked for what needs a second person, and who approved it: one row for each who asked and each approval."""

AUDIT_RUN = """
SELECT e.seq AS seq, e.ms AS time_ms, e.wall AS wall_ms, e.actor AS actor, json_extract(e.body, '$.since') AS since,
  json_extract(e.body, '$.until') AS until, json_extract(e.body, '$.inboxes') AS inboxes,
  json_extract(e.body, '$.rules') AS rules, json_extract(e.body, '$.seq') AS verified_seq,
  json_extract(e.body, '$.head') AS verified_head, json_extract(e.body, '$.entries') AS entries,
  json_extract(e.body, '$.summary.error') AS errors, json_extract(e.body, '$.summary.warning') AS warnings,
  json_extract(e.body, '$.summary.note') AS notes, json_extract(e.body, '$.summary.suppressed') AS suppressed,
  json_extract(e.body, '$.incomplete') AS incomplete,
  CASE WHEN json_extract(e.body, '$.integrity.verified') = 'all' THEN 1 ELSE 0 END AS verified,
  coalesce(json_extract(e.body, '$.integrity.problems'), 0) AS differences,
  CASE json_extract(e.body, '$.integrity.checkpoint.matches') WHEN 1 THEN 1 WHEN 0 THEN 0 END AS checkpoint
FROM event e WHERE e.kind = 'audit-run'"""
"""Audits on record: what they looked at, and what came of it. inboxes, rules: JSON lists, null for all inboxes.
differences: what its verification found wrong; verified 0 without differences: it made none."""

MADE = {"agreement": AGREEMENT, "audit_run": AUDIT_RUN, "policy_version": POLICY_VERSION}


def overlay_policies(
    connection: sqlite3.Connection, moment: int, rules: Sequence[Mapping[str, Any]], numbers: Mapping[str, int]
) -> None:
    """Lay the retention rules of an edit by hand over the copy of `policy_version`, from its moment on.

    They are in no place of the chain yet.
    """
    connection.execute(
        "UPDATE temp.policy_version SET valid_to_ms = max(valid_from_ms, ?) WHERE valid_to_ms > ?", (moment, moment)
    )
    connection.executemany(
        "INSERT INTO temp.policy_version (inbox_id, category, direction, remove_after_ms, keep_for_ms, remove_after,"
        " keep_for, valid_from_ms, valid_to_ms, from_seq, to_seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                numbers.get(rule.get("inbox", "")),
                *(rule.get(key) for key in _SAID),
                moment,
                _FOREVER,
                _FOREVER,
                _FOREVER,
            )
            for rule in rules
            if rule.get("inbox") is None or rule["inbox"] in numbers
        ],
    )


_SAID = ("category", "direction", "remove_after_ms", "keep_for_ms", "remove_after", "keep_for")
