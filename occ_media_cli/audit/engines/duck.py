"""The DuckDB engine of the audit, over an export of the views: the rules' texts run as they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from occ_media_cli.audit import sql
from occ_media_cli.audit.engines import parquet_views
from occ_media_cli.audit.engines.interface import Head
from occ_media_cli.audit.engines.own_rules import ALLOWANCE, FUNCTIONS, VIEWS, held
from occ_media_cli.audit.rule import AuditRule, Value
from occ_media_cli.errors import MalformedInput, PartMissing
from occ_media_cli.sandbox.rows import Stopped

OWN = ALLOWANCE._replace(memory=2 << 30)
"""What a user's own rule may cost. DuckDB maps much that it never touches, for each of its threads; what it uses is
held to the memory of `ALLOWANCE` by its own count."""

THREADS = 2
"""Threads of a user's own rule."""

FETCHED = 2_000

_OPERATORS = frozenset({"count_star", "like_escape", "not_like_escape", "ilike_escape", "not_ilike_escape"})
"""What DuckDB makes of SQL that calls no function: COUNT(*), LIKE … ESCAPE."""

_TABLES = frozenset({"BASE_TABLE", "JOIN", "SUBQUERY", "TABLE_FUNCTION", "EMPTY", "EXPRESSION_LIST"})
"""What a FROM may name; not SHOW, DESCRIBE, PIVOT or a column of a table of another kind."""

_CLOCKS = frozenset({
    "current_catalog", "current_date", "current_role", "current_schema", "current_time", "current_timestamp",
    "current_user", "localtime", "localtimestamp", "session_user", "user",
})  # fmt: skip
"""Names without brackets that DuckDB answers as functions."""


class DuckSource:
    """An export that is open in DuckDB. Use `opened`."""

    def __init__(self, connection: Any, head: Head, folder: Path) -> None:
        self._connection = connection
        self._head = head
        self._folder = folder

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
        """The rows of a rule's SELECT; a user's own rule may only read, and costs what it may."""
        if rule.own:
            yield from held(rule, lambda: _asked(self._folder, rule, values), OWN)
            return
        names, rows = self._judged(rule, values)
        for row in rows:
            yield dict(zip(names, row, strict=True))

    def _judged(self, rule: AuditRule, values: Mapping[str, Value]) -> tuple[list[str], Iterator[Sequence[Any]]]:
        cursor = self._connection.cursor()
        used = {name: values[name] for name in sql.parameters(rule.sql)}
        text = sql.replaced(rule.sql, lambda name: f"${name}")
        cursor.execute(f"SELECT * FROM (\n{text}\n) AS finding LIMIT 0", used)
        names = [str(column[0]) for column in cursor.description]
        return names, self._rows(cursor, sql.ordered(rule.sql, names), values)

    def ask_own(self, rule: AuditRule, values: Mapping[str, Value]) -> Iterator[Sequence[Any]]:
        """The names and rows of a user's own rule; Stopped where it is no single SELECT over the views."""
        self._check(rule)
        names, rows = self._judged(rule, values)
        yield names
        yield from rows

    def _check(self, rule: AuditRule) -> None:
        """One SELECT over the views, with the functions of portable SQL, and nothing else."""
        import json

        import duckdb

        text = sql.replaced(rule.sql, lambda name: f"${name}")
        for form in (text, f"SELECT * FROM (\n{text}\n) AS finding"):
            statements = self._connection.extract_statements(form)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise Stopped("it is not one SELECT", _HINT)
        ((tree,),) = self._connection.execute("SELECT json_serialize_sql($text)", {"text": text}).fetchall()
        parsed = json.loads(tree)  # DuckDB's own, of the text that it will run
        if parsed["error"]:
            raise Stopped("it is not one SELECT", _HINT)
        _refuse_others(parsed)


_SYSTEM = ("duckdb_", "pg_", "pragma_", "sqlite_")
"""How DuckDB's own views begin that need no schema: no WITH may lend one its name."""

_HINT = "a rule is one SELECT over the views"


def _refuse_others(parsed: Any) -> None:
    """Stopped for a function or a table that is not the portable SQL of rules, wherever in the tree."""
    waiting = [parsed]
    tables: set[tuple[str, ...]] = set()
    named: set[str] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
            continue
        if not isinstance(node, dict):
            continue
        waiting += node.values()
        for key in ("from_table", "left", "right"):
            table = node.get(key)
            if isinstance(table, dict) and "alias" in table and "class" not in table and table["type"] not in _TABLES:
                raise Stopped(f"it may only read the documented views, not {table['type']}", _HINT)
            if isinstance(table, dict) and table.get("type") == "BASE_TABLE":
                tables.add(tuple(str(part).lower() for part in table["qualified_name"]["path"]))
        if "cte_map" in node:
            named |= {str(each["key"]).lower() for each in node["cte_map"]["map"]}
        name = str(node.get("function_name", "")).lower()
        word = name.isidentifier() and not node.get("is_operator") and name not in _OPERATORS
        columns = node.get("column_names") or [""]
        if (word and (name not in FUNCTIONS or node.get("schema"))) or (
            len(columns) == 1 and str(columns[0]).lower() in _CLOCKS
        ):
            raise Stopped(f"it may only read the documented views, not {name or columns[0]}", _HINT)
    known = VIEWS | {name for name in named if not name.startswith(_SYSTEM)}
    for path in sorted(tables):
        if len(path) != 1 or path[0] not in known:
            raise Stopped(f"it may only read the documented views, not {'.'.join(path)}", _HINT)


def _asked(folder: Path, rule: AuditRule, values: Mapping[str, Value]) -> Iterator[Sequence[Any]]:
    """The names and rows of a user's own rule, asked in a process of its own: a DuckDB that its parent opened has
    threads that are not there, so it opens the export again, with less."""
    import duckdb

    try:
        with opened(folder, own=True) as source:
            yield from source.ask_own(rule, values)
    except duckdb.OutOfMemoryException:
        raise Stopped(f"it needs more than {ALLOWANCE.memory >> 20:,} MiB of memory") from None
    except duckdb.Error as problem:
        raise Stopped(str(problem).splitlines()[0], _HINT) from None


@contextmanager
def opened(folder: Path, *, own: bool = False) -> Iterator[DuckSource]:
    """An export in DuckDB: small views in memory, large ones read from their files, everything else out of reach.

    own: for a user's own rule, with the memory that one may take and nowhere to write to.
    """
    head = parquet_views.read_facts(folder)
    try:
        import duckdb
    except ImportError:
        raise PartMissing("DuckDB is not installed", hint="pip install 'occ-media[duckdb]'") from None
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("SET autoload_known_extensions = false")
        connection.execute("SET autoinstall_known_extensions = false")
        if own:
            connection.execute(f"SET memory_limit = '{ALLOWANCE.memory >> 20} MiB'")
            connection.execute(f"SET threads = {THREADS}")
            connection.execute("SET GLOBAL integer_division = true")  # 7 / 2 is 3, as in SQLite
            connection.execute("SET temp_directory = ''")
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
        yield DuckSource(connection, head, folder)
    finally:
        connection.close()
