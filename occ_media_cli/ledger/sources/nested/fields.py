"""Values of a body as the fields of an entry: each of its type, in the ledger's units, or refused with its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from occ_media_cli.ledger import row_sizes
from occ_media_cli.ledger.entry import Unfit
from occ_media_cli.ledger.row_values import formatted_moment, moment
from occ_media_cli.ledger.sources.mail_dates import moment_of_date
from occ_media_cli.ledger.sources.mapped import STATED_NUMBER
from occ_media_cli.ledger.sources.nested.filters import word_of_value
from occ_media_cli.ledger.sources.nested.nested_map import NestedMap
from occ_media_cli.ledger.sources.units import EARLIEST, to_milliseconds
from occ_media_cli.vocabulary import DIRECTIONS, OUTCOMES

Convert = Callable[[Any], Any]

OF_FILES = frozenset({"name", "declared", "detected", "size", "sha256", "md5", "path", "ending"})
"""Fields whose paths begin at the file; those of all others begin at its item."""


def converter(name: str, mapping: NestedMap) -> Convert:
    """The function that makes the value of a field of a value of a body."""
    if name in ("time", "deleted"):
        return _time(name, mapping)
    if name == "size":
        return lambda value: row_sizes.size(value, mapping.size_unit)
    if name in ("direction", "outcome"):
        return _one_of(name, DIRECTIONS if name == "direction" else OUTCOMES)

    def convert(value: Any) -> Any:
        if type(value) is str:
            return value
        word = word_of_value(value)
        if word is None:
            raise Unfit("bad value", f"{name} {row_sizes.as_written(value)} is not text")
        return word

    return convert


def _one_of(name: str, known: tuple[str, ...]) -> Convert:
    def convert(value: Any) -> Any:
        if type(value) is not str or value not in known:
            raise Unfit(f"bad {name}", f"{name} {row_sizes.as_written(value)} is none of {', '.join(known)}")
        return value

    return convert


def _time(name: str, mapping: NestedMap) -> Convert:
    unit, zone, form = mapping.time_unit, mapping.zone, mapping.time_format

    def convert(value: Any) -> int:
        if type(value) is int and unit == "ms" and value > EARLIEST:
            return moment(value, name)
        is_text = type(value) is str
        if not is_text and (type(value) not in (int, float)):
            raise Unfit("bad time", f"{name} {row_sizes.as_written(value)} is not a time")
        if form is not None:
            return formatted_moment(str(value), name, form, zone)
        if is_text and unit == "mail":
            return _mail_time(value, name)
        if is_text and not STATED_NUMBER.fullmatch(value):
            return moment(value, name, zone)
        return moment(to_milliseconds(value, unit, name), name)

    return convert


def _mail_time(value: str, name: str) -> int:
    """A time as mails have it: `Wed, 18 Aug 2010 20:01:40 +0000`; RFC 3339 too."""
    found = moment_of_date(value)
    return moment(value if found is None else found, name)
