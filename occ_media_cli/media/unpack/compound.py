"""The streams of a compound file: old Office documents, messages of Outlook, installers, objects inside of others."""

from __future__ import annotations

import zlib

from occ_media_cli.media.kinds import ole
from occ_media_cli.media.readers.cfb import CfbBroken, CompoundFile, shown_path
from occ_media_cli.media.readers.ole_package import is_package_stream, read_odd_package, read_package
from occ_media_cli.media.source import FileSource
from occ_media_cli.media.unpack.room import Opened, Room, Unread

_SLIDES = "POWERPOINT DOCUMENT"
_EMBEDDED = 0x1011
"""A record of a presentation that holds an object, packed where its instance is 1 ([MS-PPT] 2.10.34)."""

_MOST_RECORDS = 1_000_000


def read_parts(source: FileSource, room: Room) -> Opened:
    """Every stream, and what a package or a presentation packs into one."""
    try:
        file = CompoundFile(source)
        streams = [(path, entry) for path, entry in file.walk() if entry.kind == 2 and entry.size]
    except (CfbBroken, IndexError, ValueError, OverflowError):
        yield Unread("", "its structure is broken")
        return
    found = ole.recognise(source)
    if found is None or found.type is None:
        yield Unread("", "its structure is broken")
    elif found.facts.get("encrypted"):
        yield Unread("", "it is encrypted")
    for path, entry in streams:
        shown = shown_path(path)
        reason = room.refuses(min(entry.size, source.size))
        if reason is not None:
            yield Unread(shown, reason)
            continue
        try:
            content = file.read_remains(entry, min(room.most, source.size))  # of one that is cut off, what there is
        except (CfbBroken, IndexError, ValueError, OverflowError):
            yield Unread(shown, "its structure is broken")
            continue
        yield shown, content
        if is_package_stream(entry.name, content):
            yield from _packaged(shown, content)
        elif entry.name.upper() == _SLIDES:
            yield from _objects(shown, content, room)


def _packaged(name: str, content: bytes) -> Opened:
    """The file inside of a package; of an object of another program, its own bytes behind their length."""
    found = read_package(content) or read_odd_package(content)
    yield f"{name}/file", content[4:] if found is None or found.linked else found.content


def _objects(name: str, content: bytes, room: Room) -> Opened:
    """The objects inside of a presentation, which lie at the top of its records."""
    at, number = 0, 0
    for _ in range(_MOST_RECORDS):
        if at + 8 > len(content):
            return
        head, kind = int.from_bytes(content[at : at + 2], "little"), int.from_bytes(content[at + 2 : at + 4], "little")
        length = int.from_bytes(content[at + 4 : at + 8], "little")
        if kind == _EMBEDDED:
            number += 1
            body = content[at + 8 : at + 8 + length]
            place = f"{name}/object {number}"
            packed = head >> 4 == 1
            try:
                # without its checksum, which some programs get wrong
                inner = zlib.decompressobj(-15).decompress(body[6:], room.most + 1) if packed else body
            except zlib.error:
                yield Unread(place, "it cannot be unpacked")
            else:
                reason = room.refuses(len(inner))
                yield Unread(place, reason) if reason is not None else (place, inner)
        at += 8 + length
    yield Unread(name, "it has too many records")
