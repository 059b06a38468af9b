"""MP3 and AAC: what belongs to the sound are its frames; every tag in front of them and behind them tells of it."""

from __future__ import annotations

from collections.abc import Iterator

from occ_media_cli.media.kinds import adts
from occ_media_cli.media.kinds.amr import recognise as recognise_amr
from occ_media_cli.media.kinds.mpeg_audio import frame_length
from occ_media_cli.media.patterns import Pattern
from occ_media_cli.media.readers.tags import after_tags, number_of_sevens
from occ_media_cli.media.source import FileSource
from occ_media_cli.safety.metadata.block import MOST_TOLD, Block

_FACTS: tuple[tuple[str, tuple[bytes, ...]], ...] = (
    ("author", (b"TPE1", b"TPE2", b"TCOM", b"TP1\0", b"Artist", b"ARTIST", b"artist")),
    ("title", (b"TIT2", b"TT2\0", b"Title")),
    ("comment", (b"COMM", b"COM\0", b"USLT", b"Comment")),
    ("thumbnail", (b"APIC", b"PIC\0", b"Cover Art")),
    ("software", (b"TSSE", b"TENC", b"TSS\0")),
    ("dates", (b"TDRC", b"TYER", b"TDEN", b"TDTG", b"Year")),
    ("owner", (b"TOWN", b"OWNE")),
    ("copyright", (b"TCOP", b"Copyright")),
    ("other_data", (b"GEOB", b"PRIV", b"TXXX", b"UFID")),
)
_MOST_TAGS = 64
_MOST_TRIES = 1_000_000
_MAGIC = (b"ID3", b"APETAGEX", b"TAG", b"LYRICSBEGIN")
_SYNC = Pattern(rb"\xff[\xe2-\xff]")


def cut(source: FileSource) -> Iterator[Block]:
    """The tags in front, the sound, the tags in it and behind it, and what follows the end."""
    begin = after_tags(source)
    if begin and source.head[:3] != b"ID3" and source.head[:8] != b"APETAGEX":
        begin = 0
    end, behind = source.size, list[Block]()
    for _ in range(_MOST_TAGS):
        length, name = _last_tag(source, begin, end)
        if not length:
            break
        behind.append(_tag(source, end - length, end, name))
        end -= length
    if begin:
        yield _tag(source, 0, begin, "ID3v2" if source.head[:3] == b"ID3" else "APE")
    at = begin
    for block in _inside(source, begin, end):
        yield Block(at, block.start)
        yield block
        at = block.end
    yield Block(at, end)
    yield from reversed(behind)


def _inside(source: FileSource, at: int, end: int) -> Iterator[Block]:
    """Tags between two frames, as where files were put behind each other, and between tags and frames."""
    data, gap, tries = source.data, -1, 0
    while at < end:
        length = _frame(data[at : at + 7])
        if length and (at + length >= end or _frame(data[at + length : at + length + 7]) or gap < 0):
            if 0 <= gap < at and any(word in data[gap:at] for word in _MAGIC):
                yield _tag(source, gap, at, "tag between frames")
            gap, at = -1, at + length
            continue
        gap = at if gap < 0 else gap
        hit = _SYNC.search(data, at + 1, end)
        tries += 1
        if hit is None or tries > _MOST_TRIES:
            break
        at = hit.start()
    if 0 <= gap < end and any(word in data[gap:end] for word in _MAGIC):
        yield _tag(source, gap, end, "tag behind the frames")


def _frame(head: bytes) -> int:
    """Bytes of the frame that begins here, of MPEG audio or of AAC in ADTS; 0 where none does."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    if head[1] & 0xF6 == 0xF0:
        return adts.frame_length(head)
    return frame_length(head[1] >> 3 & 3, head[1] >> 1 & 3, head[2])


def _tag(source: FileSource, start: int, end: int, name: str) -> Block:
    return Block(start, end, b"", ("tags", *tag_facts(source.data[start : min(end, start + MOST_TOLD)])), name)


def tag_facts(content: bytes) -> tuple[str, ...]:
    """What a tag tells, by the names of its fields."""
    return tuple(fact for fact, words in _FACTS if any(word in content for word in words))


def _last_tag(source: FileSource, begin: int, end: int) -> tuple[int, str]:
    """(bytes, name) of the tag that ends at `end`, or (0, "")."""
    data = source.data
    tail = data[max(begin, end - 128) : end]
    if len(tail) == 128 and tail.startswith(b"TAG"):
        longer = data[max(begin, end - 355) : end - 128]
        return (355, "ID3v1") if len(longer) == 227 and longer.startswith(b"TAG+") else (128, "ID3v1")
    foot = tail[-32:]
    if foot.startswith(b"APETAGEX") and len(foot) == 32:
        length = int.from_bytes(foot[12:16], "little") + (32 if foot[23] & 0x80 else 0)
        return (length, "APE") if 32 <= length <= end - begin else (0, "")
    if tail.endswith(b"LYRICS200") and tail[-15:-9].isdigit():
        length = int(tail[-15:-9]) + 15
        return (length, "Lyrics3") if length <= end - begin else (0, "")
    if tail.endswith(b"LYRICSEND"):
        at = data.rfind(b"LYRICSBEGIN", max(begin, end - 6_000), end)
        return (end - at, "Lyrics3") if at >= 0 else (0, "")
    if tail[-10:-7] == b"3DI" and max(tail[-4:]) < 0x80:
        length = 20 + number_of_sevens(tail[-4:])
        return (length, "ID3v2") if length <= end - begin else (0, "")
    at = data.rfind(b"ID3", max(begin, end - 1_000_000), end)  # a tag that was appended without a footer
    if at >= 0 and end - at > 10 and max(head := data[at + 6 : at + 10]) < 0x80 and data[at + 3] in (2, 3, 4):
        length = 10 + number_of_sevens(head)
        return (length, "ID3v2") if at + length == end else (0, "")
    return 0, ""


def cut_bare(source: FileSource) -> Iterator[Block]:
    """Plain text: there is no room for anything that tells of it."""
    yield Block(0, source.size)


def cut_frames(source: FileSource) -> Iterator[Block]:
    """AMR: frames and nothing else; what follows the last one is no sound."""
    found = recognise_amr(source)
    end = found.end if found is not None and found.end is not None else source.size
    yield Block(0, end)
    if end < source.size:
        yield Block(end, source.size, b"", ("trailing_data",), "behind its end")
