"""The same rules on other engines: the same bytes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from occ_media_cli.audit import rules
from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.audit.engines import duck, own_rules, parquet_views, sqlite
from occ_media_cli.audit.reports import TABLES
from occ_media_cli.errors import MalformedInput, NotFound
from occ_media_cli.store.locate import locate
from occ_media_cli.store.open import reading
from tests.unit.audit.build import Run
from tests.unit.audit.test_own_rules import COSTLY, HOSTILE, ODD, cost, judged_at_a_cost, written
from tests.unit.audit.world import Maker

pytest.importorskip("pyarrow")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store and its export."""
    folder = tmp_path_factory.mktemp("engines")
    Maker(folder / "s.db", 11, 250).make()
    from occ_media_cli.__main__ import run as run_command

    command = ["--quiet", "--store", str(folder / "s.db"), "audit", "--write-data", str(folder / "data")]
    assert run_command(command) == 0
    return folder


def without_clock(text: str) -> str:
    """A document without the machine's clock, in which two runs of one moment differ; the rest of `made` is the same."""
    return re.sub(r'("made": \{"at": "[^"]+", "wall": )"[^"]+"', r"\1null", text)


@pytest.fixture
def compare(run: Run, made: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("OCC_MEDIA_STORE", str(made / "s.db"))
    monkeypatch.setenv("OCC_MEDIA_NOW", "2026-06-20")

    def check(engine: str, *command: str) -> None:
        plain = ("--no-verify",) if "audit" in command else ()  # a random ledger is no chain; an export has none
        code, out, err = run(*command, *plain)
        other, same, said = run(*command, "--engine", engine, "--data", str(made / "data"))
        assert (other, said) == (code, err)
        assert without_clock(same) == without_clock(out)

    return check


def test_duckdb_finds_the_same_bytes(compare) -> None:  # type: ignore[no-untyped-def]
    pytest.importorskip("duckdb")
    compare("duckdb", "audit", "--format", "json")
    compare("duckdb", "audit", "--format", "json", "--since", "2026-02-01", "--until", "2026-04-01", "--inbox", "vip")
    compare("duckdb", "audit", "--rule", "over-limit")
    period = ("--since", "2026-02-01", "--until", "2026-04-01")
    compare("duckdb", "audit", "--format", "json", *period, "--compare", "previous")


def test_a_rule_of_ones_own_counts_what_it_judges_on_both(compare, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    pytest.importorskip("duckdb")
    head = "-- id: my-rule\n-- severity: note\n-- title: t\n-- why: w\n-- fix: f\n-- parameter: least = 500 (bytes)\n"
    for said in (
        "-- over: entries\n-- where: e.size > :least\n-- needs: c.looked = 1 OR s.receive = 0\n-- lacks: x\n",
        "-- over: approvals\n-- needs: a.users = 1\n-- lacks: x\n",
        "-- over: verifications\n", "-- over: settings\n-- where: s.receive = 0\n", "-- over: changes\n",
    ):  # fmt: skip
        (tmp_path / "my-rule.sql").write_text(head + said + "SELECT e.inbox, e.seq FROM entry e WHERE e.size < :least")
        compare("duckdb", "audit", "--format", "json", "--rule", str(tmp_path / "my-rule.sql"))


def test_duckdb_hides_the_same_names(compare, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    pytest.importorskip("duckdb")
    key = tmp_path / "key"
    key.write_bytes(b"0123456789abcdef")
    for command in (("audit",), ("report", "attempts"), ("report", "settings")):
        compare("duckdb", *command, "--format", "json", "--pseudonymise", "--key-file", str(key))


@pytest.mark.parametrize("name", TABLES)
def test_duckdb_reports_the_same_bytes(compare, name: str) -> None:  # type: ignore[no-untyped-def]
    pytest.importorskip("duckdb")
    compare("duckdb", "report", name, "--format", "json")


QUICK = ("spark.sql.shuffle.partitions=1", "spark.sql.adaptive.enabled=false", "spark.sql.codegen.wholeStage=false",
         "spark.sql.codegen.factoryMode=NO_CODEGEN", "spark.ui.enabled=false", "spark.ui.showConsoleProgress=false")  # fmt: skip
"""A Spark for 250 entries: one part, and no compiler that would take longer than the rows."""


@pytest.mark.service
def test_spark_finds_the_same_bytes(compare, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    pytest.importorskip("pyspark")
    settings = " ".join(f"--conf {setting}" for setting in QUICK)
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", f"--master local[1] {settings} pyspark-shell")
    compare("spark", "--quiet", "audit", "--format", "json")  # quiet: it may take long enough to say how far it is
    for name in ("shared", "retention"):
        compare("spark", "--quiet", "report", name, "--format", "json")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_rule_gets_nowhere_in_duckdb(made: Path, tmp_path: Path, name: str) -> None:
    pytest.importorskip("duckdb")
    rule = own_rules.load_own_rule(written(tmp_path, HOSTILE[name]))
    with duck.opened(made / "data") as source, pytest.raises(MalformedInput, match=r"^rule 'my-rule': "):
        list(source.judge(rule, {**AuditScope(0).values(), **rule.bound()}))
    assert not Path("/tmp/x.db").exists()


@pytest.mark.parametrize("name", COSTLY)
def test_a_costly_rule_is_stopped_in_duckdb(
    made: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("duckdb")
    cost(monkeypatch)
    monkeypatch.setattr(duck, "OWN", own_rules.ALLOWANCE._replace(memory=2 << 30))
    monkeypatch.chdir(tmp_path)
    rule = own_rules.load_own_rule(written(tmp_path, COSTLY[name]))
    with duck.opened(made / "data") as source:
        judged_at_a_cost(source, rule)
        assert list(source.query("SELECT count(*) FROM inbox", {})), "the engine of the others is as it was"
    assert list(tmp_path.iterdir()) == [tmp_path / "my-rule.sql"], "no temporary file"


@pytest.mark.parametrize("name", [name for name in ODD if name != "no text"])  # DuckDB writes its bytes out
def test_a_rule_whose_columns_are_something_else_is_told_in_duckdb(made: Path, tmp_path: Path, name: str) -> None:
    pytest.importorskip("duckdb")
    rule = own_rules.load_own_rule(written(tmp_path, ODD[name]))
    with duck.opened(made / "data") as source, pytest.raises(MalformedInput, match=r"^rule 'my-rule': "):
        list(source.judge(rule, AuditScope(0).values()))


def test_an_own_rule_finds_the_same_in_duckdb(made: Path, tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    rule = own_rules.load_own_rule(written(tmp_path, (
        "WITH big AS (SELECT e.inbox, e.id AS entry, e.source, e.seq, e.time_ms, e.name FROM entry e"
        " WHERE e.size > :minimum AND e.name LIKE '%!.%' ESCAPE '!' AND e.inbox IN (SELECT i.name FROM inbox i))"
        " SELECT b.inbox, b.entry, count(*) AS n, max(b.seq) + 1 AS m FROM big b GROUP BY b.inbox, b.entry")))  # fmt: skip
    values = {**AuditScope(0).values(), **rule.bound()}
    location = locate(str(made / "s.db"))
    with reading(location) as store, sqlite.prepared(store, 0) as source:
        expected = list(source.judge(rule, values))
    with duck.opened(made / "data") as other:
        assert list(other.judge(rule, values)) == expected
    assert expected


@pytest.mark.parametrize(
    ("columns", "value"),
    [
        ("1 = 1 AS d", 1),
        ("1 = 2 AS d", 0),
        ("e.size IS NULL AS d", 0),
        ("NOT EXISTS (SELECT 1 FROM hold WHERE hold = 'none') AS d", 1),
        ("9223372036854775807 AS d", 2**63 - 1),
        ("-9223372036854775807 AS d", 1 - 2**63),
        ("'main.entry' AS d", "main.entry"),
        ("7 / 2 AS d", 3),
        ("-7 / 2 AS d", -3),
        ("avg(e.size - e.size) OVER () AS d", 0),
        ("'error' AS severity, 7 AS d", 7),
        ("cast(NULL AS text) AS severity, 7 AS d", 7),
    ],
)
def test_a_value_of_an_own_rule_is_the_same_in_every_engine(
    made: Path, tmp_path: Path, columns: str, value: object
) -> None:
    pytest.importorskip("duckdb")
    rule = own_rules.load_own_rule(
        written(tmp_path, f"SELECT e.inbox, e.seq, {columns} FROM entry e WHERE e.size > :minimum")
    )
    values = {**AuditScope(0).values(), **rule.bound()}
    with reading(locate(str(made / "s.db"))) as store, sqlite.prepared(store, 0) as source:
        expected = list(source.judge(rule, values))
    with duck.opened(made / "data") as other:
        found = list(other.judge(rule, values))
    assert repr(found) == repr(expected)
    assert repr(expected[0]["d"]) == repr(value)


def test_an_export_that_is_none_is_told(made: Path, tmp_path: Path, run: Run) -> None:
    with pytest.raises(NotFound):
        parquet_views.read_facts(tmp_path)
    (tmp_path / "ledger.json").write_text("{}")
    with pytest.raises(MalformedInput):
        parquet_views.read_facts(tmp_path)
    facts = json.loads((made / "data" / "ledger.json").read_text())
    assert (facts["schema"], facts["entries"], facts["seq"] > 250) == ("occ-media/views/1", 250, True)
    assert (made / "data" / "entry.parquet").stat().st_mode & 0o777 == 0o600
    assert run("audit", "--engine", "duckdb")[0] == 2
    assert run("audit", "--data", str(made / "data"))[0] == 2
    assert run("audit", "--engine", "oracle", "--data", "x")[0] == 2
    assert run("audit", "--engine", "duckdb", "--data", str(tmp_path / "none"))[0] == 11
    assert run("audit", "--engine", "duckdb", "--data", str(made / "data"), "--bundle", "x.zip")[0] == 2


def test_every_view_that_a_rule_reads_is_exported() -> None:
    import re

    for rule in rules.load_all():
        read = set(re.findall(r"(?:FROM|JOIN)\s+([a-z_]+)", rule.sql))
        assert read - {*parquet_views.VIEWS, *parquet_views.FOLLOWING} == set(), rule.id
