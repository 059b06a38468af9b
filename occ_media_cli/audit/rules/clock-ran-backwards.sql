-- id: clock-ran-backwards
-- severity: warning
-- title: The machine's clock ran backwards.
-- one: 1 record was made, by the machine's clock, before one that stands before it
-- many: {count} records were made, by the machine's clock, before one that stands before them
-- why: The chain says what came first, so one of the two times is not true; ages, holds and the order of changes are
--   judged by such times, and a clock can be set for one command.
-- looks: at every event and decision of the gate, in the order of the chain, that lies over five minutes before the one
--   before it, or is the first to lie so far before the newest of all; it belongs to the period of either time
-- over: changes
-- control: iso27001 A.8.17: a clock that was set back, or ahead before, is found by the order of the chain
-- control: iso27001 A.8.15: times of the log that cannot all be true are found
-- control: pci-dss 10.6: a clock that was changed between two records is found
-- control: gdpr Art. 5(2): who answers for a record knows which of its times to doubt
-- fix: Ask who made both records which clock was right, and keep the answer.
-- fix: Where the clock was right all along, ask for the command that ran under another one.
-- message: {kind} was made at {time_ms:time}, behind a record of {before_ms:time}
-- example: {kind} at {time_ms:time}, behind {before_ms:time}
SELECT t.seq AS subject, t.wall_ms AS time_ms, t.kind, t.actor AS changed_by, t.os_user AS changed_by_user, t.host,
  t.before_seq, t.before_ms
FROM clock_step t
WHERE (t.wall_ms >= :since_ms AND t.wall_ms < :until_ms) OR (t.before_ms >= :since_ms AND t.before_ms < :until_ms)
