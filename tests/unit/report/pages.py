"""A page as an auditor gets it, with believable figures, to look at and to measure."""

from __future__ import annotations

from occ_media_cli.report.blocks import Column, Facts, Figure, Group, Lines, Row, Section, Span, Table
from occ_media_cli.report.lanes import Lane, Lanes, Stretch
from occ_media_cli.report.model import Report

HEAD = "9c4be1d07f6a33e2b8d1f0a4c6579e3321f7a0d4be985c1607d2e8f93ab4c5d6"
ENTRY = "wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTdCNUJEOTZDRkY4Qjg5"
INBOXES = ("vip", "lab", "retail-de", "returns", "inbox")

SETTING = Group(("vip, version 3: receive ", Span("off", "bold"), " from 2026-02-11T08:00:00.000Z, by dana"))


START = 1_767_225_600_000  # 2026-01-01
DAY = 86_400_000


def lane(label: str, course: str, *ticks: int) -> Lane:
    """A lane from words and the days on which they began, such as `on 0 off 41`."""
    parts = course.split()
    begins = [START + int(day) * DAY for day in parts[1::2]]
    stretches = [
        Stretch(begin, end, word)
        for word, begin, end in zip(parts[::2], begins, [*begins[1:], START + 90 * DAY], strict=True)
    ]
    return Lane(label, stretches, [START + day * DAY for day in ticks])


def versions_page(message: str) -> Report:
    """Eight columns, two of them times: more than paper has room for."""
    columns = (
        Column("version", "Version", "count"),
        Column("from", "From", "time"),
        Column("until", "Until", "time"),
        Column("receive", "Receive", "state"),
        Column("send", "Send", "state"),
        Column("by", "By", "id"),
        Column("reason", "Reason", "text"),
        Column("message", "Customers read", "text"),
    )
    time = "2026-02-11T08:00:00.000Z"
    rows = [(number, time, time, "on", "off", "dana", message, message) for number in range(3)]
    return Report("occ-media/report-settings/1", "Settings", blocks=(Table(columns, rows),))


def audit_page() -> Report:
    rules = Table(
        columns=(
            Column("severity", "Severity", "state"),
            Column("rule", "Rule", "id"),
            Column("findings", "Findings", "count"),
            Column("where", "Where", "text"),
            Column("do", "What to do", "text"),
        ),
        rows=[
            ("error", "received-while-off", 12, "vip 11, lab 1", "Turn files off in the channel's own settings too."),
            ("error", "over-limit", 1, "retail-de 1", "Let occ-media gate decide before delivery."),
            ("warning", "type-mismatch", 41, "retail-de 30, inbox 8, 2 more", "Ask senders for the original file."),
            ("warning", "sender-without-permission", 3, "vip 3", "occ-media agent allow, or train the agent."),
            ("note", "refused-attempts", 310, "vip 298, lab 12", "Name another way to send a file in the message."),
        ],
        caption="5 of 31 rules found something",
    )
    names = (
        "receipt.pdf",
        "WhatsApp Image 2026-02-14 at 09.31.39.jpeg",
        "scan.png",
        "\u0641\u0627\u062a\u0648\u0631\u0629.pdf",
    )
    found = Table(
        columns=(Column("time", "Time", "time"), Column("file", "File", "name"), Column("entry", "Entry", "id")),
        rows=[
            SETTING,
            *((f"2026-02-14T09:{minute:02}:07.120Z", names[minute % 4], ENTRY) for minute in range(11)),
            Group("lab, version 5: receive off from 2026-01-20T00:00:00.000Z, by sam"),
            ("2026-02-15T18:02:11.950Z", "scan.png", "1093"),
        ],
        caption="12 files arrived while receiving was off",
    )
    settings = Table(
        columns=(
            Column("inbox", "Inbox", "id"),
            Column("receive", "Receive", "state"),
            Column("send", "Send", "state"),
            Column("version", "Version", "count"),
            Column("from", "From", "time"),
            Column("by", "By", "text"),
            Column("channels", "Channels", "list"),
        ),
        rows=[
            (
                name,
                "off" if number < 2 else "on",
                "on",
                number + 2,
                "2026-02-11T08:00:00.000Z",
                "dana",
                ("whatsapp-cloud", "web-widget:shop"),
            )
            for number, name in enumerate(INBOXES)
        ],
        caption="What held on 2026-04-01",
    )
    shared = Table(
        columns=(
            Column("category", "Category", "text"),
            Column("files", "Files", "count"),
            Column("size", "Size", "size"),
            Column("trend", "By week", "trend"),
        ),
        rows=[
            ("image", 31_204, 24_800_000_000, (310, 412, 390, 455, 512, 498, 530, 610, 580, 640, 700, 690, 720)),
            ("document", 12_030, 9_100_000_000, (120, 118, 130, 125, 90, 95, 101, 99, 120, 130, 128, 125, 131)),
            ("audio", 3_976, 812_000_000, (0, 0, 1, 5, 2, 80, 3, 2, 1, 0, 0, 0, 4)),
        ],
    )
    checks = Table(
        columns=(Column("verdict", "Verdict", "state"), Column("file", "File", "path"), Column("size", "Size", "size")),
        rows=[
            ("accepted", "outbox/brochure.pdf", 2_100_000),
            Row(
                ("rejected", "outbox/clips/tour.mp4", 21_400_000),
                (
                    "over-limit: over the 16 MB limit for video",
                    "help: occ-media fit outbox/clips/tour.mp4 --write smaller",
                ),
            ),
            Row(("not checked", "outbox/locked.xlsx", None), ("unreadable: permission denied",)),
        ],
    )
    return Report(
        "occ-media/audit/1",
        "Audit of 5 inboxes",
        answer="13 errors, 41 warnings, 310 notes; 4 suppressed, 2 unjudged",
        about=("2026-01-01 to 2026-04-01 (until excluded)", "Inboxes: inbox, lab, retail-de, returns, vip"),
        made={
            "at": "2026-04-02T08:00:00.000Z",
            "wall": "2026-04-02T08:00:00.000Z",
            "actor": "dana",
            "os_user": "dana",
            "host": "desk-1",
            "version": "0.1.0",
        },
        verdict=(
            Span("13 errors.", "error"),
            " In 5 inboxes and 48,210 entries, 12 files arrived while receiving was off and 1 file was over its limit; "
            "2 entries could not be judged.",
        ),
        blocks=(
            Facts(
                (
                    ("Matches checkpoint", "q1.json, at entry 48,019", "text"),
                    ("Ledger head", HEAD, "id"),
                    ("Entries", 48_210, "count"),
                    ("Complete", "yes, everything could be read", "text"),
                    ("Suppressed", 4, "count"),
                )
            ),
            Section("Findings by rule", (rules,)),
            Section(
                "Where and when",
                (
                    Figure("Where?", INBOXES, (11, 1, 1, 0, 0), caption="11 of 13 errors are in vip."),
                    Figure(
                        "When?",
                        tuple(f"2026-W{n:02}" for n in range(1, 14)),
                        (0, 0, 0, 0, 0, 2, 7, 3, 0, 1, 0, 0, 0),
                        shape="columns",
                        caption="Most errors fell in week 7.",
                    ),
                    Figure(
                        "How much?",
                        tuple(f"2026-01-{n:02}" for n in range(1, 32)),
                        tuple(n * 37_000_000 % 900_000_000 for n in range(31)),
                        "size",
                        "columns",
                        caption="The busiest day was in the last week.",
                    ),
                    Lanes(
                        "Under which setting?",
                        START,
                        START + 90 * DAY,
                        "2026-01-01",
                        "2026-04-01",
                        (
                            lane("vip", "on 0 off 41", 44, 44, 45, 47, 52, 60, 61, 66, 70, 71, 80),
                            lane("lab", "on 0 off 19 on 70", 45),
                            lane("retail-de", "on 0", 67),
                        ),
                        tick=("error", "errors"),
                        caption="Every error in vip came after receiving was turned off.",
                    ),
                ),
            ),
            Section(
                "received-while-off: 12 errors",
                (
                    Lines(
                        (
                            "Customers are told that files cannot be viewed, yet one was delivered: the setting did not reach "
                            "the channel, or somebody went around it.",
                            "",
                            (Span("Fix", "bold"), " 1. Turn files off in the channel's own settings too."),
                            ("  ", Span("occ-media diagnose cannot-receive --inbox vip", "code")),
                        )
                    ),
                    found,
                ),
            ),
            Section("Settings in force", (settings,)),
            Section("What was shared", (shared,)),
            Section("Files checked", (checks,)),
            Section("Suppressed", (Lines(("Nothing was suppressed.",)),)),
            Section(
                "How this was made",
                (Lines(("31 rules were run with occ-media 0.1.0.", ("Ledger head ", Span(HEAD, "code")))),),
            ),
        ),
    )
