"""Ogg: the second packet of each stream holds comments. What tells something in it becomes zeros of the same length,
so that no page moves; the checksums of its pages are computed again (RFC 3533)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from occ_media_cli.media.kinds.ogg import page_checksum
from occ_media_cli.media.source import FileSource
from occ_media_cli.safety.metadata.block import Block, CutFailed, change_at
from occ_media_cli.safety.metadata.kinds.sound import tag_facts

_MOST_HEADER_PAGES = 4_000
_MOST_COMMENT = 16_000_000
_HEADS = (b"\3vorbis", b"OpusTags", b"\x81theora")
_BARE = (b"Speex   ",)


class _Comment:
    """The comment packet of one stream as it is put together from pages."""

    def __init__(self, kind: bytes) -> None:
        self.kind, self.content = kind, bytearray()
        self.places: list[tuple[int, int]] = []


def cut(source: FileSource) -> Iterator[Block]:
    """All of the file, with the comments of each stream emptied in place."""
    pages, comments, waiting = dict[int, tuple[int, int]](), list[_Comment](), dict[bytes, _Comment]()
    at, data = 0, source.data
    for _ in range(_MOST_HEADER_PAGES):
        head = data[at : at + 27]
        if len(head) < 27 or head[:4] != b"OggS":
            break
        lacing = data[at + 27 : at + 27 + head[26]]
        body, serial = at + 27 + head[26], head[14:18]
        end = body + sum(lacing)
        if end > source.size:
            raise CutFailed("it is cut off inside a page")
        if head[5] & 2:
            waiting[serial] = _Comment(data[body : body + 8])
        elif serial in waiting:
            comment = waiting[serial]
            length, whole = _first_packet(lacing)
            comment.content += data[body : body + length]
            comment.places.append((body, body + length))
            pages[at] = (body, end)
            if len(comment.content) > _MOST_COMMENT:
                raise CutFailed("its comments are larger than what is looked at")
            if whole:
                comments.append(waiting.pop(serial))
        elif not waiting:
            break
        at = end
    if waiting:
        raise CutFailed("it ends inside its comments")
    return change_at(source, _changed(source, pages, comments))


def _first_packet(lacing: bytes) -> tuple[int, bool]:
    """(bytes of the first packet of a page, whether it ends there)."""
    length = 0
    for value in lacing:
        length += value
        if value < 255:
            return length, True
    return length, False


def _changed(source: FileSource, pages: dict[int, tuple[int, int]], comments: list[_Comment]) -> list[Block]:
    """The pages with other bytes than in a copy, in order."""
    writes = dict[int, tuple[int, bytes, tuple[str, ...]]]()
    for comment in comments:
        content = bytes(comment.content)
        plain = _emptied(comment.kind, content)
        if plain == content:
            continue
        facts, done = ("tags", *tag_facts(content)), 0
        for begin, end in comment.places:
            writes[begin] = (end, plain[done : done + end - begin], facts)
            done += end - begin
    found = []
    for at, (body, end) in sorted(pages.items()):
        if body in writes:
            stop, plain, facts = writes[body]
            page = bytearray(source.data[at:body] + plain + source.data[stop:end])
            page[22:26] = bytes(4)
            page[22:26] = struct.pack("<I", page_checksum(bytes(page)))
            if page != source.data[at:end]:
                found.append(Block(at, end, bytes(page), facts, "comments"))
    return found


def _emptied(kind: bytes, content: bytes) -> bytes:
    """A comment packet of the same length: no vendor, no comments, then zeros."""
    head = next((head for head in _HEADS if content.startswith(head)), None)
    if head is not None:
        plain = head + bytes(8) + (b"\1" if head[:1] != b"O" else b"")
    elif kind.startswith(_BARE):
        plain = bytes(8)
    elif kind.startswith(b"\x7fFLAC") and content[:1] and content[0] & 0x7F == 4:
        plain = content[:4] + bytes(8)
    else:
        raise CutFailed("one of its streams is of a kind whose comments are not known here")
    return plain.ljust(len(content), b"\0")[: len(content)]
