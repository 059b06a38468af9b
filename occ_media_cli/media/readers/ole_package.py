"""A file inside of an OLE object: the stream `Ole10Native` that the Packager of Windows writes, which OLE 1 had too.

    length (4), flags 02 00, label 00, path 00, 2 bytes, 3 0 for a file or 1 0 for a link, length (4) and path of a
    temporary copy, length (4) and the bytes of the file

Whoever takes a document apart and whoever judges what is active in it must see one file here.
"""

from __future__ import annotations

from typing import NamedTuple

_FLAGS = b"\x02\0"
_LINK = 1
_LONGEST_NAME = 65_536


class Package(NamedTuple):
    """label and path: as its maker's computer called the file. content: its bytes, or as many as are there; none of a
    link. whole: all of them are there."""

    label: str
    path: str
    content: bytes
    linked: bool
    whole: bool


def is_package_stream(name: str, content: bytes) -> bool:
    """Whether a stream of a compound file holds a package, by its name."""
    upper = name.upper()
    return upper in ("\x01OLE10NATIVE", "OLE10NATIVE") or (upper == "PACKAGE" and content.startswith(_FLAGS[:1]))


def read_package(data: bytes) -> Package | None:
    """The package in such a stream, or in the data of an object of the class Package; None for another object."""
    for begin in (4, 0):  # the length of what follows stands before it, except where somebody left it out
        if data.startswith(_FLAGS, begin) and (found := _read(data, begin + 2)) is not None:
            return found
    return None


def read_odd_package(data: bytes) -> Package | None:
    """The same with other flags, where the whole of a file fits: for whoever rather looks at too much."""
    found = _read(data, 6)
    return found if found is not None and found.whole and not found.linked else None


def _read(data: bytes, at: int) -> Package | None:
    label, at = _name(data, at)
    path, at = _name(data, at)
    if label is None or path is None:
        return None
    kind = int.from_bytes(data[at + 2 : at + 4], "little")
    at += 4
    if kind == _LINK:
        return Package(label, path, b"", linked=True, whole=True)
    length = int.from_bytes(data[at : at + 4], "little")
    if length > _LONGEST_NAME:
        return None
    copy = data[at + 4 : at + 4 + length].partition(b"\0")[0].decode("latin-1")
    at += 4 + length
    size = int.from_bytes(data[at : at + 4], "little")
    content = data[at + 4 : at + 4 + size]
    return Package(label, copy or path, content, linked=False, whole=len(content) == size and len(data) >= at + 4)


def _name(data: bytes, at: int) -> tuple[str | None, int]:
    end = data.find(b"\0", at, at + _LONGEST_NAME)
    if end < 0:
        return None, at
    return data[at:end].decode("latin-1"), end + 1
