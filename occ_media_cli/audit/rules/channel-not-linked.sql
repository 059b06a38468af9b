-- id: channel-not-linked
-- severity: warning
-- title: An entry came over a channel that its inbox is not linked to.
-- one: 1 entry came over a channel that its inbox is not linked to
-- many: {count} entries came over channels that their inboxes are not linked to
-- why: Nobody has set limits for that channel here, so files may fail on it, or the entry belongs to another inbox.
-- looks: at entries with a channel in inboxes that had channels, under the setting version in force
-- over: entries
-- where: s.inbox_id IS NULL OR l.inbox_id IS NOT NULL
-- needs: s.inbox_id IS NOT NULL AND e.channel IS NOT NULL
-- lacks: a channel, or a setting in force
-- control: iso27001 A.5.14: files over a way that nobody set up for the inbox are found
-- control: gdpr Art. 25(2): only the ways that were meant are used
-- fix: occ-media inbox link INBOX CHANNEL
-- fix: Check the inbox map of the ingest.
-- message: {name} came over {channel}, which {inbox} is not linked to
-- example: {name}
-- setting: channels set
-- group: {channel}
SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel,
  e.customer, e.agent, e.type, e.size, e.sha256, s.version AS setting_version, s.valid_from_ms AS setting_from_ms
FROM (
  SELECT x.*, CASE WHEN instr(x.channel, ':') > 0 THEN substr(x.channel, 1, instr(x.channel, ':') - 1)
    ELSE x.channel END AS profile
  FROM entry x WHERE x.channel IS NOT NULL) e
JOIN setting s ON s.inbox_id = e.inbox_id AND s.valid_from_ms <= e.time_ms AND s.valid_to_ms > e.time_ms
WHERE e.time_ms >= :since_ms AND e.time_ms < :until_ms
  AND EXISTS (SELECT 1 FROM setting_channel a WHERE a.inbox_id = s.inbox_id AND a.version = s.version)
  AND NOT EXISTS (
    SELECT 1 FROM setting_channel c
    WHERE c.inbox_id = s.inbox_id AND c.version = s.version
      AND (c.channel = e.channel OR c.profile = e.channel OR (c.account IS NULL AND c.profile = e.profile)))
