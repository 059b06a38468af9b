-- id: evidence-expiring
-- severity: warning
-- title: A file can be fetched for a few days more and is not captured yet.
-- one: 1 file is not captured yet, and its media id expires
-- many: {count} files are not captured yet, and their media ids expire
-- why: A media id of a WhatsApp webhook works for seven days; after that nobody can show what the customer sent.
-- looks: at received entries of WhatsApp without a path whose media id still works
-- over: entries
-- where: e.source = 'whatsapp' AND e.outcome = 'delivered' AND e.direction = 'receive' AND e.deleted_ms IS NULL
--   AND e.time_ms > :now_ms - :days * 86400000 AND e.time_ms <= :now_ms
-- compare: no
-- control: iso27001 A.5.28: evidence that soon cannot be collected any more is found
-- fix: Fetch the bytes now; then occ-media ledger capture --root DIR.
-- parameter: days = 7 (how long a media id works)
-- message: {name} can be fetched until {expires_ms:time}
-- example: {name}, until {expires_ms:time}
SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel,
  e.customer, e.agent, e.type, e.size, e.sha256, e.time_ms + :days * 86400000 AS expires_ms
FROM entry e
WHERE e.source = 'whatsapp' AND e.outcome = 'delivered' AND e.direction = 'receive'
  AND e.path IS NULL AND e.deleted_ms IS NULL
  AND e.time_ms > :now_ms - :days * 86400000 AND e.time_ms <= :now_ms AND e.time_ms >= :since_ms
    AND e.time_ms < :until_ms
