"""The views that no store has: retention rules as they were."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from occ_media_cli import times
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
