"""Monikers: what a link of OLE leads to ([MS-OSHARED] 2.3.7), wherever they stand in a stream."""

from __future__ import annotations

from collections.abc import Iterator

_URL = b"\xe0\xc9\xea\x79\xf9\xba\xce\x11\x8c\x82\x00\xaa\x00\x4b\xa9\x0b"
_FILE = b"\x03\x03\x00\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"
_LONGEST = 65_536
_MOST = 2000


def targets(data: bytes) -> Iterator[str]:
    """What each moniker of a stream names, in its order; the first 2,000 of each kind."""
    places = sorted((at, signature) for signature in (_URL, _FILE) for at in _places(data, signature))
    for begin, signature in places:
        at = begin + 16
        if signature == _URL:
            length = int.from_bytes(data[at : at + 4], "little")
            text = data[at + 4 : at + 4 + min(length, _LONGEST)].decode("utf-16-le", "replace")
        else:
            length = int.from_bytes(data[at + 2 : at + 6], "little")
            raw = data[at + 6 : at + 6 + min(length, _LONGEST)]
            text = raw.decode("latin-1")
            wide = _wide(data, at + 6 + length)
            text = wide or text
        text = text.partition("\0")[0]
        if text.strip():
            yield text


def _places(data: bytes, signature: bytes) -> list[int]:
    found, at = list[int](), data.find(signature)
    while at >= 0 and len(found) < _MOST:
        found.append(at)
        at = data.find(signature, at + 16)
    return found


def _wide(data: bytes, at: int) -> str:
    """The path in Unicode, which stands behind the other one where that could not hold it."""
    tail = data[at : at + 24 + 6]
    if len(tail) < 30 or tail[2:4] != b"\xad\xde":
        return ""
    size = int.from_bytes(tail[24:28], "little")
    if size < 6:
        return ""
    length = int.from_bytes(data[at + 28 : at + 32], "little")
    return data[at + 34 : at + 34 + min(length, _LONGEST)].decode("utf-16-le", "replace")
