"""Ogg: pages with a checksum each; the first page of each stream names its codec (RFC 3533)."""

from __future__ import annotations

import zlib

from occ_media_cli.media.readers.coded import FRAMES_READ, ONE_NO_OF_OPUS, is_opus, mostly
from occ_media_cli.media.readers.signatures import runs_at
from occ_media_cli.media.recognition import Structure
from occ_media_cli.media.source import FileSource

_CODECS: tuple[tuple[bytes, str, bool], ...] = (
    (b"OpusHead", "opus", True),
    (b"\x01vorbis", "vorbis", True),
    (b"\x7fFLAC", "flac", True),
    (b"fLaC", "flac", True),
    (b"Speex   ", "speex", True),
    (b"CELT    ", "celt", True),
    (b"PCM     ", "pcm", True),
    (b"\x80theora", "theora", False),
    (b"BBCD\0", "dirac", False),
    (b"OVP80", "vp8", False),
    (b"\x01video\0", "ogm-video", False),
    (b"\x01audio\0", "ogm-audio", True),
    (b"\x80daala", "daala", False),
    (b"YUV4MPEG", "yuv4mpeg", False),
    (b"\x8bJNG\r\n", "jng", False),
    (b"\x8aMNG\r\n", "mng", False),
)
_RESYNC = 131_072
_PAGES_CHECKED = 64
"""Pages behind the first that are looked at until one of them holds sound."""

_HEADERS = {"opus": (b"OpusTags",), "vorbis": (b"\x03vorbis", b"\x05vorbis")}
"""How the packets of a codec begin that are no sound, behind the first one."""

_CODEBOOK = b"BCV"
"""What each codebook in the third packet of Vorbis begins with (Vorbis I, 3.2.1)."""

_SECOND = b"\1\0\0\0"
"""The number of the page in which the second packet begins. Readers drop a page whose checksum is wrong, and without
that packet they play nothing."""

_META = (b"fishead\0", b"fisbone\0", b"\x80kate\0\0\0", b"CMML\0\0\0\0", b"\x01text\0", b"index\0")


_MIRRORED = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))


def page_checksum(page: bytes) -> int:
    """The checksum of a page, with its own field read as zero.

    It is the one of zlib with the bits of each byte, and of the result, in reverse, and without the two inversions.
    """
    turned = (page[:22] + b"\0\0\0\0" + page[26:]).translate(_MIRRORED)
    found = zlib.crc32(turned, 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{found:032b}"[::-1], 2)


FIRST: frozenset[int] | None = frozenset(b"O")


def claims(source: FileSource) -> bool:
    """The capture pattern of a page."""
    return source.head.startswith(b"OggS")


def recognise(source: FileSource) -> Structure | None:
    """Walk the pages; check the checksums of the first pages, read their codecs."""
    found = Structure(None, "ogg")
    data, size = source.data, source.size
    at, codecs, unknown, video, pages, ended = 0, [], 0, False, 0, set[int]()
    serials, sounds, checked, named = set[int](), False, 0, dict[int, str]()
    alone, packets = set[int](), list[bool]()
    while at + 27 <= size and data[at : at + 4] == b"OggS":
        header = data[at : at + 27 + 255]
        segments = header[26]
        body = at + 27 + segments
        end = body + sum(header[27 : 27 + segments])
        if header[4]:
            found.note("damaged", "a page has an unknown version")
            return found
        if end > size or len(header) < 27 + segments:
            found.note("cut-short", "it is cut off inside a page")
            at = size
            break
        serial = int.from_bytes(header[14:18], "little")
        if header[5] & 2:
            if len(serials) < 16 and not _is_whole(data[at:end]):
                found.note("damaged", "the checksum of its first page is wrong")
                return found
            serials.add(serial)
            start = data[body : min(end, body + 64)]
            name = next((entry for entry in _CODECS if start.startswith(entry[0])), None)
            if name is not None:
                if (why := _first_packet(name[1], start)) is not None:
                    found.note("damaged", why)
                    return found
                codecs.append(name[1])
                named[serial] = name[1]
                if name[1] == "opus" and not start[18]:
                    alone.add(serial)
                video = video or not name[2]
                _audio_facts(found, name[1], start)
            elif not start.startswith(_META):
                unknown += 1
        elif serial not in serials:
            found.note("damaged", "a page belongs to no stream")
            return found
        elif not sounds and checked < _PAGES_CHECKED:
            checked += 1
            if checked == 1 and runs_at(data[body:end], 0):
                found.note("damaged", "a program, an archive or text stands where its sound should be")
                return found
            codec = named.get(serial, "")
            if codec in _HEADERS and header[18:22] == _SECOND and not _is_whole(data[at:end]):
                found.note("damaged", "the checksum of a page with its headers is wrong")
                return found
            sounds = _sounds(data[at:end], codec)
            if sounds and serial in alone:
                packets += [is_opus(packet) for packet in _packets(data[at:end])]
                sounds = len(packets) >= FRAMES_READ
        if header[5] & 4:
            ended.add(serial)
        pages += 1
        at = end
        if at < size and data[at : at + 4] != b"OggS":
            again = data.find(b"OggS\0", at, at + _RESYNC)
            if again >= 0:  # a reader skips what is no page and goes on
                found.facts["gaps"] = True
                at = again
    if not serials:
        found.note("damaged", "it begins in the middle of a stream")
        return found
    if pages < 2 or not (codecs or unknown):
        found.note("damaged", "it has headers and no content")
        return found
    if packets and not mostly(packets[:FRAMES_READ], ONE_NO_OF_OPUS):
        found.note("damaged", "its packets are none that its codec makes (opus)")
        return found
    if "vorbis" in codecs and data.find(_CODEBOOK) < 0:
        found.note("damaged", "it has no codebook, without which its sound cannot be read (vorbis)")
        return found
    if not sounds and not packets:
        found.note("damaged", "no page behind its headers holds sound that can be read")
        return found
    found.facts.update(codecs=codecs, pages=pages, ends=ended >= serials)
    found.type = "ogv" if video else "ogg" if codecs and not unknown else "ogx"
    found.end = at
    return found


def _is_whole(page: bytes) -> bool:
    return page_checksum(page) == int.from_bytes(page[22:26], "little")


def _first_packet(codec: str, packet: bytes) -> str | None:
    """Why the first packet of a stream is none of its codec, or None; nothing is asked of what has no numbers in it."""
    numbers = {
        "opus": lambda: len(packet) >= 19 and packet[8] < 16 and packet[9] > 0 and (packet[18] > 0 or packet[9] <= 2),
        "vorbis": lambda: (
            len(packet) >= 30
            and packet[7:11] == bytes(4)
            and packet[11] > 0
            and any(packet[12:16])
            and 6 <= packet[28] & 15 <= packet[28] >> 4 <= 13
            and packet[29] & 1 == 1
        ),
    }.get(codec)
    return None if numbers is None or numbers() else f"the header of its sound is one that cannot be ({codec})"


def _packets(page: bytes) -> list[bytes]:
    """The packets that begin and end in a page."""
    found, pieces = list[bytes](), page[27 : 27 + page[26]]
    begin = at = 27 + len(pieces)
    for piece in pieces:
        at += piece
        if piece < 255:
            found.append(page[begin:at])
            begin = at
    return found[1:] if page[5] & 1 else found  # the first goes on from the page before


def _sounds(page: bytes, codec: str) -> bool:
    """Whether a page is whole and holds, behind the headers of its codec, something that may be sound."""
    body = page[27 + page[26] :]
    if not body or not _is_whole(page):
        return False
    if codec == "flac":
        return not page[5] & 1 and body.startswith((b"\xff\xf8", b"\xff\xf9"))
    if codec == "vorbis" and not body[0] & 1:
        return True
    if codec in _HEADERS:
        if not page[5] & 1 and body.startswith(_HEADERS[codec]):
            return False
        return codec == "opus" and not runs_at(body[:64], 0)
    return not runs_at(body[:64], 0)


def _audio_facts(found: Structure, codec: str, start: bytes) -> None:
    channels = {"opus": start[9:10], "vorbis": start[11:12], "flac": b"", "speex": start[48:49]}.get(codec, b"")
    if channels:
        found.facts["channels"] = channels[0]
    elif codec == "flac" and len(start) >= 30:  # 9 bytes of mapping, fLaC, a block header, then STREAMINFO
        found.facts["channels"] = (start[29] >> 1 & 7) + 1
