"""A user's own rule: held to the documented views, read-only, and stopped when it costs too much.

The engine says what it may read; a process with limits says what it may cost, because no engine counts everything: of
SQLite's steps one may copy a million bytes, and a sort keeps what it likes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from occ_media_cli import times
from occ_media_cli.audit import sql
from occ_media_cli.audit.rule import GIVEN, AuditRule, Value, parse
from occ_media_cli.errors import Incomplete, MalformedInput, NotFound
from occ_media_cli.sandbox.rows import Allowance, Stopped, give
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    import sqlite3

VIEWS = frozenset({
    "entry", "correction", "decision", "setting", "setting_channel", "setting_tag", "inbox", "agent", "agent_inbox",
    "scan", "library", "library_allowed", "policy", "hold", "verification", "suppression", "flag", "file_type",
    "shared_by_day", "stored_by_day", "agent_version", "agent_rule", "change", "scan_fact", "verified_file",
    "inbox_name", "entry_hold", "hold_scope", "customer_alias", "agreement", "audit_run", "clock_step",
    "interrupted_change", "policy_version", "purged", "setting_change",
})  # fmt: skip
"""The views that a rule may read."""

SCRATCH = frozenset({"", None, "finding", "json_each"})
"""Names beside the views that a SELECT may read: its own subqueries, and JSON arrays."""

LONGEST_VALUE = 1_000_000
"""Bytes of a value that a rule may make, and of a row that it gives."""

ALLOWANCE = Allowance(
    seconds=20.0, memory=256 << 20, file=1 << 30, row=LONGEST_VALUE, rows=100_000, everything=256 << 20
)
"""What a rule may cost: a rule of the program takes a few seconds over ten million entries. A finding of each row is
made in the audit itself, so that what a rule costs there is bounded by its rows, and nobody reads so many."""

MOST_COLUMNS = 200
"""Columns that a rule may make; no view has a third of that."""

LONGEST_PATTERN = 1_000
"""Bytes of the right side of a LIKE, whose work grows with both sides."""

_TEXTS = ("inbox", "entry", "source", "path")
_NUMBERS = ("seq", "time_ms", "inbox_id", "setting_version", "setting_from_ms")

LARGEST_FILE = 100_000
"""Bytes of a rule's file."""


def load_own_rule(path: Path) -> AuditRule:
    """The rule of a user's file; MalformedInput with file and line."""
    try:
        with path.open("rb") as stream:  # it may be a pipe or a device, which have no size to look at
            data = stream.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise MalformedInput(f"a rule has at most {LARGEST_FILE:,} bytes", file=str(path), hint="make it shorter")
        text = data.decode("utf-8")
    except FileNotFoundError:
        raise NotFound("no such rule file", file=str(path), hint="check the path") from None
    except UnicodeDecodeError:
        raise MalformedInput("not UTF-8", file=str(path), line=1, hint="save it as UTF-8") from None
    except OSError as problem:
        words = (problem.strerror or "unknown problem").lower()
        raise Incomplete(f"cannot be read: {words}", file=str(path), hint="name a readable file") from problem
    rule = parse(text, str(path), own=True)
    if rule.after is not None:
        raise MalformedInput("only a rule of the program speaks of what the others found", file=str(path),
                             hint="leave out -- after")  # fmt: skip
    unknown = sql.parameters(rule.sql) - set(GIVEN) - {parameter.name for parameter in rule.parameters}
    if unknown:
        name = min(unknown)
        raise MalformedInput(
            f"the rule uses :{name}, which its header does not declare", file=str(path),
            hint=f"write -- parameter: {name} = 10 (what it means)",
        )  # fmt: skip
    return rule


FUNCTIONS = frozenset({
    "abs", "avg", "coalesce", "count", "ifnull", "instr", "length", "like", "lower", "max", "min", "nullif",
    "replace", "round", "row_number", "rank", "dense_rank", "lag", "lead", "first_value", "last_value", "substr",
    "substring", "sum", "total", "trim", "ltrim", "rtrim", "upper", "json_extract", "json_each",
    "strftime", "printf", "hex",
})  # fmt: skip
"""Functions that a portable SELECT may call: none that reads files, loads code or knows the clock."""


def held(
    rule: AuditRule, work: Callable[[], Iterable[Sequence[Any]]], allowance: Allowance | None = None
) -> Iterator[dict[str, Any]]:
    """The rows of a user's rule by column, in the order of findings. MalformedInput where it fails or costs too much.

    work: asks for them, run in a process with limits; the names of the columns come first.
    """
    try:
        _refuse_schemas(rule.sql)
        with closing(give(work, allowance or ALLOWANCE)) as found:
            names = _usable([str(name) for name in next(found)])
            for cells in found:
                yield portable(dict(zip(names, cells, strict=True)))
    except Stopped as problem:
        raise MalformedInput(f"rule '{rule.id}': {problem.reason}", hint=problem.hint or _hint()) from problem
    except MalformedInput as problem:
        raise MalformedInput(f"rule '{rule.id}': {problem.what}", hint=problem.hint) from problem


def _usable(names: list[str]) -> list[str]:
    if "inbox" not in names and "entry" not in names:
        raise MalformedInput("a rule selects the column inbox, or entry", hint="add e.inbox to its SELECT")
    if len(names) > MOST_COLUMNS:
        raise MalformedInput(f"a rule has at most {MOST_COLUMNS} columns", hint="select what the finding needs")
    return names


def _hint() -> str:
    return f"a rule is one SELECT over {', '.join(sorted(VIEWS)[:4])}, …"


def _refuse_schemas(text: str) -> None:
    """MalformedInput where a text says in which schema of SQLite a view is, which is none of another engine."""
    for schema in sorted(sql.schemas(text)):
        raise MalformedInput(f"it names the schema {schema}, which not every engine has", hint="name the view alone")


def portable(row: dict[str, Any]) -> dict[str, Any]:
    """A row of a user's rule with values that every engine gives alike; MalformedInput where it holds others.

    What is true or false is 1 or 0, as in SQLite, and 3.0 is 3. A whole number beyond 64 bits is one
    engine's exact number and the next one's nearest fraction.
    """
    for name, cell in row.items():
        if isinstance(cell, bool):
            row[name] = int(cell)
        elif isinstance(cell, int | float) and not -(2**63) <= cell < 2**63:
            raise MalformedInput(f"the column {name} holds a number beyond 64 bits", hint=f"cast {name} to a text")
        elif isinstance(cell, float) and cell.is_integer():
            row[name] = int(cell)
    _refuse_other_kinds(row)
    return row


def _refuse_other_kinds(row: Mapping[str, Any]) -> None:
    """MalformedInput where a column that has its place in a finding holds something else than that place does."""
    for name in _TEXTS:
        if not isinstance(row.get(name), str | None):
            raise MalformedInput(f"the column {name} holds a text", hint=f"cast {name} to a text")
    for name in _NUMBERS:
        if not isinstance(row.get(name), int | None):
            raise MalformedInput(f"the column {name} holds a whole number", hint=f"cast {name} to a whole number")
    if not isinstance(row.get("subject"), str | int | None):
        raise MalformedInput("the column subject holds a text or a whole number", hint="cast subject to a text")
    if row.get("severity") not in (None, *Severity):
        raise MalformedInput(
            f"the column severity holds {row['severity']!r}, which is no severity", hint="give note, warning or error"
        )
    moment = row.get("time_ms")
    if moment is not None and not times.EARLIEST <= moment <= times.LATEST:
        raise MalformedInput("the column time_ms holds no time", hint="give milliseconds since 1970")


def guarded(connection: sqlite3.Connection, rule: AuditRule, values: Mapping[str, Value]) -> Iterator[dict[str, Any]]:
    """The rows of a user's rule. MalformedInput where it is no single SELECT over the views, fails, or runs on."""

    def work() -> Iterator[Sequence[Any]]:
        return _asked(connection, rule, values)

    return held(rule, work)


def _asked(connection: sqlite3.Connection, rule: AuditRule, values: Mapping[str, Value]) -> Iterator[Sequence[Any]]:
    """The names and rows, asked in the process: it reads in the open transaction of the connection that it was forked
    with, so that a rule sees the ledger that every other rule saw. It only reads, and never ends that transaction: no
    lock and no file of the store is touched."""
    import sqlite3

    reads = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE}
    refused: list[str] = []

    def authorise(action: int, first: str | None, second: str | None, base: str | None, trigger: str | None) -> int:
        if action in reads:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ and (first in VIEWS or trigger in VIEWS or first in SCRATCH or not second):
            # trigger: the view through which a table is read. No column at all: SQLite asks so about tables of a view
            # that nothing is taken from, without naming the view; more than a number of rows cannot be had this way.
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION and ((second or "").lower() in FUNCTIONS or trigger in VIEWS):
            return sqlite3.SQLITE_OK
        refused.append(str(first or second or "that"))
        return sqlite3.SQLITE_DENY

    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, MOST_COLUMNS)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, LONGEST_PATTERN)
    connection.set_authorizer(authorise)
    try:
        used = {name: values[name] for name in sql.parameters(rule.sql)}
        cursor = connection.execute(f"SELECT * FROM (\n{rule.sql}\n) AS finding LIMIT 0", used)
        names = [str(column[0]) for column in cursor.description]
        yield names
        yield from connection.execute(sql.ordered(rule.sql, names), used)
    except (sqlite3.Error, sqlite3.Warning) as problem:
        words = str(problem)
        if refused:
            words = f"it may only read the documented views, not {refused[0]}"
        elif "disk is full" in words or "disk I/O" in words:
            words = f"it needs a temporary file of more than {ALLOWANCE.file >> 20:,} MiB"
        raise Stopped(words) from problem
