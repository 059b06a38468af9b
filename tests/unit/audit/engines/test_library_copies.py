"""The copy of `library_allowed`: over a document that was edited by hand and not recorded yet, too."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from occ_media_cli import times
from occ_media_cli.api import OccMedia
from occ_media_cli.audit.engines.sqlite import prepared
from occ_media_cli.store.open import reading

HOUR = 3_600_000
ASKED = "SELECT DISTINCT inbox_id FROM library_allowed WHERE from_ms <= :now_ms AND to_ms > :now_ms ORDER BY inbox_id"


@pytest.mark.parametrize("edited", [False, True])
def test_a_tag_in_an_edited_document_counts_from_the_edit_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edited: bool
) -> None:
    start = times.wall() - 100 * HOUR
    monkeypatch.chdir(tmp_path)
    Path("t.txt").write_text("Prices\n", encoding="utf-8")
    desk = OccMedia("s.toml", actor="dana", now=start)
    desk.inboxes.add("vip", tags=["retail"])
    desk.inboxes.add("lab")
    desk.library.propose("t.txt", "prices", "1", tags=["retail"])
    OccMedia("s.toml", actor="sam", now=start + HOUR).library.approve("prices")
    text = Path("s.toml").read_text(encoding="utf-8")
    at = times.wall() - 10 * HOUR
    if edited:
        Path("s.toml").write_text(text.replace("[inboxes.lab]", '[inboxes.lab]\ntags = ["retail"]'), encoding="utf-8")
        assert "tags" in Path("s.toml").read_text(encoding="utf-8").partition("[inboxes.lab]")[2]
        os.utime("s.toml", (at / 1000, at / 1000))
    now = times.wall()
    with reading(desk.location) as store, prepared(store, now) as source:
        numbers = {name: number for number, name in source.query("SELECT id, name FROM inbox", {})}
        for moment in (now, start + 2 * HOUR):
            found = {row[0] for row in source.query(ASKED, {"now_ms": moment})}
            both = edited and moment == now
            assert found == ({numbers["vip"], numbers["lab"]} if both else {numbers["vip"]})
