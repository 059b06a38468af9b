"""The views that no store has, or has otherwise: retention rules as they were, settings as readers see them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from occ_media_cli import times
from occ_media_cli.audit import reports
from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.report.lanes import Lanes
from occ_media_cli.settings.editing import editing
from occ_media_cli.store import chain
from tests.unit.audit.build import Ledger

KEEP = {"keep_for": "30d", "keep_for_ms": 30 * times.DAY}


def gone(ledger: Ledger, name: str, came: str, deleted: str) -> None:
    ledger.entry("vip", came, id=name, deleted=times.parse(deleted))


def found(ledger: Ledger) -> list[Any]:
    return [record["entry"] for record in ledger.audit("deleted-too-early")]


def test_a_rule_holds_from_when_it_was_set_until_the_next_one(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "s.db")
    ledger.inbox("vip", "2026-01-01")
    ledger.section("retention", [KEEP], "2026-02-01")
    ledger.section("retention", [{**KEEP, "category": "image"}], "2026-03-01")
    gone(ledger, "before", "2026-01-20", "2026-01-31T23:59:59.999Z")
    gone(ledger, "first", "2026-01-20", "2026-02-01")
    gone(ledger, "later", "2026-02-20", "2026-03-01")
    gone(ledger, "kept long enough", "2026-01-20", "2026-02-19")
    assert found(ledger) == ["first"]


def test_no_later_change_takes_back_what_was_on_record(tmp_path: Path) -> None:
    """A rule that is weakened after the deletion is dated before it; one that was weakened in time is not."""
    ledger = Ledger(tmp_path / "s.db")
    ledger.inbox("vip", "2026-01-01")
    ledger.section("retention", [{"keep_for": "365d"}], "2026-01-10")
    gone(ledger, "early", "2026-01-20", "2026-06-01")
    gone(ledger, "after", "2026-01-20", "2026-09-01")
    late = chain.Stamp(times.parse("2026-05-01"), times.parse("2026-08-01"), "dana", "dana", "host", "occ-media test")
    with editing(ledger.location, late) as editor:
        editor.set_section("retention", [])
    assert found(ledger) == ["early"]


def test_a_rule_is_about_the_inbox_that_had_the_name_then(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "s.db")
    ledger.inbox("vip", "2026-01-01")
    ledger.inbox("lab", "2026-01-01")
    gone(ledger, "of the first vip", "2026-01-20", "2026-03-03")
    ledger.remove("vip", "2026-02-01")
    ledger.inbox("vip", "2026-03-01")
    ledger.section("retention", [{**KEEP, "inbox": "vip", "keep_for_ms": 90 * times.DAY}], "2026-03-02")
    gone(ledger, "of the second", "2026-03-02", "2026-03-03")
    assert found(ledger) == ["of the second"]


def test_rules_that_were_edited_by_hand_hold_from_then_on(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "t.toml")
    ledger.inbox("vip", "2026-01-01")
    ledger.section("retention", [{**KEEP, "category": "video"}], "2026-01-01")
    gone(ledger, "before", "2026-05-20", "2026-05-31T23:59:59.999Z")
    gone(ledger, "after", "2026-05-20", "2026-06-01")
    assert found(ledger) == []
    path = ledger.location.path
    text = path.read_text()
    assert 'category = "video"' in text, "the test would edit nothing"
    path.write_text(text.replace('category = "video"', 'category = "document"'))
    moment = times.parse("2026-06-01") // 1000
    os.utime(path, (moment, moment))
    assert found(ledger) == ["after"]


def test_versions_that_say_the_same_are_one_to_readers(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "s.db")
    ledger.inbox("vip", "2026-01-01")
    ledger.set("vip", "2026-01-10", receive=False)
    ledger.set("vip", "2026-01-20", actor="eve", receive=False)  # says why it stays so
    ledger.set("vip", "2026-02-01", receive=True)
    ledger.set("vip", "2026-02-10", receive=False)
    ledger.entry("vip", "2026-01-25")
    found = ledger.audit("receive-off-without-message")
    assert [record["time"][:10] for record in found] == ["2026-01-10", "2026-02-10"]
    assert [record["setting_version"] for record in ledger.audit("received-while-off")] == [2]
    assert len(ledger.audit("receive-off-without-message", since="2026-01-22", until="2026-01-23")) == 1
    with ledger.source("2026-03-01") as source:
        said = reports.build("settings", source, AuditScope(times.parse("2026-03-01")))
    periods = [(row[1], row[2][:10], row[3] and row[3][:10], row[4], row[6]) for row in said.rows]
    assert periods == [
        (1, "2026-01-01", "2026-01-10", "on", "dana"), (2, "2026-01-10", "2026-02-01", "off", "dana"),
        (4, "2026-02-01", "2026-02-10", "on", "dana"), (5, "2026-02-10", None, "off", "dana"),
    ]  # fmt: skip
    assert said.totals == {"versions": 4, "inboxes": 1}


def test_a_late_change_that_leaves_what_was_is_no_second_span(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "s.db")
    ledger.inbox("vip", "2026-01-01")
    ledger.set("vip", "2026-01-10", receive=False)
    ledger.set("vip", "2026-01-20", receive=True)
    ledger.set("vip", "2026-01-20", receive=False, backdate="it never went on")
    assert len(ledger.audit("receive-off-without-message")) == 1


def test_receiving_is_drawn_once_where_another_setting_changes(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "s.db")
    ledger.inbox("vip", "2026-01-01")
    ledger.set("vip", "2026-01-10", send=False)
    ledger.set("vip", "2026-01-20", receive=False)
    with ledger.source("2026-03-01") as source:
        said = reports.build("settings", source, AuditScope(times.parse("2026-03-01")))
    (figure,) = said.figures
    assert isinstance(figure, Lanes)
    days = [(times.text(each.start)[:10], times.text(each.end)[:10], each.word) for each in figure.lanes[0].stretches]
    assert days == [("2026-01-01", "2026-01-20", "on"), ("2026-01-20", "2026-03-01", "off")]
    assert len(said.rows) == 3
