"""Columns of a foreign export as fields of an entry, by a mapping in TOML (csv and parquet share it).

[map]                      # field = "column"; without a map the columns have the names of the fields
id = "message_id"
time = "created_at"
size = "file_size"
[units]
time = "s"                 # s, ms, us for numbers; text is RFC 3339
time_zone = "Asia/Dubai"   # for text without an offset; without it such times are refused
time_format = "%d.%m.%Y"   # how text is written, where it is not RFC 3339; as of strptime
size = "bytes"             # bytes, kB, KiB, MB, MiB: must be said where `size` is mapped
[fixed]                    # for every row
inbox = "vip"
[values.direction]         # other words for ours
in = "receive"
out = "send"
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from occ_media_cli.errors import MalformedInput
from occ_media_cli.ledger import mapping, row_sizes
from occ_media_cli.ledger.entry import EntryRow, Unfit
from occ_media_cli.ledger.row_times import FORMAT_WORDS
from occ_media_cli.ledger.row_values import HASHES, formatted_moment, moment
from occ_media_cli.ledger.sources.encodings import is_encoding
from occ_media_cli.ledger.sources.fields import made
from occ_media_cli.ledger.sources.units import TIME_UNITS, to_milliseconds
from occ_media_cli.report.words import suggestion

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from occ_media_cli.ledger.sources import Options

FIELDS: tuple[str, ...] = EntryRow.__struct_fields__
GIVEN = ("seq", "source", "removed")
"""Columns of our own exports that an ingest does not read: the ledger gives them anew."""
REQUIRED = ("id", "time", "inbox", "direction", "name")
STATED_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)
TABLES = ("map", "units", "fixed", "values", "csv")
NESTED_TABLES = ("read", "corrects", "skip", "refuse")
"""Tables of `nested.document`, which a row of columns has no use for."""


class Milliseconds(int):
    """A moment in milliseconds since 1970 UTC, from a source that states its unit."""


class NotText(bytes):
    """Bytes in the place of a text that is not UTF-8; as text, with what is wrong as escapes."""

    def __str__(self) -> str:
        return self.decode(errors="backslashreplace")


@dataclass(frozen=True, slots=True)
class Mapped:
    """How rows of columns become entries.

    columns: field to column. fixed: fields that are the same in every row. values: other words, by field.
    time_unit: for numbers, None where they are refused. time_format: of times as text, None for RFC 3339. delimiter,
    encoding: of a CSV file, None to look at its first line, and for UTF-8.
    """

    columns: Mapping[str, str]
    fixed: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    time_unit: str | None = None
    zone: ZoneInfo | None = None
    size_unit: str = "bytes"
    delimiter: str | None = None
    time_format: str | None = None
    encoding: str | None = None
    named: bool = False

    def check_columns(self, name: str, columns: Sequence[str]) -> None:
        """MalformedInput for a source that lacks a column."""
        there = set(columns)
        if len(there) < len(columns):
            twice = next(column for column, times in Counter(columns).items() if times > 1)
            raise MalformedInput(f"has the column '{twice}' twice", file=name, line=1, hint="name each column once")
        wanted = list(self.columns.items()) if self.named else [(f, f) for f in REQUIRED if f not in self.fixed]
        for entry_field, column in wanted:
            if column not in there:
                shown = ", ".join(f"{name:.40}" for name in columns[:12])
                raise MalformedInput(
                    f"has no column '{column}' for {entry_field}; its columns are {shown}",
                    file=name,
                    hint=f'say which it is in a mapping: [map] {entry_field} = "…"',
                    topic=("column", entry_field),
                )

    def notes_on(self, columns: Sequence[str]) -> list[str]:
        """What is to be said about columns that nothing is made of; with a mapping, whoever wrote it knows."""
        unknown = [] if self.named else [name for name in columns if name not in FIELDS and name not in GIVEN]
        return [f"columns that are not kept: {', '.join(unknown[:8])}"] if unknown else []

    def row(self, values: Mapping[str, Any]) -> EntryRow:
        """The entry of a row of columns, or Unfit."""
        found: dict[str, object] = dict(self.fixed)
        for name, column in self.columns.items():
            value = values.get(column)
            if value is None:
                continue
            if isinstance(value, bytes | bytearray | memoryview):
                value = _of_bytes(bytes(value), name)
            words = self.values.get(name)
            if words is not None:
                value = words.get(str(value), value)
            if name in ("time", "deleted"):
                value = self._time(value, name)
            elif name == "size":
                value = row_sizes.size(value, self.size_unit)
            elif type(value) is not str:
                value = str(value)
            found[name] = value
        return made(EntryRow, found)

    def _time(self, value: object, name: str) -> int | str:
        if isinstance(value, Milliseconds):
            return int(value)
        if self.time_format is not None:
            return formatted_moment(str(value), name, self.time_format, self.zone)
        if isinstance(value, str) and not STATED_NUMBER.fullmatch(value):
            return value if self.zone is None else moment(value, name, self.zone)  # a ledger reads many at once
        return to_milliseconds(value, self.time_unit, name)


def _of_bytes(value: bytes, field: str) -> str:
    """The text that stands in bytes, or Unfit. The bytes of a hash are in hex."""
    if len(value) == HASHES.get(field):
        return value.hex()
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise Unfit("not UTF-8", f"{field} is not valid UTF-8") from None


_UNIT_KEYS = ("time", "time_zone", "time_format", "size")
_CSV_KEYS = ("delimiter", "encoding")


def from_options(options: Options, name: str) -> Mapped:
    """The mapping that the options ask for; `name` is the source, for errors."""
    fixed = {key: value for key, value in (("inbox", options.inbox), ("direction", options.direction)) if value}
    if options.mapping is None:
        return Mapped({field: field for field in FIELDS}, fixed)
    path = options.mapping
    document = mapping.load_mapping(path)
    for key in document:
        if key in NESTED_TABLES:
            raise MalformedInput(
                f"[{key}] is for nested bodies, and a row of columns is flat", file=str(path),
                hint=f"leave [{key}] out, or read the bodies themselves as ndjson",
            )  # fmt: skip
        if key not in TABLES:
            raise _wrong(path, f"[{key}] is none of {', '.join(f'[{table}]' for table in TABLES)}")
    columns = mapping.table(path, document, "map")
    units = mapping.table(path, document, "units") if "units" in document else {}
    fixed |= mapping.table(path, document, "fixed") if "fixed" in document else {}
    csv = mapping.table(path, document, "csv") if "csv" in document else {}
    for name, keys, known in (("units", units, _UNIT_KEYS), ("csv", csv, _CSV_KEYS)):
        for key in keys:
            if key not in known:
                raise _wrong(path, f"[{name}] has no '{key}'{suggestion(key, known)}")
    values = document.get("values", {})
    if not isinstance(values, dict):
        raise _wrong(path, "[values] is no table of tables")
    words = {key: mapping.table(path, values, key) for key in values}
    for key in (*columns, *fixed, *words):
        if key not in FIELDS:
            raise _wrong(path, f"'{key}' is no field of an entry; they are {', '.join(FIELDS)}")
    time_unit, size_unit = units.get("time"), units.get("size")
    if time_unit is not None and time_unit not in TIME_UNITS:
        raise _wrong(path, f"[units] time '{time_unit}' is none of {', '.join(TIME_UNITS)}")
    zone, form = find_zone(path, units.get("time_zone")), units.get("time_format")
    if form is not None:
        check_time_format(path, form, time_unit, zone)
    if size_unit is not None and size_unit not in row_sizes.UNITS:
        raise _wrong(path, f"[units] size '{size_unit}' is none of {', '.join(row_sizes.UNITS)}")
    if size_unit is None and "size" in columns:
        raise _wrong(path, "[map] has size and [units] does not say its unit")
    for required in REQUIRED:
        if required not in columns and required not in fixed:
            raise _wrong(path, f"nothing gives {required}: neither [map] nor [fixed]")
    delimiter = csv.get("delimiter")
    if delimiter is not None and len(delimiter) != 1:
        raise _wrong(path, f"[csv] delimiter '{delimiter}' is not one character")
    encoding = csv.get("encoding")
    if encoding is not None and not is_encoding(encoding):
        raise _wrong(path, f"[csv] encoding '{encoding}' is none that is known, such as windows-1256 or utf-16")
    return Mapped(columns, fixed, words, time_unit, zone, size_unit or "bytes", delimiter, form, encoding, named=True)


def check_time_format(path: Path, form: str, time_unit: str | None, zone: ZoneInfo | None) -> None:
    """MalformedInput for a form of times that does not say a moment."""
    said = set(re.findall("%(.)", form, re.DOTALL))
    if time_unit is not None:
        raise _wrong(path, "[units] has time and time_format, and a time is a number or a text")
    unknown = sorted(said - FORMAT_WORDS)
    if unknown or (len(form) - len(form.rstrip("%"))) % 2:
        raise _wrong(path, f"[units] time_format: %{unknown[0] if unknown else ''} is nothing that a time has")
    has_day = {"Y", "y"} & said and ("j" in said or ({"m", "b", "B"} & said and "d" in said))
    if not has_day:
        raise _wrong(path, "[units] time_format does not say year, month and day, such as %d.%m.%Y %H:%M")
    if zone is None and "z" not in said:
        raise _wrong(path, "[units] time_format has no offset (%z), and there is no time_zone")


def find_zone(path: Path, name: str | None) -> ZoneInfo | None:
    """The zone that a mapping names; MalformedInput for one that is not known."""
    if name is None:
        return None
    from occ_media_cli.time_zones import load_zone

    found = load_zone(name)
    if found is None:
        raise _wrong(path, f"[units] time_zone '{name}' is not known")
    return found


def _wrong(path: Path, what: str) -> MalformedInput:
    return MalformedInput(what, file=str(path), topic=("mapping",))
