"""Reports read totals that an ingest keeps; here every text over totals is held to the portable one over entries.

The ledgers come in by the real way: rows, repeats, corrections, deletions and erasures in random order, some of them
late, with rules and holds on top.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli import times
from occ_media_cli.audit import reports
from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.audit.engines import sqlite
from occ_media_cli.audit.reports import attempts, coverage, retention, senders, shared, sizes, storage
from occ_media_cli.ledger import totals
from occ_media_cli.ledger.append.appender import Appender
from occ_media_cli.ledger.sources import Context, Options, reader
from occ_media_cli.ledger.totals import REST
from occ_media_cli.ledger.verify.projections import Projection
from occ_media_cli.ledger.verify.recompute import verify_ledger
from occ_media_cli.retention import retention_rows as retained
from occ_media_cli.settings.editing import editing
from occ_media_cli.store import chain
from occ_media_cli.store.locate import at
from occ_media_cli.store.open import changing, reading
from tests.unit.audit.build import Run

RETENTION = Projection(retained.KINDS, retained.TABLES, retained.apply)
DAY = 86_400_000
BASE = times.parse("2026-03-01")
PAIRS = {
    "shared": (shared.ALL, shared.ALL_TUNED),
    "attempts": (attempts.SQL.format(inside=""), attempts.TUNED),
    "days of attempts": (attempts.DAYS.format(inside=""), attempts.DAYS_TUNED),
    "senders": (senders.SQL.format(inside=""), senders.TUNED),
    "senders of a period": (senders.SQL.format(inside=""), senders.PERIOD),
    "storage": (storage.SQL.format(inside=""), storage.TUNED),
    "stored": (storage.STORED.format(inside=""), storage.STORED_TUNED),
    "copies": (storage.COPIES.format(inside=""), storage.COPIES_TUNED),
    "coverage": (coverage.NO_SCANS.format(inside=""), coverage.NO_SCANS_TUNED),
    "retention": retention.texts(),
    "retention by totals": retention.texts(totals=True),
}
WHOLE = {"senders of a period"}


def content(number: int) -> str:
    return sha256(b"%d" % number).hexdigest()


def lines(rng: random.Random, many: int) -> Iterator[dict[str, Any]]:
    """Entries, and corrections of entries before."""
    ids: list[str] = []
    for number in range(many):
        when = BASE + rng.choice((0, 0, 0, -170, -40, 15)) * DAY + number * DAY // 7
        when += rng.choice((0, 1, -1, rng.randrange(DAY)))
        if ids and rng.random() < 0.3:
            yield {
                "id": f"c{number}", "time": when, "corrects": rng.choice(ids),
                **rng.choice((
                    {"outcome": rng.choice(("delivered", "blocked", "failed"))}, {"size": rng.randrange(9_000)},
                    {"deleted": when}, {"detected": rng.choice(("image/png", "application/pdf", "text/x-odd"))},
                    {"sha256": content(rng.randrange(4))}, {"reason": "later"},
                )),
            }  # fmt: skip
            continue
        ids.append(f"e{number}")
        yield {
            "id": ids[-1], "time": when, "inbox": rng.choice(("vip", "sales")),
            "direction": rng.choice(("send", "receive")), "name": rng.choice(("a.jpg", "b.pdf", "c", "d.exe", "e.PDF")), "agent": rng.choice((None, "ann", "bob")),
            "customer": rng.choice((None, "", "c1", "c2", "c3", "491512345678", "+49 151 2345678")), "conversation": rng.choice((None, "k1")), "size": rng.choice((None, 0, rng.randrange(9_000))),
            "sha256": rng.choice((None, content(rng.randrange(4)), content(number + 9))),
            "detected": rng.choice((None, None, "image/jpeg", "application/zip")),
            "outcome": rng.choice(("delivered", "delivered", "delivered", "blocked", "failed")),
            "reason": rng.choice((None, "too big", "media-off")), "message": rng.choice((None, None, "Sorry.")),
        }  # fmt: skip


def make(folder: Path, run: Run, seed: int) -> tuple[Path, int]:
    """A store with everything in it, and the moment of the report."""
    rng = random.Random(seed)
    store = folder / "s.db"
    stamp = chain.Stamp(BASE - 90 * DAY, BASE, "t", "t", "t", "t")
    with editing(at(store, explicit=True), stamp, first_inbox=False) as editor:
        for name in ("vip", "sales"):
            editor.add_inbox(name)
            editor.stamp = chain.Stamp(BASE + rng.randrange(30) * DAY, BASE, "t", "t", "t", "t")
            editor.change(name, {"receive": False, "message": f"{name} is closed"}, backdate="test")
        rules: list[dict[str, Any]] = []
        for length in rng.sample((0, 1, 7, 20, 30, 45, 60, 90, 200), rng.randrange(5)):
            rule: dict[str, Any] = {"remove_after": f"{length}d", "remove_after_ms": length * DAY}
            if rng.random() < 0.2:
                rule = {"remove_after": "12h", "remove_after_ms": DAY // 2}
            rule |= rng.choice(({}, {"inbox": "vip"}, {"category": "image"}, {"inbox": "sales", "direction": "send"}))
            rules.append(rule)
        # Stores of before have rules that no command takes any more, such as two of one scope, or one of no days.
        body = {"section": "retention", "version": 1, "value": rules}
        editor.record(chain.Event("config", body, editor.stamp.now))
    source = folder / "rows.ndjson"
    written = [json.dumps(row) + "\n" for row in lines(rng, 120)]
    early = rng.choice((60, 120))
    source.write_text("".join(written[:early]))
    assert run("--quiet", "--store", str(store), "ledger", "ingest", "ndjson", str(source))[0] in (0, 3)
    if early < 120 and all(rule.get("inbox") != "sales" for rule in rules):
        with editing(at(store, explicit=True), stamp, first_inbox=False) as editor:  # another inbox of that name
            editor.stamp = chain.Stamp(BASE + 40 * DAY, BASE, "t", "t", "t", "t")
            editor.remove_inbox("sales")
            editor.add_inbox("sales")
    source.write_text("".join(written))
    for _ in range(2):
        assert run("--quiet", "--store", str(store), "ledger", "ingest", "ndjson", str(source))[0] in (0, 3)
    for number in range(rng.randrange(4)):
        scope = rng.choice((
            ["--inbox", "vip"], ["--customer", "c1"], ["--entry", "e0"], ["--conversation", "k1", "--inbox", "sales"],
            ["--customer", "c2"], ["--customer", "c3", "--since", "2026-03-04T12:00:00Z"],
            ["--customer", "tel:+491512345678"],
            ["--customer", "c1", "--conversation", "k1", "--until", "2026-03-10"],
            ["--since", "2026-03-02", "--until", "2026-03-09"],
            ["--inbox", "sales", "--since", "2026-03-02T07:00:00.001Z", "--until", "2026-03-09T12:00:00Z"],
        ))  # fmt: skip
        assert run("--store", str(store), "hold", "add", "--name", f"h{number}", *scope, "--reason", "case")[0] == 0
    if rng.random() < 0.5:
        assert run("--store", str(store), "ledger", "erase", "--customer", "c2", "--reason", "asked")[0] in (0, 1, 13)
    now = BASE + rng.randrange(5, 60) * DAY + rng.choice((0, 1, DAY - 1, rng.randrange(DAY)))
    return store, now


WITHOUT_SIZE = {"shared": (5, shared.WITHOUT_SIZE), "storage": (4, storage.WITHOUT_SIZE),
    "stored": (1, storage.STORED_WITHOUT_SIZE),
                "senders": (2, senders.WITHOUT_SIZE)}  # fmt: skip
"""How many cells are the key of a row, and how the files of unknown size are counted."""


def said(name: str, rows: Iterator[Sequence[Any]]) -> Any:
    """The rows of a text, without what texts for the same question may do differently."""
    if name.startswith("retention"):
        return tuple(map(dict, retention.folded(rows)))
    return sorted((tuple(row) for row in rows), key=str)


@pytest.mark.parametrize("seed", range(12))
def test_totals_say_what_entries_say(tmp_path: Path, run: Run, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(totals, "LAG", (1, 3, 10**9)[seed % 3])  # never counted at the end, sometimes, always
    store, now = make(tmp_path, run, seed)
    with reading(at(store, explicit=True)) as opened:
        assert verify_ledger(opened.ledger, projections=[RETENTION]).intact
    periods = (AuditScope(now), AuditScope(now, since=BASE + 3 * DAY + 5, until=BASE + 9 * DAY + 77))
    with reading(at(store, explicit=True)) as opened, sqlite.prepared(opened, now) as source:
        for scope in periods:
            values = retention.parameters(scope)
            for name, (portable, tuned) in PAIRS.items():
                if scope.since is not None and name not in WHOLE:
                    continue
                expected = said(name, source.query(portable, values))
                found: Iterable[Sequence[Any]] = source.query(portable, values, tuned)
                if name in WITHOUT_SIZE:  # totals do not have it
                    found = sizes.count_unsized(source, found, *WITHOUT_SIZE[name], values)
                assert said(name, iter(found)) == expected, name


def test_reports_are_right_while_totals_lag_behind(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Senders and contents are counted now and then, and what is not counted yet is counted by the report."""
    store, now = make(tmp_path, run, 3)
    more = tmp_path / "more.ndjson"
    more.write_text(
        "".join(
            json.dumps({"id": f"m{n}", "time": BASE, "inbox": "vip", "direction": "receive", "name": "a.jpg",
                        "customer": "c3", "size": 7, "sha256": content(1)}) + "\n" for n in range(50)
        )
    )  # fmt: skip
    stamp = chain.Stamp(BASE, BASE, "t", "t", "t", "t")
    with changing(at(store, explicit=True), stamp) as opened, Appender(opened.ledger, "ndjson") as appender:
        for batch in reader("ndjson")(str(more), Options(), Context(appender.inboxes, opened.ledger)):
            appender.append_batch(batch)

    def answers() -> list[Any]:
        with reading(at(store, explicit=True)) as opened:
            assert verify_ledger(opened.ledger, projections=[RETENTION]).intact
        with reading(at(store, explicit=True)) as opened, sqlite.prepared(opened, now) as source:
            return [reports.build(name, source, AuditScope(now)).rows for name in ("senders", "storage")]

    def uncounted() -> int:
        with reading(at(store, explicit=True)) as opened:
            return int(opened.ledger.execute(f"SELECT count(*) FROM record r WHERE {REST}").fetchone()[0])

    lagging = answers()
    assert uncounted() == 50
    monkeypatch.setattr(totals, "LAG", 10**9)
    assert run("--quiet", "--store", str(store), "ledger", "ingest", "ndjson", str(more))[0] == 0
    assert uncounted() == 0
    assert answers() == lagging


@pytest.mark.parametrize("border", [["--since"], ["--until"]])
def test_a_hold_that_begins_or_ends_within_a_day_reaches_a_part_of_it(
    tmp_path: Path, run: Run, border: list[str]
) -> None:
    """A day of the totals is held as a whole or looked at; what was shared on the other side of the border is not held."""
    store, now = make(tmp_path, run, 1)
    noon = BASE + 3 * DAY + DAY // 2
    rows = tmp_path / "noon.ndjson"
    rows.write_text("".join(
        json.dumps({"id": f"n{step}", "time": noon + step, "inbox": "vip", "direction": "send", "name": "a.jpg",
                    "size": 7, "sha256": content(step + 9)}) + "\n" for step in (-DAY // 4, -1, 0, DAY // 4)
    ))  # fmt: skip
    assert run("--quiet", "--store", str(store), "ledger", "ingest", "ndjson", str(rows))[0] == 0

    def held() -> int:
        with reading(at(store, explicit=True)) as opened, sqlite.prepared(opened, now) as source:
            values = retention.parameters(AuditScope(now))
            portable, tuned = retention.texts(totals=True)
            expected = said("retention", source.query(portable, values))
            assert said("retention", source.query(portable, values, tuned)) == expected
            return sum(numbers[0] for (state, *_), numbers in expected[0].items() if state == "held")

    scope = ["--inbox", "vip", *border, times.text(noon)]
    before = held()
    assert run("--store", str(store), "hold", "add", "--name", "noon", *scope, "--reason", "case")[0] == 0
    assert held() > before
