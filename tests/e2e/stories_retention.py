"""What commands about retention and holds print: rules, plans, a purge, a certificate."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from tests.e2e.screens import Step, Story


def files(folder: Path) -> None:
    """Files under `media`, a month between each, and the rows that speak of them."""
    rows = []
    for number in range(5):
        data = b"x" * (number + 1)
        path = folder / "media" / f"{number}.pdf"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        rows.append({
            "id": f"e{number}", "time": f"2026-0{number + 1}-01T00:00:00Z", "inbox": "vip", "direction": "receive",
            "name": path.name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "path": path.name,
            "customer": f"c-{number}",
        })  # fmt: skip
    rows.append(
        {"id": "no-bytes", "time": "2026-01-01T00:00:00Z", "inbox": "vip", "direction": "receive", "name": "a.pdf"}
    )
    (folder / "rows.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))


def lost(folder: Path) -> None:
    """A file that no entry names, written in 2025."""
    (folder / "media" / "lost.pdf").write_bytes(b"nobody knows me")
    os.utime(folder / "media" / "lost.pdf", (1_750_000_000, 1_750_000_000))


def replaced(folder: Path) -> None:
    (folder / "media" / "2.pdf").write_bytes(b"yyy")


def gone(folder: Path) -> None:
    (folder / "media" / "4.pdf").unlink()


MARCH = "2026-03-20"
PLAN = ("plan", r"\b([0-9a-f]{16})\b")
ORPHANS = ("orphans", r"\b([0-9a-f]{16})\b")

RULES = (
    Step("retention show", code=11),
    Step("set vip --create --send off", now="2026-01-01"),
    Step("retention show"),
    Step("retention set default --remove-after 365d --keep-for 90d"),
    Step("retention set vip --category image --remove-after 90d --reason 'photos are heavy'"),
    Step("retention set default --remove-after 52w"),
    Step("retention set default --remove-after 52w"),
    Step("retention set default --remove-after 90", code=2),
    Step("retention set default", code=2),
    Step("retention set vpi --remove-after 1d", code=11),
    Step("retention show"),
    Step("retention unset default --keep-for"),
    Step("retention unset vip", code=2),
    Step("retention unset vip --category image"),
    Step("retention show"),
    Step("retention unset default"),
    Step("retention show"),
)

WAY = (
    files,
    Step("set vip --create --send off", now="2026-01-01"),
    Step("ledger ingest ndjson rows.ndjson", now=MARCH),
    Step("hold list", now=MARCH),
    Step("retention plan --root media", now=MARCH, keep=("first", r"\b([0-9a-f]{16})\b")),
    Step("retention set default --remove-after 10d", now=MARCH),
    *(Step(f"retention explain {name}", now=MARCH) for name in ("e0", "0.pdf", "media/3.pdf", "e4", "no-bytes")),
    Step("retention explain e0", now="2026-01-10T23:59:00Z"),
    Step("retention explain e0", now="2026-01-11"),
    Step("retention explain no-bytes", now="2026-01-11"),
    Step("retention explain nothing", now=MARCH, code=11),
    Step("retention plan --root media", now=MARCH, keep=PLAN),
    Step("retention plan --root nowhere", now=MARCH, code=2),
    Step("retention purge {plan} --root media", now=MARCH, code=13),
    Step("retention approve {plan}", now=MARCH, code=13),
    Step("retention approve 0123456789abcdef", now=MARCH, actor="sam", code=11),
    Step("retention approve {plan}", now=MARCH, actor="sam"),
    Step("retention purge {plan} --root media", now=MARCH, code=13),
    Step("hold add --name claim --entry e1 --reason 'a claim'", now=MARCH),
    Step("hold add --name claim --entry e1 --reason 'a claim'", now=MARCH, code=2),
    Step("hold add --name nobody --customer c-99 --reason 'to come'", now=MARCH),
    Step("hold add --name all --reason r", now=MARCH, code=2),
    Step("hold add --name x --inbox vpi --reason r", now=MARCH, code=11),
    Step("hold list", now=MARCH),
    Step("retention explain e1", now=MARCH),
    replaced,
    Step("retention purge {plan} --root media --max-delete 100%", now=MARCH, code=1),
    Step("retention explain e0", now=MARCH),
    Step("retention certificate {plan}", now=MARCH),
    Step("retention restore e0 --root media", now="2026-03-21"),
    Step("retention restore e0 --root media", now="2026-03-21", code=11),
    Step("retention purge --finish --root media", now="2026-03-22"),
    Step("retention verify --root media", now="2026-03-28", code=1),
    Step("hold release claim --reason settled", now="2026-03-29"),
    Step("hold list", now="2026-03-29"),
    Step("hold list --all", now="2026-03-29"),
    Step("hold release nothing --reason settled", now="2026-03-29", code=11),
    Step("retention plan --root media --customer c-1", now="2026-03-30", keep=("second", r"\b([0-9a-f]{16})\b")),
    Step("retention approve {second}", now="2026-03-30", actor="sam"),
    Step("retention purge {second} --root media", now="2026-03-30"),
    Step("retention purge --finish --root media", now="2026-04-01"),
    Step("retention purge --finish --root media", now="2026-04-07"),
    Step("retention explain e1", now="2026-04-08"),
    Step("retention restore e1 --root media", now="2026-04-08", code=11),
    Step("retention certificate {second} --output c.json --format json", now="2026-04-08"),
    Step("retention verify --certificate c.json", now="2026-04-08"),
    Step("ledger show e1", now="2026-04-08"),
    gone,
    Step("retention verify --root media", now="2026-04-08", code=1),
    Step("report retention", now="2026-04-08"),
    Step("ledger verify"),
)

NOBODYS = (
    files,
    Step("set vip --create --send off", now="2026-01-01"),
    Step("ledger ingest ndjson rows.ndjson", now=MARCH),
    lost,
    Step("retention verify --root media", now=MARCH, code=1),
    Step("retention explain lost.pdf", now=MARCH, code=11),
    Step("retention plan --root media --orphans --older-than 90d", now=MARCH, keep=ORPHANS),
    Step("retention explain lost.pdf", now=MARCH),
    Step("retention approve {orphans}", now=MARCH, actor="sam"),
    Step("retention purge {orphans} --root media", now=MARCH),
    Step("retention explain lost.pdf", now=MARCH),
    Step("retention purge --finish --root media", now="2026-03-27"),
)

RETENTION = (
    Story("retention-rules", RULES),
    Story("purge", WAY, machine=True),
    Story("orphans", NOBODYS, machine=True),
)
