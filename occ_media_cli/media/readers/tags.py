"""The tags around MPEG audio: ID3v2 in front; ID3v1, Lyrics3 and APE behind."""

from __future__ import annotations

from occ_media_cli.media.source import FileSource


def after_tags(source: FileSource) -> int:
    """Where the sound begins: after every ID3v2 tag and the zeros that some writers leave behind one."""
    data, at = source.data, 0
    for _ in range(8):
        head = data[at : at + 32]
        length = _id3v2(head[:10])
        if not length and head.startswith(b"APETAGEX") and len(head) == 32:
            length = 32 + int.from_bytes(head[12:16], "little")
        if not length:
            break
        at += length
    if at and data[at : at + 1] == b"\0":
        zeros = data[at : at + 65536]
        at += len(zeros) - len(zeros.lstrip(b"\0"))
    return at


def _id3v2(header: bytes) -> int:
    """Bytes of the tag that begins here, or 0."""
    if len(header) < 10 or header[:3] != b"ID3" or header[3] == 0xFF or max(header[6:10]) > 0x7F:
        return 0
    return 10 + number_of_sevens(header[6:10]) + (10 if header[5] & 0x10 else 0)


def number_of_sevens(field: bytes) -> int:
    """The number that ID3v2 writes into four bytes with seven bits each."""
    return field[0] << 21 | field[1] << 14 | field[2] << 7 | field[3]


def end_of_tags(source: FileSource, at: int) -> int:
    """Where the file ends by its structure, when the sound ends at `at`: after every tag that follows, and padding."""
    data, size = source.data, source.size
    while at < size:
        head = data[at : at + 32]
        if head.startswith(b"TAG") and at + 128 <= size:
            at += 227 if head.startswith(b"TAG+") and at + 227 <= size else 128
        elif head.startswith(b"APETAGEX") and len(head) == 32:
            at += 32 + int.from_bytes(head[12:16], "little")
        elif head.startswith(b"LYRICSBEGIN"):
            end = max(data.find(b"LYRICS200", at, at + 1_100_000), data.find(b"LYRICSEND", at, at + 6_000))
            if end < 0:
                return at
            at = end + 9
        elif length := _id3v2(head[:10]):
            at += length
        elif head[:1] == b"\0":
            padding = data[at : at + 65536]
            zeros = len(padding) - len(padding.lstrip(b"\0"))
            at += zeros
        else:
            return max(at, _ape_without_header(source, at))
    return min(at, size)


def _ape_without_header(source: FileSource, at: int) -> int:
    """The first version of APE tags has only a footer."""
    data, size = source.data, source.size
    end = size - 128 if data[max(size - 128, at) : size].startswith(b"TAG") else size
    footer = data[max(end - 32, at) : end]
    if footer.startswith(b"APETAGEX") and len(footer) == 32 and end - int.from_bytes(footer[12:16], "little") <= at + 4:
        return size
    return at
