"""A setting in the store that this program did not write is a damaged store, whatever stands there, and no bug."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.api import OccMedia
from occ_media_cli.errors import OccMediaError, StoreInvalid

TEXTS = {
    "deep": "[" * 50_000 + "]" * 50_000, "no JSON": "{", "number": "5", "no number": "NaN", "long": "9" * 100_000,
    "text": '"x"', "half": '"\\ud800"', "other shape": '{"a": 5}', "rows": "[5]", "empty": "{}",
}  # fmt: skip
ASKED: tuple[Callable[[OccMedia], Any], ...] = (
    lambda desk: desk.show(), lambda desk: desk.history(), lambda desk: desk.set("vip", {"receive": False}),
    lambda desk: desk.audit(verify=False), lambda desk: desk.rules.list(), lambda desk: desk.agents.list(),
    lambda desk: desk.retention.show(), lambda desk: desk.export(),
)  # fmt: skip


def altered(path: Path, table: str, text: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        if table == "config_version":
            for section in ("agents", "retention", "rules", "suppressions", "channels"):
                row = (section, 1, 1, text)
                connection.execute("INSERT OR REPLACE INTO config_version VALUES (?, ?, ?, ?)", row)
        else:
            connection.execute("UPDATE setting_version SET value = ?", (text,))
        for _, sql in triggers:
            connection.execute(sql)


@pytest.mark.parametrize("table", ["setting_version", "config_version"])
@pytest.mark.parametrize("name", TEXTS)
def test_an_altered_setting_is_a_damaged_store(tmp_path: Path, table: str, name: str) -> None:
    desk = OccMedia(tmp_path / "desk.db", actor="dana")
    desk.inboxes.add("vip")
    altered(tmp_path / "desk.db", table, TEXTS[name])
    told = []
    for ask in ASKED:
        try:
            ask(desk)
        except StoreInvalid as problem:
            told.append(problem.file)
        except OccMediaError as problem:
            pytest.fail(f"{type(problem)}: {problem}")
    assert told or name == "empty"
    assert set(told) <= {str(tmp_path / "desk.db")}
