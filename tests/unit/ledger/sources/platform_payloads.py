"""Payloads in the shapes of the platforms, written for these tests, and ways to put something else into them."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from occ_media_cli.ledger.ingest import Summary, ingest
from occ_media_cli.ledger.sources import Options
from tests.unit.ledger.conftest import Ledger


def update(
    kind: str = "message", number: int = 1, *, user: int = 4471, chat: Any = None, **media: Any
) -> dict[str, Any]:
    """An update of Telegram with one message in it."""
    place = {"id": user, "type": "private"} if chat is None else chat
    return {
        "update_id": 9_000 + number,
        kind: {
            "message_id": number, "from": {"id": user, "is_bot": False, "first_name": "Rosa"}, "chat": place,
            "date": 1_790_000_000, **media,
        },
    }  # fmt: skip


PDF = {"file_id": "BQAC1", "file_unique_id": "AgAD1", "file_name": "terms.pdf", "mime_type": "application/pdf",
       "file_size": 4_500}  # fmt: skip


def slack_file(number: str = "F01", **more: Any) -> dict[str, Any]:
    """A file object of Slack."""
    return {
        "id": number, "name": "plan.xlsx", "title": "Plan", "mode": "hosted", "size": 700, "is_external": False,
        "mimetype": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "user": "U0CUST",
        "url_private": f"https://files.slack.com/files-pri/T0-{number}/plan.xlsx?token=xoxe-secret", **more,
    }  # fmt: skip


def slack_message(
    *files: Any, user: str | None = "U0CUST", ts: str = "1790000000.123456", **more: Any
) -> dict[str, Any]:
    """A message of Slack."""
    return {"type": "message", "subtype": "file_share", "user": user, "ts": ts, "files": list(files), **more}


def slack_event(event: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A body of Slack's Events API."""
    return {
        "type": "event_callback", "team_id": "T0HOME", "event_id": "Ev1", "event_time": 1_790_000_000,
        "event": {"channel": "C0SALES", **event}, **more,
    }  # fmt: skip


def attachment(number: int = 501, **more: Any) -> dict[str, Any]:
    """An attachment of Zendesk."""
    return {
        "id": number, "file_name": "claim.pdf", "content_type": "application/pdf", "size": 900, "deleted": False,
        "content_url": f"https://shop.zendesk.com/attachments/token/secret{number}/?name=claim.pdf", "inline": False,
        "malware_scan_result": "malware_not_found", "malware_access_override": False, **more,
    }  # fmt: skip


def comment(*attachments: Any, author: int = 77, **more: Any) -> dict[str, Any]:
    """A comment of Zendesk."""
    return {
        "id": 12, "type": "Comment", "author_id": author, "public": True, "attachments": list(attachments),
        "created_at": "2026-10-02T08:15:30Z", **more,
    }  # fmt: skip


MAPS = Path(__file__).parents[4] / "sample_configs" / "maps"


def kind_and_map(platform: str) -> tuple[str, Path | None]:
    """The source that reads a platform, and the map that it needs for that."""
    mapping = MAPS / f"{platform}.toml"
    return ("ndjson", mapping) if mapping.exists() else (platform, None)


def take(ledger: Ledger, kind: str, *bodies: Any, inbox: str | None = "vip", **more: Any) -> Summary:
    """Take bodies in, one a line."""
    source = ledger.folder / "bodies.ndjson"
    source.write_text("".join(f"{json.dumps(body)}\n" for body in bodies))
    return take_from(ledger, kind, source, inbox=inbox, **more)


def take_from(
    ledger: Ledger, kind: str, source: Path, *, inbox: str | None = "vip", accounts: dict[str, str] | None = None,
    **options: Any,
) -> Summary:  # fmt: skip
    """Take a file or a folder in."""
    return ingest(
        ledger.connection, kind, str(source), options=Options(inbox=inbox, **options), accounts=accounts or {}
    )


def _whatsapp(field: str = "messages", **value: Any) -> dict[str, Any]:
    about = {"display_phone_number": "+1 555", "phone_number_id": "7711"}
    value = {"messaging_product": "whatsapp", "metadata": about, **value}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": field, "value": value}]}],
    }


def _said(identity: str = "wamid.1", kind: str = "image", **more: Any) -> dict[str, Any]:
    media = {"id": "9", "mime_type": "image/jpeg", "sha256": "RVyXT8dgd0dhU2BlmuYlHE27L2cNVmVHKlMyl1wLDGs="}
    return {"from": "1650", "id": identity, "timestamp": "1790000000", "type": kind, kind: media, **more}


_FORM = {
    "type": "nfm_reply",
    "nfm_reply": {"response_json": '{"a": [{"id": 1, "mime_type": "a/b", "file_name": "f"}]}'},
}
_FAILED = {"id": "wamid.1", "status": "failed", "timestamp": "1790000009", "recipient_id": "1650",
           "errors": [{"code": 131053, "title": "Media upload error", "error_data": {"details": "too big"}}]}  # fmt: skip


def _meta(platform: str, **message: Any) -> dict[str, Any]:
    said = {"sender": {"id": "7001"}, "recipient": {"id": "100"}, "timestamp": 1_790_000_000_123, "message": message}
    return {"object": platform, "entry": [{"id": "100", "time": 1_790_000_000_456, "messaging": [said]}]}


def _meta_bodies(platform: str) -> list[dict[str, Any]]:
    file = {"type": "file", "payload": {"url": "https://cdn.example/v/offer.pdf?oh=secret"}}
    image = {"type": "image", "payload": {"url": "https://cdn.example/v/a%20b.jpg"}}
    return [
        _meta(
            platform,
            mid="m_1",
            attachments=[file, image, {"type": "fallback", "payload": {"url": "https://x.example"}}],
        ),
        _meta(platform, mid="m_2", is_echo=True, attachments=[file]),
        _meta(platform, mid="m_1", is_deleted=True),
        _meta(platform, mid="m_3", is_unsupported=True),
        _meta(platform, mid="m_4", attachments=[{**file, "type": "hologram"}]),
    ]


def _chatwoot(number: int = 5, **more: Any) -> dict[str, Any]:
    file = {"id": number, "file_type": "file", "data_url": "https://c.example/r/secret/plan.pdf", "file_size": 9}
    return {
        "event": "message_created", "message_type": "incoming", "created_at": "2026-10-02T08:15:30.000Z", "id": number,
        "inbox": {"id": 3, "name": "Shop"}, "conversation": {"id": 8, "meta": {"sender": {"id": 4}}},
        "sender": {"id": 4, "phone_number": "+1650"}, "attachments": [file], **more,
    }  # fmt: skip


def _line(number: str = "325", **more: Any) -> dict[str, Any]:
    message = {"id": number, "type": "file", "fileName": "map.pdf", "fileSize": 2138}
    return {"destination": "U1", "events": [{
        "type": "message", "mode": "active", "timestamp": 1_790_000_000_123, "source": {"type": "user", "userId": "U7"},
        "message": message, **more,
    }]}  # fmt: skip


BODIES: dict[str, list[dict[str, Any]]] = {
    "whatsapp": [
        _whatsapp(messages=[_said(), _said("wamid.2", "document"), _said("wamid.3", "interactive", interactive=_FORM)]),
        _whatsapp(statuses=[_FAILED]),
        _whatsapp("smb_message_echoes", message_echoes=[{**_said("wamid.4"), "from": "1555", "to": "1650"}]),
        _whatsapp("history", history=[{"metadata": {"phase": 0}, "threads": [{"id": "1650", "messages": [_said("w.5")]}]}]),
        _whatsapp(messages=[{**_said("wamid.6", "revoke"), "revoke": {"original_message_id": "wamid.1"}}],
                  contacts=[{"wa_id": "1650", "user_id": "US.1"}]),
        {"messages": [_said("wamid.7", "voice")]},
    ],
    "messenger": _meta_bodies("page"),
    "instagram": _meta_bodies("instagram"),
    "chatwoot": [
        _chatwoot(), _chatwoot(6, message_type="outgoing", status="failed", content_attributes={"external_error": "no"}),
        {"payload": [_chatwoot(7, message_type=0, created_at=1_790_000_000)]},
    ],
    "line": [_line(), _line("326", type="unsend", unsend={"messageId": "325"}), _line("327", source={"type": "group"})],
    "telegram": [
        update(document=PDF),
        update(photo=[{"file_id": "a", "width": 90, "height": 90, "file_size": 5}, {"file_id": "b", "width": 10}]),
        update("edited_message", edit_date=1_790_000_100, video={"file_id": "v", "mime_type": "video/mp4"}),
        update("business_message", business_connection_id="bc", voice={"file_id": "v", "file_size": 9}),
        update(paid_media={"paid_media": [{"type": "photo", "photo": [{"file_id": "p"}]}, {"type": "preview"}]}),
        {"update_id": 3, "deleted_business_messages": {"chat": {"id": 4471}, "message_ids": [1, 2]}},
        {"ok": True, "result": [update(sticker={"file_id": "s", "is_video": True}), update(text="hi")]},
    ],
    "slack": [
        slack_event(slack_message(slack_file(), slack_file("F02", mode="snippet"), slack_file("F03", mode="quip"))),
        slack_event({"type": "file_deleted", "file_id": "F01", "event_ts": "1790000500.000100"}),
        slack_event({
            "type": "message", "subtype": "message_deleted", "ts": "1790000600.000100",
            "previous_message": slack_message(slack_file("F02")),
        }),
        slack_event(slack_message(slack_file(user_team="T0HOME"), user_team="T0HOME")),
        slack_message(slack_file("F04")),
    ],
    "zendesk": [
        {"comments": [comment(attachment())], "users": [{"id": 77, "role": "end-user", "email": "rosa@example.com"}]},
        {"ticket": {"id": 3, "requester_id": 77, "brand_id": 8},
         "audit": {"created_at": "2026-10-02T08:15:30Z", "author_id": 77, "events": [comment(attachment(502))]}},
        {"ticket_events": [{"ticket_id": 3, "timestamp": 1_790_000_000, "child_events": [
            {"event_type": "Comment", "author_id": 77, "public": True, "attachments": [attachment(503)]}]}],
         "users": [{"id": 77, "role": "end-user"}]},
        {"id": 5, "requester": {"id": 77, "email": "rosa@example.com"}, "comments": [comment(attachment(504))]},
        {"comments": [comment(attachment(501, deleted=True)), comment(attachment(502, file_name="redacted.txt"))]},
    ],
}  # fmt: skip
"""By source: bodies that have something of everything in them."""

IDENTITIES: dict[str, Any] = {
    "whatsapp": "wamid.1", "messenger": "m_1", "instagram": "m_1", "chatwoot": 5, "line": "325", "telegram": 1,
    "slack": "1790000000.123456", "zendesk": 501,
}  # fmt: skip
"""What stands in the first body of a platform as its id."""


def body_with_id(platform: str, number: int) -> Any:
    """The first body of a platform under an id of its own, below 90 millions."""
    old = IDENTITIES[platform]
    new = number if isinstance(old, int) else f"17{number:08}.000100" if platform == "slack" else f"{old}{number}"
    return _renamed(BODIES[platform][0], old, new)


def _renamed(body: Any, old: Any, new: Any) -> Any:
    if type(body) is dict:
        return {key: _renamed(value, old, new) for key, value in body.items()}
    if type(body) is list:
        return [_renamed(value, old, new) for value in body]
    return new if type(body) is type(old) and body == old else body


JUNK: Sequence[Any] = (
    None, True, False, 0, -1, 2**53 + 1, 9_999_999_999_999_999_999, 1.5, 1e300, "", "x", "\0", "\ud800", "a\u202eb",
    "../../etc/passwd", [], {}, [[]], [None], [{}], {"": ""}, "9" * 400, "1790000000", "1790000000.1",
    "2026-10-02T08:15:30Z", "9999-99-99T99:99:99Z",
)  # fmt: skip


def mutated(body: dict[str, Any], random: Random) -> dict[str, Any]:
    """A copy of a body in which one to three values are others, are gone, or are deep."""
    found = copy.deepcopy(body)
    for _ in range(random.randint(1, 3)):
        place: Any = found
        while True:
            keys: list[Any] = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = random.choice(keys)
            if isinstance(place[key], dict | list) and place[key] and random.random() < 0.8:
                place = place[key]
                continue
            what = random.random()
            if what < 0.15:
                del place[key]
            elif what < 0.2:
                place[key] = _deep(random.randint(2, 80))
            elif what < 0.25 and isinstance(place, dict):
                place[random.choice(("edit_date", "files", "file", "photo", "users", "user"))] = copy.deepcopy(
                    random.choice(JUNK)
                )
            else:
                place[key] = copy.deepcopy(random.choice(JUNK))
            break
    return found


def _deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value
