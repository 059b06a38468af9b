"""A user's own rule is read-only and held to the views, whatever it tries."""

from __future__ import annotations

from pathlib import Path

import pytest

from occ_media_cli.audit import engine
from occ_media_cli.audit.engines import own_rules
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
    "clock": "SELECT datetime('now') AS inbox",
    "temporary": "CREATE TEMP TABLE t AS SELECT 1",
    "temp schema": "SELECT name AS inbox FROM temp.sqlite_master",
    "no inbox": "SELECT e.name FROM entry e",
    "no SQL": "this is no SQL",
    "a missing column": "SELECT e.nothing AS inbox FROM entry e",
}


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
        judged = engine.audit(source, [rule], engine.AuditScope(T("2026-03-01")))
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
            list(source.judge(rule, {**engine.AuditScope(0).values(), **rule.bound()}))
        judged = engine.audit(source, [rule], engine.AuditScope(T("2026-03-01")))
        assert judged.incomplete
        assert judged.verdicts[0].failed
        assert list(source.query("SELECT count(*) FROM entry", {})) == [(1,)], "the guard is gone afterwards"
    assert ledger.location.path.read_bytes() == before
    assert not Path("/tmp/x.db").exists()


@pytest.mark.parametrize(
    "select",
    [
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS inbox FROM n",
        "SELECT count(*) AS inbox FROM file_type a, file_type b, file_type c, file_type d, file_type e, file_type f",
    ],
)
def test_a_rule_that_runs_on_is_stopped(
    ledger: Ledger, tmp_path: Path, select: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_rules, "STEPS", 5_000_000)
    ledger.inbox("vip", "2026-01-01")
    rule = own_rules.load_own_rule(written(tmp_path, select))
    with ledger.source() as source, pytest.raises(MalformedInput, match="took too long"):
        list(source.judge(rule, engine.AuditScope(0).values()))


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
        judged = engine.audit(source, [rule], engine.AuditScope(T("2026-03-01")))
        assert [found.message for found in judged.findings] == ["a.mp4 has 9.0 MB"]


def test_every_view_that_the_document_names_may_be_read() -> None:
    text = (Path(__file__).parents[3] / "docs" / "audit.md").read_text(encoding="utf-8")
    named = text.split("It may read ")[1].split("and the totals")[0]
    assert {word.strip("`") for word in named.split()} <= own_rules.VIEWS
