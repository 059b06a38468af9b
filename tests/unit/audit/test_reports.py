"""The reports, held to plain sums over random ledgers, and their tuned texts to their portable ones."""

from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli import times
from occ_media_cli.__main__ import run as run_command
from occ_media_cli.audit import population, reports, sql
from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.audit.engines import sqlite
from occ_media_cli.audit.reports import attempts, coverage, retention, senders, settings, shared, sizes, storage
from occ_media_cli.audit.reports.answer import inside
from occ_media_cli.ledger.dictionary import Words
from occ_media_cli.ledger.removed import removed
from occ_media_cli.report.blocks import Calendar
from occ_media_cli.report.formats.figure_tables import lanes_table
from occ_media_cli.report.formats.web.figures import lanes as web_lanes
from occ_media_cli.report.lanes import Lanes
from occ_media_cli.store.locate import Location
from occ_media_cli.store.open import changing, reading
from tests.unit.audit.build import Ledger, Run, stamp
from tests.unit.audit.oracle import Oracle
from tests.unit.audit.rows import NOW, Case, database
from tests.unit.audit.rule_cases import CASES
from tests.unit.audit.world import DAY, Maker, World
from tests.unit.ledger.recount import recount


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Location]:
    maker = Maker(tmp_path_factory.mktemp("tables") / "s.db", 5, 300)
    return maker.make(), maker.location


def answer(made: tuple[World, Location], name: str, **scope: Any) -> Any:
    world, location = made
    with reading(location) as store, sqlite.prepared(store, world.now) as source:
        return reports.build(name, source, AuditScope(world.now, **scope))


def test_the_list_names_every_file() -> None:
    names = {file.name.removesuffix(".py") for file in files(reports).iterdir() if file.name.endswith(".py")}
    parts = {"__init__", "answer", "attempts_people", "empty_cells", "library_outside", "sizes"}
    assert names - parts == set(reports.TABLES)


WITHOUT_SIZE = {
    shared.ALL: (5, shared.WITHOUT_SIZE),
    storage.SQL.format(inside=""): (4, storage.WITHOUT_SIZE),
    storage.STORED.format(inside=""): (1, storage.STORED_WITHOUT_SIZE),
    senders.SQL.format(inside=""): (2, senders.WITHOUT_SIZE),
}
"""By portable text: how many cells are the key of a row, and how the files of unknown size are counted."""


@pytest.mark.parametrize(
    ("portable", "tuned"),
    [
        (shared.ALL, shared.ALL_TUNED),
        (storage.SQL.format(inside=""), storage.TUNED),
        (storage.STORED.format(inside=""), storage.STORED_TUNED),
        (storage.COPIES.format(inside=""), storage.COPIES_TUNED),
        (senders.SQL.format(inside=""), senders.TUNED),
        (senders.SQL.format(inside=""), senders.PERIOD),
        (coverage.NO_SCANS.format(inside=""), coverage.NO_SCANS_TUNED),
        retention.texts(),
        retention.texts(totals=True),
        (attempts.SQL.format(inside=""), attempts.TUNED),
        (attempts.DAYS.format(inside=""), attempts.DAYS_TUNED),
        (population.PORTABLE, population.TUNED),
        (population.SPAN, population.SPAN_TUNED),
    ],
)
def test_a_tuned_text_gives_what_the_portable_one_gives(
    made: tuple[World, Location], portable: str, tuned: str
) -> None:
    world, location = made
    with reading(location) as store, sqlite.prepared(store, world.now) as source:
        values = retention.parameters(AuditScope(world.now))  # those of every report, and its own
        plain, fast = ([tuple(row) for row in source.query(portable, values, text)] for text in (None, tuned))
        if portable in WITHOUT_SIZE:  # totals do not have it
            fast = sizes.count_unsized(source, fast, *WITHOUT_SIZE[portable], values)
        assert len(plain) > 0
        if portable == retention.texts()[0]:  # its texts may give the days apart
            assert retention.folded(plain) == retention.folded(fast)
        else:
            assert sorted(plain, key=str) == sorted(fast, key=str)


def test_shared_by_whole_days_is_the_same_from_totals_and_from_entries(made: tuple[World, Location]) -> None:
    since, until = 1_770_000_000_000 - 1_770_000_000_000 % DAY, 1_777_000_000_000 - 1_777_000_000_000 % DAY
    by_totals = answer(made, "shared", since=since, until=until)
    by_entries = answer(made, "shared", since=since, until=until, inboxes=tuple(made[0].names.values()))
    assert by_totals.totals == by_entries.totals
    expected = [e for e in made[0].entries if e["outcome"] == "delivered" and since <= e["time"] < until]
    assert by_totals.totals == {
        "files": len(expected), "bytes": sum(e["size"] or 0 for e in expected),
        "without_size": sum(e["size"] is None for e in expected),
    }  # fmt: skip


def test_storage_counts_what_is_stored_and_what_is_there_again(made: tuple[World, Location]) -> None:
    found = answer(made, "storage")
    stored = [e for e in made[0].entries if e["outcome"] == "delivered" and e["deleted"] is None]
    assert found.totals["files"] == len(stored)
    assert found.totals["bytes"] == sum(e["size"] or 0 for e in stored)
    copies = Counter(e["sha256"] for e in stored if e["sha256"])
    expected = Counter(many for many in copies.values() if many > 1)
    assert {row["times"]: row["contents"] for row in found.totals["copies"]} == dict(expected)
    assert sum(row["copies"] for row in found.totals["copies"]) == sum(many - 1 for many in copies.values())


def test_attempts_are_all_that_was_not_delivered(made: tuple[World, Location]) -> None:
    found = answer(made, "attempts")
    refused = [e for e in made[0].entries if e["outcome"] != "delivered"]
    assert found.totals["attempts"] == len(refused) == sum(row[0] for row in found.rows)
    assert found.totals["by_customers"] == sum(e["direction"] == "receive" for e in refused)


def test_senders_are_counted_by_kind(made: tuple[World, Location]) -> None:
    found = answer(made, "senders")
    sent = Counter(e["agent"] for e in made[0].entries if e["outcome"] == "delivered" and e["direction"] == "send")
    came = Counter(
        e["customer"] for e in made[0].entries if e["outcome"] == "delivered" and e["direction"] == "receive"
    )
    assert {row[1]: row[2] for row in found.rows if row[0] == "agent"} == dict(sent)
    assert {row[1]: row[2] for row in found.rows if row[0] == "customer"} == dict(came)
    for kind, way, key in (("agent", "send", "agent"), ("customer", "receive", "customer")):
        for _, sender, _, _, inbox, first, last, _ in (row for row in found.rows if row[0] == kind):
            tried = [e for e in made[0].entries if e["direction"] == way and e[key] == sender]
            names = {made[0].names[e["inbox"]] for e in tried}
            assert inbox == (names.pop() if len(names) == 1 else None)
            times_ = [e["time"] for e in tried]
            assert (first, last) == (times.text(min(times_)), times.text(max(times_)))


def test_retention_and_coverage_count_every_stored_or_delivered_file_once(made: tuple[World, Location]) -> None:
    delivered = [e for e in made[0].entries if e["outcome"] == "delivered"]
    assert sum(row[3] for row in answer(made, "retention").rows) == sum(e["deleted"] is None for e in delivered)
    found = answer(made, "coverage")
    assert found.totals["files"] == len(delivered)
    assert sum(row[4] for row in found.rows) == found.totals["files"] - found.totals["clean"] - found.totals["infected"]


def state(oracle: Oracle, entry: dict[str, Any]) -> tuple[str, int | None]:
    """What a retention report says of a stored file, and the day on which it may go, worked out without SQL."""
    now = oracle.world.now
    if any(oracle.holds_now(hold, entry) for hold in oracle.world.holds):
        return "held", None
    if entry["sha256"] is None or entry["size"] is None:
        return "no hash", None
    if entry["time"] > now:
        return "unknown age", None
    wait = oracle.wait(entry)
    if wait is None:
        return "no rule", None
    due = entry["time"] + wait
    if due <= now:
        return "due" if due // DAY == now // DAY else "overdue", due // DAY
    near = next((days for days in (30, 60, 90) if due <= now + days * DAY), None)
    return f"next {near}d" if near else "later", due // DAY


@pytest.mark.parametrize("seed", range(6))
def test_retention_says_of_every_file_what_a_plain_computation_says(tmp_path: Path, seed: int) -> None:
    maker = Maker(tmp_path / "s.db", 40 + seed, 150)
    world = maker.make()
    found = answer((world, maker.location), "retention")
    oracle = Oracle(world, [])
    stored = [e for e in world.entries if e["outcome"] == "delivered" and e["deleted"] is None]
    said = [(state(oracle, entry), entry) for entry in stored]
    files, sizes = Counter(s for (s, _), _ in said), Counter[str]()
    for (name, _), entry in said:
        sizes[name] += entry["size"] or 0
    assert {name: n["files"] for name, n in found.totals.items() if name != "days" and n["files"]} == dict(files)
    assert {name: n["bytes"] for name, n in found.totals.items() if name != "days"} == {
        name: sizes[name] for name in retention.STATES
    }
    shown = [block for block in found.blocks if isinstance(block, Calendar)]
    days = Counter(day for (_, day), _ in said if day is not None)
    if not days:
        assert shown == []
        return
    (calendar,) = shown
    first, last = calendar.first // DAY, calendar.first // DAY + 7 * calendar.weeks
    assert {day // DAY: amount.files for day, amount in calendar.days.items()} == {
        day: number for day, number in days.items() if first <= day < last
    }
    assert calendar.before.files == sum(number for day, number in days.items() if day < first)
    assert calendar.after.files == sum(number for day, number in days.items() if day >= last)
    assert (first + 3) % 7 == 0  # a Monday
    assert calendar.first <= calendar.today < calendar.first + (retention.PAST_WEEKS + 1) * 7 * DAY
    assert last * DAY > world.now + 90 * DAY >= (last - 7) * DAY
    assert [row["files"] for row in found.totals["days"]] == [calendar.days[day].files for day in sorted(calendar.days)]


def test_the_states_of_retention_begin_and_end_at_their_milliseconds(ledger: Ledger) -> None:
    now = "2026-11-24T10:00:00.000Z"
    ledger.inbox("vip", "2026-01-01")
    ledger.section("retention", [{"remove_after": "100d", "remove_after_ms": 100 * DAY}])
    edges = {
        "overdue": ("2026-11-23T23:59:59.999Z",), "due": ("2026-11-24T00:00:00.000Z", now),
        "next 30d": ("2026-11-24T10:00:00.001Z", "2026-12-24T10:00:00.000Z"),
        "next 60d": ("2026-12-24T10:00:00.001Z", "2027-01-23T10:00:00.000Z"),
        "next 90d": ("2027-01-23T10:00:00.001Z", "2027-02-22T10:00:00.000Z"),
        "later": ("2027-02-22T10:00:00.001Z", "2027-03-04T10:00:00.000Z"),
    }  # fmt: skip
    for due in [moment for moments in edges.values() for moment in moments]:
        ledger.entry("vip", times.text(times.parse(due) - 100 * DAY), sha256=due)
    ledger.entry("vip", "2026-11-24T10:00:00.001Z", sha256="future")
    ledger.entry("vip", "2026-01-01", size=None, sha256="no size")
    ledger.entry("vip", "2026-01-01")
    with ledger.source(now) as source:
        found = reports.build("retention", source, AuditScope(times.parse(now)))
    assert {name: n["files"] for name, n in found.totals.items() if name != "days" and n["files"]} == {
        **{name: len(moments) for name, moments in edges.items()}, "unknown age": 1, "no hash": 2,
    }  # fmt: skip
    assert found.answer == (
        "3 files due, 3.0 kB; 0 held, 3 without hash, size or age, 0 without a rule, at 2026-11-24T10:00:00.000Z"
    )


@pytest.mark.parametrize("case", [case for case in CASES if case.rule == "past-retention"], ids=str)
def test_the_report_and_the_rule_agree_about_what_is_due_and_what_is_held(case: Case) -> None:
    stored = [{**row, "sha256": "aa", "size": 1} for row in case.rows["entry"]]
    connection = database({**case.rows, "entry": stored})
    values = retention.parameters(AuditScope(NOW))
    text, _ = retention.texts()
    known = {name: values[name] for name in sql.parameters(text)}
    states = Counter[str]()
    for row in connection.execute(text, known):
        states[row[2]] += row[4]
    assert states["overdue"] + states["due"] == len(case.expected)
    if case.rows["hold"] and not case.expected:
        assert states["held"] == 1


@pytest.mark.parametrize("seed", range(12))
def test_both_texts_of_retention_agree_in_every_period(tmp_path: Path, seed: int) -> None:
    maker = Maker(tmp_path / "s.db", 100 + seed, 80)
    world = maker.make()
    moments = sorted(entry["time"] for entry in world.entries)
    names = tuple(world.names.values())
    with reading(maker.location) as store, sqlite.prepared(store, world.now) as source:
        for since, until, inboxes in (
            (None, None, ()), (moments[20], moments[60], ()), (moments[5], None, names[:1]), (None, moments[70], names),
        ):  # fmt: skip
            scope = AuditScope(world.now, since, until, inboxes)
            values, (portable, tuned) = retention.parameters(scope), retention.texts(inside(source, scope))
            found = [
                sorted((tuple(row) for row in source.query(portable, values, text)), key=str) for text in (None, tuned)
            ]
            assert found[0] == found[1]
            stored = [e for e in world.entries if e["outcome"] == "delivered" and e["deleted"] is None
                      and (not inboxes or world.names[e["inbox"]] in inboxes) and (since is None or since <= e["time"]) and (until is None or e["time"] < until)]  # fmt: skip
            assert sum(row[4] for row in found[0]) == len(stored)


def test_retention_counts_what_corrections_came_to(ledger: Ledger) -> None:
    ledger.inbox("vip", "2026-01-01")
    ledger.section("retention", [{"category": "image", "remove_after": "1d", "remove_after_ms": DAY}])
    for number in range(6):
        ledger.entry("vip", "2026-02-01", "a.pdf", sha256=str(number), size=1)
    ledger.entry("vip", "2026-02-01", "b.png", size=None)
    with changing(ledger.location, stamp(times.parse("2026-03-01"))) as store:
        word = Words(store.ledger).code("png")
        first = store.ledger.execute("SELECT min(seq) FROM record").fetchone()[0]
        removed(store.ledger, [first + 2], 5, "a plan")
        for number, column, value in ((0, "detected", word), (1, "outcome", 2), (3, "size", 100)):
            store.ledger.execute(
                f"INSERT INTO amendment (seq, last, {column}) VALUES (?, ?, ?)", (first + number, first, value)
            )
        store.ledger.execute(
            "INSERT INTO amendment (seq, last, size, sha256) VALUES (?, ?, 7, x'aa')", (first + 6, first)
        )
        recount(store.ledger)
    for scope in (AuditScope(times.parse("2026-04-01")), AuditScope(times.parse("2026-04-01"), inboxes=("vip",))):
        with ledger.source("2026-04-01") as source:
            found = reports.build("retention", source, scope)
        assert {name: n for name, n in found.totals.items() if name != "days" and n["files"]} == {
            "overdue": {"files": 2, "bytes": 8, "without_size": 0},
                "no rule": {"files": 3, "bytes": 102, "without_size": 0},
        }  # fmt: skip


@pytest.mark.parametrize("by", ["entry", "sha256"])
def test_one_infected_verdict_makes_a_file_infected_whatever_else_was_said(ledger: Ledger, by: str) -> None:
    """A scanner that missed it, before or after, changes nothing."""
    ledger.inbox("vip", "2026-01-01")
    for number, states in enumerate((("infected", "clean"), ("clean", "infected"), ("clean", "clean"), ("error",), ())):
        ledger.entry("vip", "2026-02-01", sha256=f"content {number}", size=10)
        with changing(ledger.location, stamp(times.parse("2026-03-01"))) as store:
            query = "SELECT max(seq), lower(hex(sha256)) FROM record WHERE seq = (SELECT max(seq) FROM record)"
            named = dict(zip(("entry", "sha256"), store.ledger.execute(query).fetchone(), strict=True))
        for state in states:
            ledger.event("scan", {by: named[by], "state": state}, "2026-03-01")
    with ledger.source("2026-04-01") as source:
        found = reports.build("coverage", source, AuditScope(times.parse("2026-04-01")))
    totals = {key: found.totals[key] for key in ("files", "clean", "infected")}
    assert totals == {"files": 5, "clean": 1, "infected": 2}
    assert found.answer == "60% of 5 files and 60% of 50 bytes were scanned; 2 infected, 2 not scanned"


@pytest.mark.parametrize("state", ["infected", "clean"])
@pytest.mark.parametrize("own", [False, True])
def test_an_entry_whose_own_file_is_gone_is_not_scanned_by_another_file(ledger: Ledger, state: str, own: bool) -> None:
    """What a scan of another file with its sha256 said says nothing of one that is missing or has other bytes; what its
    own file was found to be stays."""
    ledger.inbox("vip", "2026-01-01")
    ledger.entry("vip", "2026-02-01", sha256="content", size=10)
    ledger.entry("vip", "2026-02-01", sha256="content", size=10)
    with changing(ledger.location, stamp(times.parse("2026-03-01"))) as store:
        rows = store.ledger.execute("SELECT seq, lower(hex(sha256)) FROM record ORDER BY seq DESC LIMIT 2").fetchall()
    (gone, content), (there, _) = rows
    said = {"sha256": content, "state": state, "engine": "an engine"}
    ledger.event("scan", {**said, "entry": there}, "2026-03-01")
    if own:
        ledger.event("scan", {**said, "entry": gone}, "2026-03-01")
    ledger.event("scan", {"entry": gone, "sha256": "", "state": "not-scanned"}, "2026-03-02")
    with ledger.source("2026-04-01") as source:
        found = reports.build("coverage", source, AuditScope(times.parse("2026-04-01"))).totals
    assert (found["files"], found[state], found["not_scanned"]) == (2, 1 + own, 1 - own)
    assert [each["files"] for each in found["engines"]] == [1 + own]


def test_the_calendar_begins_on_a_monday_and_counts_what_was_due_before_apart(ledger: Ledger) -> None:
    ledger.inbox("vip", "2026-01-01")
    ledger.section("retention", [{"remove_after": "120d", "remove_after_ms": 120 * DAY}])
    for due in (
        "2026-10-25T23:59:59.999Z",
        "2026-10-26T00:00:00.000Z",
        "2027-02-28T23:59:59.999Z",
        "2027-03-01T00:00:00.000Z",
    ):
        ledger.entry("vip", times.text(times.parse(due) - 120 * DAY), sha256=due)
    for inboxes in ((), ("vip",)):
        with ledger.source("2026-11-24T10:00:00Z") as source:
            scope = AuditScope(times.parse("2026-11-24T10:00:00Z"), inboxes=inboxes)
            (calendar,) = [b for b in reports.build("retention", source, scope).blocks if isinstance(b, Calendar)]
        assert (calendar.before.files, calendar.after.files) == (1, 1)
        assert sorted(calendar.days) == [times.parse("2026-10-26"), times.parse("2027-02-28")]
        assert (calendar.first, calendar.weeks) == (times.parse("2026-10-26"), 18)


def test_every_text_format_has_the_weeks_of_the_calendar(ledger: Ledger, run: Run) -> None:
    ledger.inbox("vip", "2026-01-01")
    ledger.section("retention", [{"remove_after": "90d", "remove_after_ms": 90 * DAY}])
    ledger.entry("vip", "2026-08-27T09:00:00Z", sha256="a", size=2_100_000)
    out = run("report", "retention")[1]
    assert [line.split() for line in out.splitlines() if line.startswith("2026-11-23")] == [
        ["2026-11-23", "-", "-", "1", "-", "-", "-", "-", "1", "2.1", "MB"]
    ]
    assert "| 2026-11-23 | - | - | 1 | - |" in run("report", "retention", "--format", "markdown")[1]
    document = json.loads(run("report", "retention", "--format", "json")[1])
    assert document["totals"]["days"] == [{"day": "2026-11-25", "files": 1, "bytes": 2_100_000}]


def test_settings_lists_the_versions_that_held_in_the_period(made: tuple[World, Location]) -> None:
    every = answer(made, "settings").rows
    first = min(row[2] for row in every)
    assert len(answer(made, "settings", until=1_767_225_600_001).rows) == len(
        {row[0] for row in every if row[2] == first}
    )


def test_coaching_names_agents_and_what_they_repeat(made: tuple[World, Location]) -> None:
    found = answer(made, "coaching")
    refused = Counter(e["agent"] for e in made[0].entries
                      if e["outcome"] != "delivered" and e["direction"] == "send" and e["agent"])  # fmt: skip
    assert {row[0]: row[2] for row in found.rows if row[1] == "refused-attempts"} == dict(refused)


@pytest.mark.parametrize("name", reports.TABLES)
@pytest.mark.parametrize("format_name", ["table", "json", "csv", "html", "markdown", "ndjson", "xlsx"])
def test_every_report_in_every_format(
    made: tuple[World, Location], name: str, format_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCC_MEDIA_STORE", str(made[1].path))
    monkeypatch.setenv("OCC_MEDIA_NOW", "2026-07-01")
    wall = times.wall()
    monkeypatch.setattr(times, "wall", lambda: wall)  # a report says when it was made
    first, second = tmp_path / "1", tmp_path / "2"
    for path in (first, second):
        assert run_command(["--quiet", "report", name, "--format", format_name, "--output", str(path)]) == 0
    assert first.read_bytes() == second.read_bytes()
    assert len(first.read_bytes()) > 20
    if format_name == "json":
        document = json.loads(first.read_bytes())
        assert document["schema"] == f"occ-media/report-{name}/1"
        assert document["rows"]


def test_two_inboxes_that_had_one_name_are_two(ledger: Ledger) -> None:
    """One that was removed keeps its files; they count against nobody's quota, and by nobody's rules."""
    ledger.inbox("gone", "2026-01-01")
    ledger.entry("gone", "2026-01-05", size=9_000_000, sha256="a")
    ledger.remove("gone", "2026-02-01")
    ledger.inbox("gone", "2026-03-01", quota="5 MB")
    ledger.entry("gone", "2026-03-05", size=1_000_000, sha256="b")
    ledger.section("retention", [{"inbox": "gone", "remove_after": "1d", "remove_after_ms": DAY}], "2026-03-10")
    with ledger.source("2026-04-01") as source:
        found = reports.build("storage", source, AuditScope(times.parse("2026-04-01")))
        kept = reports.build("retention", source, AuditScope(times.parse("2026-04-01")))
    table = found.totals["inboxes"]
    assert [(row["inbox"], row["bytes"], row["quota"]) for row in table] == [
        ("gone, removed 2026-02-01T00:00:00.000Z", 9_000_000, None), ("gone", 1_000_000, 5_000_000)
    ]  # fmt: skip
    assert ledger.audit("over-quota", now="2026-04-01") == []
    assert [record["entry"] for record in ledger.audit("past-retention", now="2026-04-01")] == ["e2"]
    assert (kept.totals["overdue"]["files"], kept.totals["no rule"]["files"]) == (1, 1)


def test_more_moments_than_are_drawn_are_counted_all_the_same() -> None:
    moments = list(range(1_000, 1_500))
    (figure,) = settings.lanes([("x", 0, 1_100, False), ("x", 1_100, 2_000, True)], AuditScope(3_000), {"x": moments})
    assert isinstance(figure, Lanes)
    (lane,) = figure.lanes
    assert (lane.happened, lane.happened_in(0), lane.happened_in(1)) == (500, 100, 400)
    assert (len(lane.ticks), lane.ticks[0]) == (settings.MOST_TICKS, 1_000)
    assert [row[4] for row in lanes_table(figure).rows] == [100, 400]
    assert "500 errors, 400 of them shown" in web_lanes(figure)


def test_coverage_tells_what_nobody_tried_and_files_of_unknown_size_before_and_after_a_scan(ledger: Ledger) -> None:
    ledger.inbox("vip", "2026-01-01")
    ledger.inbox("lab", "2026-01-01")
    for number, size in enumerate((None, None, 10, 10)):
        ledger.entry("vip", "2026-02-01", sha256=f"content {number}", size=size)
    ledger.entry("lab", "2026-02-01", size=10)
    scope = AuditScope(times.parse("2026-04-01"))
    untouched = AuditScope(times.parse("2026-04-01"), inboxes=("lab",))

    def found(scope: AuditScope = scope) -> tuple[list[tuple[Any, ...]], dict[str, Any], str]:
        with ledger.source("2026-04-01") as source:
            said = reports.build("coverage", source, scope)
        named = [column.key for column in said.columns]
        picked = [named.index(name) for name in ("inbox", "not_scanned", "without_size", "never_tried")]
        rows = [tuple(row[place] for place in picked) for row in said.rows]
        return rows, {name: said.totals[name] for name in ("without_size", "never_tried")}, said.answer

    before = found()
    assert before[0] == [("lab", 1, 0, 1), ("vip", 4, 2, 4)]
    assert before[1] == {"without_size": 2, "never_tried": 5}
    assert before[2].endswith("; 2 files of unknown size")
    assert found(untouched)[:2] == ([("lab", 1, 0, 1)], {"without_size": 0, "never_tried": 1})
    with changing(ledger.location, stamp(times.parse("2026-03-01"))) as store:
        (seq,) = store.ledger.execute("SELECT min(seq) FROM record").fetchone()
    ledger.event("scan", {"entry": seq, "sha256": "", "state": "not-scanned"}, "2026-03-01")
    assert found()[:2] == ([("lab", 1, 0, 1), ("vip", 4, 2, 3)], {"without_size": 2, "never_tried": 4})
