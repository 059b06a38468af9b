"""Whether the picture data of a JPEG is whole."""

from __future__ import annotations

from occ_media_cli.convert.jpeg_codes import NotFollowed, Segment, find_code_damage, segments
from occ_media_cli.convert.libraries import library

_FRAMES = {0xC0, 0xC1, 0xC2}
"""Processes that the decoder knows."""

_HOLE = bytes(64)
_VALUES = 64


def find_jpeg_damage(content: bytes) -> str | None:
    """What is wrong with the picture data of a JPEG, its headers being in order; None where nothing is known to be.

    The codes of a sequential one are followed here. For a progressive one, a decoder is asked that stops at the first
    irregularity: libjpeg, as pikepdf brings it. What stands between its headers matters to nobody.
    """
    try:
        return find_code_damage(content)
    except NotFollowed:
        pass
    found = list(segments(content))
    frame = next((each for each in found if 0xC0 <= each.marker < 0xD0 and each.marker not in (0xC4, 0xC8, 0xCC)), None)
    if frame is None or frame.marker not in _FRAMES:
        return None
    header = content[frame.begin + 4 : frame.codes]
    if not any(header[1:3]):  # its height comes after its first scan, which hardly anything reads
        return None
    if frame.marker == 0xC2:
        heads = [content[each.begin + 4 : each.codes] for each in found if each.marker == 0xDA]
        if not _is_complete(header, heads):
            return "scans of its picture are missing"
    picture = b"".join(content[each.begin : each.end] for each in found if not 0xE0 <= each.marker <= 0xEF)
    if _has_hole(content, found):
        return "its picture data has a hole"
    bare = picture.rstrip(b"\0")  # some cameras pad their files; one zero may be the end of the last code
    if any(_decodes(each, header) for each in (picture, bare, bare + b"\0")):
        return None
    return "its picture data goes astray, or ends before its picture does"


def _is_complete(frame: bytes, scans: list[bytes]) -> bool:
    """Whether the scans of a progressive JPEG give every value of every component to its last bit."""
    left = {frame[at]: [True] * _VALUES for at in range(6, 6 + 3 * frame[5], 3)}
    for scan in scans:
        first, last, bits = scan[1 + 2 * scan[0] : 4 + 2 * scan[0]]
        for at in range(1, 1 + 2 * scan[0], 2):
            for value in range(first, min(last, _VALUES - 1) + 1):
                left[scan[at]][value] = bits & 15 > 0
    return not any(any(values) for values in left.values())


def _has_hole(content: bytes, found: list[Segment]) -> bool:
    """Whether zeros stand in a scan of a progressive JPEG in which they do not mean that nothing follows."""
    first: dict[int, int] = {}
    for each in found:
        body = content[each.begin + 4 : each.codes]
        at = 0
        while each.marker == 0xC4 and at + 18 <= len(body):  # the first value of a table has the code of zeros alone
            first[body[at]] = body[at + 17]
            at += 17 + sum(body[at + 1 : at + 17])
        if each.marker != 0xDA or not body[1 + 2 * body[0]]:
            continue
        value = first.get(0x10 | body[2] & 15, 0)
        codes = content[each.codes : each.end].rstrip(b"\0")
        if (value & 15 or value >> 4 == 15) and _HOLE in codes:
            return True
    return False


def _decodes(picture: bytes, frame: bytes) -> bool:
    pikepdf = library("pikepdf", "pikepdf")
    document = pikepdf.new()
    stream = document.make_stream(b"\xff\xd8" + picture + b"\xff\xd9")
    stream.Filter = pikepdf.Name.DCTDecode
    stream.Width, stream.Height = int.from_bytes(frame[3:5], "big"), int.from_bytes(frame[1:3], "big")
    try:
        stream.read_bytes(pikepdf.StreamDecodeLevel.all)
    except (pikepdf.PdfError, RuntimeError):
        return False
    finally:
        document.close()
    return True
