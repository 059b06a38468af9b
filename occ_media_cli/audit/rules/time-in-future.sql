-- id: time-in-future
-- severity: warning
-- title: An entry lies in the future.
-- one: 1 entry lies in the future
-- many: {count} entries lie in the future
-- why: A wrong clock or a wrong unit of time judges the entry by the wrong setting, and keeps its file too long.
-- looks: at entries whose time is after the moment of the audit
-- over: entries
-- control: iso27001 A.8.17: entries of a clock that runs ahead are found
-- control: pci-dss 10.6: clocks that are not synchronized are found
-- fix: Mend the clock of the source, or the unit of time in the mapping of the ingest.
-- message: {name} has the time {time_ms:time}
-- example: {name}
SELECT e.seq, e.source, e.id AS entry, e.inbox_id, e.inbox, e.time_ms, e.path, e.name, e.direction, e.channel,
  e.customer, e.agent, e.type, e.size, e.sha256
FROM entry e
WHERE e.time_ms > :now_ms AND e.time_ms >= :since_ms AND e.time_ms < :until_ms
