"""The same rules on other engines: the same bytes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from occ_media_cli.audit import rules
from occ_media_cli.audit.engine import AuditScope
from occ_media_cli.audit.engines import duck, own_rules, parquet_views
from occ_media_cli.audit.reports import TABLES
from occ_media_cli.errors import MalformedInput, NotFound, OccMediaError
from tests.unit.audit.build import Run
from tests.unit.audit.test_own_rules import HEADER, HOSTILE
from tests.unit.audit.world import Maker

pytest.importorskip("pyarrow")

ELSEWHERE = ("random", "clock", "large value", "pragma function", "schema")
"""What DuckDB lets a SELECT do: none of it reaches anything but its own empty catalogue, and memory is its own limit."""


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


@pytest.mark.parametrize("name", [name for name in HOSTILE if name not in ELSEWHERE])
def test_a_hostile_rule_gets_nowhere_in_duckdb(made: Path, tmp_path: Path, name: str) -> None:
    pytest.importorskip("duckdb")
    (tmp_path / "r.sql").write_text(HEADER + HOSTILE[name])
    rule = own_rules.load_own_rule(tmp_path / "r.sql")
    with duck.opened(made / "data") as source, pytest.raises(OccMediaError):
        list(source.judge(rule, {**AuditScope(0).values(), **rule.bound()}))


@pytest.mark.parametrize(
    "select",
    [
        "SELECT content AS inbox FROM read_text('/etc/passwd')",
        "SELECT inbox FROM '/etc/passwd'",
        "SELECT inbox FROM read_csv('/etc/passwd')",
        "COPY (SELECT 1) TO '/tmp/occ-media-leak.csv'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "SELECT inbox FROM read_parquet('http://127.0.0.1:9/x.parquet')",
        "SELECT getenv('HOME') AS inbox",
    ],
)
def test_duckdb_reaches_nothing_but_the_export(made: Path, tmp_path: Path, select: str) -> None:
    pytest.importorskip("duckdb")
    (tmp_path / "r.sql").write_text(HEADER + select)
    with duck.opened(made / "data") as source, pytest.raises(OccMediaError):
        list(source.judge(own_rules.load_own_rule(tmp_path / "r.sql"), AuditScope(0).values()))
    assert not Path("/tmp/occ-media-leak.csv").exists()


def test_a_rule_that_runs_on_is_stopped_in_duckdb(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("duckdb")
    monkeypatch.setattr(duck, "SECONDS", 0.3)
    many = ", ".join(f"entry e{n}" for n in range(5))
    (tmp_path / "r.sql").write_text(f"{HEADER}SELECT sum(e0.size * e4.size) AS inbox FROM {many}")
    with duck.opened(made / "data") as source, pytest.raises(MalformedInput, match="took too long"):
        list(source.judge(own_rules.load_own_rule(tmp_path / "r.sql"), AuditScope(0).values()))


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
