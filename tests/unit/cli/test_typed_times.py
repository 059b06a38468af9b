"""Times that people type: the zone in which they are read, what is said of them, and where they are shown."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from occ_media_cli.cli.audit.page_reader import reader_commands

Run = Any  # the fixture `occ` of conftest.py
MONDAY = "2026-03-02T10:00:00Z"
ROW = {"id": "e1", "time": "2026-03-01T23:30:00Z", "inbox": "vip", "direction": "receive", "name": "a.pdf"}


@pytest.fixture
def desk(occ: Run, tmp_path: Path) -> Run:
    (tmp_path / "rows.ndjson").write_text(json.dumps(ROW) + "\n")
    occ("inbox", "add", "vip", store="s.db", now="2026-01-01")
    occ("ledger", "ingest", "ndjson", "rows.ndjson", store="s.db")
    return lambda *words, **more: occ(*words, **{"store": "s.db", "now": MONDAY, **more})


def ends_at(desk: Run) -> str:
    return str(json.loads(desk("show", "vip", "-f", "json").out)["inboxes"][0]["valid_to"])


@pytest.mark.parametrize(
    ("typed", "end", "said"),
    [
        ("monday 9:00", "2026-03-09T08:00:00.000Z", "Mon 9 Mar 2026 09:00 CET (08:00 UTC)"),
        ("17:00", "2026-03-02T16:00:00.000Z", "Mon 2 Mar 2026 17:00 CET (16:00 UTC)"),
        ("2d", "2026-03-04T10:00:00.000Z", "Wed 4 Mar 2026 11:00 CET (10:00 UTC)"),
        ("2026-03-30 09:00", "2026-03-30T07:00:00.000Z", "Mon 30 Mar 2026 09:00 CEST (07:00 UTC)"),
    ],
)
def test_the_end_of_a_change_is_said_as_people_say_it(desk: Run, typed: str, end: str, said: str) -> None:
    done = desk("--tz", "Europe/Berlin", "set", "vip", "--receive", "off", "--until", typed)
    assert ends_at(desk) == end
    assert f"vip, version 2, until {said}\n" in done.out
    assert done.err == f"note: --until '{typed}' is {said}\n"
    assert desk("--quiet", "--tz", "Europe/Berlin", "set", "vip", "--receive", "off", "--until", typed).err == ""


def test_the_zone_is_that_of_the_option_the_environment_the_store_or_the_machine(
    desk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ends(*options: str) -> str:
        desk(*options, "set", "vip", "--receive", "off", "--until", "17:00")
        end = ends_at(desk)
        desk("set", "vip", "--receive", "on")
        return end[11:13]

    monkeypatch.setenv("TZ", "Europe/Moscow")
    assert ends() == "14"
    desk("store", "set", "--time-zone", "Asia/Dubai")
    assert ends() == "13"
    monkeypatch.setenv("OCC_MEDIA_TZ", "Asia/Tokyo")
    assert ends() == "08"  # of the day after
    assert ends("--tz", "Europe/Berlin") == "16"
    monkeypatch.delenv("OCC_MEDIA_TZ")
    desk("store", "set", "--time-zone", "none")
    assert ends() == "14"


def test_an_end_that_is_not_ahead_is_refused_in_the_zone(desk: Run) -> None:
    done = desk("--tz", "Europe/Berlin", "set", "vip", "--receive", "off", "--until", "today", code=2)
    assert "--until Mon 2 Mar 2026 00:00 CET (Sun 1 Mar 2026 23:00 UTC) is not after" in done.err


def test_a_planned_start_leaves_the_inbox_free_for_other_changes(occ: Run, store: str) -> None:
    def inbox() -> dict[str, Any]:
        found: dict[str, Any] = json.loads(occ("show", "inbox", "-f", "json", store=store, now=None).out)["inboxes"][0]
        return found

    berlin = ("--tz", "Europe/Berlin")
    assert "no such store" in occ("set", "inbox", "--send", "off", "--start", "2d", store=store, now=None, code=11).err
    occ("set", "inbox", "--message", "Mail us.", store=store, now=None)
    planned = occ(
        *berlin,
        "set",
        "inbox",
        "--receive",
        "off",
        "--start",
        "2099-12-24 09:00",
        "--until",
        "17:00",
        store=store,
        now=None,
    )
    assert "from Thu 24 Dec 2099 09:00 CET (08:00 UTC), until Thu 24 Dec 2099 17:00 CET (16:00 UTC)" in planned.out
    assert inbox()["receive"] is True
    for words in (
        ("set", "inbox", "--send", "off"), ("set", "inbox", "--description", "free"), ("inbox", "tag", "inbox", "gold"),
        ("set", "inbox", "--send", "on", "--for", "4h"), ("agent", "add", "mona", "--role", "agent", "--inbox", "inbox"),
    ):  # fmt: skip
        occ(*words, store=store, now=None)
    now = inbox()
    assert (now["receive"], now["send"], now["tags"]) == (True, True, ["gold"])
    then = json.loads(occ("show", "inbox", "--at", "2099-12-24T08:00:00Z", "-f", "json", store=store, now=None).out)
    [off] = then["inboxes"]
    assert (off["receive"], off["send"], off["tags"], off["description"]) == (False, False, ["gold"], "free")
    assert off["valid_to"] == "2099-12-24T16:00:00.000Z"
    assert "intact" in occ("ledger", "verify", store=store, now=None).out


def test_a_start_that_is_past_says_how_the_past_is_changed(desk: Run) -> None:
    done = desk("set", "vip", "--send", "off", "--start", "2026-03-01", code=2)
    assert "--start 2026-03-01T00:00:00.000Z is not after 2026-03-02T10:00:00.000Z" in done.err
    assert "--backdate" in done.err


def test_tables_show_the_zone_that_was_set_and_programs_read_utc(desk: Run) -> None:
    assert "2026-03-01T23:30:00.000Z" in desk("ledger", "list").out
    assert "2026-03-02T00:30:00.000+01:00" in desk("--tz", "Europe/Berlin", "ledger", "list").out
    desk("store", "set", "--time-zone", "Asia/Dubai")
    assert "2026-03-02T03:30:00.000+04:00" in desk("ledger", "list").out
    assert "from Thu 1 Jan 2026 04:00 +04 (00:00 UTC)" in desk("show", "vip").out
    assert "2026-03-01T23:30:00.000Z" in desk("--tz", "UTC", "ledger", "list").out
    for form in ("json", "ndjson", "csv"):
        assert "2026-03-01T23:30:00.000Z" in desk("ledger", "list", "-f", form).out


def test_the_window_is_in_every_format_of_a_list_and_of_reports(desk: Run) -> None:
    berlin = ("--tz", "Europe/Berlin")
    looked = {"since": "2026-03-01T23:00:00.000Z", "until": "2026-03-02T23:00:00.000Z", "zone": "Europe/Berlin"}
    for words in (("ledger", "list"), ("audit",), ("report", "shared")):
        asked = (*berlin, *words, "--since", "today", "--until", "today")
        assert json.loads(desk(*asked, "-f", "json", code=None).out)["window"] == looked
        for form in ("table", "markdown", "html"):
            out = desk(*asked, "-f", form, code=None).out
            assert looked["since"] in out, (words, form)
            assert "Europe/Berlin" in out, (words, form)
        assert "Mon 2 Mar 2026 00:00 CET (Sun 1 Mar 2026 23:00 UTC)" in desk(*asked, code=None).err
        assert "From Mon 2 Mar 2026 00:00 CET" in desk(*asked, "-f", "markdown", code=None).out
    [row] = csv.DictReader(io.StringIO(desk(*berlin, "ledger", "list", "--since", "today", "-f", "csv").out))
    assert (row["window_since"], row["window_zone"]) == (looked["since"], "Europe/Berlin")
    assert "window" not in desk(*berlin, "ledger", "export", "--since", "today", "-f", "ndjson").out


def test_what_depends_on_the_zone_is_read_in_it_everywhere(desk: Run) -> None:
    entries = ("ledger", "list", "--since", "today", "-f", "json")
    assert json.loads(desk(*entries).out)["entries"] == []
    assert len(json.loads(desk("--tz", "Europe/Berlin", *entries).out)["entries"]) == 1
    held = desk(
        "--tz",
        "Europe/Berlin",
        "hold",
        "add",
        "--name",
        "h",
        "--reason",
        "why",
        "--since",
        "monday",
        "--until",
        "monday",
    )
    assert "entries from Mon 2 Mar 2026 00:00 CET (Sun 1 Mar 2026 23:00 UTC) to Tue 3 Mar 2026 00:00 CET" in held.out
    assert "of 1 entry" in held.out


def test_a_store_refuses_a_zone_that_is_none_and_says_what_it_had(desk: Run, tmp_path: Path) -> None:
    done = desk("store", "set", "--time-zone", "Berlin", code=2)
    assert "--time-zone 'Berlin' is no time zone, did you mean 'Europe/Berlin'?" in done.err
    assert "store set --time-zone Europe/Berlin" in done.err
    assert "time zone  none -> Asia/Dubai\n" in desk("store", "set", "--time-zone", "Asia/Dubai").out
    assert "time zone  Asia/Dubai, nothing changed\n" in desk("store", "set", "--time-zone", "Asia/Dubai").out
    (tmp_path / "x.toml").write_text('[inboxes.a]\n[store]\ntime_zone = "Moon"\n')
    assert "x.toml:3: store: time_zone 'Moon' is no time zone" in desk("show", store="x.toml", code=10).err


def test_a_zone_that_was_written_by_hand_counts_at_once(occ: Run, tmp_path: Path) -> None:
    occ("inbox", "add", "vip", store="s.toml", now="2026-01-01")
    file = tmp_path / "s.toml"
    file.write_text(file.read_text() + '\n[store]\ntime_zone = "Asia/Dubai"\n')
    assert "is Mon 2 Mar 2026 00:00 +04" in occ("ledger", "list", "--since", "today", store="s.toml").err


def test_what_a_page_tells_to_type_names_the_zone() -> None:
    def rest(zone: str) -> str:
        session: Any = SimpleNamespace(zone_name=lambda: zone, location=SimpleNamespace(path="s.db"))
        return reader_commands(session, ["--since", "last-week"], None).rest

    assert rest("Europe/Berlin") == "occ-media --tz Europe/Berlin audit --since last-week --format csv"
    assert rest("UTC") == "occ-media audit --since last-week --format csv"
