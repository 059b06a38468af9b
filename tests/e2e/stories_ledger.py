"""What commands about the record print: ledger, audit, rules, report and store."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from tests.e2e.screens import Step, Story

RECEIPT = "ab" * 32


def row(identity: str, time: str, name: str, **more: object) -> dict[str, object]:
    base = {"id": identity, "time": time, "inbox": "vip", "direction": "receive", "name": name, "size": 1_000}
    return base | more


ROWS = (
    row("w.1", "2026-01-05T10:00:00Z", "receipt.pdf", sha256=RECEIPT, customer="c-1", channel="whatsapp-cloud:7711"),
    row("w.2", "2026-01-06T10:00:00Z", "receipt-again.pdf", sha256=RECEIPT, customer="c-2", conversation="t-2"),
    row("w.3", "2026-01-12T10:00:00Z", "photo.jpg", size=3_000_000, customer="c-1"),
    row("w.4", "2026-01-13T10:00:00Z", "tool.exe", customer="c-3"),
    row("w.5", "2026-01-14T10:00:00Z", "offer.pdf", direction="send", agent="kim", customer="c-2"),
    row("w.6", "2026-01-15T10:00:00Z", "clip.mp4", outcome="blocked", reason="media-off", customer="c-1",
        message="Email it to vip@example.com."),
    row("w.7", "2026-01-16T10:00:00Z", "clip.mp4", outcome="failed", reason="131052", customer="c-4"),
    row("w.8", "2026-01-17T10:00:00Z", "huge.pdf", inbox="lab", size=150_000_000, customer="c-5"),
    row("w.9", "2026-01-18T10:00:00Z", "huge-too.pdf", inbox="lab", size=150_000_000, customer="c-5"),
    row("w.10", "2026-01-19T10:00:00Z", "prices.xlsx", inbox="lab", direction="send", agent="mona", customer="c-5"),
)  # fmt: skip

SETTINGS = """\
[inboxes.vip]
channels = ["whatsapp-cloud:7711"]
tags = ["sensitive"]

[inboxes.lab]
send = true
quota = "200 MB"

[agents.kim]
role = "agent"
inboxes = ["vip"]
deny_send = ["vip"]

[agents.mona]
role = "agent"
inboxes = ["lab"]

[[retention.rule]]
inbox = "vip"
remove_after = "30d"

[[suppression]]
rule = "over-limit"
inbox = "lab"
reason = "films of the launch"
owner = "mona"
expires = 2026-12-31

[[suppression]]
rule = "infected-file"
inbox = "lab"
reason = "left over"
owner = "mona"
expires = 2026-12-31
"""


def files(folder: Path) -> None:
    (folder / "settings.toml").write_text(SETTINGS)
    (folder / "rows.ndjson").write_text("".join(json.dumps(each) + "\n" for each in ROWS))
    (folder / "bad.ndjson").write_text(
        json.dumps(row("w.11", "yesterday", "a.pdf")) + "\n" + json.dumps(ROWS[0]) + "\n"
    )


def damage(folder: Path) -> None:
    """Change a row as somebody would who is at home in SQLite: around the trigger, which is put back."""
    connection = sqlite3.connect(folder / "s.db")
    trigger = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'record_no_update'").fetchone()[0]
    connection.executescript(
        f"DROP TRIGGER record_no_update; UPDATE record SET ms = ms + 1 WHERE id = 'w.4'; {trigger};"
    )
    connection.close()


def forge(folder: Path) -> None:
    """A checkpoint that speaks of another head."""
    mark = json.loads((folder / "q1.json").read_text())
    name = next(key for key, value in mark.items() if isinstance(value, str) and len(value) == 64)
    mark[name] = "0" * 64
    (folder / "forged.json").write_text(json.dumps(mark))


START = (
    files,
    Step("apply settings.toml", now="2026-01-01"),
    Step("set vip --receive off --message 'Email it to vip@example.com.'", now="2026-01-10"),
    Step("ledger ingest ndjson rows.ndjson"),
)

BOOK = (
    Step("ledger list", code=11),
    Step("ledger verify", code=11),
    *START,
    Step("ledger ingest ndjson rows.ndjson"),
    Step("ledger ingest ndjson bad.ndjson --rejects rejects.ndjson", code=3),
    Step("ledger list"),
    Step("ledger list --inbox vip --direction receive --limit 2"),
    Step("ledger list --newest --limit 1"),
    Step("ledger list --customer c-1 --outcome delivered"),
    Step("ledger list --name 'huge*'"),
    Step("ledger list --inbox nowhere", code=11),
    Step("ledger show w.1"),
    Step("ledger show ndjson:w.6"),
    Step("ledger show w.99", code=11),
    Step("ledger stats"),
    Step("ledger flag w.3 --reason 'inappropriate content'"),
    Step("ledger flag w.99 --reason x", code=11),
    Step("ledger show w.3"),
    Step("ledger checkpoint --output q1.json"),
    Step("ledger verify --checkpoint q1.json"),
    forge,
    Step("ledger verify --checkpoint forged.json", code=1),
    Step("ledger erase --customer c-1 --reason 'request 2026-118'"),
    Step("ledger erase --customer c-99 --reason 'request 2026-119'"),
    Step("ledger show w.1"),
    Step("ledger verify"),
    Step("ledger export --format csv"),
    Step("store info"),
    Step("store backup occ.backup"),
    damage,
    Step("ledger verify", code=1),
    Step("ledger verify --checkpoint q1.json", code=1),
    Step("store restore occ.backup"),
    Step("ledger verify --checkpoint q1.json"),
)

WINDOW = "--since 2026-01-01 --until 2026-02-01"
QUARTER = (
    *START,
    Step(f"audit {WINDOW}", code=1),
    Step(f"audit {WINDOW} --inbox lab"),
    Step(f"audit {WINDOW} --rule received-while-off", code=1),
    Step(f"audit {WINDOW} --fail-on never --format csv"),
    Step(f"audit {WINDOW} --rule no-such", code=11),
    Step(f"audit {WINDOW} --inbox nowhere", code=11),
    Step("audit --since 2025-01-01 --until 2025-02-01"),
    Step(f"audit {WINDOW} --fail-on never --format markdown"),
    Step("rules list"),
    Step("rules explain received-while-off"),
    Step("rules explain received-while-off --sql"),
    Step("rules explain receive-while-off", code=11),
    *(Step(f"report {name} {WINDOW}") for name in
      ("shared", "attempts", "senders", "storage", "settings", "coverage", "coaching")),
    Step("report retention"),
    Step(f"report controls {WINDOW}"),
    Step(f"audit {WINDOW} --compare 2025-12-01..2026-01-01 --rule received-while-off --rule past-retention", code=1),
    Step("report shared --inbox lab"),
    Step(f"report settings {WINDOW} --inbox vip"),
    Step("report attempts --since 2025-01-01 --until 2025-02-01"),
    Step("report shared --since tomorow", code=2),
)  # fmt: skip

LEDGER = (Story("ledger", BOOK), Story("audit", QUARTER))
