"""Senders that a thread has sorted are counted like those that nobody sorted before, whatever happens meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from occ_media_cli.ledger import totals
from occ_media_cli.ledger.append import appender, count_aside
from occ_media_cli.ledger.verify.recompute import verify_ledger
from occ_media_cli.store.connect import transaction
from tests.unit.ledger.conftest import Ledger, row


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each question to the thread had an answer."""
    monkeypatch.setattr(count_aside, "SMALLEST", 1)
    given: list[bool] = []
    ask = count_aside.SendersAside.senders

    def asked(self: count_aside.SendersAside, places: tuple[int, int]) -> Any:
        rows = ask(self, places)
        given.append(rows is not None)
        return rows

    monkeypatch.setattr(count_aside.SendersAside, "senders", asked)
    return given


def rows(many: int) -> list[dict[str, Any]]:
    return [
        row(n, direction=("send", "receive")[n % 3 > 0], agent=f"a{n % 4}" if n % 3 == 0 and n % 2 else None,
            customer=(f"c{n % 5}", None, f"d{n % 3}", "")[n % 4], inbox=("vip", "lab")[n % 7 > 2],
            outcome=("delivered", "blocked", "failed")[n % 11 % 3])
        for n in range(many)
    ]  # fmt: skip


def test_senders_sorted_beside_are_what_a_verification_counts(ledger: Ledger, answers: list[bool]) -> None:
    ledger.ingest(*rows(100), commit_every=7)
    ledger.ingest(*rows(150))
    assert answers == [True, True]
    senders = dict(ledger.all("SELECT direction || ' ' || coalesce(sender, '-'), files FROM sender"))
    assert len(senders) > 8
    assert senders["send a1"] == sum(
        r["direction"] == "send" and r["agent"] == "a1" and r["outcome"] == "delivered" for r in rows(150)
    )
    assert verify_ledger(ledger.connection).intact


def test_an_answer_that_came_too_late_is_not_used(
    ledger: Ledger, answers: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = appender.Appender.begin

    def after_another(self: appender.Appender) -> None:
        with transaction(self.connection):
            totals.catch_up(self.connection)
        begin(self)

    monkeypatch.setattr(appender.Appender, "begin", after_another)
    ledger.ingest(*rows(40))
    assert answers == []  # all is counted already
    monkeypatch.setattr(appender.Appender, "begin", begin)
    ledger.ingest(*rows(60))
    assert answers == [True]
    assert verify_ledger(ledger.connection).intact


def test_a_thread_that_cannot_work_is_no_loss(
    ledger: Ledger, answers: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(count_aside, "connect", refuse)
    ledger.ingest(*rows(40))
    assert answers == [False]
    assert verify_ledger(ledger.connection).intact
