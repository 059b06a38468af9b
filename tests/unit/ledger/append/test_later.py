"""What a body says of a message that comes only after it: one result, whatever the order and the number of runs."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from occ_media_cli.ledger.append.later import Waiting
from occ_media_cli.ledger.entry import Correction, Later
from occ_media_cli.ledger.verify.recompute import verify_ledger
from tests.unit.ledger.conftest import Ledger
from tests.unit.ledger.sources.nested.taking import MAPS
from tests.unit.ledger.sources.platform_payloads import (
    PDF,
    attachment,
    comment,
    slack_event,
    slack_file,
    slack_message,
    take,
    update,
)


class Told(NamedTuple):
    """A message with a file, and what is said of it later. outcome, reason: of the file then."""

    kind: str
    message: dict[str, Any]
    later: dict[str, Any]
    outcome: str
    reason: str


def _whatsapp(**value: Any) -> dict[str, Any]:
    value["metadata"] = {"phone_number_id": "1", "display_phone_number": "15550001111"}
    return {"entry": [{"changes": [{"field": "smb_message_echoes", "value": value}]}]}


def _echo(kind: str, media: dict[str, Any], identity: str = "w1") -> dict[str, Any]:
    return {"id": identity, "from": "15550001111", "to": "16505551234", "timestamp": "1790000000", "type": kind,
            kind: media}  # fmt: skip


def _failed(code: int = 131053, stamp: str = "1790000009") -> dict[str, Any]:
    status = {"id": "w1", "status": "failed", "timestamp": stamp, "recipient_id": "16505551234",
              "errors": [{"code": code, "title": "Media upload error"}]}  # fmt: skip
    return _whatsapp(statuses=[status])


def _meta(page: str, **message: Any) -> dict[str, Any]:
    event = {"sender": {"id": "7001"}, "recipient": {"id": "1"}, "timestamp": 1790000000123, "message": message}
    return {"object": page, "entry": [{"id": "1", "messaging": [event]}]}


DOCUMENT = _whatsapp(
    message_echoes=[_echo("document", {"id": "9", "filename": "a.pdf", "mime_type": "application/pdf"})]
)
LINK = {"type": "file", "payload": {"url": "https://cdn.example/a.pdf"}}

TOLD = {
    "failed media": Told("whatsapp", DOCUMENT, _failed(), "failed", "131053 Media upload error"),
    "failed otherwise": Told("whatsapp", DOCUMENT, _failed(131047), "failed", "131047 Media upload error"),
    "revoked": Told("whatsapp", DOCUMENT, _whatsapp(message_echoes=[_echo("revoke", {"original_message_id": "w1"}, "w2")]),
                    "delivered", "deleted for everyone by the sender"),
    "telegram": Told("telegram", update(document=PDF),
                     {"update_id": 3, "deleted_business_messages": {"chat": {"id": 4471}, "message_ids": [8, 1]}},
                     "delivered", "deleted by the sender; Telegram does not say when"),
    "slack message": Told("slack", slack_event(slack_message(slack_file("F02"))), slack_event({
        "type": "message", "subtype": "message_deleted", "ts": "1790000600.000100",
        "previous_message": slack_message(slack_file("F02")),
    }), "delivered", "message deleted in Slack"),
    "slack file": Told("slack", slack_event(slack_message(slack_file("F02"))),
                       slack_event({"type": "file_deleted", "file_id": "F02", "event_ts": "1790000500.000100"}),
                       "delivered", "deleted in Slack"),
    "zendesk redacted": Told("zendesk", {"comments": [comment(attachment())], "users": [{"id": 77, "role": "end-user"}]},
                             {"comments": [comment(attachment(file_name="redacted.txt"))]},
                             "delivered", "redacted in Zendesk"),
    "messenger": Told("messenger", _meta("page", mid="m1", attachments=[LINK]),
                      _meta("page", mid="m1", is_deleted=True), "delivered", "unsent by the sender"),
    "several files": Told("instagram", _meta("instagram", mid="m1", attachments=[LINK, LINK]),
                          _meta("instagram", mid="m1", is_deleted=True), "delivered", "unsent by the sender"),
}  # fmt: skip

_NOW = "SELECT e.name, e.outcome, e.reason FROM entry e ORDER BY e.seq"


@pytest.mark.parametrize("told", TOLD.values(), ids=TOLD)
def test_a_run_gives_the_same_in_either_order(told: Told, ledger: Ledger) -> None:
    done = take(ledger, told.kind, told.later, told.message)
    assert done.counts.refused == 0
    found = ledger.all(_NOW)
    assert found
    assert {row[1:] for row in found} == {(told.outcome, told.reason)}
    corrections = ledger.all("SELECT entry FROM correction")
    assert len(found) == len(corrections)
    again = take(ledger, told.kind, told.message, told.later).counts
    assert (again.new, again.refused) == (0, 0)
    assert verify_ledger(ledger.connection).intact


@pytest.mark.parametrize("told", TOLD.values(), ids=TOLD)
def test_two_runs_in_the_wrong_order_lose_no_file_and_a_third_says_the_rest(told: Told, ledger: Ledger) -> None:
    first = take(ledger, told.kind, told.later)
    second = take(ledger, told.kind, told.message)
    assert (second.counts.refused, second.counts.duplicate) == (0, 0)
    third = take(ledger, told.kind, told.later)
    assert third.counts.refused == 0
    assert {row[1:] for row in ledger.all(_NOW)} == {(told.outcome, told.reason)}
    if told is not TOLD["failed media"] and told is not TOLD["slack file"]:
        assert any("read that first" in note for note in first.notes), first.notes
    fourth = take(ledger, told.kind, told.message, told.later).counts
    assert (fourth.new, fourth.refused) == (0, 0)
    assert verify_ledger(ledger.connection).intact


def test_the_file_of_a_failed_attempt_has_its_name_and_what_is_said_later(ledger: Ledger) -> None:
    """Guards against a document that was refused because its failure had been read before it."""
    take(ledger, "whatsapp", _failed())
    assert ledger.all(_NOW) == [("w1", "failed", "131053 Media upload error")]
    assert take(ledger, "whatsapp", DOCUMENT).counts.new == 2
    assert ledger.all("SELECT id, name, declared, customer FROM entry ORDER BY seq") == [
        ("w1", "w1", None, "16505551234"), ("w1#1", "a.pdf", "application/pdf", "16505551234"),
    ]  # fmt: skip
    take(ledger, "whatsapp", TOLD["revoked"].later)
    assert [row[1:] for row in ledger.all(_NOW)] == [("failed", "deleted for everyone by the sender")] * 2
    assert take(ledger, "whatsapp", DOCUMENT, _failed()).counts.duplicate == 2


def test_a_second_content_of_a_known_file_is_refused_still(ledger: Ledger) -> None:
    take(ledger, "whatsapp", DOCUMENT)
    other = _whatsapp(message_echoes=[_echo("document", {"id": "9", "filename": "b.pdf"})])
    assert take(ledger, "whatsapp", _failed(), other).counts.refused == 1


def test_what_waits_is_given_once_in_its_order() -> None:
    waiting = Waiting()
    for number in range(1_201):
        waiting.add_item(Later(Correction(str(number), 1, "x"), channels=frozenset({"slack"})), number, b"{}")
    batches = list(waiting.batches())
    assert [len(batch.items) for batch in batches] == [500, 500, 201]
    assert [line for batch in batches for line in batch.lines] == list(range(1_201))
    assert list(waiting.batches()) == []


@pytest.mark.parametrize("stamp", [2**70, -(2**70), "1" * 400, "\ud800", None, 1e300])
def test_what_cannot_be_kept_is_refused_and_does_not_wait(stamp: Any, ledger: Ledger) -> None:
    event = {"type": "unsend", "timestamp": stamp, "source": {"userId": "U"}, "unsend": {"messageId": "1"}}
    body = {"destination": "U1", "events": [event]}
    assert take(ledger, "ndjson", body, mapping=MAPS / "line.toml").counts.refused == 1
