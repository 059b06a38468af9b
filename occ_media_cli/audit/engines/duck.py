"""The DuckDB engine of the audit, over an export of the views: the rules' texts run as they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from occ_media_cli.audit import sql
from occ_media_cli.audit.engines import parquet_views
from occ_media_cli.audit.engines.interface import Head
from occ_media_cli.audit.engines.own_rules import VIEWS
from occ_media_cli.audit.rule import AuditRule, Value
from occ_media_cli.errors import MalformedInput, PartMissing

SECONDS = 60
"""How long a user's own rule may run."""

FETCHED = 2_000


class DuckSource:
    """An export that is open in DuckDB. Use `opened`."""

    def __init__(self, connection: Any, head: Head) -> None:
        self._connection = connection
        self._head = head

    def head(self) -> Head:
        """Where the chain stood."""
        return self._head

    def query(self, text: str, values: Mapping[str, Value], tuned: str | None = None) -> Iterator[Sequence[Any]]:
        """The rows of a portable SELECT; `tuned` is for SQLite."""
        return self._rows(self._connection.cursor(), text, values)

    def _rows(self, cursor: Any, text: str, values: Mapping[str, Value]) -> Iterator[Sequence[Any]]:
        used = {name: values[name] for name in sql.parameters(text)}
        cursor.execute(sql.replaced(text, lambda name: f"${name}"), used)
        while rows := cursor.fetchmany(FETCHED):
            yield from rows

    def prepare(self, rules: Sequence[AuditRule], values: Mapping[str, Value]) -> None:
        """Nothing to do: this engine reads columns."""

    def judge(self, rule: AuditRule, values: Mapping[str, Value]) -> Iterator[dict[str, Any]]:
        """The rows of a rule's SELECT; a user's own rule may only read, and not for ever."""
        import duckdb

        cursor = self._connection.cursor()
        try:
            if rule.own:
                self._check(rule)
            used = {name: values[name] for name in sql.parameters(rule.sql)}
            text = sql.replaced(rule.sql, lambda name: f"${name}")
            with _limited(cursor, rule):
                cursor.execute(f"SELECT * FROM (\n{text}\n) AS finding LIMIT 0", used)
                names = [str(column[0]) for column in cursor.description]
                if rule.own and "inbox" not in names and "entry" not in names:
                    raise MalformedInput("a rule selects the column inbox, or entry", hint="add e.inbox to its SELECT")
                for row in self._rows(cursor, sql.ordered(rule.sql, names), values):
                    yield dict(zip(names, row, strict=True))
        except duckdb.Error as problem:
            if not rule.own:
                raise
            words = "it took too long and was stopped" if "nterrupt" in str(problem) else str(problem).splitlines()[0]
            raise MalformedInput(f"rule '{rule.id}': {words}", hint="a rule is one SELECT over the views") from problem

    def _check(self, rule: AuditRule) -> None:
        """One SELECT and nothing else: the access to files is off already."""
        import duckdb

        text = sql.replaced(rule.sql, lambda name: f"${name}")
        for form in (text, f"SELECT * FROM (\n{text}\n) AS finding"):
            statements = self._connection.extract_statements(form)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise MalformedInput(f"rule '{rule.id}' is not one SELECT", hint="a rule is one SELECT over the views")
        others = set(self._connection.get_table_names(text)) - VIEWS
        if others:
            raise MalformedInput(
                f"rule '{rule.id}': it may only read the documented views, not {min(others)}",
                hint=f"a rule is one SELECT over {', '.join(sorted(VIEWS)[:4])}, …",
            )


@contextmanager
def _limited(cursor: Any, rule: AuditRule) -> Iterator[None]:
    if not rule.own:
        yield
        return
    from threading import Timer

    timer = Timer(SECONDS, cursor.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def opened(folder: Path) -> Iterator[DuckSource]:
    """An export in DuckDB: small views in memory, large ones read from their files, everything else out of reach."""
    head = parquet_views.read_facts(folder)
    try:
        import duckdb
    except ImportError:
        raise PartMissing("DuckDB is not installed", hint="pip install 'occ-media[duckdb]'") from None
    connection = duckdb.connect(":memory:")
    try:
        whole = folder.resolve()
        try:
            for view in parquet_views.VIEWS:
                file = str(whole / f"{view}.parquet").replace("'", "''")
                kind = "VIEW" if (whole / f"{view}.parquet").stat().st_size > 1_000_000 else "TABLE"
                connection.execute(f"CREATE {kind} {view} AS SELECT * FROM read_parquet('{file}')")
            for view, text in parquet_views.FOLLOWING.items():
                connection.execute(f"CREATE VIEW {view} AS {text}")
        except duckdb.Error as problem:
            raise MalformedInput(
                f"cannot be read: {str(problem).splitlines()[0]}", file=str(folder),
                hint="write the export again", topic=("export-again", str(folder)),
            ) from problem  # fmt: skip
        allowed = str(whole).replace("'", "''")
        connection.execute(f"SET allowed_directories = ['{allowed}/']")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield DuckSource(connection, head)
    finally:
        connection.close()
