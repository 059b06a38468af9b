"""Views that rules read and no store has, or has otherwise: they follow from what every store has, so that an old one
needs no step.

The SQLite engine makes them for a run, and an export has each as a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from occ_media_cli.audit.audit_scope import FOREVER
from occ_media_cli.ledger.clock_steps import CLOCK_STEP
from occ_media_cli.settings.stated import STATED

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

_LATER = "FROM config_version v JOIN event w ON w.seq = v.event WHERE v.section = 'retention' AND v.version > c.version"

# A name in a rule meant the inbox that had it when the rule was set; a later inbox of that name is another one.
POLICY_VERSION = f"""
SELECT c.version AS version, r.key AS position, n.inbox_id AS inbox_id, json_extract(r.value, '$.category') AS category,
  json_extract(r.value, '$.direction') AS direction, json_extract(r.value, '$.remove_after_ms') AS remove_after_ms,
  json_extract(r.value, '$.keep_for_ms') AS keep_for_ms, json_extract(r.value, '$.remove_after') AS remove_after,
  json_extract(r.value, '$.keep_for') AS keep_for, e.ms AS valid_from_ms,
  coalesce((SELECT min(w.ms) {_LATER}), {FOREVER}) AS valid_to_ms,
  c.event AS from_seq, coalesce((SELECT min(v.event) {_LATER}), {FOREVER}) AS to_seq
FROM config_version c JOIN event e ON e.seq = c.event JOIN json_each(c.value) r
LEFT JOIN inbox_name n ON n.name = json_extract(r.value, '$.inbox') AND n.to_seq > c.event AND n.from_seq = (
  SELECT max(o.from_seq) FROM inbox_name o
  WHERE o.name = n.name AND o.from_seq <= c.event AND o.to_seq > c.event)
WHERE c.section = 'retention' AND (n.inbox_id IS NOT NULL OR json_extract(r.value, '$.inbox') IS NULL)"""
"""One row a rule and version. Half-open, by time [valid_from_ms, valid_to_ms) for what sources report, and by place in
the chain [from_seq, to_seq) for what this program did: it goes by the newest version, whatever time that one has."""


_AGREED = """
SELECT a.event AS event, 'plan ' || a.plan AS what, p.actor AS requested_by, p.os_user AS requested_user,
  a.actor AS approved_by, a.os_user AS approved_user, a.approved_ms AS approved_ms, a.wall_ms AS wall_ms
FROM plan p JOIN approval a ON a.plan = p.plan
UNION ALL
SELECT a.event, 'library file ' || p.name || ' ' || p.version, o.actor, o.os_user, y.actor, y.os_user, y.ms, y.wall
FROM library_approval a JOIN library_proposal p ON p.event = a.proposal
JOIN event o ON o.seq = a.proposal JOIN event y ON y.seq = a.event"""

AGREEMENT = f"""
SELECT s.*, y.actor AS switched_by
FROM (SELECT a.*, is_same_person(a.requested_by, a.approved_by) AS one_person,
    (SELECT min(c.event) FROM config_version c
      WHERE c.section = 'store' AND c.event < a.event AND c.version > coalesce((
        SELECT max(o.version) FROM config_version o WHERE o.section = 'store' AND o.event < a.event
          AND json_extract(o.value, '$.second_person') IS NOT 0), 0)) AS switched_seq
  FROM ({_AGREED}) a) s
LEFT JOIN event y ON y.seq = s.switched_seq"""
"""Who asked for what needs a second person, and who approved it: one row for each who asked and each approval.
one_person: 1 where the two names stand for one. switched_seq: the event since which the store asked for no second
person then, null where it asked for one; switched_by: who recorded that, empty where the document was edited by hand.
"""

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

INTERRUPTED_CHANGE = """
SELECT e.seq AS seq, f.seq AS ended_seq
FROM event f JOIN event e ON e.seq >= json_extract(f.body, '$.first') AND e.seq < f.seq
WHERE f.kind = 'change-finish'"""
"""Changes that stood beside the chain until a later command put them on record: of their makers and times nobody has
more than their own word. ended_seq: the event by which that command says so."""

SETTING = f"""
WITH said AS (
  SELECT v.inbox, v.version, v.valid_from AS start, coalesce(v.valid_to, {FOREVER}) AS stop,
    CASE WHEN lag(v.valid_to) OVER w = v.valid_from AND lag(v.value) OVER w = v.value
        AND lag(v.uncertain_since) OVER w IS v.uncertain_since THEN 0 ELSE 1 END AS begins
  FROM main.setting_version v
  WHERE v.superseded_by IS NULL AND (v.valid_to IS NULL OR v.valid_to > v.valid_from)
  WINDOW w AS (PARTITION BY v.inbox ORDER BY v.valid_from)),
numbered AS (SELECT s.*, sum(s.begins) OVER (PARTITION BY s.inbox ORDER BY s.start) AS number FROM said s),
spans AS (
  SELECT n.inbox, max(CASE WHEN n.begins THEN n.version END) AS version, max(n.stop) AS stop
  FROM numbered n GROUP BY n.inbox, n.number)
SELECT s.inbox, s.inbox_id, s.version, s.valid_from_ms, p.stop AS valid_to_ms, s.send, s.receive, s.message,
  s.message_source, s.send_approved_only, s.scan, s.quota, s.channels, s.tags, s.actor, s.reason, s.set_ms, s.wall_ms,
  s.event, s.uncertain_since_ms, json_extract(v.value, '$.description') AS description,
  json_extract(v.value, '$.messages') AS messages, json_extract(v.value, '$.quota_text') AS quota_text
FROM spans p CROSS JOIN main.setting s ON s.inbox_id = p.inbox AND s.version = p.version
CROSS JOIN main.setting_version v ON v.inbox = p.inbox AND v.version = p.version"""
"""The setting of an inbox in each span of time, as readers see it: versions that follow one another and say the same,
one that confirms the other or one of a late change, are one span, under the number of the first. Which change gave one
setting its value is told by `settings.since`. `history` and `ledger show` tell each version. It has every field of a
setting; messages: those by language, as JSON; quota_text: the quota as somebody wrote it."""

MADE = {
    "setting": SETTING, "agreement": AGREEMENT, "audit_run": AUDIT_RUN, "clock_step": CLOCK_STEP,
    "interrupted_change": INTERRUPTED_CHANGE, "policy_version": POLICY_VERSION, "setting_change": STATED,
}  # fmt: skip


def made(connection: sqlite3.Connection, name: str) -> str:
    """The text of such a view, to run on a connection, which learns the functions that it calls."""
    if name == "agreement":
        from occ_media_cli.settings.second_person import is_same_person

        connection.create_function(
            "is_same_person", 2, lambda one, other: int(bool(one and other) and is_same_person(one, other))
        )
    return MADE[name]


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
                FOREVER,
                FOREVER,
                FOREVER,
            )
            for rule in rules
            if rule.get("inbox") is None or rule["inbox"] in numbers
        ],
    )


_SAID = ("category", "direction", "remove_after_ms", "keep_for_ms", "remove_after", "keep_for")
