"""Planning over many entries: time, memory, and the ratio to the bare SQL that reads the same candidates.

    python benchmarks/retention.py [ENTRIES, 1000000 unless given] [--keep FILE]

The entries are put into the tables by SQL, without the hash chain, which a plan does not look at: 200 inboxes, 800
rules, 40 holds, three years, 1 of 8 entries due, 1 of 50 blocked.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from occ_media_cli import times
from occ_media_cli.ledger import entries_sql
from occ_media_cli.retention import holds, stored_entries, stored_rules
from occ_media_cli.retention.plan import make
from occ_media_cli.retention.plan.draft import Drafting, PlanScope
from occ_media_cli.settings.editing import editing
from occ_media_cli.settings.sections import policy_rule
from occ_media_cli.store import chain, connect
from occ_media_cli.store.locate import at

NOW = times.parse("2026-11-24")
SPAN = 3 * 365 * times.DAY
INBOXES, HOLDS = 200, 40
ROOT: dict[str, object] = {"kind": "folder", "path": "/srv/media", "device": 1, "inode": 1}


def stamp(now: int = NOW) -> chain.Stamp:
    """Who works."""
    return chain.Stamp(now, now, "dana", "dana", "host", "benchmark")


def rules(random: Random) -> list[dict[str, object]]:
    """Four rules an inbox, so that about one entry in eight is due."""
    found = [policy_rule({"remove_after": "1000d", "keep_for": "30d"})]
    for number in range(INBOXES):
        name = f"inbox-{number}"
        found.append(policy_rule({"inbox": name, "remove_after": f"{random.randint(900, 1050)}d"}))
        found.append(policy_rule({"inbox": name, "category": "image", "remove_after": f"{random.randint(850, 1000)}d"}))
        found.append(policy_rule({"inbox": name, "category": "video", "keep_for": f"{random.randint(100, 400)}d"}))
        found.append(policy_rule({"inbox": name, "direction": "send", "keep_for": f"{random.randint(10, 90)}d"}))
    return found


def build(path: Path, entries: int) -> None:
    """A store with so many entries."""
    random = Random(1)
    with editing(at(path, explicit=True), stamp(NOW - SPAN - times.DAY)) as editor:
        for number in range(INBOXES):
            editor.add_inbox(f"inbox-{number}")
        editor.set_section("retention", rules(random))
    connection = connect.connect(path, writable=True)
    connection.execute("PRAGMA synchronous=OFF")
    words = ("ndjson", "jpg", "png", "pdf", "docx", "mp4", "ogg", "mp3", "zip")
    connection.executemany("INSERT INTO word (code, text) VALUES (?, ?)", enumerate(words, start=1))
    with connect.transaction(connection):
        connection.execute(
            "INSERT INTO record (seq, key, kind, source, ms, inbox, direction, outcome, ext, size, sha256, id,"
            " customer, conversation, name, path, salt, link)"
            " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            " SELECT 1000 + i, i * 7919, 0, 1, ? + abs(random() % ?), 1 + abs(random() % ?), i & 1,"
            " CASE WHEN i % 50 = 0 THEN 1 ELSE 0 END, 2 + abs(random() % 8), 1000 + abs(random() % 5000000),"
            " randomblob(32), 'wamid.' || hex(randomblob(16)), '1650' || abs(random() % 1000000),"
            " 'c-' || abs(random() % 3000000), 'file-' || i || '.jpg', '2026/' || (i % 1000) || '/' || i || '.jpg',"
            " randomblob(16), randomblob(16) FROM n",
            (entries, NOW - SPAN, SPAN, INBOXES),
        )
        chain.save_head(connection, 1000 + entries, chain.head(connection)[1])
    for number in range(HOLDS):
        scope = (
            holds.HoldScope(customer=f"1650{number}")
            if number % 2
            else holds.HoldScope(inbox=number + 1, until=NOW - SPAN // 2)
        )
        holds.place_hold(connection, f"hold-{number}", scope, "benchmark", stamp())
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def bare(path: Path) -> tuple[float, float, int]:
    """The seconds, CPU seconds and rows of the SQL that chooses candidates, read to its end and thrown away."""
    connection = connect.connect(path, writable=False)
    found, _ = stored_rules.rules_in_force(connection)
    chosen, values = Drafting(connection, found, NOW, PlanScope())._candidates()
    query = f"{stored_entries.WITH} SELECT {stored_entries.COLUMNS} FROM {stored_entries.SOURCE}"
    query += f" WHERE {entries_sql.STORED} AND {chosen} ORDER BY r.seq"
    begin, cpu = time.perf_counter(), time.process_time()
    rows = sum(1 for _ in connection.execute(query, values))
    return time.perf_counter() - begin, time.process_time() - cpu, rows


def main() -> int:
    """Build, measure, print."""
    entries = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 1_000_000
    with TemporaryDirectory() as folder:
        path = Path(sys.argv[sys.argv.index("--keep") + 1]) if "--keep" in sys.argv else Path(folder) / "s.db"
        if not path.exists():
            build(path, entries)
        print(f"{entries:,} entries, {path.stat().st_size / 1e6:,.0f} MB")
        seconds, work, rows = bare(path)
        print(f"bare SQL: {seconds:.1f} s ({work:.1f} s CPU) for {rows:,} candidates")
        connection = connect.connect(path, writable=True)
        assert len(holds.unreleased(connection)) == HOLDS
        begin, cpu = time.perf_counter(), time.process_time()
        made = make.make_plan(connection, ROOT, stamp())
        spent, cpu = time.perf_counter() - begin, time.process_time() - cpu
        summary = made.plan.content["summary"]
        print(f"plan: {spent:.1f} s ({cpu:.1f} s CPU), {cpu / work:.1f} x the CPU of the bare SQL; {summary}")
        print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
