"""The values of a row in the form that the ledger stores, or why they are refused (contracts.md §6). No
clock, no disk."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.ledger.entry import Unfit
from occ_media_cli.ledger.row_times import read_time, read_time_as

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

HASHES = {"sha256": 32, "md5": 16, "sha1": 20}
"""How many bytes each hash has that a row may state; the last is held to a file by the gate, and not kept."""

_HEX = re.compile(r"[0-9A-Fa-f]*", re.ASCII)
_HALVES = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Halves of pairs; the others stand for bytes of a text that was not UTF-8, as Python decodes them."""
_DRIVE = re.compile(r"[A-Za-z]:[\\/]", re.ASCII)
_EXTENSION = re.compile(r"[\w+~-]{1,12}")
_NUMBER = re.compile(r"[\d+~-]{5,}")


def moment(value: int | str, field: str, zone: ZoneInfo | None = None) -> int:
    """Milliseconds of a time; a date is 00:00 UTC, digits finer than milliseconds are cut. zone: of a text without an
    offset, which is refused otherwise."""
    if isinstance(value, str):
        try:
            value = read_time(value, zone)
        except ValueError as problem:
            raise Unfit("bad time", f"{field} {problem}") from None
    if not times.EARLIEST <= value <= times.LATEST:
        raise Unfit("bad time", f"{field} is outside the years 1 to 9999")
    return value


def formatted_moment(value: str, field: str, form: str, zone: ZoneInfo | None) -> int:
    """Milliseconds of a time that is written in a form which a mapping states, for `row_times.read_time_as`."""
    try:
        return moment(read_time_as(value, form, zone), field)
    except ValueError as problem:
        raise Unfit("bad time", f"{field} {problem}") from None


def digest(value: str, length: int, field: str) -> bytes:
    """The bytes of a hash in hex or base64 of a stated length."""
    if len(value) == 2 * length and _HEX.fullmatch(value):
        return bytes.fromhex(value)
    try:
        data = base64.b64decode(value.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if len(data) != length:
        raise Unfit("bad hash", f"{field} is neither {2 * length} hex digits nor base64 of {length} bytes")
    return data


def path(value: str) -> str:
    """A path inside the media root: relative, and never upwards."""
    if value.startswith(("/", "\\")) or _DRIVE.match(value):
        raise Unfit("path outside", f"path '{value}' is absolute; paths are relative to the root of the media")
    if ".." in value.replace("\\", "/").split("/"):
        raise Unfit("path outside", f"path '{value}' leaves its root")
    return value


def texts(fields: Iterable[tuple[str, str | None]]) -> None:
    """Refuse NUL and what has no UTF-8 form."""
    for field, value in fields:
        if value is None:
            continue
        if "\0" in value:
            raise Unfit("NUL", f"{field} has a NUL character")
        try:
            value.encode()
        except UnicodeEncodeError:
            if not _HALVES.search(value):
                raise Unfit("not UTF-8", f"{field} is not valid UTF-8") from None
            raise Unfit("not Unicode", f"{field} has half a surrogate pair") from None


def extension(name: str) -> str | None:
    """The extension of a name by NFC and casefold, or None where there is none.

    Public, so it stays when a name is erased: what is too long for an extension, or looks like a telephone number,
    is none. It depends on nothing before the last dot.
    """
    _, dot, last = name.rpartition(".")
    if not dot:
        return None
    folded = unicodedata.normalize("NFC", last).casefold()
    if _EXTENSION.fullmatch(folded) and not _NUMBER.fullmatch(folded):
        return folded
    return None
