"""Schema version 4: the views that rules and reports read beside those of entries and settings. All are over events."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

_FOREVER = "9223372036854775807"

_LATER_AGENTS = f"""coalesce((SELECT min(w.ms) FROM config_version v JOIN event w ON w.seq = v.event
    WHERE v.section = 'agents' AND v.version > c.version), {_FOREVER})"""

_LISTS = (("assigned", "inboxes"), ("allow_send", "allow_send"), ("deny_send", "deny_send"),
          ("allow_view", "allow_view"), ("deny_view", "deny_view"))  # fmt: skip

VIEWS = {
    # Every change that was recorded, with both its times: time_ms is what it is valid from, wall_ms when it was made.
    "change": """
SELECT e.seq AS seq, e.kind AS kind, e.ms AS time_ms, e.wall AS wall_ms, e.actor AS actor, e.os_user AS os_user,
  e.host AS host, e.program AS program, e.reason AS reason, json_extract(e.body, '$.section') AS section,
  i.id AS inbox_id, i.name AS inbox
FROM event e
LEFT JOIN inbox_state i ON i.id = CASE WHEN json_type(e.body, '$.inbox') = 'integer'
  THEN json_extract(e.body, '$.inbox') END
WHERE e.kind NOT IN ('store', 'plan-part')""",
    # The names that an inbox had, by the places in the chain at which they held: [from_seq, to_seq).
    "inbox_name": f"""
SELECT json_extract(e.body, '$.inbox') AS inbox_id, json_extract(e.body, '$.name') AS name, e.seq AS from_seq,
  coalesce((SELECT min(n.seq) FROM event n WHERE n.kind = 'inbox-rename' AND n.seq > e.seq
    AND json_extract(n.body, '$.inbox') = json_extract(e.body, '$.inbox')), {_FOREVER}) AS to_seq
FROM event e WHERE e.kind IN ('inbox-add', 'inbox-rename')""",
    # Agents and their roles over time, half-open. The agent at a moment: valid_from_ms <= time_ms < valid_to_ms.
    "agent_version": f"""
SELECT * FROM (
  SELECT a.key AS agent, json_extract(a.value, '$.role') AS role, c.version AS version, e.ms AS valid_from_ms,
    {_LATER_AGENTS} AS valid_to_ms
  FROM config_version c JOIN event e ON e.seq = c.event, json_each(c.value) a WHERE c.section = 'agents')
WHERE valid_to_ms > valid_from_ms""",
    # What an agent was given or denied by name in an inbox, over time. No row: nothing was said for that inbox.
    "agent_rule": f"""
SELECT * FROM (
  SELECT a.key AS agent, n.inbox_id AS inbox_id, c.version AS version, e.ms AS valid_from_ms,
    {_LATER_AGENTS} AS valid_to_ms,
    {", ".join(f"max(l.what = '{key}') AS {name}" for name, key in _LISTS)}
  FROM config_version c JOIN event e ON e.seq = c.event
  JOIN (SELECT c2.version AS version, a2.key AS agent, k.key AS what, x.value AS inbox
    FROM config_version c2, json_each(c2.value) a2, json_each(a2.value) k, json_each(k.value) x
    WHERE c2.section = 'agents' AND k.type = 'array') l ON l.version = c.version
  JOIN json_each(c.value) a ON a.key = l.agent
  JOIN inbox_name n ON n.name = l.inbox AND n.from_seq <= c.event AND n.to_seq > c.event
  WHERE c.section = 'agents' GROUP BY c.version, a.key, n.inbox_id)
WHERE valid_to_ms > valid_from_ms""",
    # What scanners said about files. state: clean, infected, not-scanned or error; only clean passes.
    "scan": """
SELECT e.seq AS seq, e.ms AS time_ms, json_extract(e.body, '$.entry') AS entry_seq,
  coalesce(json_extract(e.body, '$.sha256'), '') AS sha256, json_extract(e.body, '$.state') AS state,
  json_extract(e.body, '$.engine') AS engine, json_extract(e.body, '$.detail') AS detail,
  json_extract(e.body, '$.size') AS size, json_extract(e.personal, '$.path') AS path
FROM event e WHERE e.kind = 'scan'""",
    # What else a scan saw in a file: active-content, sensitive-content, location-metadata.
    "scan_fact": """
SELECT e.seq AS scan_seq, e.ms AS time_ms, json_extract(e.body, '$.entry') AS entry_seq,
  coalesce(json_extract(e.body, '$.sha256'), '') AS sha256, json_extract(f.value, '$.code') AS code,
  json_extract(f.value, '$.detail') AS detail, json_extract(f.value, '$.count') AS count
FROM event e, json_each(e.body, '$.facts') f WHERE e.kind = 'scan'""",
    # Files of the approved library by content. approved_ms is NULL until somebody approved that version;
    # replaced_ms: when a newer version of the same name was approved.
    "library": """
SELECT p.seq AS seq, json_extract(p.body, '$.name') AS name, json_extract(p.body, '$.version') AS version,
  json_extract(f.value, '$.sha256') AS sha256, json_extract(f.value, '$.size') AS size,
  p.ms AS proposed_ms, p.actor AS proposed_by, a.ms AS approved_ms, a.actor AS approved_by,
  (SELECT min(r.ms) FROM event r WHERE r.kind = 'library-retire' AND r.seq > p.seq
    AND json_extract(r.body, '$.name') = json_extract(p.body, '$.name')
    AND coalesce(json_extract(r.body, '$.version'), json_extract(p.body, '$.version'))
      = json_extract(p.body, '$.version')) AS retired_ms,
  (SELECT min(n.ms) FROM event n WHERE n.kind = 'library-approve' AND n.seq > a.seq
    AND json_extract(n.body, '$.name') = json_extract(p.body, '$.name')
    AND json_extract(n.body, '$.version') <> json_extract(p.body, '$.version')) AS replaced_ms
FROM event p, json_each(p.body, '$.files') f
LEFT JOIN event a ON a.seq = (SELECT min(x.seq) FROM event x WHERE x.kind = 'library-approve' AND x.seq > p.seq
  AND json_extract(x.body, '$.name') = json_extract(p.body, '$.name')
  AND json_extract(x.body, '$.version') = json_extract(p.body, '$.version'))
WHERE p.kind = 'library-propose'""",
    # Files that a verification of retention found wrong: surviving-bytes, missing-bytes. root: where it looked.
    "verified_file": """
SELECT e.seq AS seq, e.ms AS time_ms, coalesce(json_extract(e.body, '$.root'), '') AS root,
  json_extract(f.value, '$.code') AS code, json_extract(f.value, '$.entry') AS entry_seq
FROM event e LEFT JOIN json_each(e.body, '$.files') f
WHERE e.kind = 'verification' AND json_extract(e.body, '$.subject') = 'retention'""",
}


def migrate(database: Database) -> None:
    """Add the views."""
    for name, query in VIEWS.items():
        database.create_view(name, query.strip())
