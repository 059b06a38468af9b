"""Slack: events and exports, what is a file, who sent it, and the two ways in which one goes."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.errors import MalformedInput
from occ_media_cli.ledger.sources import slack
from tests.unit.ledger.conftest import Ledger
from tests.unit.ledger.sources.platform_payloads import slack_event, slack_file, slack_message, take, take_from


def test_a_share_is_an_entry_with_all_that_is_known(ledger: Ledger) -> None:
    take(ledger, "slack", slack_event(slack_message(slack_file())), accounts={"C0SALES": "lab"})
    assert ledger.all("SELECT id, time, inbox, channel, direction, customer, conversation, name, size FROM entry") == [
        ("1790000000.123456:F01", "2026-09-21T14:13:20.123Z", "lab", "slack", "receive", "U0CUST", "C0SALES",
         "plan.xlsx", 700)
    ]  # fmt: skip
    assert "xoxe" not in str(ledger.all("SELECT * FROM record"))


def test_the_same_file_in_two_messages_is_shared_twice(ledger: Ledger) -> None:
    body = slack_event(slack_message(slack_file()))
    other = slack_event(slack_message(slack_file(), ts="1790000100.000001"))
    counts = take(ledger, "slack", body, other, body).counts
    assert (counts.new, counts.duplicate) == (2, 1)


@pytest.mark.parametrize(
    "file",
    [slack_file(mode=mode) for mode in ("quip", "canvas", "list", "space", "docs", "tombstone", "hidden_by_limit")]
    + [slack_file(mode="external", is_external=True), slack_file(mimetype="application/vnd.slack-docs")],
    ids=lambda file: file["mode"],
)
def test_links_documents_of_slack_and_what_is_gone_are_no_files(ledger: Ledger, file: dict[str, Any]) -> None:
    counts = take(
        ledger, "slack", slack_event(slack_message(file)), slack_event(slack_message(file, slack_file("F2")))
    ).counts
    assert (counts.skipped, counts.new) == (1, 1)


@pytest.mark.parametrize(
    ("file", "name", "reason"),
    [
        ({"id": "F1", "mode": "file_access", "file_access": "check_file_info"}, "1790000000.123456:F1", None),
        (slack_file("F1", mode="hologram"), "plan.xlsx", "a file of the mode 'hologram' is not known"),
        ({"id": "F1", "file_access": "check_file_info"}, "1790000000.123456:F1", None),
        (slack_file("F1", mode="snippet"), "plan.xlsx", None),
        (slack_file("F1", name=None, title=None), "plan.xlsx", None),
        (slack_file("F1", name="a/../b\n.pdf"), "b.pdf", None),
    ],
)  # fmt: skip
def test_names_and_new_modes(ledger: Ledger, file: dict[str, Any], name: str, reason: str | None) -> None:
    take(ledger, "slack", slack_event(slack_message(file)))
    assert ledger.all("SELECT name, reason FROM entry") == [(name, reason)]


@pytest.mark.parametrize(
    "body",
    [
        {"type": "url_verification", "challenge": "x"},
        slack_event({"type": "file_shared", "file_id": "F01", "file": {"id": "F01"}}),
        slack_event({"type": "reaction_added"}), slack_event({"type": "message", "ts": "1790000000.1", "text": "hi"}),
        slack_event({"type": "message", "subtype": "message_changed", "message": slack_message(slack_file()),
                     "previous_message": slack_message(slack_file())}),
        slack_event({"type": "file_deleted", "file_id": "F9", "event_ts": "1790000000.1"}),
        slack_event({"type": "message", "subtype": "message_deleted", "ts": "1790000000.1", "previous_message": {}}),
    ],
)  # fmt: skip
def test_events_without_a_file_are_skipped(ledger: Ledger, body: dict[str, Any]) -> None:
    counts = take(ledger, "slack", body).counts
    assert (counts.read, counts.skipped, counts.refused) == (1, 1, 0)


@pytest.mark.parametrize(
    "body",
    [
        {"hello": 1}, {"ok": True, "messages": []}, slack_event({"type": 5, "files": [slack_file()]}),
        slack_event({"type": "hologram", "files": [slack_file()]}), slack_event(slack_message(files=5)),
        slack_event(slack_message(5)), slack_event(slack_message(slack_file(), ts="soon")),
        slack_event(slack_message({"name": "no id"})), slack_event(slack_message(slack_file(size="many"))),
    ],
)  # fmt: skip
def test_what_is_not_known_is_refused(ledger: Ledger, body: dict[str, Any]) -> None:
    assert take(ledger, "slack", body).counts.refused == 1


@pytest.mark.parametrize(
    ("message", "options", "people"),
    [
        (slack_message(slack_file(), user="U1"), {"agents": ("U1",)}, ("send", "U1", None)),
        (slack_message(slack_file(), user="U1", user_team="T0HOME"), {"agents": ("U2",)}, ("receive", None, "U1")),
        (slack_message(slack_file(), user="U1", user_team="T0HOME"), {}, ("send", "U1", None)),
        (slack_message(slack_file(), user="U1", user_team="T0OTHER"), {}, ("receive", None, "U1")),
        (slack_message(slack_file(), user="U1", user_team="T0HOME"), {"customers": ("U1",)}, ("receive", None, "U1")),
        (slack_message(slack_file(user="U1", user_team="T0HOME"), user="U1"), {}, ("send", "U1", None)),
        (slack_message(slack_file(user="U2", user_team="T0HOME"), user="U1"), {}, ("receive", None, "U1")),
        (slack_message(slack_file(), user=None, bot_id="B1"), {}, ("send", None, None)),
    ],
)
def test_who_sent_it(ledger: Ledger, message: dict[str, Any], options: dict[str, Any], people: tuple[Any, ...]) -> None:
    take(ledger, "slack", slack_event(message), **options)
    assert ledger.all("SELECT direction, agent, customer FROM entry") == [people]


def test_a_deleted_file_is_said_of_every_share_and_a_deleted_message_of_its_own(ledger: Ledger) -> None:
    second = slack_message(slack_file(), slack_file("F02"), ts="1790000100.000001")
    gone = slack_event({"type": "file_deleted", "file_id": "F01", "event_ts": "1790000500.000100"})
    unsaid = slack_event({
        "type": "message", "subtype": "message_deleted", "ts": "1790000600.000100", "previous_message": second
    })  # fmt: skip
    bodies = [slack_event(slack_message(slack_file())), slack_event(second), gone, unsaid]
    take(ledger, "slack", *bodies)
    assert ledger.all("SELECT id, entry, reason, time_ms, deleted_ms FROM correction ORDER BY id") == [
        ("1790000100.000001:F01:deleted", "1790000100.000001:F01", "message deleted in Slack", 1_790_000_600_000, None),
        ("1790000100.000001:F02:deleted", "1790000100.000001:F02", "message deleted in Slack", 1_790_000_600_000, None),
        ("F01:deleted", "1790000000.123456:F01", "deleted in Slack", 1_790_000_500_000, None),
        ("F01:deleted#2", "1790000100.000001:F01", "deleted in Slack", 1_790_000_500_000, None),
    ]
    again = take(ledger, "slack", *bodies).counts
    assert (again.new, again.refused) == (0, 0)


def test_many_deleted_files_are_looked_up_in_parts(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack, "MOST_DELETED", 2)
    shares = [slack_event(slack_message(slack_file(f"F{n}"))) for n in range(5)]
    gone = [slack_event({"type": "file_deleted", "file_id": f"F{n}", "event_ts": "1790000500.1"}) for n in range(7)]
    counts = take(ledger, "slack", *shares, *gone, gone[6], gone[6]).counts
    assert (counts.read, counts.new, counts.skipped) == (14, 10, 4)
    again = take(ledger, "slack", gone[0], gone[0]).counts
    assert (again.read, again.new, again.duplicate) == (2, 0, 2)


def export(folder: Path) -> Path:
    """An export of a workspace: an owner, a guest, a stranger, a channel that has a number and one that has none."""
    users = [{"id": "U1", "team_id": "T1", "is_primary_owner": True}, {"id": "U2", "team_id": "T1", "is_restricted": True},
             {"id": "U3", "team_id": "T9"}]  # fmt: skip
    days = {
        "sales/2026-09-21.json": [slack_message(slack_file(f"F{n}"), user=f"U{n}") for n in (1, 2, 3)],
        "random/2026-09-21.json": [
            {"type": "message", "ts": "1790000000.1", "text": "hi"},
            slack_message(slack_file("F4")),
        ],
    }
    for name, value in {"users.json": users, "channels.json": [{"id": "C1", "name": "sales"}], **days}.items():
        place = folder / name
        place.parent.mkdir(exist_ok=True, parents=True)
        place.write_text(json.dumps(value, indent=1))
    return folder


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("below", ["", "again/acme export"])
def test_an_export_is_read_with_its_people_and_channels(ledger: Ledger, below: str, packed: bool) -> None:
    source = ledger.folder / "export"
    export(source / below)
    if packed:
        with zipfile.ZipFile(ledger.folder / "export.zip", "w") as archive:
            for path in sorted(source.rglob("*.json")):
                archive.write(path, path.relative_to(source))
        source = ledger.folder / "export.zip"
    counts = take_from(ledger, "slack", source, accounts={"C1": "lab"}).counts
    assert (counts.read, counts.new, counts.skipped) == (5, 4, 1)
    assert ledger.all("SELECT id, inbox, direction, agent, customer, conversation FROM entry ORDER BY id") == [
        ("1790000000.123456:F1", "lab", "send", "U1", None, "C1"),
        ("1790000000.123456:F2", "lab", "receive", None, "U2", "C1"),
        ("1790000000.123456:F3", "lab", "receive", None, "U3", "C1"),
        ("1790000000.123456:F4", "vip", "receive", None, "U0CUST", "random"),
    ]


def test_a_broken_archive_is_told_and_a_broken_member_costs_itself(ledger: Ledger) -> None:
    source = export(ledger.folder / "export")
    place = ledger.folder / "export.zip"
    with zipfile.ZipFile(place, "w") as archive:
        for path in sorted(source.rglob("*.json")):
            archive.write(path, path.relative_to(source))
    whole = place.read_bytes()
    at = whole.index(b"F2")
    place.write_bytes(whole[:at] + b"XX" + whole[at + 2 :])
    done = take_from(ledger, "slack", place)
    assert done.counts.refused == 1
    assert "sales/2026-09-21.json" in done.examples[0].detail
    place.write_bytes(whole[:200])
    with pytest.raises(MalformedInput, match="the archive is broken"):
        take_from(ledger, "slack", place)


def _changed(message: dict[str, Any], *before: Any) -> dict[str, Any]:
    return slack_event({"type": "message", "subtype": "message_changed", "ts": "1790000001.0", "message": message,
                        "previous_message": slack_message(*before)})  # fmt: skip


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        (slack_event(slack_message(attachments=[{"files": [slack_file("F7")]}])), ["F7"]),
        (slack_event(slack_message(attachments=[{"is_share": True, "is_msg_unfurl": True, "files": [slack_file("F7")]}])),
         ["F7"]),
        (slack_event(slack_message(slack_file("F7"), attachments=[{"files": [slack_file("F7")]}])), ["F7"]),
        (slack_event(slack_message(attachments=[{"is_msg_unfurl": True, "files": [slack_file("F7")]}])), []),
        (_changed(slack_message(slack_file("F7"), slack_file("F8")), slack_file("F8")), ["F7"]),
        (_changed(slack_message(slack_file("F8")), slack_file("F8")), []),
        (slack_event(slack_message(slack_file("F7"), subtype="thread_broadcast", thread_ts="1.0",
                                   root=slack_message(slack_file("F8")))), ["F7"]),
        (_changed(slack_message(slack_file("F7"), subtype="thread_broadcast")), ["F7"]),
        (slack_event({"type": "message", "ts": "1790000000.123456", "user": "U0CUST", "file": slack_file("F7")}), ["F7"]),
    ],
)  # fmt: skip
def test_files_are_found_wherever_a_message_has_them(body: dict[str, Any], ids: list[str], ledger: Ledger) -> None:
    counts = take(ledger, "slack", body).counts
    assert (counts.refused, counts.skipped) == (0, not ids)
    assert ledger.all("SELECT id FROM entry") == [(f"1790000000.123456:{number}",) for number in ids]


def test_files_of_an_attachment_that_are_no_list_are_refused(ledger: Ledger) -> None:
    wrong = [slack_message(attachments=[{"files": 5}]), slack_message(attachments=5)]
    assert take(ledger, "slack", *map(slack_event, wrong)).counts.refused == 2


def test_a_picture_in_a_block_is_a_file_once(ledger: Ledger) -> None:
    blocks = [
        {"type": "section", "accessory": {"type": "image", "slack_file": {"id": number}}} for number in ("F01", "F2")
    ]
    body = slack_event({**slack_message(slack_file()), "blocks": blocks})
    assert take(ledger, "slack", body).counts.new == 2
    assert ledger.all("SELECT id FROM entry ORDER BY seq") == [("1790000000.123456:F01",), ("1790000000.123456:F2",)]
