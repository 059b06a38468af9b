-- id: sender-without-permission
-- severity: warning
-- title: A file was sent by an agent who may not send in the inbox.
-- one: 1 file was sent by an agent who may not send in the inbox
-- many: {count} files were sent by agents who may not send in the inbox
-- why: Either the permission is too narrow for the work, or somebody used a way around it.
-- looks: at delivered entries with direction send and an agent, and at roles and permissions as they were then. Owner,
--   admin and supervisor reach every inbox, an agent those given, and deny beats allow. An agent whom nobody added is a
--   finding only in an inbox to which an agent is assigned by name.
-- over: entries
-- where: e.outcome = 'delivered' AND e.direction = 'send'
-- needs: e.agent <> ''
-- lacks: an agent
-- control: iso27001 A.8.3: use beyond the permission is found
-- control: iso27001 A.5.18: rights that do not fit the work are found
-- control: pci-dss 7.2: use beyond what was assigned is found
-- control: gdpr Art. 32(4): people who act beyond their instructions are found
-- fix: occ-media agent allow NAME send --inbox INBOX, if it is their work.
-- fix: Otherwise ask how the file was sent, and close that way.
-- message: {name} was sent by {agent}, who may not send in {inbox}
-- example: {name}, by {agent}
-- group: {agent}, {standing}
SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel,
  e.customer, e.agent, e.type, e.size, e.sha256,
  CASE WHEN a.agent IS NULL THEN 'unknown' ELSE a.role END AS standing
FROM entry e
LEFT JOIN agent_version a ON a.agent = e.agent AND a.valid_from_ms <= e.time_ms AND a.valid_to_ms > e.time_ms
LEFT JOIN agent_rule r ON r.agent = e.agent AND r.inbox_id = e.inbox_id
  AND r.valid_from_ms <= e.time_ms AND r.valid_to_ms > e.time_ms
WHERE e.direction = 'send' AND e.outcome = 'delivered' AND e.agent <> ''
  AND e.time_ms >= :since_ms AND e.time_ms < :until_ms
  AND (coalesce(r.deny_send, 0) = 1
    OR (a.role = 'agent' AND coalesce(r.assigned, 0) = 0 AND coalesce(r.allow_send, 0) = 0)
    OR (a.agent IS NULL AND EXISTS (
      SELECT 1 FROM agent_rule g
      WHERE g.inbox_id = e.inbox_id AND g.assigned = 1
        AND g.valid_from_ms <= e.time_ms AND g.valid_to_ms > e.time_ms)))
