"""A user's own rule: held to the documented views, read-only, and stopped when it takes too long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from occ_media_cli.audit import sql
from occ_media_cli.audit.rule import GIVEN, AuditRule, Value, parse
from occ_media_cli.errors import Incomplete, MalformedInput, NotFound

if TYPE_CHECKING:
    import sqlite3

VIEWS = frozenset({
    "entry", "correction", "decision", "setting", "setting_channel", "setting_tag", "inbox", "agent", "agent_inbox",
    "scan", "library", "policy", "hold", "verification", "suppression", "flag", "file_type", "shared_by_day",
    "stored_by_day", "agent_version", "agent_rule", "change", "scan_fact", "verified_file", "inbox_name",
    "entry_hold", "hold_scope", "customer_alias", "agreement", "policy_version", "purged",
})  # fmt: skip
"""The views that a rule may read."""

SCRATCH = frozenset({"", None, "finding", "json_each"})
"""Names beside the views that a SELECT may read: its own subqueries, and JSON arrays."""

LONGEST_VALUE = 1_000_000
"""Bytes of a value that a rule may make."""

STEPS = 200_000_000
"""Steps of SQLite's machine that a rule may take, some ten seconds; more is taken for a runaway rule."""

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
    unknown = sql.parameters(rule.sql) - set(GIVEN) - {parameter.name for parameter in rule.parameters}
    if unknown:
        name = min(unknown)
        raise MalformedInput(
            f"the rule uses :{name}, which its header does not declare", file=str(path),
            hint=f"write -- parameter: {name} = 10 (what it means)",
        )  # fmt: skip
    return rule


def _functions() -> frozenset[str]:
    """Functions that a portable SELECT may call: none that reads files, loads code or knows the clock."""
    return frozenset({
        "abs", "avg", "coalesce", "count", "ifnull", "instr", "length", "like", "lower", "max", "min", "nullif",
        "replace", "round", "row_number", "rank", "dense_rank", "lag", "lead", "first_value", "last_value", "substr",
        "substring", "sum", "total", "trim", "ltrim", "rtrim", "upper", "json_extract", "json_each",
        "strftime", "printf", "hex",
    })  # fmt: skip


def guarded(connection: sqlite3.Connection, rule: AuditRule, values: Mapping[str, Value]) -> Iterator[dict[str, Any]]:
    """The rows of a user's rule. MalformedInput where it is no single SELECT over the views, fails, or runs on."""
    import sqlite3

    from occ_media_cli.audit.sql import query_rows

    allowed = _functions()
    reads = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE}
    refused: list[str] = []

    def authorise(action: int, first: str | None, second: str | None, base: str | None, trigger: str | None) -> int:
        if action in reads:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ and (first in VIEWS or trigger in VIEWS or first in SCRATCH or not second):
            # trigger: the view through which a table is read. No column at all: SQLite asks so about tables of a view
            # that nothing is taken from, without naming the view; more than a number of rows cannot be had this way.
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION and ((second or "").lower() in allowed or trigger in VIEWS):
            return sqlite3.SQLITE_OK
        refused.append(str(first or second or "that"))
        return sqlite3.SQLITE_DENY

    ticks = 0

    def tick() -> int:
        nonlocal ticks
        ticks += 1
        return int(ticks > STEPS // 1_000_000)

    longest = connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
    connection.set_authorizer(authorise)
    connection.set_progress_handler(tick, 1_000_000)
    try:
        yield from _checked(query_rows(connection, rule.sql, values))
    except (sqlite3.Error, sqlite3.Warning) as problem:
        words = str(problem)
        if "interrupted" in words:
            words = "it took too long and was stopped"
        elif refused:
            words = f"it may only read the documented views, not {refused[0]}"
        raise MalformedInput(
            f"rule '{rule.id}': {words}", hint=f"a rule is one SELECT over {', '.join(sorted(VIEWS)[:4])}, …"
        ) from problem
    finally:
        connection.set_progress_handler(None, 0)
        connection.set_authorizer(None)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, longest)


def _checked(found: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in found:
        if "inbox" not in row and "entry" not in row:
            raise MalformedInput("a rule selects the column inbox, or entry", hint="add e.inbox to its SELECT")
        yield row
