"""Webhooks of Messenger and Instagram: files, what is none, echoes, what was unsent, and bodies that nobody wrote."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from occ_media_cli.ledger.ingest import Summary, ingest
from occ_media_cli.ledger.sources import Options
from tests.unit.ledger.conftest import Ledger
from tests.unit.ledger.sources.nested.taking import entries

AT = 1_767_225_600_123
LINK = "https://cdn.example/v/t1/Rechnung%20M%C3%A4rz.pdf?oh=secret"


def event(mid: str = "m_1", *attachments: Any, **message: Any) -> dict[str, Any]:
    if attachments:
        message["attachments"] = list(attachments)
    return {"sender": {"id": "700"}, "recipient": {"id": "100"}, "timestamp": AT, "message": {"mid": mid, **message}}


def attachment(kind: str, url: str | None = LINK, **payload: Any) -> dict[str, Any]:
    return {"type": kind, "payload": {"url": url, **payload}}


def body(*events: Any, word: str = "page", where: str = "messaging") -> dict[str, Any]:
    return {"object": word, "entry": [{"id": "100", "time": AT + 9, where: list(events)}]}


def take(ledger: Ledger, *bodies: Any, kind: str = "messenger", **options: Any) -> Summary:
    source = ledger.folder / "hooks.ndjson"
    source.write_text("".join(json.dumps(each) + "\n" for each in bodies))
    return ingest(ledger.connection, kind, str(source), options=Options(**options), accounts={"100": "vip"})


@pytest.mark.parametrize(("kind", "word"), [("messenger", "page"), ("instagram", "instagram")])
@pytest.mark.parametrize("where", ["messaging", "standby"])
def test_a_file_of_a_customer(ledger: Ledger, kind: str, word: str, where: str) -> None:
    take(ledger, body(event("m_1", attachment("file")), word=word, where=where), kind=kind)
    assert entries(ledger, "source", "id", "time", "inbox", "channel", "direction", "agent", "customer", "name",
                   "declared", "outcome", "reason") == [
        (kind, "m_1", "2026-01-01T00:00:00.123Z", "vip", kind, "receive", None, "700", "Rechnung März.pdf", None,
         "delivered", None)
    ]  # fmt: skip


@pytest.mark.parametrize("url", [None, "https://cdn.example/i/?id=1"])
def test_an_attachment_of_a_kind_that_the_api_does_not_show_is_kept_back(ledger: Ledger, url: str | None) -> None:
    take(ledger, body(event("m_1", attachment("unsupported_type", url)), word="instagram"), kind="instagram")
    assert entries(ledger, "id", "outcome", "reason") == [("m_1", "blocked", "not supported by the API")]


def test_no_link_is_kept(ledger: Ledger) -> None:
    take(ledger, body(event("m_1", attachment("image", "https://cdn.example/i/?id=1&sig=secret"))))
    assert entries(ledger, "name") == [("m_1",)]
    assert "sig=" not in "\n".join(ledger.connection.iterdump())


def test_an_echo_is_of_the_page_and_its_agent_unknown(ledger: Ledger) -> None:
    echo = {
        **event("m_2", attachment("image"), is_echo=True, app_id=5),
        "sender": {"id": "100"},
        "recipient": {"id": "700"},
    }
    take(ledger, body(echo))
    assert entries(ledger, "direction", "agent", "customer") == [("send", None, "700")]


@pytest.mark.parametrize("kind", ["fallback", "template", "location", "share", "ig_post", "reel", "ig_reel", "post",
                                  "story_mention", "like_heart", "appointment_booking", "sticker", "product"])  # fmt: skip
def test_what_the_platform_shares_is_no_file(ledger: Ledger, kind: str) -> None:
    summary = take(ledger, body(event("m_1", attachment(kind)), event("m_2", attachment("image", sticker_id=5))))
    assert (summary.counts.new, summary.counts.skipped) == (0, 2)
    assert summary.notes == (f"skipped, by kind: 1 '{kind}', 1 'image'",)


def test_files_beside_what_is_none_are_counted_alone(ledger: Ledger) -> None:
    take(ledger, body(event("m_1", attachment("share"), attachment("image"), attachment("video"))))
    assert entries(ledger, "id") == [("m_1#1",), ("m_1#2",)]


def test_a_new_kind_may_be_a_file(ledger: Ledger) -> None:
    summary = take(ledger, body(event("m_1", attachment("hologram")), event("m_2", attachment("wave", None))))
    assert entries(ledger, "id", "reason") == [("m_1", 'attachment type "hologram" is not known')]
    assert summary.counts.skipped == 1


def test_what_the_api_cannot_show_is_blocked(ledger: Ledger) -> None:
    take(ledger, body(event("m_1", is_unsupported=True)))
    assert entries(ledger, "name", "outcome", "reason") == [("m_1", "blocked", "not supported by the API")]


def test_what_was_unsent_stays_with_a_reason(ledger: Ledger) -> None:
    bodies = (body(event("m_1", attachment("image"), attachment("image"))),
              body({**event("m_1", is_deleted=True), "timestamp": AT + 5_000}, event("m_9", is_deleted=True)))  # fmt: skip
    summary = take(ledger, *bodies)
    assert ledger.all("SELECT id, entry, time_ms, reason, deleted_ms FROM correction ORDER BY seq") == [
        ("m_1:unsent#1", "m_1#1", AT + 5_000, "unsent by the sender", None),
        ("m_1:unsent#2", "m_1#2", AT + 5_000, "unsent by the sender", None),
    ]
    assert summary.counts.skipped == 1
    again = take(ledger, *bodies).counts
    assert (again.new, again.refused, again.duplicate) == (0, 0, 4)


def test_the_same_message_with_another_link_is_a_duplicate(ledger: Ledger) -> None:
    signed = [attachment("image", f"https://cdn.example/v/a.jpg?oh={word}") for word in ("one", "two")]
    summary = take(ledger, *(body(event("m_1", each)) for each in signed))
    assert (summary.counts.new, summary.counts.duplicate) == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"object": "whatsapp_business_account", "entry": []}, "not a body that the mapping is for"),
        ({"object": "page", "entry": {}}, "entry is not a list"),
        (body("x"), "an item is not an object"),
        (body(event("", attachment("image"))), "id is missing: nothing at message.mid"),
        (body({**event("m", attachment("image")), "timestamp": AT // 1_000_000}),
         f"time {AT // 1_000_000} in s is in the year 1970, so that its unit is another one"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_refused_and_the_rest_goes_on(ledger: Ledger, wrong: Any, words: str) -> None:
    summary = take(ledger, wrong, body(event("m_1", attachment("image"))))
    assert [each.detail for each in summary.examples] == [words]
    assert summary.counts.new == 1


def test_empty_bodies_and_events_without_messages_are_skipped(ledger: Ledger) -> None:
    bodies = {"object": "page", "entry": []}, {"object": "page", "entry": [{"id": "1"}, {"id": "2", "changes": []}]}
    read = {"sender": {"id": "7"}, "recipient": {"id": "1"}, "timestamp": 5, "read": {"watermark": 5}}
    summary = take(ledger, *bodies, body(read, {**read, "timestamp": "never"}))
    assert (summary.counts.skipped, summary.counts.refused) == (5, 0)


WHOLE = [
    body(event("m_1", attachment("image"), attachment("file")), event("m_2", is_unsupported=True)),
    body(event("m_1", is_deleted=True), event("m_3", attachment("video"), is_echo=True), where="standby"),
]
ODD: list[Any] = [None, True, 0, -1, 2**63, 1e300, "", "\0", "x" * 300, "\ud83d", [], {}, [[]], [None], {"": 0}]


def mutated(value: Any, chance: random.Random) -> Any:
    """The value with something odd in a place of it."""
    if not isinstance(value, dict | list) or not value or chance.random() < 0.1:
        return chance.choice(ODD)
    made = value.copy()
    key = chance.choice(list(made)) if isinstance(made, dict) else chance.randrange(len(made))
    made[key] = mutated(made[key], chance)
    return made


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers())
def test_whatever_is_fed_is_counted(ledger: Ledger, seed: int) -> None:
    chance = random.Random(seed)
    bodies = [mutated(chance.choice(WHOLE), chance) for _ in range(20)]
    counts = take(ledger, *bodies).counts
    assert counts.read == counts.new + counts.duplicate + counts.refused + counts.skipped


def test_a_file_in_a_change_is_an_entry_in_seconds_or_milliseconds(ledger: Ledger) -> None:
    for number, time in enumerate((AT, str(AT), AT // 1_000, str(AT // 1_000))):
        change = {"field": "messages", "value": {**event(f"m_{number}", attachment("file")), "timestamp": time}}
        take(ledger, {"object": "page", "entry": [{"id": "100", "time": 1, "changes": [change]}]})
    assert [at // 1_000 for (at,) in ledger.all("SELECT time_ms FROM entry")] == [AT // 1_000] * 4


def test_a_picture_that_may_be_seen_once_is_blocked_and_delivered_where_it_is_shown_after_all(ledger: Ledger) -> None:
    hidden, shown = body(event("m_1", {"type": "ephemeral"})), body(event("m_1", {"type": "image", "payload": {}}))
    take(ledger, hidden)
    assert entries(ledger, "outcome", "reason") == [("blocked", "not supported by the API")]
    for _ in range(2):
        assert take(ledger, shown, hidden).counts.refused == 0
    assert ledger.all("SELECT outcome FROM entry_now") == [(0,)]
