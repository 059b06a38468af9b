"""From named values to a typed row, with words for a value that does not fit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec  # noqa: TID253 - imported by an ingest only

from occ_media_cli.decoding import DEPTH, Undecodable, decode
from occ_media_cli.ledger.entry import Correction, EntryRow, GateDecision, Unfit
from occ_media_cli.ledger.row_sizes import as_written, not_a_size, size
from occ_media_cli.vocabulary import DIRECTIONS, GATE_DECISIONS, OUTCOMES

T = TypeVar("T", bound=EntryRow | Correction | GateDecision)

_PLACE = re.compile(r"^(.*) - at `\$\.(\w+)`$", re.DOTALL)
_CHOICES = {
    "direction": f"neither {' nor '.join(DIRECTIONS)}",
    "outcome": f"none of {', '.join(OUTCOMES)}",
    "decision": f"neither {' nor '.join(GATE_DECISIONS)}",
}


def decoded(data: bytes, largest: int, what: str, *, written: bool = False) -> dict[str, Any]:
    """The members of a JSON object, or Unfit. what: names it, as the subject of the reason. written: as `decode` has
    it, for a row of our own fields."""
    value = None if written or len(data) > largest else _decoded_quickly(data)
    if value is not None:
        return value
    try:
        value = decode(data, largest=largest, written=written)
    except Undecodable as problem:
        verb = "" if problem.words.startswith("has") else "is "
        raise Unfit(problem.group, f"{what} {verb}{problem.words}") from None
    if isinstance(value, list):
        raise Unfit("an array", f"{what} is an array, and no object: write each of its elements in a line of its own")
    if not isinstance(value, dict):
        raise Unfit("not JSON", f"{what} is not a JSON object")
    return value


_LONG = re.compile(rb"[:\[,\s]-?[0-9]{20}")
"""A number of more digits than are taken; in a text it costs only time."""


def _decoded_quickly(data: bytes) -> dict[str, Any] | None:
    """The members of an object without surprises, or None for all else, which the slow way looks at.

    A name that stands twice is dropped once, so that fewer names are written again than were read. Brackets are counted
    to be sure of the depth, and an object that writes quotes and colons as numbers could make up for a name.
    """
    if data.count(b"{") + data.count(b"[") > DEPTH or b"\\u0022" in data or b"\\u003" in data or _LONG.search(data):
        return None
    try:
        value = msgspec.json.decode(data)
        again = msgspec.json.encode(value)
    except (ValueError, OverflowError, RecursionError):  # MsgspecError and UnicodeDecodeError are ValueErrors
        return None
    return value if type(value) is dict and again.count(b'":') == data.count(b'":') else None


def made(kind: type[T], values: Mapping[str, object]) -> T:
    """A Row, Correction or Decision of some values; names that are no field are passed over."""
    stated = values.get("size")
    if stated is not None and type(stated) is not int:
        values = {**values, "size": size(stated)}
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as problem:
        raise explained(str(problem), values) from None
    except UnicodeEncodeError:  # of a word that is compared with ours
        raise Unfit("not Unicode", "a value has half a surrogate pair") from None


def explained(words: str, values: Mapping[str, object]) -> Unfit:
    """An error of msgspec about a value, in the ledger's words."""
    if "missing required field" in words:
        field = words.split("`")[1]
        return Unfit(f"no {field}", f"{field} is missing")
    match = _PLACE.match(words)
    if match is None:
        return Unfit("bad value", words.lower())
    what, field = match[1], match[2]
    value = values.get(field)
    shown = as_written(value)
    if value is None:
        return Unfit(f"no {field}", f"{field} is missing")
    if field in _CHOICES:
        return Unfit(f"bad {field}", f"{field} {shown} is {_CHOICES[field]}")
    if field == "size":
        return not_a_size(value)
    if field in {"time", "deleted"}:
        return Unfit("bad time", f"{field} {shown} is neither a time nor whole milliseconds")
    expected = "text" if "`str" in what else what.lower()
    return Unfit("bad value", f"{field} {shown} is not {expected}")
