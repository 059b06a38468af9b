"""`diagnose` as a support engineer runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import NOW, Run
from tests.unit.media.build import VALID, film, ogg

STORE = """
[inboxes.vip]
channels = ["whatsapp-cloud"]

[agents.kim]
role = "agent"
inboxes = ["vip"]
deny_send = ["vip"]
deny_view = ["vip"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "s.toml").write_text(STORE)
    return tmp_path


def checks(occ: Run, *words: str, code: int) -> dict[str, tuple[str, str]]:
    out = occ("diagnose", *words, "--inbox", "vip", "--format", "json", store="s.toml", code=code).out
    document: dict[str, Any] = json.loads(out)
    assert document["schema"] == "occ-media/diagnose/1"
    return {check["check"]: (check["state"], check["message"]) for check in document["checks"]}


def test_every_cause_is_named_with_its_fix_in_order(occ: Run, folder: Path) -> None:
    (folder / "offer.pdf").write_bytes(VALID["pdf"])
    occ("set", "vip", "--send", "off", store="s.toml", now="2026-01-19T13:20:00Z")
    occ("set", "vip", "--message", "x@example.com", store="s.toml", now="2026-02-01T00:00:00Z")
    out = occ(
        "diagnose", "cannot-send", "--inbox", "vip", "--agent", "kim", "--file", "offer.pdf", store="s.toml", code=1
    ).out
    assert out.splitlines() == [
        "problem   media-off: send is off since 2026-01-19T13:20:00.000Z by dana (version 2)",
        "problem   sender-without-permission: kim may not send in vip",
        "ok        type: pdf is supported",
        f"ok        size: {len(VALID['pdf'])} bytes of 100 MB",
        "ok        whatsapp-cloud: takes pdf up to 100 MB",
        "not seen  upload: the ledger has nothing about this file; look into the log of the platform",
        "not seen  browser: look there if all else is ok; reload without the cache, try a private window, another browser"
        " and another network",
        "2 causes. Fix them in this order:",
        "  occ-media --store s.toml set vip --send on",
        "  occ-media --store s.toml agent allow kim send --inbox vip",
    ]


def test_what_customers_read_and_what_the_channel_takes(occ: Run, folder: Path) -> None:
    (folder / "a.gif").write_bytes(VALID["gif"])
    found = checks(occ, "cannot-receive", "--file", "a.gif", code=1)
    assert found["message"] == ("ok", "receiving is on: customers read no message")
    assert found["unsupported-type"][0] == "problem"
    assert found["whatsapp-cloud"][0] == "ok"
    occ("set", "vip", "--receive", "off", store="s.toml")
    found = checks(occ, "cannot-receive", code=1)
    assert found["media-off"][0] == "problem"
    assert found["message"] == ("ok", "customers read: Sorry, the media you sent cannot be viewed by the business.")
    assert found["type"][0] == "not seen"


def test_what_a_browser_cannot_show_is_a_cause(occ: Run, folder: Path) -> None:
    (folder / "a.mp4").write_bytes(film(tracks=((b"vide", b"hvc1"),)))
    (folder / "a.ogg").write_bytes(ogg("opus"))
    assert checks(occ, "not-displayed", "--file", "a.mp4", code=1)["display"] == (
        "problem", "most browsers do not play HEVC",
    )  # fmt: skip
    found = checks(occ, "not-displayed", "--file", "a.ogg", "--agent", "kim", code=1)
    assert found["sender-without-permission"] == ("problem", "kim may not view in vip")
    assert found["display"] == ("ok", "browsers show ogg")


def test_an_entry_of_the_ledger_stands_for_its_file(occ: Run, folder: Path) -> None:
    entry = {
        "id": "wamid.1", "time": "2026-03-01T10:00:00Z", "inbox": "vip", "direction": "receive", "name": "a.pdf",
        "size": 60_000_000, "outcome": "failed", "reason": "131052",
    }  # fmt: skip
    (folder / "in.ndjson").write_text(json.dumps(entry) + "\n")
    occ("ledger", "ingest", "ndjson", "in.ndjson", store="s.toml")
    found = checks(occ, "not-displayed", "--entry", "wamid.1", code=1)
    assert found["upload"] == ("problem", "the ledger says that it was failed: 131052")
    assert found["slow-download"] == ("problem", "60.0 MB take 480 s at 1 Mbit/s, over 60 s")
    assert (
        checks(occ, "not-displayed", "--entry", "ndjson:wamid.1", "--rate", "100", code=1)["slow-download"][0] == "ok"
    )
    occ("diagnose", "not-displayed", "--inbox", "vip", "--entry", "gone", store="s.toml", code=11)
    occ("diagnose", "not-displayed", "--inbox", "vip", "--file", "gone", store="s.toml", code=3)
    occ("diagnose", "not-shown", "--inbox", "vip", store="s.toml", code=2)


def test_no_cause_is_said_and_is_no_finding(occ: Run, folder: Path) -> None:
    (folder / "a.pdf").write_bytes(VALID["pdf"])
    out = occ("diagnose", "cannot-receive", "--inbox", "vip", "--file", "a.pdf", store="s.toml").out
    assert out.splitlines()[-1] == "No cause found here; what is not seen is where to look next"


def test_every_command_names_the_change_that_turned_it_off(occ: Run, folder: Path) -> None:
    """Neither who wrote the message later, nor who changed something else in the past."""
    (folder / "offer.pdf").write_bytes(VALID["pdf"])
    said = {"store": "w.db"}
    occ("inbox", "add", "vip", "--actor", "dana", now="2026-01-01T00:00:00Z", **said)
    occ("set", "vip", "--send", "off", "--reason", "a leak", "--actor", "kim", now="2026-01-10T00:00:00Z", **said)
    occ("set", "vip", "--message", "x", "--actor", "sam", now="2026-01-12T00:00:00Z", **said)
    occ("set", "vip", "--scan", "off", "--quota", "2 GB", "--backdate", "told late", "--actor", "lee",
        now="2026-01-05T00:00:00Z", **said)  # fmt: skip
    off = "send is off in vip since 2026-01-10T00:00:00.000Z (version 2)"
    asked = ("check", "offer.pdf", "--inbox", "vip", "--direction", "send")
    assert off in occ(*asked, code=1, **said).out
    assert off in occ(*asked, "--format", "json", code=1, **said).out
    entry = {
        "id": "g1",
        "time": NOW,
        "inbox": "vip",
        "direction": "send",
        "agent": "kim",
        "name": "offer.pdf",
        "path": "offer.pdf",
    }
    assert off in occ("gate", code=0, stdin=json.dumps(entry) + "\n", **said).out
    out = occ("diagnose", "cannot-send", "--inbox", "vip", code=1, **said).out
    assert "send is off since 2026-01-10T00:00:00.000Z by kim (version 2)" in out
    sent = {**entry, "id": "e1", "outcome": "delivered", "customer": "c1"}
    (folder / "e.ndjson").write_text(json.dumps(sent) + "\n")
    occ("ledger", "ingest", "ndjson", "e.ndjson", **said)
    out = occ("audit", "--rule", "sent-while-off", "--bundle", "b.zip", "--fail-on", "never", **said).out
    assert "version 2: send off from 2026-01-10T00:00:00.000Z, by kim" in out
    assert "1 of 1 rules" in occ("audit", "verify", "b.zip").out
