"""Ogg: the packets behind the first of each stream hold comments and covers. What tells something in them becomes
zeros of the same length, so that no page moves; the checksums of their pages are computed again (RFC 3533)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from occ_media_cli.media.kinds.ogg import page_checksum
from occ_media_cli.media.source import FileSource
from occ_media_cli.safety.metadata.block import Block, CutFailed, change_at
from occ_media_cli.safety.metadata.cutting.sound import tag_facts

_MOST_PAGES = 1_000_000
_MOST_HEADERS = 16_000_000
_HEADS = (b"\3vorbis", b"OpusTags", b"\x81theora")
_COMMENT, _PADDING, _STAY = 4, 1, (1, 3)
"""Blocks of FLAC: comments, free space; those that stay are free space and the table to seek by."""


class _Headers:
    """The packets of one stream that may tell something, as they are put together from pages.

    places: (begin, end) in the file of the bytes of each packet; left: how many packets are still to come.
    """

    def __init__(self, first: bytes) -> None:
        self.kind = first[:8]
        self.flac = first.startswith(b"\x7fFLAC")
        self.left = max(int.from_bytes(first[7:9], "big"), 1) if self.flac else 1
        self.packets: list[bytearray] = [bytearray()]
        self.places: list[list[tuple[int, int]]] = [[]]

    def take(self, source: FileSource, begin: int, end: int, ended: bool) -> None:
        """A piece of the packet at hand."""
        self.packets[-1] += source.data[begin:end]
        self.places[-1].append((begin, end))
        if sum(map(len, self.packets)) > _MOST_HEADERS:
            raise CutFailed("its comments are larger than what is looked at")
        if ended:
            self.left = 0 if self.flac and self.packets[-1][:1] >= b"\x80" else self.left - 1
            if self.left:
                self.packets.append(bytearray())
                self.places.append([])


def cut(source: FileSource) -> Iterator[Block]:
    """All of the file, with the comments of each stream emptied in place. Streams may follow each other."""
    pages, done, waiting = dict[int, tuple[int, int]](), list[_Headers](), dict[bytes, _Headers]()
    at, data = 0, source.data
    for _ in range(_MOST_PAGES):
        at = data.find(b"OggS", at)
        head = data[at : at + 27] if at >= 0 else b""
        if len(head) < 27:
            break
        lacing = data[at + 27 : at + 27 + head[26]]
        body, serial = at + 27 + head[26], head[14:18]
        end = body + sum(lacing)
        if end > source.size:
            break  # the last page is cut off: it is left as it is
        if head[5] & 2:
            waiting[serial] = _Headers(data[body : body + 16])
        elif (stream := waiting.get(serial)) is not None:
            pages[at] = (body, end)
            _read_page(source, stream, body, lacing)
            if not stream.left:
                done.append(waiting.pop(serial))
        at = end
    return change_at(source, _changed(source, pages, [*done, *waiting.values()]))


def _read_page(source: FileSource, stream: _Headers, at: int, lacing: bytes) -> None:
    begin = at
    for value in lacing:
        at += value
        if value < 255:
            stream.take(source, begin, at, ended=True)
            begin = at
            if not stream.left:
                return
    if begin < at:
        stream.take(source, begin, at, ended=False)


def _changed(source: FileSource, pages: dict[int, tuple[int, int]], streams: list[_Headers]) -> list[Block]:
    """The pages with other bytes than in a copy, in order."""
    writes = list[tuple[int, bytes, tuple[str, ...]]]()
    for stream in streams:
        for packet, places in zip(stream.packets, stream.places, strict=True):
            content = bytes(packet)
            if not content:
                continue
            plain, done = _emptied(stream, content), 0
            facts = ("tags", *tag_facts(content))
            for begin, end in places:
                if plain != content:
                    writes.append((begin, plain[done : done + end - begin], facts))
                done += end - begin
    writes.sort()
    found, number = [], 0
    for at, (_, end) in sorted(pages.items()):
        page, facts = bytearray(source.data[at:end]), ()
        while number < len(writes) and writes[number][0] < end:
            begin, plain, facts = writes[number]
            page[begin - at : begin - at + len(plain)] = plain
            number += 1
        if page != source.data[at:end]:
            page[22:26] = bytes(4)
            page[22:26] = struct.pack("<I", page_checksum(bytes(page)))
            found.append(Block(at, end, bytes(page), facts, "comments"))
    return found


def _emptied(stream: _Headers, content: bytes) -> bytes:
    """A packet of the same length: no vendor, no comments, no cover, then zeros."""
    head = next((head for head in _HEADS if content.startswith(head)), None)
    if head is not None:
        plain = head + bytes(8) + (b"\1" if head[:1] != b"O" else b"")
    elif stream.kind.startswith(b"Speex   "):
        plain = bytes(8)
    elif stream.flac and len(content) >= 4:
        if content[0] & 0x7F in _STAY and (content[0] & 0x7F != _PADDING or not content[4:].strip(b"\0")):
            return content
        kept = _COMMENT if content[0] & 0x7F == _COMMENT else _PADDING
        plain = bytes((content[0] & 0x80 | kept,)) + content[1:4] + (bytes(8) if kept == _COMMENT else b"")
    else:
        raise CutFailed("one of its streams is of a kind whose comments are not known here")
    return plain.ljust(len(content), b"\0")[: len(content)]
