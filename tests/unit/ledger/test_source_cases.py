"""Real payloads of the platforms, each read by the command line into a ledger of its own, and what must come of it.

The fixtures lie beside the project, with the entries, corrections and counts that a person wrote down from the vendors'
documentation; where they are not there, nothing is tried. A platform that no source reads yet is skipped by its name,
so that a new source only has to be in the list, and a new mapping only has to lie with the sample mappings.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli import times
from occ_media_cli.__main__ import run
from occ_media_cli.ledger.sources import SOURCES
from occ_media_cli.settings.editing import editing
from occ_media_cli.store.locate import at
from tests.unit.copies import made_once
from tests.unit.ledger.conftest import STAMP

CASES = Path("/work/shared/cases/sources")
MAPS = Path(__file__).parents[3] / "sample_configs" / "maps"

MAPPED = frozenset({
    "chatwoot", "freshdesk", "infobip", "intercom", "line", "matrix", "mattermost", "twilio",
    "vonage",
})  # fmt: skip
"""Platforms that are read as `ndjson --map sample_configs/maps/NAME.toml`; the others are sources by their own name."""

OPTIONS = {
    "agents": "--agent", "customers": "--customer", "inbox": "--inbox", "ticket": "--ticket",
    "requester": "--requester", "received": "--received",
}  # fmt: skip
"""The option of the command line that each key of a fixture's `options` becomes."""

FIELDS = ("id", "time", "channel", "direction", "agent", "customer", "conversation", "name", "declared", "size",
          "sha256", "md5", "outcome", "reason")  # fmt: skip
ELSEWHERE = "rest"
"""The inbox of what names no account; each account that is expected has an inbox of its own."""
INBOXES = (ELSEWHERE, *(f"box-{number}" for number in range(1, 9)))

FIXTURES = sorted(CASES.rglob("*.expected.json"))

_ENTRIES = """
SELECT e.inbox, e.id, e.time, e.channel, e.direction, e.agent, e.customer, e.conversation, e.name, e.declared, e.size,
  nullif(e.sha256, ''), nullif(e.md5, ''), CASE r.outcome WHEN 0 THEN 'delivered' WHEN 1 THEN 'blocked' ELSE 'failed' END, w.text
FROM entry e JOIN record r ON r.seq = e.seq LEFT JOIN word w ON w.code = r.reason ORDER BY e.seq"""
"""Entries as they were when they came, before any correction."""

_CORRECTIONS = "SELECT id, time_ms, entry, outcome, reason, deleted_ms FROM correction ORDER BY seq"


@pytest.mark.skipif(not FIXTURES, reason="the fixtures are not on this machine")
@pytest.mark.parametrize("expected", FIXTURES, ids=lambda path: str(path.relative_to(CASES))[: -len(".expected.json")])
def test_a_payload_gives_what_a_person_read_in_it(
    expected: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = json.loads(expected.read_text())
    source = expected.with_name(expected.name.removesuffix(".expected.json"))
    accounts = [account for account in dict.fromkeys(row["account"] for row in case["entries"]) if account is not None]
    boxes = dict(zip(accounts, INBOXES[1:], strict=False))
    words = _words(case, source, boxes, tmp_path)
    monkeypatch.setenv("OCC_MEDIA_ACTOR", "dana")
    store = tmp_path / "s.db"
    made_once("source cases", tmp_path, lambda: _fill(store))
    ingest = ["--store", str(store), "ledger", "ingest", *words, "--format", "json"]
    got, printed = run(ingest), capsys.readouterr()
    assert got == (3 if case["refused"] else 0), printed.out + printed.err
    summary = json.loads(printed.out)
    with closing(sqlite3.connect(store)) as connection:
        _compare_entries(connection, case, boxes)
        unknown = _compare_corrections(connection, case)
    counts = {name: summary[name] for name in ("duplicate", "refused", "skipped")}
    assert counts == {
        "duplicate": case["duplicates"], "refused": len(case["refused"]), "skipped": case["skipped"] + unknown
    }, printed.out  # fmt: skip
    assert run(ingest) == got
    again = json.loads(capsys.readouterr().out)
    assert (again["new"], again["refused"]) == (0, summary["refused"]), "a second run adds something"


def _fill(store: Path) -> None:
    with editing(at(store, explicit=True), STAMP) as editor:
        for name in INBOXES:
            editor.add_inbox(name)


def _words(case: dict[str, Any], source: Path, boxes: dict[str, str], folder: Path) -> list[str]:
    """The words behind `ledger ingest` for a fixture, which is skipped where nothing reads its platform yet."""
    kind = case["source"]
    if kind in MAPPED:
        mapping = MAPS / f"{kind}.toml"
        if not mapping.is_file():
            pytest.skip(f"{kind}: no mapping yet")
        words = ["ndjson", str(source), "--map", str(mapping)]
    elif kind in SOURCES:
        words = [kind, str(source)]
    else:
        pytest.skip(f"{kind}: no source yet")
    pairs = (f"{json.dumps(account)} = {json.dumps(box)}\n" for account, box in boxes.items())
    (folder / "accounts.toml").write_text("".join(["[map]\n", *pairs]))
    words += ["--inbox-map", str(folder / "accounts.toml"), "--inbox", ELSEWHERE]
    for key, value in case["options"].items():
        if key != "inbox":  # the inbox of the rest is that one
            words += [word for each in (value if isinstance(value, list) else [value]) for word in (OPTIONS[key], each)]
    return words


def _compare_entries(connection: sqlite3.Connection, case: dict[str, Any], boxes: dict[str, str]) -> None:
    found = {row[1]: (row[0], dict(zip(FIELDS, row[1:], strict=True))) for row in connection.execute(_ENTRIES)}
    by_place = list(found.values())
    assert len(found) == len(case["entries"]), f"entries: {list(found)}"
    for place, expected in enumerate(case["entries"]):
        free = expected.get("_free", ())
        box, row = by_place[place] if "id" in free else found[expected["id"]]
        judged = [name for name in FIELDS if name not in free]
        assert {name: _plain(row[name]) for name in judged} == {name: _plain(expected[name]) for name in judged}
        if "account" not in free:
            assert box == boxes.get(expected["account"], ELSEWHERE), f"the account of {expected['id']}"


def _plain(value: Any) -> Any:
    """A telephone number is the same with its + and without."""
    return value.removeprefix("+") if isinstance(value, str) else value


def _compare_corrections(connection: sqlite3.Connection, case: dict[str, Any]) -> int:
    """Compare; how many speak of an entry that is not there, so that nothing is recorded of them."""
    found = list(connection.execute(_CORRECTIONS))
    ids = [identity for (identity,) in connection.execute("SELECT id FROM entry ORDER BY seq")]
    wanted, unknown = [], 0
    for each in case["corrections"]:
        whole = each.get("corrects")
        entries = [
            identity for identity in ids if identity == whole or identity.endswith(f":{each.get('corrects_file')}")
        ]
        assert entries or each["if_known"], f"{each['id']} speaks of an entry that is not expected"
        unknown += not entries
        wanted += [
            (
                each["id"] if n == 1 else f"{each['id']}#{n}",
                times.parse(each["time"]),
                entry,
                each.get("outcome"),
                each.get("reason"),
                None,
            )
            for n, entry in enumerate(entries, start=1)
        ]
    assert sorted(map(repr, found)) == sorted(map(repr, wanted))
    return unknown
