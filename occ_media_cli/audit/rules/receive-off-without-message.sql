-- id: receive-off-without-message
-- severity: warning
-- title: Receiving was turned off without a message of the inbox's own.
-- one: 1 time receiving was off without a message of its own
-- many: {count} times receiving was off without a message of its own
-- why: Customers then read only the standard sentence, which names no other way to reach you with a file.
-- looks: at setting versions that were in force in the period
-- over: settings
-- where: s.receive = 0
-- control: iso27001 A.5.14: customers are told why a file does not pass
-- fix: occ-media set INBOX --message TEXT, and name another way to send the file.
-- message: receiving is off and customers read the standard message
-- example: customers read: {message}
-- setting: receive off
SELECT s.inbox_id, s.inbox, s.valid_from_ms AS time_ms, s.version AS setting_version,
  s.valid_from_ms AS setting_from_ms, s.message
FROM setting s
WHERE s.receive = 0 AND s.message_source = 'standard'
  AND s.valid_from_ms < :until_ms AND s.valid_to_ms > :since_ms AND s.valid_from_ms <= :now_ms
