-- id: sensitive-inbox-media-on
-- severity: warning
-- title: An inbox that is tagged as sensitive had media on.
-- one: 1 time media was on in a sensitive inbox
-- many: {count} times media was on in sensitive inboxes
-- why: The tag says that files do not belong here; the settings let them pass.
-- looks: at setting versions with the tag that were in force in the period
-- over: settings
-- where: EXISTS (SELECT 1 FROM setting_tag t WHERE t.inbox_id = s.inbox_id AND t.version = s.version AND t.tag = :tag)
-- control: iso27001 A.5.12: settings that go against the classification of an inbox are found
-- control: gdpr Art. 25(2): defaults that let more pass than needed are found
-- fix: occ-media set INBOX --send off --receive off
-- fix: occ-media inbox untag INBOX sensitive, if it is not sensitive any more.
-- parameter: tag = "sensitive" (the tag that marks such inboxes)
-- message: {what} in an inbox that is tagged {tag}
-- example: {what}
-- setting: {what}
SELECT inbox_id, inbox, time_ms, setting_version, setting_from_ms, tag, what, what AS setting_about
FROM (
  SELECT s.inbox_id, s.inbox, s.valid_from_ms AS time_ms, s.version AS setting_version,
    s.valid_from_ms AS setting_from_ms, t.tag,
    CASE WHEN s.send = 1 AND s.receive = 1 THEN 'send and receive on' WHEN s.send = 1 THEN 'send on'
      ELSE 'receive on' END AS what
  FROM setting s
  JOIN setting_tag t ON t.inbox_id = s.inbox_id AND t.version = s.version
  WHERE t.tag = :tag AND (s.send = 1 OR s.receive = 1)
    AND s.valid_from_ms < :until_ms AND s.valid_to_ms > :since_ms AND s.valid_from_ms <= :now_ms) w
