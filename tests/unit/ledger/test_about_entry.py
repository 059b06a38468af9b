"""Everything that is known of an entry: the switch that decided it is told by the change that made it so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from occ_media_cli.__main__ import run
from occ_media_cli.ledger.ingest import ingest
from occ_media_cli.settings.editing import editing
from occ_media_cli.store.chain import Stamp
from occ_media_cli.store.locate import at
from occ_media_cli.store.open import changing
from occ_media_cli.times import parse
from tests.unit.ledger.conftest import row

START = "2026-01-01T00:00:00.000Z"
OFF = "2026-02-01T00:00:00.000Z"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    place = at(tmp_path / "s.db", explicit=True)

    def stamp(moment: str, actor: str) -> Stamp:
        return Stamp(parse(moment), parse("2026-03-10"), actor, "os", "host", "test")

    with editing(place, stamp(START, "dana")) as editor:
        editor.add_inbox("vip")
    for moment, actor, change, why in (
        (OFF, "amy", {"send": False}, "asked"), ("2026-02-10", "bob", {"quota": "5 MB"}, "space"),
    ):  # fmt: skip
        with editing(place, stamp(moment, actor)) as editor:
            editor.change("vip", change, reason=why)
    with editing(place, stamp("2026-01-15", "sam")) as editor:
        editor.change("vip", {"message": "Mail us."}, backdate="forgotten")
    source = tmp_path / "rows.ndjson"
    rows = [row(1, direction="send"), row(2), row(3, direction="send", time="2026-01-20T00:00:00Z"),
            row(4, time="2025-01-01T00:00:00Z")]  # fmt: skip
    source.write_text("".join(json.dumps(each) + "\n" for each in rows))
    with changing(place, stamp("2026-03-05", "dana")) as opened:
        ingest(opened.ledger, "ndjson", str(source))
    return tmp_path / "s.db"


@pytest.mark.parametrize(
    ("entry", "version", "told", "line"),
    [
        ("wamid.1", 6, ("send", OFF, 2, "amy", OFF, "asked"), f"send off          from {OFF}, version 2, by amy: asked"),
        ("wamid.2", 6, ("receive", START, 1, "dana", START, None), f"receive on        from {START}, version 1, by dana"),
        ("wamid.3", 4, ("send", START, 1, "dana", START, None), f"send on           from {START}, version 1, by dana"),
    ],
)  # fmt: skip
def test_the_switch_that_decided_is_told_by_who_turned_it(
    store: Path, capsys: pytest.CaptureFixture[str], entry: str, version: int, told: tuple[object, ...], line: str
) -> None:
    assert run(["--store", str(store), "ledger", "show", entry, "--format", "json"]) == 0
    (setting,) = json.loads(capsys.readouterr().out)["setting"]
    assert setting["version"] == version
    names = ("switch", "switch_from", "switch_version", "actor", "set", "reason")
    assert tuple(setting[name] for name in names) == told
    assert run(["--store", str(store), "ledger", "show", entry]) == 0
    said = capsys.readouterr().out
    assert line in said.splitlines()
    assert "sam" not in said


def test_an_entry_before_the_first_version_has_no_switch(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--store", str(store), "ledger", "show", "wamid.4"]) == 0
    said = capsys.readouterr().out
    assert "none: the entry is older than the inbox's first version" in said
    assert "receive o" not in said
