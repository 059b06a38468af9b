"""A user's own rule is read-only and held to the views, whatever it tries."""

from __future__ import annotations

import os
import resource
import sys
import time
from pathlib import Path

import pytest

from occ_media_cli.audit import engine
from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.audit.engines import own_rules
from occ_media_cli.audit.rule import AuditRule
from occ_media_cli.audit.rules import load_rule
from occ_media_cli.audit.rules.chosen import choose
from occ_media_cli.errors import MalformedInput, NotFound
from tests.unit.audit.build import Ledger, T

HEADER = """-- id: my-rule
-- severity: warning
-- title: Mine.
-- why: Because.
-- fix: Stop.
-- message: {name} is large
-- parameter: minimum = 500 (bytes)
"""

HOSTILE = {
    "physical table": "SELECT i.name AS inbox FROM inbox_state i",
    "personal values": "SELECT r.customer AS inbox FROM record r",
    "secret": "SELECT hex(secret) AS inbox FROM store",
    "schema": "SELECT sql AS inbox FROM sqlite_master",
    "chain": "SELECT state AS inbox FROM head",
    "insert": "INSERT INTO word (text) VALUES ('x') RETURNING text AS inbox",
    "delete": "DELETE FROM record",
    "update in a with": "WITH x AS (SELECT 1) UPDATE event SET kind = 'x'",
    "drop": "DROP VIEW entry",
    "attach": "ATTACH DATABASE '/tmp/x.db' AS x",
    "pragma": "PRAGMA writable_schema = 1",
    "pragma function": "SELECT name AS inbox FROM pragma_database_list",
    "vacuum": "VACUUM INTO '/tmp/x.db'",
    "two statements": "SELECT 1 AS inbox; DELETE FROM record",
    "closes the bracket": "SELECT 1 AS inbox) AS x; DELETE FROM record; --",
    "closes and reads": "SELECT 1 AS inbox) UNION SELECT name FROM (SELECT name FROM inbox_state",
    "extension": "SELECT load_extension('/tmp/x.so') AS inbox",
    "reads a file": "SELECT readfile('/etc/passwd') AS inbox",
    "writes a file": "SELECT writefile('/tmp/x', 'x') AS inbox",
    "large value": "SELECT hex(zeroblob(900000000)) AS inbox",
    "random": "SELECT random() AS inbox",
    "settings function": "SELECT current_setting('memory_limit') AS inbox",
    "settings table": "SELECT name AS inbox FROM duckdb_settings()",
    "secrets": "SELECT name AS inbox FROM duckdb_secrets()",
    "environment": "SELECT getenv('HOME') AS inbox",
    "variable": "SELECT getvariable('x') AS inbox",
    "folder": "SELECT file AS inbox FROM glob('/etc/*')",
    "text of a file": "SELECT content AS inbox FROM read_text('/etc/passwd')",
    "bytes of a file": "SELECT filename AS inbox FROM read_blob('/etc/passwd')",
    "rows of a file": "SELECT * FROM read_csv('/etc/passwd')",
    "Parquet": "SELECT * FROM parquet_scan('/etc/passwd')",
    "Parquet of the export": "SELECT inbox FROM read_parquet('entry.parquet')",
    "file as a table": "SELECT inbox FROM '/etc/passwd'",
    "query in a text": "SELECT * FROM query('SELECT 1 AS inbox')",
    "table in a text": "SELECT * FROM query_table('entry')",
    "JSON as a query": "SELECT * FROM json_execute_serialized_sql('{}')",
    "logs": "SELECT message AS inbox FROM duckdb_logs()",
    "catalogue": "SELECT table_name AS inbox FROM information_schema.tables",
    "lent name": "SELECT t.tablename AS inbox FROM pg_tables t"
    " WHERE EXISTS (WITH pg_tables AS (SELECT 1) SELECT * FROM pg_tables)",
    "shows": "SELECT name AS inbox FROM (SHOW TABLES)",
    "describes": "SELECT column_name AS inbox FROM (DESCRIBE entry)",
    "summarises": "SELECT column_name AS inbox FROM (SUMMARIZE entry)",
    "user": "SELECT current_user AS inbox",
    "sleeps": "SELECT sleep_ms(100000) AS inbox",
    "copy": "COPY (SELECT 1) TO '/tmp/x.db'",
    "install": "INSTALL httpfs",
    "load": "LOAD httpfs",
    "setting": "SET enable_external_access = true",
    "call": "CALL pragma_version()",
    "network": "SELECT inbox FROM read_parquet('http://127.0.0.1:9/x.parquet')",
    "clock": "SELECT datetime('now') AS inbox",
    "temporary": "CREATE TEMP TABLE t AS SELECT 1",
    "temp schema": "SELECT name AS inbox FROM temp.sqlite_master",
    "no inbox": "SELECT e.name FROM entry e",
    "no SQL": "this is no SQL",
    "a missing column": "SELECT e.nothing AS inbox FROM entry e",
}


WIDE = "replace(hex(i), '3', '{}')".format("x" * 40_000)
ROWS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3333333) "

COSTLY = {
    "runs on": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS inbox FROM n",
    "joins everything": "SELECT count(*) AS inbox FROM " + ", ".join(f"file_type f{n}" for n in range(9)),
    "joins and sums": "SELECT sum(f0.limit_mb * f8.limit_mb) AS inbox FROM "
    + ", ".join(f"file_type f{n}" for n in range(9)),
    "wide rows": ROWS + f"SELECT 'vip' AS inbox, i AS seq, {WIDE} AS x, {WIDE} AS y FROM n",
    "wide rows that are sorted": ROWS + f"SELECT {WIDE} AS inbox, 'x' AS entry FROM n",
    "wide rows that are told apart": ROWS + f"SELECT count(DISTINCT {WIDE} || i) AS inbox FROM n",
    "wide rows that are kept": ROWS
    + f", w(x) AS (SELECT {WIDE} || i FROM n) SELECT max(a.x || b.x) AS inbox FROM w a, w b",
    "a window over wide rows": ROWS + f"SELECT 'vip' AS inbox, max({WIDE} || i) OVER (ORDER BY i DESC) AS x FROM n",
    "grows": "WITH RECURSIVE n(t) AS (SELECT 'x' UNION ALL SELECT t || t FROM n) SELECT max(length(t)) AS inbox FROM n",
    "replaces": "SELECT length(" + "replace(" * 9 + "'a'" + f", 'a', '{'a' * 20}')" * 9 + ") AS inbox",
    "many rows": ROWS + "SELECT 'vip' AS inbox, i AS seq FROM n",
    "many bytes": ROWS + "SELECT 'vip' AS inbox, replace('12345678', '1', '" + "x" * 999 + "') AS x FROM n",
    "one row too wide": "SELECT 'vip' AS inbox, "
    + ", ".join(
        f"replace('a{n}', 'a', '{'x' * 900}') AS c{n}, replace(replace('a{n}a', 'a', '{'x' * 99}'), 'x', '{'y' * 300}') AS d{n}"
        for n in range(24)
    ),
    "many columns": "SELECT 'vip' AS inbox, " + ", ".join(f"{n} AS c{n}" for n in range(2_100)),
    "deep": "SELECT " + "(" * 3_000 + "1" + ")" * 3_000 + " AS inbox",
    "deep sums": "SELECT " + "1 + " * 20_000 + "1 AS inbox",
    "blob": "SELECT zeroblob(1000000000) AS inbox",
    "random blob": "SELECT randomblob(1000000000) AS inbox",
    "joined texts": ROWS + "SELECT group_concat(i) AS inbox FROM n",
    "aggregated JSON": ROWS + "SELECT json_group_array(i) AS inbox FROM n",
}
"""What costs more than a rule may: time, memory, files, or rows. Each is refused by both engines, or stopped."""

ODD = {
    "number as inbox": "SELECT 7 AS inbox",
    "bytes as entry": "SELECT x'00ff' AS entry",
    "text as place": "SELECT 'vip' AS inbox, 'x' AS seq",
    "text as time": "SELECT 'vip' AS inbox, 'soon' AS time_ms",
    "no time": "SELECT 'vip' AS inbox, 9000000000000000000 AS time_ms",
    "text as version": "SELECT 'vip' AS inbox, 'first' AS setting_version",
    "bytes as subject": "SELECT 'vip' AS inbox, x'00' AS subject",
    "out of range": "SELECT 'vip' AS inbox, 9e999 AS x",
    "no text": "SELECT cast(x'ff' AS text) AS inbox",
    "beyond 64 bits": "SELECT 'vip' AS inbox, 123456789012345678901234567890123456789 AS d",
    "just beyond 64 bits": "SELECT 'vip' AS inbox, 9223372036854775808 AS d",
    "a large sum": "SELECT 'vip' AS inbox, 9223372036854775807 + 9223372036854775807.0 AS d",
    "no severity": "SELECT 'vip' AS inbox, 'bogus' AS severity",
    "empty severity": "SELECT 'vip' AS inbox, '' AS severity",
    "number as severity": "SELECT 'vip' AS inbox, 1 AS severity",
    "schema": "SELECT e.inbox FROM main.entry e",
    "quoted schema": 'SELECT e.inbox FROM "MAIN" /* x */ . entry e',
    "schema in a list": "SELECT e.inbox FROM setting s, main.entry e",
}
"""Columns of another kind than the place that they take in a finding."""


def written(tmp_path: Path, select: str, header: str = HEADER) -> Path:
    path = tmp_path / "my-rule.sql"
    path.write_text(header + select)
    return path


def test_an_own_rule_finds_what_its_select_gives(ledger: Ledger, tmp_path: Path) -> None:
    ledger.inbox("vip", "2026-01-01")
    ledger.entry("vip", "2026-02-01", size=501, id="large")
    ledger.entry("vip", "2026-02-01", size=500, id="small")
    rule = own_rules.load_own_rule(written(tmp_path, "SELECT e.inbox, e.id AS entry, e.source, e.seq, e.time_ms, e.name FROM entry e\n"
                                      "WHERE e.size > :minimum AND e.name LIKE '%.pdf'"))  # fmt: skip
    with ledger.source() as source:
        judged = engine.audit(source, [rule], AuditScope(T("2026-03-01")))
        (found,) = [item.record() for item in judged.findings]
    assert (found["entry"], found["message"], found["severity"]) == ("large", "a.pdf is large", "warning")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_rule_is_refused_and_the_rest_is_judged(ledger: Ledger, tmp_path: Path, name: str) -> None:
    ledger.inbox("vip", "2026-01-01", receive=False)
    ledger.entry("vip", "2026-02-01")
    before = ledger.location.path.read_bytes()
    rule = own_rules.load_own_rule(written(tmp_path, HOSTILE[name]))
    with ledger.source() as source:
        with pytest.raises(MalformedInput, match=r"my-rule|column"):
            list(source.judge(rule, {**AuditScope(0).values(), **rule.bound()}))
        judged = engine.audit(source, [rule], AuditScope(T("2026-03-01")))
        assert judged.incomplete
        assert judged.verdicts[0].failed
        assert list(source.query("SELECT count(*) FROM entry", {})) == [(1,)], "the guard is gone afterwards"
    assert ledger.location.path.read_bytes() == before
    assert not Path("/tmp/x.db").exists()


def cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Allow less than a user's rule may have, so that a test need not wait for all of it."""
    little = own_rules.ALLOWANCE._replace(seconds=1.5, file=8 << 20, rows=50_000, everything=4 << 20)
    monkeypatch.setattr(own_rules, "ALLOWANCE", little)


def judged_at_a_cost(source: engine.RuleSource, rule: AuditRule) -> None:
    """A costly rule is stopped with its name and why, soon, and this process holds no more than before."""
    begun, held = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(MalformedInput, match=r"^rule 'my-rule': ") as stopped:
        for _ in source.judge(rule, {**AuditScope(0).values(), **rule.bound()}):
            pass
    assert stopped.value.hint
    assert time.monotonic() - begun < 15
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held < 100_000, "KiB"


@pytest.mark.parametrize("name", COSTLY)
def test_a_costly_rule_is_stopped_and_the_rest_is_judged(
    ledger: Ledger, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cost(monkeypatch)
    ledger.inbox("vip", "2026-01-01", receive=False)
    ledger.entry("vip", "2026-02-01")
    rule = own_rules.load_own_rule(written(tmp_path, COSTLY[name]))
    with ledger.source() as source:
        judged_at_a_cost(source, rule)
        judged = engine.audit(source, [load_rule("received-while-off"), rule], AuditScope(T("2026-03-01")))
    assert [(verdict.rule.id, verdict.failed) for verdict in judged.verdicts] == [
        ("received-while-off", False), ("my-rule", True)]  # fmt: skip
    assert next(iter(judged.findings)).rule == "received-while-off"


@pytest.mark.no_cover
def test_a_rule_that_gives_more_rows_than_a_rule_may_is_not_judged(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_rules, "ALLOWANCE", own_rules.ALLOWANCE._replace(seconds=120))  # the machine may be busy
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT 'vip' AS inbox, i FROM n"
    ledger.inbox("vip", "2026-01-01")
    rule = own_rules.load_own_rule(written(tmp_path, many))
    begun = time.monotonic()
    with ledger.source() as source:
        judged = engine.audit(source, [rule], AuditScope(T("2026-03-01")))
    assert judged.incomplete
    assert [verdict.failed for verdict in judged.verdicts] == [True]
    assert "it gives more than 100,000 rows" in str(judged.verdicts[0])
    assert time.monotonic() - begun < 40


@pytest.mark.parametrize("name", ODD)
def test_a_rule_whose_columns_are_something_else_is_told(ledger: Ledger, tmp_path: Path, name: str) -> None:
    ledger.inbox("vip", "2026-01-01")
    rule = own_rules.load_own_rule(written(tmp_path, ODD[name]))
    with ledger.source() as source, pytest.raises(MalformedInput, match=r"^rule 'my-rule': .*"):
        list(source.judge(rule, AuditScope(0).values()))


def children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_process_is_left_when_a_rule_is_not_read_to_its_end(ledger: Ledger, tmp_path: Path) -> None:
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 90000) SELECT 'vip' AS inbox, i FROM n"
    ledger.inbox("vip", "2026-01-01")
    rule = own_rules.load_own_rule(written(tmp_path, many))
    with ledger.source() as source:
        rows = source.judge(rule, AuditScope(0).values())
        before = children()
        assert next(iter(rows)) == {"inbox": "vip", "i": 1}
        assert len(children() - before) == 1
        rows.close()  # type: ignore[attr-defined]
    assert children() == before


def test_a_time_in_the_words_of_an_own_rule_may_be_none(ledger: Ledger, tmp_path: Path) -> None:
    ledger.inbox("vip", "2026-01-01")
    header = HEADER.replace("{name} is large", "at {n:time}")
    rule = own_rules.load_own_rule(written(tmp_path, "SELECT 'vip' AS inbox, 9000000000000000000 AS n", header))
    with ledger.source() as source:
        judged = engine.audit(source, [rule], AuditScope(T("2026-03-01")))
    assert [found.message for found in judged.findings] == ["at 9000000000000000000"]


def test_an_own_rule_is_none_of_the_program_s(tmp_path: Path) -> None:
    with pytest.raises(MalformedInput, match="what the others found"):
        own_rules.load_own_rule(written(tmp_path, "SELECT 1 AS inbox", HEADER + "-- after: findings\n"))
    path = written(tmp_path, "SELECT 1 AS inbox", HEADER.replace("my-rule", "over-limit"))
    with pytest.raises(MalformedInput, match="'over-limit' is the id of a rule of the program"):
        choose([str(path)], {}, tmp_path, "s.db")


def test_what_a_header_does_not_declare_is_refused_before_it_runs(tmp_path: Path) -> None:
    with pytest.raises(MalformedInput, match=":maximum"):
        own_rules.load_own_rule(written(tmp_path, "SELECT 1 AS inbox WHERE :maximum > 1"))
    with pytest.raises(NotFound):
        own_rules.load_own_rule(tmp_path / "nothing.sql")
    (tmp_path / "b.sql").write_bytes(b"\xff\xfe")
    with pytest.raises(MalformedInput, match="UTF-8"):
        own_rules.load_own_rule(tmp_path / "b.sql")
    (tmp_path / "c.sql").write_bytes(b"-" * 100_001)
    with pytest.raises(MalformedInput, match="100,000"):
        own_rules.load_own_rule(tmp_path / "c.sql")


def test_the_rule_of_the_document_runs(ledger: Ledger, tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "docs" / "audit.md").read_text(encoding="utf-8")
    (tmp_path / "large-video.sql").write_text(text.split("```sql\n")[1].split("```")[0])
    rule = own_rules.load_own_rule(tmp_path / "large-video.sql")
    ledger.inbox("vip", "2026-01-01")
    ledger.entry("vip", "2026-02-01", "a.mp4", size=9_000_000)
    with ledger.source() as source:
        judged = engine.audit(source, [rule], AuditScope(T("2026-03-01")))
        assert [found.message for found in judged.findings] == ["a.mp4 has 9.0 MB"]


def test_every_view_that_the_document_names_may_be_read() -> None:
    text = (Path(__file__).parents[3] / "docs" / "audit.md").read_text(encoding="utf-8")
    named = text.split("It may read ")[1].split("and the totals")[0]
    assert {word.strip("`") for word in named.split()} <= own_rules.VIEWS
