"""Arrow columns as values of rows: exact moments in any unit, and whole batches at once where nothing can be wrong.

Arrow's own way to Python objects makes a dictionary of each row, which takes most of the time of an ingest, and gives
up on moments with nanoseconds (which pandas writes) and on those outside of the years 1 to 9999.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from occ_media_cli.errors import MalformedInput
from occ_media_cli.ledger.entry import LARGEST, EntryRow
from occ_media_cli.ledger.row_sizes import FewBits
from occ_media_cli.ledger.sources.mapped import FIELDS, REQUIRED, Mapped, Milliseconds, NotText
from occ_media_cli.vocabulary import DIRECTIONS, OUTCOMES

if TYPE_CHECKING:
    import pyarrow

PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}

_DIRECTIONS, _OUTCOMES = frozenset[object](DIRECTIONS), frozenset[object](OUTCOMES)


def check_columns(name: str, schema: pyarrow.Schema, used: Iterable[str]) -> None:
    """MalformedInput for a column that holds neither text nor a number nor a time."""
    from pyarrow import types

    for column_name in used:
        kind = schema.field(column_name).type
        if types.is_nested(kind) or types.is_time(kind) or types.is_duration(kind) or types.is_interval(kind):
            raise MalformedInput(
                f"column '{column_name}' holds {kind}: no text, number or moment",
                file=name,
                hint="leave it out with a mapping, or write it as text",
                topic=("column-values",),
            )


def column(array: pyarrow.Array) -> list[Any]:
    """The values of a column: moments as Milliseconds or, without a zone, as text; a text that is not UTF-8, which
    Arrow does not look at, as NotText; a number of so few bits that not all of its digits are there as FewBits, a
    rounded text (`1.234570e+08`); anything else as it is."""
    import pyarrow

    kind = array.type
    found: list[Any]
    if pyarrow.types.is_dictionary(kind):
        return column(array.dictionary_decode())
    if pyarrow.types.is_float32(kind) or pyarrow.types.is_float16(kind):
        whole = 2**24 if pyarrow.types.is_float32(kind) else 2**11
        called = str(kind)
        return [
            value if value is None or abs(value) <= whole else FewBits.show_rounded(value, called)
            for value in array.to_pylist()
        ]
    if pyarrow.types.is_date(kind):
        days = array.cast(pyarrow.date32()).cast(pyarrow.int32()).to_pylist()
        return [value if value is None else _day(value) for value in days]
    if not pyarrow.types.is_timestamp(kind):
        try:
            found = array.to_pylist()
        except UnicodeDecodeError:
            found = [_value(scalar) for scalar in array]  # to find out which
        return found
    each = PER_SECOND[kind.unit]
    numbers = array.cast(pyarrow.int64()).to_pylist()
    found = [value if value is None else Milliseconds(value * 1_000 // each) for value in numbers]
    return found if kind.tz is not None else [value if value is None else _without_zone(value) for value in found]


def _value(scalar: pyarrow.Scalar) -> Any:
    try:
        return scalar.as_py()
    except UnicodeDecodeError as problem:
        return NotText(problem.object)


def _day(days: int) -> str:
    try:
        return (date(1970, 1, 1) + timedelta(days=days)).isoformat()
    except OverflowError:
        return f"{days} days after 1970-01-01"


def _without_zone(ms: int) -> str:
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)).replace(tzinfo=None).isoformat(" ")
    except OverflowError:
        return f"{ms} ms after 1970-01-01"


def may_hold_nul(part: pyarrow.RecordBatch) -> bool:
    """Whether a text of a batch may hold a NUL."""
    from pyarrow import types

    for array in part.columns:
        texts = array.dictionary if types.is_dictionary(array.type) else array
        if _is_text(texts.type):
            if b"\0" in _bytes_of(texts):
                return True
        elif not (types.is_primitive(texts.type) or types.is_null(texts.type)):
            return True  # of a kind that was not thought of here
    return False


def _bytes_of(texts: pyarrow.Array) -> bytes:
    """The UTF-8 of all texts of an array, without asking for `pyarrow.compute`, which weighs 13 MB."""
    _, ends, data = texts.buffers()
    if ends is None or data is None or not len(texts):
        return b""
    places = memoryview(ends).cast("q" if "large" in str(texts.type) else "i")
    first, last = places[texts.offset], places[texts.offset + len(texts)]
    return bytes(data.slice(first, last - first))


def _is_text(kind: pyarrow.DataType) -> bool:
    from pyarrow import types

    return bool(types.is_string(kind) or types.is_large_string(kind))


def rows_at_once(
    part: pyarrow.RecordBatch, mapped: Mapped, values: Mapping[str, list[Any]]
) -> Sequence[EntryRow] | None:
    """All rows of a batch, where a look at its columns shows that each fits; None where rows must be looked at."""
    from pyarrow import types

    if mapped.values or mapped.zone is not None or mapped.time_unit is not None or mapped.size_unit != "bytes":
        return None
    made: list[Sequence[Any]] = []
    for name in FIELDS:
        found = values.get(mapped.columns.get(name, ""))
        if found is None:
            default = mapped.fixed.get(name, "delivered" if name == "outcome" else None)
            if default is None and name in REQUIRED:
                return None
            found = [default] * part.num_rows
        else:
            kind = part.schema.field(mapped.columns[name]).type
            if types.is_dictionary(kind):
                kind = kind.value_type
            moment = name in ("time", "deleted") and (types.is_timestamp(kind) or types.is_date(kind))
            sized = name == "size" and types.is_integer(kind)
            if not (moment or sized or types.is_null(kind) or (_is_text(kind) and name != "size")):
                return None
            if any(type(value) is NotText for value in found):
                return None
            if None in found and (name in REQUIRED or name in mapped.fixed or name == "outcome"):
                return None
            if moment:
                found = [int(value) if isinstance(value, Milliseconds) else value for value in found]
        made.append(found)
    columns = dict(zip(FIELDS, made, strict=True))
    if not _DIRECTIONS.issuperset(columns["direction"]) or not _OUTCOMES.issuperset(columns["outcome"]):
        return None
    if not all(0 <= size <= LARGEST for size in columns["size"] if size is not None):
        return None
    return list(map(EntryRow, *made))
