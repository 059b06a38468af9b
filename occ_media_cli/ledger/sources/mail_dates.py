"""The moment of a mail: the time of its Date, else the one at which the newest server took it in.

Source: RFC 5322, 3.3 and 4.3.
"""

from __future__ import annotations

import re

from occ_media_cli import times
from occ_media_cli.ledger.row_times import read_time
from occ_media_cli.media.unpack.mime_headers import Headers

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(
    r"(?:[a-z]{2,9}\.?\s{0,9},?\s{0,9})?(\d{1,2})[ -]\s{0,9}([a-z]{3})[a-z]{0,6}\.?[ -]\s{0,9}(\d{4}|\d{2,3})\s{1,9}"
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?\s{1,9}(?:(?:gmt|utc|ut)\s{0,9})?([+-]\d{2}:?\d{2}|[a-z]{1,4})?",
    re.ASCII,
)
_ZONES = {
    "gmt": "+0000", "utc": "+0000", "ut": "+0000", "z": "+0000", "est": "-0500", "edt": "-0400", "cst": "-0600",
    "cdt": "-0500", "mst": "-0700", "mdt": "-0600", "pst": "-0800", "pdt": "-0700",
}  # fmt: skip
"""The zones that the standard names; others are several, or none."""

_LONGEST = 200


def moment_of_mail(headers: Headers) -> int | None:
    """Milliseconds of when a mail was sent, or came to the newest server that says so; None where nothing tells."""
    for text in headers.all("date"):
        found = moment_of_date(text)
        if found is not None:
            return found
    for text in headers.all("received"):
        found = moment_of_date(text.rpartition(";")[2]) if ";" in text else None
        if found is not None:
            return found
    return None


def moment_of_date(text: str) -> int | None:
    """Milliseconds of a date as mails write it; None for one without a zone, and for what is no date."""
    bare = " ".join(_without_comments(text[:_LONGEST]).split()).lower()
    match = _DATE.fullmatch(bare + " " if not bare.endswith(" ") else bare) or _DATE.fullmatch(bare)
    if match is None:
        try:
            return read_time(bare.upper()) if "t" in bare or ":" in bare else None
        except ValueError:
            return None
    day, month, year, hour, minute, second, zone = match.groups()
    if zone is None:
        zone = next((name for name in ("gmt", "utc", "ut") if f" {name}" in f" {bare}"), None)
    offset = _ZONES.get(zone, zone) if zone is not None else None
    if offset is None or offset[0] not in "+-" or month not in _MONTHS:
        return None
    offset = offset.replace(":", "")
    whole = int(year)
    if len(year) == 2:
        whole += 2000 if whole < 50 else 1900
    elif len(year) == 3:
        whole += 1900
    written = f"{whole:04}-{_MONTHS.index(month) + 1:02}-{int(day):02}T{int(hour):02}:{minute}:{second or '00'}"
    for seconds in (written, written[:-2] + "59"):
        try:
            return times.parse(f"{seconds}{offset[:3]}:{offset[3:]}")
        except times.OutsideYears:
            return None
        except ValueError:
            if not written.endswith(":60"):  # a leap second that none was: many clocks say so
                return None
    return None


def _without_comments(text: str) -> str:
    found, depth = [], 0
    for letter in text:
        if letter == "(":
            depth += 1
        elif letter == ")":
            depth = max(depth - 1, 0)
        elif not depth:
            found.append(letter)
    return "".join(found)
