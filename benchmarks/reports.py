"""How fast reports and audits are, against DuckDB's own tables with the same data in the same run.

    python benchmarks/reports.py [ENTRIES] [--keep DIR]     1,000,000 entries by default

Seven reports: cold is the first answer of a new process, warm the second one in the same process. The floor of the
audit is its rules' SQL, run bare one after the other; what verifying the whole ledger first adds is told beside it.
Each engine runs in a process of its own, so that its memory can be told.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from occ_media_cli.store import chain
from occ_media_cli.store.locate import at
from occ_media_cli.store.open import changing, reading

REPORTS = ("shared", "attempts", "senders", "storage", "settings", "coverage", "retention")
INBOXES = 200
VERSIONS = 12
DAY = 86_400_000
START = 1_704_067_200_000
SPAN = 365 * DAY
NOW = START + SPAN + DAY + 37_000_123
EXTENSIONS = ("jpg", "jpg", "jpg", "pdf", "pdf", "mp4", "ogg", "png", "docx", "xlsx")
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def stamp(now: int) -> chain.Stamp:
    """Who fills the store, with a clock of its own beside the valid time."""
    return chain.Stamp(now, now + 1, "bench", "bench", "bench", "bench")


def make(store: Path, entries: int) -> None:
    """A year of 200 inboxes with 2,400 settings versions; 35 % of the contents are repeats, 4 % were refused."""
    from occ_media_cli.ledger.append.appender import Appender
    from occ_media_cli.ledger.entry import Batch, EntryRow
    from occ_media_cli.settings.editing import editing

    rng = random.Random(7)
    with editing(at(store, explicit=True), stamp(START - DAY), first_inbox=False) as editor:
        for number in range(INBOXES):
            editor.add_inbox(f"inbox-{number}")
        for version in range(1, VERSIONS):
            editor.stamp = stamp(START + version * SPAN // VERSIONS)
            for number in range(INBOXES):
                change = {"receive": rng.random() < 0.99, "send": rng.random() < 0.995, "quota": f"{version} GB"}
                editor.change(f"inbox-{number}", change, backdate="bench")
        policies = [{"remove_after": "360d", "remove_after_ms": 360 * DAY}]
        for number in range(0, INBOXES, 2):
            for category in ("image", "document", "video", "audio"):
                days = rng.choice((340, 350, 500))
                policies.append({"inbox": f"inbox-{number}", "category": category, "remove_after": f"{days}d",
                                 "remove_after_ms": days * DAY})  # fmt: skip
        editor.set_section("retention", policies)
    contents: list[str] = []
    with changing(at(store, explicit=True), stamp(NOW)) as opened, Appender(opened.ledger, "whatsapp") as appender:
        for begin in range(0, entries, 1000):
            rows = []
            for number in range(begin, min(begin + 1000, entries)):
                if contents and rng.random() < 0.35:
                    content = rng.choice(contents)
                else:
                    content = f"{rng.getrandbits(256):064x}"
                    if len(contents) < 200_000:
                        contents.append(content)
                receive = rng.random() < 0.7
                extension = rng.choice(EXTENSIONS) if rng.random() > 0.005 else "exe"
                rows.append(EntryRow(
                    id="wamid.HBgL" + "".join(rng.choices(ALPHABET, k=40)), time=START + number * SPAN // entries,
                    inbox=f"inbox-{rng.randrange(INBOXES)}", direction="receive" if receive else "send",
                    name=f"file-{rng.randrange(10_000)}.{extension}", channel="whatsapp-cloud",
                    agent=None if receive else f"agent-{rng.randrange(300)}",
                    customer=f"1650555{rng.randrange(100_000):05d}", size=int(rng.lognormvariate(12, 1.4)),
                    sha256=content, path="p", outcome="blocked" if rng.random() < 0.04 else "delivered",
                    reason=None,
                ))  # fmt: skip
            appender.append_batch(Batch(rows, range(1000), len(rows), plain=True))
        appender.finish()


def native(data: Path, file: Path) -> None:
    """DuckDB's own tables of an export."""
    import duckdb

    from occ_media_cli.audit.engines import parquet_views

    connection = duckdb.connect(str(file))
    for view in parquet_views.VIEWS:
        connection.execute(f"CREATE TABLE {view} AS SELECT * FROM read_parquet('{data / view}.parquet')")
    for view, text in parquet_views.FOLLOWING.items():
        connection.execute(f"CREATE VIEW {view} AS {text}")
    connection.close()


def memory() -> int:
    """The most megabytes that this process has held; `ru_maxrss` would count those of its parent too."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def timed(function) -> float:  # type: ignore[no-untyped-def]
    """Seconds that a call takes."""
    begin = time.perf_counter()
    function()
    return time.perf_counter() - begin


def one(engine: str, job: str, store: Path, folder: Path) -> dict[str, object]:
    """One report, or the audit, in this process: cold, warm, memory in MB."""
    from occ_media_cli.audit import ask, reports, rules
    from occ_media_cli.audit import engine as judging
    from occ_media_cli.audit.audit_scope import AuditScope
    from occ_media_cli.audit.engines import parquet_views, sqlite
    from occ_media_cli.audit.engines.duck import DuckSource
    from occ_media_cli.retention.ledger_check import verify_whole

    scope = AuditScope(NOW)
    if engine == "duckdb":
        import duckdb

        begin = time.perf_counter()
        source = DuckSource(duckdb.connect(str(folder / "native.duckdb"), read_only=True),
                            parquet_views.read_facts(folder / "data"), folder / "data")  # fmt: skip
        opened = time.perf_counter() - begin
        cold = opened + timed(lambda: reports.build(job, source, scope))
        return {"cold": cold, "warm": timed(lambda: reports.build(job, source, scope)), "memory": memory()}
    with reading(at(store, explicit=True)) as opened_store, sqlite.prepared(opened_store, NOW) as sqlite_source:
        if job == "verify":
            took = timed(lambda: ask.verify_source(sqlite_source, verify_whole))
            return {"verify": took, "memory": memory()}
        if job == "audit":
            took = timed(lambda: judging.audit(sqlite_source, rules.load_all(), scope))
            return {"audit": took, "memory": memory()}
        if job == "bare":
            each = {}
            for rule in rules.load_all():  # portable texts, or the tuned ones beside them, over all entries
                values = {**scope.values(), **rule.bound()}
                sqlite_source.copy(rule.tuned or rule.sql)
                rows = [0]

                def run(rule=rule, values=values, rows=rows) -> None:  # type: ignore[no-untyped-def]
                    rows[0] = sum(1 for _ in sqlite_source.query(rule.sql, values, rule.tuned))

                each[rule.id] = (timed(run), rows[0])
            return {"bare": each, "memory": memory()}
        cold = timed(lambda: reports.build(job, sqlite_source, scope))
        return {"cold": cold, "warm": timed(lambda: reports.build(job, sqlite_source, scope)), "memory": memory()}


def apart(engine: str, job: str, store: Path, folder: Path) -> dict:  # type: ignore[type-arg]
    """The same in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--one", engine, job, str(store), str(folder)], capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def main() -> int:
    """Make the data, run everything, print a table."""
    if sys.argv[1:2] == ["--one"]:
        engine, job, store, folder = sys.argv[2:]
        print(json.dumps(one(engine, job, Path(store), Path(folder))))
        return 0
    parser = argparse.ArgumentParser()
    parser.add_argument("entries", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--keep")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(asked.keep or temporary)
        store = folder / "s.db"
        if not store.exists():
            folder.mkdir(parents=True, exist_ok=True)
            print(f"made {asked.entries:,} entries in {timed(lambda: make(store, asked.entries)):.0f} s", flush=True)
        if not (folder / "data" / "ledger.json").exists():
            command = [sys.executable, "-m", "occ_media_cli", "--quiet", "--store", str(store), "audit", "--write-data",
                       str(folder / "data")]  # fmt: skip
            print(f"exported in {timed(lambda: subprocess.run(command, check=True)):.0f} s", flush=True)
        if not (folder / "native.duckdb").exists():
            print(
                f"loaded by DuckDB in {timed(lambda: native(folder / 'data', folder / 'native.duckdb')):.0f} s",
                flush=True,
            )
        print(f"{'report':<12}{'cold':>9}{'warm':>9}{'MB':>6}   {'DuckDB cold':>11}{'warm':>9}   ratio cold, warm")
        sums = [0.0] * 4
        for job in REPORTS:
            ours, theirs = apart("sqlite", job, store, folder), apart("duckdb", job, store, folder)
            row = (ours["cold"], ours["warm"], theirs["cold"], theirs["warm"])
            sums = [a + b for a, b in zip(sums, row, strict=True)]
            print(f"{job:<12}{row[0]:>8.2f}s{row[1]:>8.2f}s{ours['memory']:>6}   {row[2]:>10.2f}s{row[3]:>8.2f}s"
                  f"   {row[0] / row[2]:.2f}, {row[1] / row[3]:.2f}", flush=True)  # fmt: skip
        print(f"{'sum':<12}{sums[0]:>8.2f}s{sums[1]:>8.2f}s{'':>6}   {sums[2]:>10.2f}s{sums[3]:>8.2f}s"
              f"   {sums[0] / sums[2]:.2f}, {sums[1] / sums[3]:.2f}")  # fmt: skip
        bare = apart("sqlite", "bare", store, folder)
        whole = apart("sqlite", "audit", store, folder)
        total = sum(took for took, _ in bare["bare"].values())
        print(f"audit: {whole['audit']:.1f} s, {whole['memory']} MB; its rules bare: {total:.1f} s;"
              f" ratio {whole['audit'] / total:.2f}")  # fmt: skip
        verify = apart("sqlite", "verify", store, folder)
        both = whole["audit"] + verify["verify"]
        print(f"verified first: {both:.1f} s, {max(whole['memory'], verify['memory'])} MB;"
              f" {both / whole['audit']:.2f} x the audit alone, {both / total:.2f} x its rules bare")  # fmt: skip
        for rule, (took, rows) in sorted(bare["bare"].items(), key=lambda pair: -pair[1][0]):
            print(f"  {rule:<30}{took:>7.2f} s{rows:>10,} rows")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
