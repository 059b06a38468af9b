"""Reports that use every part of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.report.blocks import Amount, Calendar, Column, Facts, Figure, Group, Lines, Row, Section, Span, Table
from occ_media_cli.report.judged import Case, ControlInfo, ReportFinding, RuleInfo
from occ_media_cli.report.lanes import Lane, Lanes, Stretch
from occ_media_cli.report.model import Report
from occ_media_cli.report.time_window import Window
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from occ_media_cli.report.blocks import Cell, CellKind

ENTRY = "wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTdCNUJEOTZDRkY4Qjg5"


def table_report(
    kinds: Sequence[CellKind], rows: Iterable[Sequence[Cell] | Row | Group], *, header: bool = True
) -> Report:
    """A report that is one table with the given kinds of columns."""
    columns = [Column(f"key{index}", f"Title {index}", kind) for index, kind in enumerate(kinds)]
    return Report("occ-media/test/1", "Test", blocks=[Table(columns, rows, header=header)])


DAY = 86_400_000
MONDAY = 20_780 * DAY  # 2026-11-23


def calendar(value: str = "When?") -> Calendar:
    """Three weeks around Tuesday 2026-11-24, with something in each of their parts."""
    days = {
        MONDAY - 7 * DAY: Amount(4, 4_000),
        MONDAY + DAY: Amount(1, 0),
        MONDAY + 13 * DAY: Amount(1_204, 3_100_000_000),
    }
    return Calendar(
        f"When? {value}",
        MONDAY - 7 * DAY,
        3,
        MONDAY + DAY,
        days,
        before=Amount(31, 144_000_000),
        after=Amount(22, 5),
        late=f"overdue {value}",
        caption=f"35 files overdue {value}",
    )


def audit(value: str = "receipt.pdf") -> Report:
    """A report with every block, and `value` in every field that an attacker may fill."""
    finding = ReportFinding(
        rule="received-while-off",
        severity=Severity.ERROR,
        message=f"{value} arrived while receiving was off",
        help=f"turn files off in the channel too: {value}",
        path=value or "empty",
        inbox=value,
        entry=value,
        time="2026-02-14T09:31:07.120Z",
        fingerprint="0f1e2d3c4b5a6978",
        evidence={"name": value, "size": 34_567, value: [value, None, True]},
    )
    suppressed = ReportFinding(
        "over-limit", Severity.WARNING, f"big: {value}", inbox="vip", fingerprint="aa", suppressed=f"migration {value}"
    )
    note = ReportFinding("location-metadata", Severity.NOTE, value, path=value or "empty", fingerprint="bb")
    findings = Table(
        columns=(
            Column("time", "Time", "time"),
            Column("file", "File", "name"),
            Column("size", "Size", "size"),
            Column("state", "State", "state"),
            Column("channels", "Channels", "list"),
            Column("trend", "Trend", "trend"),
            Column("entry", "Entry", "id"),
        ),
        rows=[
            Group(("vip, version 3: ", Span("off", "bold"), f" since then, {value}")),
            ("2026-02-14T09:31:07.120Z", value, 34_567, "off", [value, "whatsapp-cloud"], [1, 5, 3], ENTRY),
            Row((None, value, None, value, (), (), value), below=(f"over-limit: {value}", f"help: {value}")),
        ],
        caption=f"Which files? {value}",
        rest=f"occ-media audit --rule {value}",
    )
    return Report(
        schema="occ-media/audit/1",
        title=f"Audit of {value}",
        answer=f"13 errors → 2 rules, {value}",
        blocks=(
            Facts(
                (
                    ("Ledger head", "9c4be1d07f6a33e2", "id"),
                    (value or "Entries", value, "text"),
                    ("Entries", 48_210, "count"),
                )
            ),
            Lines(
                (f"48,210 entries in 5 inboxes {value}", ("say ", Span(value, "error", verbatim=True))),
                piped=(f"piped {value}",),
            ),
            Section(
                f"error received-while-off: 12 files {value}",
                (
                    Lines((f"why {value}",)),
                    findings,
                    Section(f"inner {value}", (Table((Column("a", value, "text"),), [(value,)]),)),
                ),
            ),
            Figure(f"Where? {value}", (value, "lab", "zero"), (12, 3, 0), caption=f"Most in {value}"),
            Figure("When?", tuple(f"W{week}" for week in range(1, 14)), tuple(range(13)), "size", "columns"),
            Lanes(
                f"Under which setting? {value}",
                0,
                1_000_000,
                "2026-01-01",
                "2026-04-01",
                (Lane(value, (Stretch(0, 400_000, "on"), Stretch(400_000, 1_000_000, "off")), (450_000, 900_000)),),
                tick=("error", "errors"),
                caption=value,
            ),
            calendar(value),
        ),
        head={"at": "2026-03-01T10:00:00.000Z", "who": value},
        records_key="findings",
        records=[
            {"rule": "received-while-off", "name": value, "size": 34_567, "evidence": {"a": [value]}},
            {"name": None},
        ],
        tail=lambda: {"note": value},
        hints=(f"help: {value}",),
        cases=[
            Case("received-while-off", (finding, note)),
            Case(value or "empty", (suppressed,)),
            Case("not-scanned", skipped=f"no scan {value}"),
            Case("clean"),
        ],
        rules=(
            RuleInfo(
                "received-while-off",
                Severity.ERROR,
                "A file arrived while receiving was off.",
                value,
                value,
                12,
                3,
                (ControlInfo(f"Standard {value}", f"A.1{value}", value, f"why {value}"),),
            ),
            RuleInfo("over-limit", Severity.WARNING, "A file is over the limit.", "", ""),
            RuleInfo("location-metadata", Severity.NOTE, "A picture tells where it was taken.", "why", "fix"),
        ),
        source=value or "store.toml",
        window=Window("2026-01-01T00:00:00.000Z", None, f"UTC {value}"),
        rest=f"occ-media audit --format json {value}",
    )
