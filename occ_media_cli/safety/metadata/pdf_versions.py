"""The versions of a PDF before its last, which stay in its bytes when a program only appends."""

from __future__ import annotations

import re

from occ_media_cli.media.patterns import Pattern
from occ_media_cli.media.source import FileSource

_MOST_ENDS = 1_000
_END = Pattern(rb"startxref\s+(\d{1,12})\s*$")
_TABLE = re.compile(rb"\s*(?:xref|\d+\s+\d+\s+obj)")
_PREVIOUS = re.compile(rb"/Prev\s+(\d{1,12})")


def earlier_versions(source: FileSource) -> int:
    """How many documents are left where the file is cut behind an end marker before its last one.

    The first end marker of a document that was laid out for the web ends no version: its table is continued further on.
    """
    data, found, at = source.data, 0, source.data.find(b"%%EOF")
    begin = max(source.head.find(b"%PDF-"), 0)
    last = source.data.rfind(b"%%EOF")
    for _ in range(_MOST_ENDS):
        if at < 0 or at >= last:
            break
        told = _END.search(data[max(0, at - 64) : at])
        place = int(told[1]) if told is not None else 0
        for start in {place, place + begin}:
            if 0 < start < at and _TABLE.match(data[start : start + 40]):
                section = data[start : min(at, start + 1_000_000)]
                previous = [int(hit[1]) for hit in _PREVIOUS.finditer(section)]
                found += not any(number > at for number in previous)
                break
        at = data.find(b"%%EOF", at + 5)
    return found
