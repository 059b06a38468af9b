"""What an agent was given in an inbox is about that inbox, and about no other one that has its name before or after."""

from __future__ import annotations

from pathlib import Path

import pytest

from occ_media_cli.api import OccMedia
from occ_media_cli.store.connect import connect

DAYS = [f"2026-03-{day:02d}T00:00:00Z" for day in range(1, 9)]


def rules(store: Path) -> list[tuple[int, int, int]]:
    ledger = store if store.suffix == ".db" else next(store.parent.glob("*.ledger.db"))
    connection = connect(ledger, writable=False)
    found = connection.execute(
        "SELECT inbox_id, assigned, deny_send FROM agent_rule ORDER BY version, inbox_id"
    ).fetchall()
    connection.close()
    return found


@pytest.mark.parametrize("name", ["s.db", "s.toml"])
def test_a_rule_is_about_the_inbox_that_has_the_name_then(tmp_path: Path, name: str) -> None:
    def desk(day: int) -> OccMedia:
        return OccMedia(tmp_path / name, actor="dana", now=DAYS[day])

    desk(0).store.init()
    desk(0).inboxes.add("vip")
    desk(0).agents.add("mona", "agent", inboxes=["vip"])
    first = rules(tmp_path / name)
    assert [row[1:] for row in first] == [(1, 0)]
    desk(1).inboxes.remove("vip", force=True)
    desk(2).inboxes.add("vip")
    desk(3).agents.deny("mona", "send", "vip")
    second = rules(tmp_path / name)
    assert second[: len(first)] == first
    assert [row[1:] for row in second[len(first) :]] == [(0, 1)]
    assert second[-1][0] != first[0][0]  # the removed inbox is told nothing by it
    desk(4).inboxes.rename("vip", "gold")
    desk(5).inboxes.add("vip")
    desk(6).agents.allow("mona", "send", "vip")
    about = {row[0] for row in rules(tmp_path / name)[len(second) :]}
    assert first[0][0] not in about


@pytest.mark.parametrize("name", ["s.db", "s.toml"])
def test_an_audit_judges_an_old_entry_by_the_rules_of_its_own_inbox(tmp_path: Path, name: str) -> None:
    def desk(day: int) -> OccMedia:
        return OccMedia(tmp_path / name, actor="dana", now=DAYS[day])

    desk(0).store.init()
    desk(0).inboxes.add("vip")
    desk(0).agents.add("mona", "supervisor")
    source = tmp_path / "rows.ndjson"
    source.write_text(
        f'{{"id": "e1", "time": "{DAYS[1]}", "inbox": "vip", "direction": "send", "agent": "mona", "name": "a.pdf", "size": 9}}\n'
    )
    assert desk(1).ledger.ingest("ndjson", str(source)).counts.new == 1
    desk(2).inboxes.remove("vip", force=True)
    desk(3).inboxes.add("vip")
    desk(4).agents.deny("mona", "send", "vip")
    source.write_text(source.read_text().replace("e1", "e2").replace(DAYS[1], DAYS[5]))
    assert desk(6).ledger.ingest("ndjson", str(source)).counts.new == 1
    found = desk(7).audit(rules=["sender-without-permission"]).findings
    assert [each.entry for each in found] == ["e2"]
