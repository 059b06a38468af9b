"""The views of a ledger as a bundle encloses them, and the engine that judges by them again.

A bundle holds what its findings stand on: the entries that they are about, and every small view that a rule reads, one
row a line. Read back they are the same views under the same names, so that the same texts run on them, without the
ledger. What follows from an entry itself (the form of its customer, its category, its limit) is not enclosed but worked
out again, by this program's own table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any

from occ_media_cli import times
from occ_media_cli.audit import sql
from occ_media_cli.audit.bundle.bundle_queries import DERIVED, ENTRIES, rows_of_text
from occ_media_cli.audit.engines import parquet_views
from occ_media_cli.audit.engines.interface import Head
from occ_media_cli.decoding import decode
from occ_media_cli.ledger.query import FIELDS
from occ_media_cli.ledger.row_values import extension

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.audit.engines.sqlite import SqliteSource
    from occ_media_cli.audit.rule import AuditRule, Value

FOLDER = "views"

OTHER_FILES = {"entries.ndjson": "entry", "settings.ndjson": "setting", "changes.ndjson": "change"}
"""Views that people read too, and have names for people."""

_BY_ENTRY = {"purged": "seq", "flag": "entry_seq", "correction": "entry_seq", "decision": "entry_seq"}
_BY_CONTENT = ("scan", "scan_fact")
"""Views with rows for each entry, of which those of the entries that are enclosed are: by number, or by content too."""

WHOLE = tuple(
    name for name in parquet_views.VIEWS if name not in {*OTHER_FILES.values(), "file_type", *_BY_ENTRY, *_BY_CONTENT}
)
ENCLOSED = tuple(sorted((*WHOLE, *_BY_ENTRY, *_BY_CONTENT)))
"""The views that have a file of their own, `views/NAME.ndjson`. `file_type` is this program's own table."""

BASELINE = "baseline"
"""The findings that were known, as rows (fingerprint, rule): no view, and beside them."""

LARGEST_LINE = 4_000_000
MOST_SECONDS = 30.0
PER_ROW = 0.002
"""Seconds that one rule may take, and more of them for each row that is enclosed: rows can be made to take for ever."""


def file_of(view: str) -> str:
    """The file of a bundle that holds a view."""
    return next((file for file, name in OTHER_FILES.items() if name == view), f"{FOLDER}/{view}.ndjson")


def rows_of_view(source: SqliteSource, view: str, numbers: Iterable[int]) -> Iterator[dict[str, Any]]:
    """The rows of a view that go into a bundle. numbers: the entries that findings are about."""
    if view in WHOLE:
        yield from rows_of_text(source, f"SELECT * FROM {view}")
        return
    wanted = sorted(set(numbers))
    for start in range(0, len(wanted), _PART):
        part = ", ".join(str(int(number)) for number in wanted[start : start + _PART])
        if view in _BY_ENTRY:
            yield from rows_of_text(source, f"SELECT * FROM {view} WHERE {_BY_ENTRY[view]} IN ({part})")
        else:
            asked = f"sha256 IN (SELECT sha256 FROM entry WHERE seq IN ({part}) AND sha256 <> '')"
            yield from rows_of_text(source, f"SELECT * FROM {view} WHERE entry_seq IN ({part}) OR {asked}")


_PART = 500


class Unreadable(ValueError):
    """A file of a bundle holds no rows of its view. file: its name."""

    def __init__(self, file: str, words: str) -> None:
        super().__init__(words)
        self.file, self.words = file, words


class EnclosedSource:
    """The views of a bundle, as an engine of the audit (`engines.interface.RuleSource`). Use `enclosed`."""

    def __init__(self, connection: sqlite3.Connection, head: Head, rows: int) -> None:
        self._connection = connection
        self._head = head
        self._seconds = MOST_SECONDS + PER_ROW * rows

    def head(self) -> Head:
        """Where the chain stood, as the bundle says."""
        return self._head

    def query(self, text: str, values: Mapping[str, Value], tuned: str | None = None) -> Iterator[Sequence[Any]]:
        """The rows of a portable SELECT; nothing that is tuned is here."""
        self._limit()
        return self._connection.execute(text, {name: values[name] for name in sql.parameters(text)})

    def prepare(self, rules: Sequence[AuditRule], values: Mapping[str, Value]) -> None:
        """Nothing is gained by knowing the rules."""

    def judge(self, rule: AuditRule, values: Mapping[str, Value]) -> Iterator[dict[str, Any]]:
        """The rows of a rule of the program, by its portable text. sqlite3.OperationalError where it runs on."""
        self._limit()
        return sql.query_rows(self._connection, rule.sql, values)

    def _limit(self) -> None:
        end = monotonic() + self._seconds
        self._connection.set_progress_handler(lambda: monotonic() > end, 100_000)


def enclosed(lines: Callable[[str], Iterator[bytes]], head: Head, connection: sqlite3.Connection) -> EnclosedSource:
    """The views of a bundle in an engine. lines: those of a file. connection: of an empty store, in which the views
    become temporary tables in front of its own.

    Unreadable for a file that holds no rows of its view.
    """
    rows = 0
    twice: set[int] = set()
    for view in (*ENCLOSED, *OTHER_FILES.values()):
        columns = _columns(connection, view)
        file = file_of(view)
        connection.execute(f"CREATE TEMP TABLE {view} ({', '.join(_quoted(name) for name in columns)})")
        marks = ", ".join("?" * len(columns))
        insert = f"INSERT INTO temp.{view} VALUES ({marks})"
        made = _settings(file, lines) if view == "setting" else map(lambda line, f=file: row_of(f, line), lines(file))  # type: ignore[misc]  # the file of this turn
        for row in made:
            values = _entry(connection, row, twice) if view == "entry" else row
            if set(values) != set(columns):
                raise Unreadable(file, "has a row with other columns than its view")
            connection.execute(insert, [_cell(file, view, name, values[name]) for name in columns])
            rows += 1
        for number, keys in enumerate(_KEYS.get(view, ())):
            connection.execute(f"CREATE INDEX temp.{view}_{number} ON {view} ({keys})")
    connection.execute(f"CREATE TEMP VIEW entry_hold AS {parquet_views.FOLLOWING['entry_hold']}")
    return EnclosedSource(connection, head, rows)


_KEYS = {
    "entry": ("seq", "sha256"), "setting": ("inbox_id, valid_from_ms",), "setting_change": ("event",),
    "setting_channel": ("inbox_id, version",), "setting_tag": ("inbox_id, version",),
    "scan": ("entry_seq", "sha256"), "scan_fact": ("entry_seq", "sha256"),
    "purged": ("seq",), "change": ("seq",), "agent_version": ("agent",), "agent_rule": ("inbox_id, agent",),
    "verified_file": ("root", "entry_seq"), "flag": ("entry_seq",), "library": ("sha256",),
    "library_allowed": ("sha256", "name"),
}  # fmt: skip


def _columns(connection: sqlite3.Connection, view: str) -> list[str]:
    """The columns of a view, as a store has it; of the two that no store has, as they are made."""
    from occ_media_cli.audit.engines.made_views import MADE, made

    text = f"SELECT * FROM ({made(connection, view)}) LIMIT 0" if view in MADE else f"SELECT * FROM main.{view} LIMIT 0"
    return [str(column[0]) for column in connection.execute(text).description]


def row_of(file: str, line: bytes) -> dict[str, Any]:
    """A line of a file as a row; Unreadable where it is none."""
    try:
        row = decode(line, largest=LARGEST_LINE)
    except ValueError as problem:
        raise Unreadable(file, f"has a line that is no row: {problem}") from None
    if not isinstance(row, dict):
        raise Unreadable(file, "has a line that is no row")
    return row


def _settings(file: str, lines: Callable[[str], Iterator[bytes]]) -> Iterator[dict[str, Any]]:
    """The settings, where an edit by hand that nobody recorded has the numbers again that it had in the run."""
    unrecorded: dict[Any, int] = {}
    for line in lines(file):
        row = row_of(file, line)
        if row.get("version") is None:
            number = unrecorded.get(row.get("inbox_id"), 0) - 1
            unrecorded[row.get("inbox_id")] = row["version"] = number
        yield row


def _entry(connection: sqlite3.Connection, row: Mapping[str, Any], seen: set[int]) -> dict[str, Any]:
    """The row of the view that an entry in the form of contracts.md §6 was."""
    file = file_of("entry")
    if set(row) != set(ENTRIES):
        raise Unreadable(file, "has an entry with other fields than an entry has")
    if type(row["seq"]) is not int or row["seq"] in seen:
        raise Unreadable(file, "has an entry without a number of its own")
    seen.add(row["seq"])
    name = row["name"]
    if name is not None and (not isinstance(name, str) or extension(name) != row["extension"]):
        raise Unreadable(file, f"says another extension of entry #{row['seq']} than its name has")
    try:
        moments = {to: None if row[of] is None else times.parse(row[of])
                   for of, to in (("time", "time_ms"), ("deleted", "deleted_ms"))}  # fmt: skip
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise Unreadable(file, f"says no time of entry #{row['seq']}") from None
    kind = row["detected"] if row["detected"] is not None else row["extension"]
    known = connection.execute("SELECT type, category, limit_mb FROM main.file_type WHERE key = ?", (kind,)).fetchone()
    known = known or (kind, None, None)
    return {
        **{field: row[field] for field in ("seq", "source", *FIELDS, *DERIVED) if field not in ("deleted", "removed")},
        **moments, "type": known[0], "category": known[1], "limit_mb": known[2], "sha256": row["sha256"] or "",
        "md5": row["md5"] or "",
    }  # fmt: skip


def _cell(file: str, view: str, name: str, value: Any) -> Any:
    """A cell, of the kind that its column holds: text takes no part in sums, and a number is no text."""
    if value is None:
        return None
    right = type(value) is int and -(2**63) <= value < 2**63 if parquet_views.whole(view, name) else type(value) is str
    if not right:
        raise Unreadable(file, f"has a row whose {name} is of another kind")
    return value


def _quoted(name: str) -> str:
    return f'"{name}"'
