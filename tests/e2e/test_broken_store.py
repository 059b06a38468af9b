"""A store whose bytes were changed at random: told as such, by every command, and never as a bug of the program."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from occ_media_cli.__main__ import run
from occ_media_cli.settings.editing import editing
from occ_media_cli.store.locate import at
from tests.e2e.conftest import Run
from tests.unit.ledger.conftest import STAMP

COMMANDS = (
    ["show"], ["history", "vip"], ["set", "vip", "--send", "off"], ["export"], ["store", "info"], ["hold", "list"],
    ["ledger", "verify"], ["ledger", "list", "--format", "csv"], ["ledger", "stats"], ["ledger", "checkpoint"],
    ["audit"], ["report", "shared"],
)  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_random_damage_is_no_bug(tmp_path: Path, seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    rng = random.Random(seed)
    path = tmp_path / "s.db"
    with editing(at(path, explicit=True), STAMP) as editor:
        for name in ("vip", "lab"):
            editor.add_inbox(name)
            editor.change(name, {"receive": False, "message": "Grüße"})
    whole = path.read_bytes()
    codes = set()
    for words in COMMANDS * 4:
        data = bytearray(whole)
        for _ in range(rng.choice((1, 20, 300))):
            data[rng.randrange(100 if rng.random() < 0.1 else len(data))] = rng.randrange(256)
        for side in ("-wal", "-shm"):
            path.with_name(path.name + side).unlink(missing_ok=True)
        path.write_bytes(data[: rng.randrange(len(data))] if rng.random() < 0.1 else data)
        code = run(["--store", str(path), *words])
        errors = capsys.readouterr().err
        assert code in {0, 1, 3, 10, 11}, (words, code, errors)
        codes.add(code)
    assert 10 in codes


def test_a_view_that_is_missing_while_a_hand_edit_waits_is_a_store_that_is_invalid(occ: Run, tmp_path: Path) -> None:
    occ("retention", "set", "default", "--remove-after", "30d", store="s.toml")
    connection = sqlite3.connect(tmp_path / "s.ledger.db")
    connection.execute("DROP VIEW policy")
    connection.close()
    with (tmp_path / "s.toml").open("a") as document:
        document.write('\n[[retention.rule]]\ncategory = "image"\nremove_after = "20d"\n')
    errors = occ("audit", "--rule", "past-retention", store="s.toml", code=10).err
    assert "view policy is missing" in errors
    assert "nothing was read" in errors
