-- id: message-without-alternative
-- severity: note
-- title: The message for customers names no other way to send a file.
-- one: 1 message names no other way to send a file
-- many: {count} messages name no other way to send a file
-- why: Customers who cannot send a file give up, or write again. An address, a link or a telephone number helps.
-- looks: at the inbox's own message in setting versions with receiving off that were in force in the period
-- over: settings
-- where: s.receive = 0 AND s.message_source = 'own'
-- control: iso27001 A.5.14: customers are told a way by which files may come
-- fix: occ-media set INBOX --message TEXT, with an address, a link or a telephone number.
-- message: the message names no other way to send a file: {customers_read}
-- example: {customers_read}
-- setting: receive off
SELECT s.inbox_id, s.inbox, s.valid_from_ms AS time_ms, s.version AS setting_version,
  s.valid_from_ms AS setting_from_ms, s.message AS customers_read
FROM setting s
WHERE s.receive = 0 AND s.message_source = 'own'
  AND s.valid_from_ms < :until_ms AND s.valid_to_ms > :since_ms AND s.valid_from_ms <= :now_ms
