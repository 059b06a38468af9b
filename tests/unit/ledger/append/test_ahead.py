"""Work done ahead in another process: the same pieces in the same order, whatever becomes of that process."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from occ_media_cli.ledger.append import ahead
from occ_media_cli.ledger.append.columns import packed, unpacked
from tests.unit.ledger.conftest import Ledger, row

MANY = 40


def pieces(many: int = MANY) -> Iterator[bytes]:
    for number in range(many):
        yield b"%d" % number * 50_000  # more than a pipe holds


def upper(piece: bytes) -> tuple[int, int, bytes]:
    return os.getpid(), len(piece), piece[:3]


def children() -> set[int]:
    return {int(pid) for pid in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()}


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "two_processors", lambda: hasattr(os, "fork"))


def test_pieces_come_in_order_each_with_its_own_answer() -> None:
    before = children()
    found = list(ahead.work_ahead(pieces(), upper, bytes))
    assert [piece for piece, _ in found] == list(pieces())
    assert [answer for _, answer in found[: ahead.BEGIN]] == [None] * ahead.BEGIN
    rest = found[ahead.BEGIN :]
    assert [answer[1:] for _, answer in rest] == [upper(piece)[1:] for piece, _ in rest]
    assert os.getpid() not in {answer[0] for _, answer in rest}
    assert children() == before


def test_a_process_that_dies_costs_nothing_but_time() -> None:
    before = children()
    found = []
    for number, (piece, answer) in enumerate(ahead.work_ahead(pieces(), upper, bytes)):
        if number == ahead.BEGIN + 3:
            os.kill(answer[0], signal.SIGKILL)
        found.append((piece, answer))
    assert [piece for piece, _ in found] == list(pieces())
    assert found[-1][1] is None
    assert children() == before


def test_work_that_fails_is_left_to_the_caller() -> None:
    def work(piece: bytes) -> int:
        if piece.startswith(b"20"):
            raise ValueError("a bug")
        return len(piece)

    found = list(ahead.work_ahead(pieces(), work, bytes))
    assert [piece for piece, _ in found] == list(pieces())
    assert found[ahead.BEGIN][1] is not None
    assert found[20][1] is None


def test_a_caller_that_stops_early_leaves_no_process_behind() -> None:
    before = children()
    stream = ahead.work_ahead(pieces(), upper, bytes)
    for _ in range(ahead.BEGIN + 2):
        next(stream)
    assert children() != before
    stream.close()
    assert children() == before


def test_short_streams_need_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("forked"))
    assert [answer for _, answer in ahead.work_ahead(pieces(ahead.BEGIN), upper, bytes)] == [None] * ahead.BEGIN


def test_prepared_rows_survive_the_way_through_a_pipe(ledger: Ledger) -> None:
    from occ_media_cli.ledger.append.appender import Appender
    from occ_media_cli.ledger.entry import EntryRow

    rows = [
        EntryRow(**{**row(1), "sha256": "AB" * 32, "agent": None, "path": None, "message": "No.", "conversation": ""}),
        EntryRow(**{**row(2), "size": None, "sha256": None, "name": "Ünïcode\n.PDF", "customer": None}),
    ]
    with Appender(ledger.connection, "ndjson") as appender:
        appender.begin()
        made = appender.preparer.prepare(rows)
    again = unpacked(packed(made))
    for name in made.__slots__:
        first, second = getattr(made, name), getattr(again, name)
        assert list(first) == list(second) if hasattr(first, "__iter__") else first == second, name


def test_an_ingest_with_help_makes_the_ledger_that_one_without_makes(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every block goes through the other process, some of them with a row that only the careful way takes."""
    monkeypatch.setattr(ahead, "BEGIN", 0)
    monkeypatch.setattr("occ_media_cli.ledger.sources.streams.BLOCK", 4_000)
    rows = [row(number) for number in range(1, 600)]
    rows[100] = row(50)  # a repeat
    rows[200] = {**row(201), "inbox": "nowhere"}
    rows[300] = {**row(301), "deleted": "2026-03-01"}
    summary = ledger.ingest(*rows)
    assert (summary.counts.new, summary.counts.duplicate, summary.counts.refused) == (597, 1, 1)
    assert ledger.ingest(*rows).counts.duplicate == 598
    assert ledger.one("SELECT count(*) FROM entry") == 597
