"""How old the signatures of an engine are, and how many there are: by its word, or by the files of their folder."""

from __future__ import annotations

import os
import re
import time
from typing import NamedTuple

from occ_media_cli.places.safe_open import Opened, open_named

_PACKED = (".cvd", ".cld", ".cud")
_OWN = frozenset((
    ".hdb", ".hsb", ".hdu", ".hsu", ".mdb", ".msb", ".mdu", ".msu", ".imp", ".ndb", ".ndu", ".sdb", ".ldb", ".ldu",
    ".cdb", ".idb", ".yar", ".yara", ".gdb", ".pdb", ".cbc",
))  # fmt: skip
"""Files that hold signatures; lists of what to ignore are none."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CTIME = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) +([0-9]{1,2}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) ([0-9]{4})")
_MOST_COUNTED = 200_000_000
_HEADER = 512
_FIELDS = 9


class SignatureFolder(NamedTuple):
    """newest: the time of the newest signatures, in milliseconds, None where there are none. number: how many."""

    newest: int | None
    number: int | None


def read_time(text: str) -> int | None:
    """The time that clamd writes behind its version, which is local time, in milliseconds; None where it is none."""
    match = _CTIME.fullmatch(text.strip())
    if match is None or match[1] not in _MONTHS:
        return None
    month = _MONTHS.index(match[1]) + 1
    day, hour, minute, second, year = (int(match[place]) for place in (2, 3, 4, 5, 6))
    try:
        return int(time.mktime((year, month, day, hour, minute, second, 0, 0, -1))) * 1000
    except (OverflowError, ValueError):
        return None


def look_into(folder: str) -> SignatureFolder:
    """What a folder of signatures holds now. Raises OSError where it cannot be listed.

    What clamd has loaded may be older: it says nothing when it keeps the old signatures because new ones are broken.
    """
    newest: int | None = None
    count: int | None = 0
    for name in sorted(os.listdir(folder)):  # noqa: PTH208 - a text, not a Path
        ending = os.path.splitext(name)[1].lower()  # noqa: PTH122 - as above
        if ending not in _OWN and ending not in _PACKED:
            continue
        opened = open_named(os.path.join(os.fsencode(folder), os.fsencode(name)))  # noqa: PTH118 - as above
        if not isinstance(opened, Opened):
            count = None
            continue
        try:
            made, number = _packed(opened) if ending in _PACKED else _own(opened)
        finally:
            os.close(opened.fd)
        if made is not None and opened.found.st_size:
            newest = made if newest is None else max(newest, made)
        count = count + number if count is not None and number is not None else None
    return SignatureFolder(newest, count if newest is not None else None)


def _packed(opened: Opened) -> tuple[int | None, int | None]:
    """(time, number) by the header of a database that ClamAV distributes."""
    fields = os.pread(opened.fd, _HEADER, 0).decode("latin-1").rstrip().split(":")
    if fields[0] != "ClamAV-VDB" or len(fields) < _FIELDS or not fields[-1].isdigit() or not fields[3].isdigit():
        return None, None
    return int(fields[-1][:12]) * 1000, int(fields[3][:12])


def _own(opened: Opened) -> tuple[int | None, int | None]:
    """(time, number) of a file of one's own: each line is a signature."""
    found = opened.found
    if found.st_size > _MOST_COUNTED:
        return found.st_mtime_ns // 1_000_000, None
    lines, at = 0, 0
    while piece := os.pread(opened.fd, 1 << 20, at):
        lines += piece.count(b"\n")
        at += len(piece)
    return found.st_mtime_ns // 1_000_000, lines
