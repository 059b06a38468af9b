"""What was sent without an approval: where inboxes ask for one, and elsewhere what had ended and what nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from occ_media_cli import times
from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.audit.engines.interface import RuleSource
from occ_media_cli.audit.reports.answer import inside, integers
from occ_media_cli.audit.rules import load_rule
from occ_media_cli.library.library_states import state_sql

_ROWS = """
SELECT e.inbox_id, e.agent, e.name, e.library_name, e.library_version, e.library_state, count(*) AS files,
  min(e.time_ms) AS first_ms, max(e.time_ms) AS last_ms
FROM ({rule}) e
WHERE e.seq IS NOT NULL{inside}
GROUP BY e.inbox, e.inbox_id, e.agent, e.name, e.library_name, e.library_version, e.library_state
ORDER BY 7 DESC, e.inbox, 1, 2 NULLS FIRST, 3 NULLS FIRST, 4 NULLS FIRST, 5 NULLS FIRST, 6"""

_FREE = """NOT EXISTS (
    SELECT 1 FROM setting s WHERE s.inbox_id = e.inbox_id AND s.valid_from_ms <= e.time_ms AND s.valid_to_ms > e.time_ms
      AND s.send_approved_only = 1)"""
"""SQL for a time at which its inbox did not ask for approved files: before it was added and after it was removed too,
when no setting is in force, so that what was sent then is in no other row."""

_SENT = """e.direction = 'send' AND e.outcome = 'delivered' AND e.time_ms >= :since_ms AND e.time_ms < :until_ms"""

_STATE = state_sql("e.time_ms", "e.time_ms")

# What had ended: by the rule where a newer version had taken its place, else what was retired or past its end; in the
# state of what ended it first, as where only approved files may be sent. Content that its document still had is none of
# it: it was for other inboxes.
_OUTDATED = f"""
SELECT seq, inbox_id, inbox, time_ms, agent, name, library_name, library_version, state AS library_state
FROM (
  SELECT r.seq, r.inbox_id, r.inbox, r.time_ms, r.agent, r.name, r.library_name, r.library_version,
    {state_sql("r.time_ms", "r.time_ms")} AS state,
    row_number() OVER (PARTITION BY r.seq ORDER BY l.seq DESC, l.place) AS choice
  FROM ({{rule}}) r
  JOIN library l ON l.sha256 = r.sha256 AND l.name = r.library_name AND l.version = r.library_version
    AND l.approved_ms <= r.time_ms AND l.replaced_ms <= r.time_ms
  WHERE {_FREE.replace("e.", "r.")}) replaced
WHERE choice = 1
UNION ALL
SELECT seq, inbox_id, inbox, time_ms, agent, name, library_name, library_version, state
FROM (
  SELECT e.seq, e.inbox_id, e.inbox, e.time_ms, e.agent, e.name, l.name AS library_name, l.version AS library_version,
    {_STATE} AS state, row_number() OVER (PARTITION BY e.seq ORDER BY l.seq DESC, l.place) AS choice
  FROM entry e
  JOIN library l ON l.sha256 = e.sha256 AND l.approved_ms <= e.time_ms
  WHERE {_SENT} AND {_FREE} AND e.sha256 <> '' AND {_STATE} IN ('retired', 'expired')
    AND e.seq NOT IN (SELECT o.seq FROM ({{rule}}) o)
    AND NOT EXISTS (
      SELECT 1 FROM library_allowed a
      WHERE a.sha256 = e.sha256 AND (a.inbox_id IS NULL OR a.inbox_id = e.inbox_id)
        AND a.from_ms <= e.time_ms AND a.to_ms > e.time_ms)
    AND NOT EXISTS (
      SELECT 1 FROM library n
      WHERE n.sha256 = l.sha256 AND n.document = l.document AND n.approved_ms <= e.time_ms
        AND (n.replaced_ms IS NULL OR n.replaced_ms > e.time_ms) AND (n.retired_ms IS NULL OR n.retired_ms > e.time_ms)
        AND (n.expires_ms IS NULL OR n.expires_ms > e.time_ms))) found
WHERE choice = 1"""

# Before anything was approved nothing could be outdated.
_UNKNOWN = f"""
SELECT e.seq, e.inbox_id, e.inbox, e.time_ms, e.agent, e.name, NULL AS library_name, NULL AS library_version,
  'unknown' AS library_state
FROM entry e
WHERE {_SENT} AND {_FREE} AND coalesce(e.sha256, '') = '' AND e.time_ms >= (SELECT min(l.approved_ms) FROM library l)"""

# Rows go to the newest inbox of a name, whenever they are of. Before that one was there another may have had its name
# and asked for approved files; whoever looks at the entries of the newest alone would take them for those of an inbox
# that asks for nothing. One that was renamed since counts too: which name it had then nothing here says.
_NOT_JUDGED = f"""
SELECT e.seq, e.inbox_id, e.inbox, e.time_ms, e.agent, e.name, NULL AS library_name, NULL AS library_version,
  'not-judged' AS library_state
FROM entry e
WHERE {_SENT} AND NOT EXISTS (
    SELECT 1 FROM setting s
    WHERE s.inbox_id = e.inbox_id AND s.valid_from_ms <= e.time_ms AND s.valid_to_ms > e.time_ms)
  AND EXISTS (
    SELECT 1 FROM setting p
    WHERE p.inbox_id <> e.inbox_id AND p.valid_from_ms <= e.time_ms AND p.valid_to_ms > e.time_ms
      AND p.send_approved_only = 1 AND (p.inbox = e.inbox OR p.inbox_id IN (
        SELECT c.inbox_id FROM change c WHERE c.kind = 'inbox-rename' AND c.time_ms > e.time_ms)))
  AND NOT EXISTS (
    SELECT 1 FROM library_allowed a
    WHERE a.sha256 = e.sha256 AND (a.inbox_id IS NULL OR a.inbox_id = e.inbox_id)
      AND a.from_ms <= e.time_ms AND a.to_ms > e.time_ms)
  AND (e.sha256 <> '' OR NOT EXISTS (SELECT 1 FROM library l WHERE l.approved_ms <= e.time_ms))
  AND e.seq NOT IN (SELECT o.seq FROM ({_OUTDATED}) o)"""

_WAS = {"not-judged": "another inbox had its name", "none": "not in the library", "unknown": "its sha256 is not known",
        "other-inbox": "for other inboxes", "proposed": "waited for approval",
        "approved-later": "approved for a later time"}  # fmt: skip


def not_approved(source: RuleSource, scope: AuditScope, names: dict[int, str]) -> Iterator[tuple[Any, ...]]:
    """Rows of what was sent and not approved, where only approved files may be sent: by the rule's own words."""
    return _rows(source, scope, names, "not-approved", load_rule("not-approved").sql)


def outdated(source: RuleSource, scope: AuditScope, names: dict[int, str]) -> Iterator[tuple[Any, ...]]:
    """Rows of what was sent after it was replaced, retired or past its end, where any file may be sent."""
    text = _OUTDATED.format(rule=load_rule("outdated-approved-file").sql)
    return _rows(source, scope, names, "outdated", text)


def unknown(source: RuleSource, scope: AuditScope, names: dict[int, str]) -> Iterator[tuple[Any, ...]]:
    """Rows of what was sent without a sha256 where any file may be, since something was approved."""
    return _rows(source, scope, names, "unknown", _UNKNOWN)


def not_judged(source: RuleSource, scope: AuditScope, names: dict[int, str]) -> Iterator[tuple[Any, ...]]:
    """Rows of what was sent before its inbox was there, by another one that asked for approved files, as far as it is
    in none of the other rows."""
    text = _NOT_JUDGED.format(rule=load_rule("outdated-approved-file").sql)
    return _rows(source, scope, names, "not-judged", text)


def _rows(
    source: RuleSource, scope: AuditScope, names: dict[int, str], state: str, text: str
) -> Iterator[tuple[Any, ...]]:
    """By inbox, agent and name, the most frequent first."""
    for row in source.query(_ROWS.format(rule=text, inside=inside(source, scope)), scope.values()):
        files, first, last = integers(row, 6, 7, 8)
        yield (
            state, row[3], row[4], row[2], names[int(row[0])], *[None] * 9, files,
            times.text(first), times.text(last), row[1], _WAS.get(str(row[5]), str(row[5])),
        )  # fmt: skip
