"""What gzip packed, one member behind the other."""

from __future__ import annotations

import zlib

from occ_media_cli.media.source import FileSource
from occ_media_cli.media.unpack.room import Opened, Room, Unread

_FIRST, _PIECE = 1 << 10, 1 << 20
"""Bytes that are read of a member at first, since there may be thousands of small ones, and at most."""


def read_parts(source: FileSource, room: Room) -> Opened:
    """The content of all members together, as gzip itself writes it out."""
    data, found = source.data, bytearray()
    at, most = 0, room.most
    while at < source.size:
        inflater = zlib.decompressobj(31)
        begin, length = at, _FIRST
        try:
            while not inflater.eof and at < source.size:
                piece = data[at : at + length]
                at, length = at + len(piece), min(2 * length, _PIECE)
                found += inflater.decompress(piece, most + 1 - len(found))
                while inflater.unconsumed_tail and len(found) <= most:
                    found += inflater.decompress(inflater.unconsumed_tail, most + 1 - len(found))
                if len(found) > most:
                    yield Unread("content", room.refuses(len(found)) or "it has too many bytes")
                    return
        except zlib.error:
            behind = data[begin : begin + 4096] if begin else b"\1"
            if behind.strip(b"\0"):
                yield Unread("content", "it cannot be unpacked" if not begin else "something follows its end")
            break
        if not inflater.eof:
            yield Unread("content", "it is cut off")
            break
        at -= len(inflater.unused_data)
    if found:
        yield "content", bytes(found)
