"""The maps that come along: what each makes of a body in its platform's shape."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.unit.ledger.conftest import Ledger
from tests.unit.ledger.sources.nested.taking import MAPS, entries, take

FIELDS = (
    "id",
    "time",
    "channel",
    "direction",
    "agent",
    "customer",
    "conversation",
    "name",
    "declared",
    "size",
    "outcome",
)
FORM = {"MessageSid": "SM1", "AccountSid": "AC1", "From": "whatsapp:+4915201", "To": "whatsapp:+4930", "Body": "hi",
        "NumMedia": "2", "MediaUrl0": "https://api.example/Media/ME1", "MediaContentType0": "image/jpeg",
        "MediaUrl1": "https://api.example/Media/ME2", "MediaContentType1": "text/vcard"}  # fmt: skip
CAME = "2026-01-01T00:00:00Z"
AT = 1_767_225_600_000
VIBER = {"event": "message", "timestamp": AT, "message_token": 4912661846655238145, "sender": {"id": "01234="}}
MATRIX = {"event_id": "$1", "sender": "@rosa:hs", "origin_server_ts": AT, "type": "m.room.message"}
FILE = {
    "msgtype": "m.file",
    "body": "see this",
    "filename": "a.pdf",
    "info": {"mimetype": "application/pdf", "size": 3},
}
CHATWOOT = {"id": 9, "created_at": AT // 1_000, "message_type": 1, "private": False, "inbox_id": 3, "conversation_id": 4,
            "sender": {"type": "user", "email": "al@example.com"}}  # fmt: skip
UPLOAD = {"id": 11, "file_type": "file", "data_url": "https://h/blobs/a%20b.pdf?x=1", "file_size": 5}
TICKET = {"id": 7, "requester_id": 2, "created_at": CAME, "group_id": 5, "requester": {"email": "rosa@example.net"}}
LOG = {"id": 40, "name": "log.txt", "content_type": "text/plain", "size": 9, "attachment_url": "https://h/x"}


@pytest.mark.parametrize("line", [urlencode(FORM), FORM, {"received": CAME, "form": urlencode(FORM)}])
def test_the_classic_webhook_of_twilio_as_it_came_or_noted(ledger: Ledger, line: Any) -> None:
    received = {} if isinstance(line, dict) and "form" in line else {"received": CAME}
    summary = take(ledger, MAPS / "twilio.toml", line, accounts={"+4930": "lab"}, **received)
    assert entries(ledger, *FIELDS, "inbox") == [
        ("SM1#1", "2026-01-01T00:00:00.000Z", "twilio-whatsapp", "receive", None, "+4915201", None, "SM1#1.jpg",
         "image/jpeg", None, "delivered", "lab"),
        ("SM1#2", "2026-01-01T00:00:00.000Z", "twilio-whatsapp", "receive", None, "+4915201", None, "SM1#2.vcf",
         "text/vcard", None, "delivered", "lab"),
    ]  # fmt: skip
    assert summary.counts.refused == 0


def test_a_body_of_twilio_whose_time_nobody_noted_is_refused(ledger: Ledger) -> None:
    summary = take(ledger, MAPS / "twilio.toml", urlencode(FORM))
    assert [each.detail for each in summary.examples] == [
        "time is missing: nothing at date_created, DateCreated, ^received, @received"
    ] * 2


def test_a_status_of_twilio_corrects_all_files_of_the_message(ledger: Ledger) -> None:
    failed = urlencode({"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "63019"})
    sent = urlencode({"MessageSid": "SM1", "MessageStatus": "sent"})
    summary = take(ledger, MAPS / "twilio.toml", urlencode(FORM), sent, failed, received=CAME)
    assert ledger.all("SELECT id, outcome, reason FROM entry ORDER BY seq") == [
        ("SM1#1", "failed", "undelivered 63019"), ("SM1#2", "failed", "undelivered 63019")
    ]  # fmt: skip
    assert summary.counts.skipped == 1


def test_a_conversation_of_twilio_as_a_form_with_json_in_it(ledger: Ledger) -> None:
    media = '[{"Sid":"ME1","Filename":null,"ContentType":"audio/ogg","Size":77}]'
    line = {"EventType": "onMessageAdded", "MessageSid": "IM1", "Author": "al@example.com", "ConversationSid": "CH1",
            "AccountSid": "AC1", "Source": "SDK", "DateCreated": "2026-01-01T00:00:00.123Z", "Media": media}  # fmt: skip
    take(ledger, MAPS / "twilio.toml", urlencode(line))
    assert entries(ledger, *FIELDS) == [
        ("IM1", "2026-01-01T00:00:00.123Z", "twilio-conversations", "send", "al@example.com", None, "CH1", "IM1.ogg",
         "audio/ogg", 77, "delivered")
    ]  # fmt: skip


CASES: list[tuple[str, Any, list[tuple[Any, ...]]]] = [
    ("viber", {**VIBER, "message": {"type": "file", "media": "https://h/f?t=1", "file_name": "a.pdf", "size": 8}},
     [("4912661846655238145", "2026-01-01T00:00:00.000Z", "viber-bot", "receive", None, "01234=", None, "a.pdf", None, 8,
       "delivered")]),
    ("viber", {**VIBER, "message": {"type": "picture", "media": "https://h/f?t=1"}},
     [("4912661846655238145", "2026-01-01T00:00:00.000Z", "viber-bot", "receive", None, "01234=", None,
       "4912661846655238145.jpg", None, None, "delivered")]),
    ("matrix", {"rooms": {"join": {"!r:hs": {"timeline": {"events": [{**MATRIX, "content": FILE}]}}}}},
     [("$1", "2026-01-01T00:00:00.000Z", "matrix", "receive", None, "@rosa:hs", "!r:hs", "a.pdf", "application/pdf", 3,
       "delivered")]),
    ("vonage", {"message_uuid": "u1", "timestamp": CAME, "to": {"type": "whatsapp", "number": "30"},
                "from": {"type": "whatsapp", "number": "49"},
                "message": {"content": {"type": "file", "file": {"url": "https://h/m/bill.pdf", "caption": "x"}}}},
     [("u1", "2026-01-01T00:00:00.000Z", "vonage-whatsapp", "receive", None, "49", None, "bill.pdf", None, None,
       "delivered")]),
    ("chatwoot", {"payload": [{**CHATWOOT, "status": "failed", "attachments": [UPLOAD]}]},
     [("11", "2026-01-01T00:00:00.000Z", "chatwoot", "send", "al@example.com", None, "4", "a b.pdf", None, 5, "failed")]),
    ("freshdesk", {"ticket": {**TICKET, "attachments": [LOG]}, "conversations": [
        {"id": 8, "incoming": False, "private": False, "ticket_id": 7, "from_email": "al@example.com", "created_at": CAME,
         "attachments": [{**LOG, "id": 41}]}]},
     [("fd-40", "2026-01-01T00:00:00.000Z", "freshdesk", "receive", None, "rosa@example.net", "7", "log.txt", "text/plain", 9,
       "delivered"),
      ("fd-41", "2026-01-01T00:00:00.000Z", "freshdesk", "send", "al@example.com", "rosa@example.net", "7", "log.txt",
       "text/plain", 9, "delivered")]),
    ("infobip", {"results": [{"from": "49", "to": "30", "messageId": "i1", "receivedAt": "2026-01-01T00:00:00.000+0000",
                              "message": {"type": "INFECTED_CONTENT"}}]},
     [("i1", "2026-01-01T00:00:00.000Z", "infobip-whatsapp", "receive", None, "49", None, "i1", None, None, "blocked")]),
    ("zammad", {"ticket": {"id": 3, "group": {"name": "Sales"}, "customer": {"email": "rosa@example.net"}}, "article": {
        "id": 5, "ticket_id": 3, "sender": "Customer", "internal": False, "created_at": CAME, "attachments": [
            {"id": 70, "filename": "message.html", "size": "9", "preferences": {"content-alternative": True}},
            {"id": 71, "filename": "a.pdf", "size": "8", "preferences": {"Content-Type": "application/pdf"}}]}},
     [("zammad-71", "2026-01-01T00:00:00.000Z", "zammad", "receive", None, "rosa@example.net", "3", "a.pdf", "application/pdf", 8,
       "delivered")]),
    ("mattermost", {"type": "post", "post": {"team": "t", "channel": "c", "user": "rosa", "create_at": AT, "replies": [
        {"user": "al", "create_at": AT, "attachments": [{"path": "20260101/teams/n/channels/c/users/u/f1/x.txt"}]}]}},
     [("f1", "2026-01-01T00:00:00.000Z", "mattermost", "send", "al", None, "c", "x.txt", None, None, "delivered")]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "body", "rows"), CASES)
def test_a_map_makes_entries_of_its_platform(ledger: Ledger, name: str, body: Any, rows: list[tuple[Any, ...]]) -> None:
    agents = ("al",) if name in ("matrix", "mattermost") else ()
    assert take(ledger, MAPS / f"{name}.toml", body, agents=agents).counts.refused == 0
    assert entries(ledger, *FIELDS) == rows


NOTHING: list[tuple[str, Any]] = [
    ("viber", {"event": "webhook", "timestamp": 4987034606158369000, "message_token": 1}),
    ("viber", {**VIBER, "message": {"type": "sticker", "sticker_id": 4, "media": "https://h/s.png"}}),
    ("line", {"destination": "U1", "events": []}),
    ("matrix", {**MATRIX, "content": {**FILE, "m.relates_to": {"rel_type": "m.replace", "event_id": "$0"}}}),
    ("matrix", {**MATRIX, "type": "m.room.encrypted", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}),
    ("vonage", {"message_uuid": "u1", "timestamp": CAME, "status": "delivered", "to": "49", "from": "30"}),
    ("chatwoot", {"payload": [{**CHATWOOT, "private": True, "attachments": [UPLOAD]}]}),
    ("chatwoot", {"payload": [{**CHATWOOT, "attachments": [{**UPLOAD, "file_type": "location", "file_size": None}]}]}),
    ("infobip", {"results": []}),
]


@pytest.mark.parametrize(("name", "body"), NOTHING)
def test_what_is_no_file_is_skipped(ledger: Ledger, name: str, body: Any) -> None:
    counts = take(ledger, MAPS / f"{name}.toml", body).counts
    assert (counts.new, counts.refused, counts.skipped) == (0, 0, 1)


SAID = {
    "id": 5,
    "incoming": True,
    "private": False,
    "user_id": 2,
    "created_at": CAME,
    "attachments": [{**LOG, "id": 41}],
}


def test_a_ticket_keeps_its_own_files_beside_those_of_its_conversations(ledger: Ledger) -> None:
    ticket = {**TICKET, "attachments": [LOG], "conversations": [SAID, {**SAID, "id": 6, "incoming": False, "attachments": [
        {**LOG, "id": 42}]}]}  # fmt: skip
    summary = take(ledger, MAPS / "freshdesk.toml", ticket, accounts={"5": "lab"})
    found = entries(ledger, "id", "customer", "conversation", "inbox")
    assert sorted(found) == [(f"fd-{number}", "rosa@example.net", "7", "lab") for number in (40, 41, 42)]
    assert (summary.counts.refused, summary.counts.skipped) == (0, 0)


def test_a_ticket_without_files_of_its_own_is_not_counted_beside_its_conversations(ledger: Ledger) -> None:
    ticket = {**TICKET, "attachments": [], "conversations": [SAID]}
    counts = take(ledger, MAPS / "freshdesk.toml", ticket).counts
    assert (counts.read, counts.new, counts.skipped) == (1, 1, 0)


def test_a_conversation_of_another_contact_than_the_requester_is_that_contacts(ledger: Ledger) -> None:
    take(ledger, MAPS / "freshdesk.toml", {**TICKET, "conversations": [{**SAID, "user_id": 9}]})
    assert entries(ledger, "id", "customer") == [("fd-41", "9")]


@pytest.mark.parametrize("state", ["join", "leave"])
def test_a_sync_of_matrix_has_the_rooms_that_were_left_too(ledger: Ledger, state: str) -> None:
    rooms = {state: {"!r:hs": {"timeline": {"events": [{**MATRIX, "content": FILE}]}}}}
    take(ledger, MAPS / "matrix.toml", {"next_batch": "s1", "rooms": rooms})
    assert entries(ledger, "id", "conversation") == [("$1", "!r:hs")]


def _part(number: int, author: dict[str, Any]) -> dict[str, Any]:
    return {"id": number, "part_type": "comment", "created_at": AT // 1_000, "author": author,
            "attachments": [{"type": "upload", "name": "a.pdf"}]}  # fmt: skip


@pytest.mark.parametrize("as_webhook", [False, True])
def test_a_part_of_intercom_belongs_to_the_contact_that_wrote_it(ledger: Ledger, as_webhook: bool) -> None:
    parts = [_part(1, {"type": "user", "id": "c1"}), _part(2, {"type": "lead", "id": "c2"}),
             _part(3, {"type": "user", "id": "c3"}), _part(4, {"type": "admin", "id": "a"})]  # fmt: skip
    talk = {"id": "7", "conversation_parts": {"conversation_parts": parts},
            "contacts": {"contacts": [{"id": "c1", "external_id": "70"}, {"id": "c2"}]}}  # fmt: skip
    take(ledger, MAPS / "intercom.toml", {"app_id": "A", "data": {"item": talk}} if as_webhook else talk)
    assert entries(ledger, "id", "customer") == [("7:1", "70"), ("7:2", "c2"), ("7:3", "c3"), ("7:4", "70")]


def test_a_part_of_intercom_without_contacts_belongs_to_its_author(ledger: Ledger) -> None:
    talk = {"id": "7", "conversation_parts": {"conversation_parts": [_part(1, {"type": "user", "id": "c1"})]}}
    take(ledger, MAPS / "intercom.toml", talk)
    assert entries(ledger, "id", "customer") == [("7:1", "c1")]


def test_a_message_of_chatwoot_that_failed_after_it_was_sent_is_corrected(ledger: Ledger) -> None:
    sent = {**CHATWOOT, "event": "message_created", "status": "sent", "attachments": [UPLOAD]}
    why = {"content_attributes": {"external_error": "131053: too large"}}
    failed = {**sent, **why, "event": "message_updated", "status": "failed"}
    first = {**failed, "id": 10, "attachments": [{**UPLOAD, "id": 12}]}
    for _ in range(2):
        counts = take(ledger, MAPS / "chatwoot.toml", sent, failed, failed, first).counts
        assert counts.refused == 0
    assert (counts.new, counts.duplicate, counts.skipped) == (0, 4, 0), "a second run adds something"
    assert entries(ledger, "id", "outcome", "reason") == [
        ("11", "failed", "131053: too large"), ("12", "failed", "131053: too large")
    ]  # fmt: skip
    assert ledger.all("SELECT id FROM correction") == [("11:failed",)]


def test_a_conversation_of_freshdesk_that_was_deleted_gives_its_files_a_reason(ledger: Ledger) -> None:
    later = {**SAID, "id": 6, "deleted": True, "attachments": [{**LOG, "id": 42}]}
    for said in (SAID, {**SAID, "deleted": True}):
        take(ledger, MAPS / "freshdesk.toml", {**TICKET, "conversations": [said, later]})
    assert entries(ledger, "id", "outcome", "reason") == [
        ("fd-41", "delivered", "deleted in Freshdesk"), ("fd-42", "delivered", "deleted in Freshdesk")
    ]  # fmt: skip


def test_a_correction_reaches_entries_of_its_own_platform_only(ledger: Ledger) -> None:
    upload = {**CHATWOOT, "event": "message_created", "attachments": [UPLOAD]}
    take(ledger, MAPS / "chatwoot.toml", upload)
    unsent = {
        "type": "unsend",
        "timestamp": AT,
        "source": {"type": "user", "userId": "U1"},
        "unsend": {"messageId": "11"},
    }
    counts = take(ledger, MAPS / "line.toml", {"destination": "U0", "events": [unsent]}).counts
    assert (counts.new, counts.refused, counts.skipped) == (0, 0, 1)
    assert entries(ledger, "id", "reason") == [("11", None)]


LINE = {"type": "message", "timestamp": AT, "source": {"type": "user", "userId": "U1"}}
VONAGE = {"channel": "whatsapp", "message_uuid": "u1", "from": "49", "to": "30", "timestamp": CAME}
NEW_KINDS: list[tuple[str, Any, str]] = [
    ("line", {"events": [{**LINE, "message": {"id": "1", "type": "clip", "contentProvider": {"type": "line"}}}]}, "message"),
    ("viber", {**VIBER, "message": {"type": "clip", "media": "https://h/a.mp3", "file_name": "a.mp3", "size": 3}}, "message"),
    ("vonage", {**VONAGE, "message_type": "clip", "clip": {"url": "https://h/a.mp4"}}, "message"),
    ("vonage", {"message_uuid": "u2", "from": {"type": "messenger", "id": "1"}, "to": {"type": "messenger", "id": "2"},
                "timestamp": CAME, "message": {"content": {"type": "clip", "clip": {"url": "https://h/a.mp4"}}}}, "message"),
    ("infobip", {"results": [{"from": "49", "to": "30", "messageId": "i1", "receivedAt": CAME,
                              "message": {"type": "clip", "url": "https://h/a.mp4"}}]}, "message"),
    ("chatwoot", {"payload": [{**CHATWOOT, "attachments": [{**UPLOAD, "file_type": "clip"}]}]}, "attachment"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "body", "what"), NEW_KINDS)
def test_a_new_kind_with_bytes_is_kept_with_a_reason(ledger: Ledger, name: str, body: Any, what: str) -> None:
    assert take(ledger, MAPS / f"{name}.toml", body).counts.refused == 0
    assert entries(ledger, "outcome", "reason") == [("delivered", f'{what} type "clip" is not known')]


@pytest.mark.parametrize("content", [{"url": "mxc://hs/a"}, {"file": {"url": "mxc://hs/a"}}])
def test_a_new_msgtype_of_matrix_with_bytes_is_kept_with_a_reason(ledger: Ledger, content: Any) -> None:
    take(ledger, MAPS / "matrix.toml", {**MATRIX, "content": {"msgtype": "m.clip", "body": "a.mp4", **content}})
    assert entries(ledger, "id", "name", "reason") == [("$1", "a.mp4", 'msgtype "m.clip" is not known')]


@pytest.mark.parametrize(("name", "body"), [
    ("line", {"events": [{**LINE, "message": {"id": "1", "type": "clip"}}]}),
    ("viber", {**VIBER, "message": {"type": "url", "media": "https://h/"}}),
    ("vonage", {**VONAGE, "message_type": "text", "text": "hi", "context": {"url": "https://h/"}}),
    ("matrix", {**MATRIX, "content": {"msgtype": "m.clip", "body": "hi"}}),
])  # fmt: skip
def test_a_kind_without_bytes_is_skipped(ledger: Ledger, name: str, body: Any) -> None:
    counts = take(ledger, MAPS / f"{name}.toml", body).counts
    assert (counts.new, counts.refused, counts.skipped) == (0, 0, 1)


@pytest.mark.parametrize(("name", "body"), [
    ("freshdesk", {**TICKET, "attachments": [{"name": "a.txt"}]}),
    ("zammad", {"article": {"sender": "Customer", "created_at": CAME, "attachments": [{"filename": "a.txt"}]}}),
])  # fmt: skip
def test_a_file_without_a_number_is_refused_and_not_named_by_the_word_before_it(
    ledger: Ledger, name: str, body: Any
) -> None:
    summary = take(ledger, MAPS / f"{name}.toml", body)
    assert [each.group for each in summary.examples] == ["no id"]


def test_a_sender_of_chatwoot_without_a_number_is_nobody(ledger: Ledger) -> None:
    body = {**CHATWOOT, "message_type": 0, "sender": {"type": "contact"}, "attachments": [UPLOAD]}
    take(ledger, MAPS / "chatwoot.toml", body)
    assert entries(ledger, "id", "customer") == [("11", None)]


def test_what_an_agent_wrote_first_is_sent(ledger: Ledger) -> None:
    outbound = {**TICKET, "source": 10, "attachments": [{**LOG, "id": 43}]}
    take(ledger, MAPS / "freshdesk.toml", outbound)
    assert entries(ledger, "id", "direction") == [("fd-43", "send")]


@pytest.mark.parametrize("kind", ["note", "note_and_reopen", "note_and_unsnooze"])
def test_no_kind_of_note_of_intercom_is_a_share(ledger: Ledger, kind: str) -> None:
    part = {**_part(1, {"type": "admin", "id": "a"}), "part_type": kind}
    counts = take(
        ledger, MAPS / "intercom.toml", {"id": "7", "conversation_parts": {"conversation_parts": [part]}}
    ).counts
    assert (counts.new, counts.skipped) == (0, 1)
