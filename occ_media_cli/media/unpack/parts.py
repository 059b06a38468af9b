"""What a container holds, part by part, as those who look into files take it.

Each kind of container is a module with a function `(source, room) -> parts`; this one decides what is a container,
follows parts into parts, and keeps to the limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, NamedTuple

from occ_media_cli.media import recognise, trailing
from occ_media_cli.media.foreign import DESCRIBED
from occ_media_cli.media.kinds.text import may_be_text, wide_encoding
from occ_media_cli.media.patterns import Pattern
from occ_media_cli.media.readers import cfb, signatures
from occ_media_cli.media.recognition import Structure
from occ_media_cli.media.source import FileSource, source_of
from occ_media_cli.media.types import BY_TYPE, extension_of, type_of_extension
from occ_media_cli.vocabulary import MEDIA_CATEGORIES

INSIDE = " › "
"""What stands between the place of a part and the place of a part inside of it: `letter.eml › figures.xlsx › …`."""


class Caps(NamedTuple):
    """How much is unpacked of one file. What lies beyond is `Unread`, never left out without a word.

    part: bytes of one part. everything: bytes of all parts together, at most; `ratio` times the bytes of the file and
    `free` bytes more are never passed either. parts: how many. depth: how deep parts lie in parts.
    """

    part: int = 100_000_000
    everything: int = 400_000_000
    ratio: int = 32
    free: int = 64_000_000
    parts: int = 10_000
    depth: int = 8


CAPS = Caps()


class InnerPart(NamedTuple):
    """One part that was taken out. where: its place in the file, never empty. data: its bytes, never none."""

    where: str
    data: bytes


class Unread(NamedTuple):
    """What could not be taken out, or not be trusted to be all. where: its place, empty for the file itself.

    reason: words that follow "it was not scanned: ", without a full stop.
    """

    where: str
    reason: str


class Room:
    """What may still be unpacked. Containers ask before they unpack a part, so that no bomb goes off."""

    def __init__(self, caps: Caps, size: int) -> None:
        self._caps = caps
        self._bytes = min(caps.everything, caps.free + caps.ratio * size)
        self._parts = caps.parts

    @property
    def most(self) -> int:
        """Bytes that the next part may have."""
        return min(self._caps.part, self._bytes)

    def refuses(self, size: int) -> str | None:
        """Why a part of this size is not unpacked, or None."""
        if size > self._caps.part:
            return f"it has more than {self._caps.part:,} bytes"
        return "the parts together have too many bytes" if size > self._bytes else None

    def take(self, size: int) -> None:
        """Count one more part. Raises `Full`."""
        self._parts -= 1
        self._bytes -= size
        if self._parts < 0:
            raise Full(f"it has more than {self._caps.parts:,} parts")
        if self._bytes < 0:
            raise Full("the parts together have too many bytes")

    def leads_too_deep(self, depth: int) -> bool:
        """Whether parts of a part at this depth are no longer looked for."""
        return depth >= self._caps.depth


class Full(Exception):
    """There is no room for another part; the text says which limit was met."""


Opened = Iterator[tuple[str, bytes] | Unread]
"""What a container gives: (name of a part, its bytes), or what could not be unpacked, by its name in the container."""

_WRITES_OPAQUE = frozenset(("ooxml", "compound", "texts"))
"""Families whose parts are of the format itself, such as printer settings and fonts, or letters that may be by chance
what another encoding uses: bytes of no known type are no container there. In an archive, a mail or a PDF they may be
anything."""

_ANYTHING = "anything"
"""What stands for the family of a container around a part that somebody put in, whatever the format is."""

_FOREIGN_STREAM = Pattern(rb"(?i)(?:\A|/)(?:package|contents|__substg1\.0_37010102)\Z|ole10native/file\Z")
_OWN_OF_PACKAGE = Pattern(
    rb"(?i)(?:printersettings|customproperty|activex|vbadata|attachedtoolbars|xlmsheet)[^/]*\.(?:bin|dat)\Z|"
    rb"/fonts?/|\.(?:odttf|fntdata|ttf|otf)\Z|\Axl/(?!media/|embeddings/|drawings/).*\.bin\Z"
)
"""Bytes of no known type that belong to Office packages: settings, fonts, sheets of xlsb."""

_LEAVES = frozenset(("jpeg", "png", "gif", "webp", "isobmff", "ogg", "amr", "mpeg-audio", "adts"))
"""Families of pictures, sounds and films."""

_ENDING = frozenset(("zips", "compound", "pdfs"))
"""Containers whose structure says where they end."""

_TRIED = 1 << 16
"""Bytes that are unpacked to see whether they are LZMA data: others contradict themselves soon."""

_BEHIND = 1 << 20
"""Bytes behind the end of a picture that are searched."""

_PICTURES = frozenset(("jpeg", "png", "gif", "webp"))
_COMMENT, _SCANS = 0xFE, (0xDA, 0xD9)

_LONGEST_NAME = 300

_SIGNED = 4
_UNKNOWN = "what it is, is not known"

_TEXTS = frozenset(("txt", "html", "xml", "svg", "script"))
_OF_TEXT = frozenset(("txt",))
_HARMLESS = frozenset(MEDIA_CATEGORIES)
_HOLD_NOTHING = frozenset(("lnk",))


def unpack(source: FileSource, type: str | None, caps: Caps = CAPS) -> Iterator[InnerPart | Unread]:  # noqa: A002 - a word of the field
    """Every part of a file and of its parts, in the order in which they lie there; the file itself is none of them.

    type: what `media.recognise` says of the file. A leaf gives no parts and nothing unread; text gives what is encoded
    in it. A type that holds parts and that nothing here unpacks, an unknown one among them, gives one `Unread`.
    Untrusted bytes are read here: call it in a process of `sandbox`. Raises nothing of what a file provokes but
    MemoryError and RecursionError.
    """
    room = Room(caps, source.size)
    try:
        yield from _open(source, "", None, room, 0, type)
    except Full as limit:
        yield Unread("", str(limit))


def _open(
    source: FileSource,
    where: str,
    around: str | None,
    room: Room,
    depth: int,
    type: str | None = None,  # noqa: A002 - a word of the field
) -> Iterator[InnerPart | Unread]:
    """The parts of one file or part. around: the family of the container it lies in, None for the file itself."""
    if _is_rich_text(source.head):
        yield Unread(where, f"it is {_described('rtf')}, which is not unpacked")
        return
    family = "texts" if around == "ooxml" and _is_xml(source.head) else _family_of(source, type)
    wide_xml = around == "ooxml" and family == "texts" and _is_xml(source.head.replace(b"\0", b""))
    if family is None or (family == "texts" and not may_be_text(source.head) and not wide_xml):
        yield from (Unread(where, reason) for reason in _passed_over(source, around, type))
        if family is None:
            return
    if around is None and family == "texts" and type not in _OF_TEXT:
        yield Unread(where, f"it is {_described(type)}, which may hold more than text" if type else _UNKNOWN)
    if family in _ENDING:
        yield from (Unread(where, reason) for reason in _behind(_structure(source), source))
    module = _module(family)
    read: Callable[[FileSource, Room], Opened] = module.read_parts
    own = module.family_inside(source) if family == "zips" else family
    opened = read(source, room)
    while True:
        try:
            item = next(opened, None)
        except (ValueError, LookupError, ArithmeticError, EOFError, AttributeError, TypeError, OSError) as problem:
            # What a hostile part provokes in a reader costs that container, and is told.
            yield Unread(where, f"it cannot be unpacked ({problem.__class__.__name__})")
            return
        if item is None:
            return
        if isinstance(item, Unread):
            yield Unread(_join(where, item.where), _join("", item.reason))
            continue
        name, data = item
        if not data:
            continue
        room.take(len(data))
        place = _join(where, name)
        inner = source_of(data, type_of_extension(extension_of(name)))
        yield InnerPart(place, data)
        if not room.leads_too_deep(depth + 1):
            yield from _open(
                inner, place, _ANYTHING if _may_be_anything(own, name, inner.head) else own, room, depth + 1
            )
        elif _leads_on(inner, room):
            yield Unread(place, "it lies too deep in other parts")


def _module(family: str) -> Any:
    return import_module(f"occ_media_cli.media.unpack.{family}")


def _leads_on(source: FileSource, room: Room) -> bool:
    """Whether there are parts in what lies too deep for them."""
    family = _family_of(source)
    if family != "texts":
        return family is not None
    opened: Opened = _module("texts").read_parts(source, room)
    return next(opened, None) is not None


def _may_be_anything(family: str, name: str, head: bytes) -> bool:
    """Whether a part holds what somebody put in, and nothing of the format that it lies in."""
    written = name.encode("utf-8", "replace")
    if family == "compound":
        return _FOREIGN_STREAM.search(written) is not None
    if family != "ooxml" or _is_xml(head.replace(b"\0", b"")):
        return False
    return _OWN_OF_PACKAGE.search(written) is None and not _is_drawing(head)


def _is_drawing(head: bytes) -> bool:
    """Drawings of Windows (EMF, WMF) and JPEG XR, which Office puts beside pictures."""
    if head.startswith((b"\xd7\xcd\xc6\x9a", b"\1\0\x09\0\0\3", b"\2\0\x09\0\0\3", b"II\xbc\1", b"II\xbc\0")):
        return True
    return head.startswith(b"\1\0\0\0") and head[40:44] == b" EMF"


def _is_rich_text(head: bytes) -> bool:
    """Word opens it as such whatever follows these letters, and behind blanks."""
    return head[:1024].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\f\v\0").startswith(b"{\\rt")


def _join(where: str, name: str) -> str:
    """The place of a part, from names that anybody may have chosen: whole letters, and not too many of them."""
    name = name.encode("utf-8", "replace").decode("utf-8")
    if len(name) > _LONGEST_NAME:
        name = name[:_LONGEST_NAME] + "…"
    return f"{where}{INSIDE}{name}" if where and name else where or name


def _family_of(source: FileSource, type: str | None = None) -> str | None:  # noqa: A002 - as above
    """The module that opens a container of these bytes; None for a leaf, and for what nothing here opens.

    type: what is known of them already, which spares a look.
    """
    head = source.head
    if head.startswith((b"PK\3\4", b"PK\5\6", b"PK\7\x08", b"PK00PK")):
        return "zips"
    if head.startswith(cfb.SIGNATURE):
        return "compound"
    if head.startswith(b"\x1f\x8b"):
        return "gzips"
    if b"%PDF-" in head[:1029]:
        return "pdfs"
    if not may_be_text(head):
        return "texts" if wide_encoding(head) is not None else None
    if type is None:
        structure = _structure(source)
        type = structure.type if structure is not None else None  # noqa: A001 - as above
    if type not in _TEXTS:
        return None
    from occ_media_cli.media.readers.source_code import is_mail_or_box

    return "mails" if is_mail_or_box(head) else "texts"


def _structure(source: FileSource) -> Structure | None:
    return recognise.by_structure(source)


def _passed_over(source: FileSource, around: str | None, type: str | None) -> Iterator[str]:  # noqa: A002 - as above
    """Why what is no container of ours may yet hold parts that nobody saw."""
    found = _structure(source)
    kind = found.type if found is not None else None
    if found is not None and found.kind in _PICTURES:
        yield from _beside_picture(found, source)
    if around != "compound" or kind != "xls":  # the stream of a workbook is several workbooks, one behind the other
        yield from _behind(found, source)
    if kind is None and found is not None and found.kind in _LEAVES:  # a damaged picture, sound or film
        hidden = signatures.hidden_in(source.data[: source.size], _SIGNED, source.size)
        if hidden is not None:
            yield f"it is damaged, and {hidden[0]} is in it"
        return
    if kind is None:
        kind = "lzma" if _is_lzma(source) else signatures.type_of(source.head) or type
    if kind is None:
        if around not in _WRITES_OPAQUE:
            yield _UNKNOWN
    elif not (kind in BY_TYPE if around is None else _is_leaf(kind)):
        yield f"it is {_described(kind)}, which is not unpacked"


def behind(source: FileSource) -> Iterator[str]:
    """Why a file is another one too, by what follows its end or stands where nothing may."""
    return _behind(_structure(source), source)


def _behind(found: Structure | None, source: FileSource) -> Iterator[str]:
    """What follows the end of a file and is another one, or what it is at the same time."""
    if found is not None and found.type is not None:
        trailing.look_behind(found, source)
        for seen in found.observations:
            if seen.bad and seen.code in ("trailing-data", "type-mismatch"):
                yield seen.message
    elif not source.head.startswith(b"PK") and trailing.ends_as_archive(source):
        yield "an archive ends where it ends"


def _beside_picture(found: Structure, source: FileSource) -> Iterator[str]:
    """What stands behind the end of a picture, or in comments of a JPEG, and is a file, as bytes or in letters."""
    data, at = source.data, 2
    while (
        found.kind == "jpeg" and (head := data[at : at + 4])[:1] == b"\xff" and len(head) == 4 and head[1] not in _SCANS
    ):
        length = int.from_bytes(head[2:], "big")
        if head[1] == _COMMENT and (hidden := _carried_in(data[at + 4 : at + 2 + length])) is not None:
            yield f"{hidden} is in a comment of it"
        at += 2 + length
    behind = data[found.end : found.end + _BEHIND] if found.end is not None else b""
    if behind and not trailing.is_more_pictures(behind, found) and (hidden := _carried_in(behind)) is not None:
        yield f"{hidden} follows its end"


def _carried_in(data: bytes) -> str | None:
    """What bytes hold that are nothing of their own: a file as it is, or one written in letters."""
    hidden = signatures.archive_in(data)
    if hidden is not None:
        return hidden
    return "a file written in letters" if _module("texts").holds_file(data) else None


def _is_xml(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<?xml")


def _is_leaf(kind: str) -> bool:
    return kind in BY_TYPE or kind in _HOLD_NOTHING or (kind in DESCRIBED and DESCRIBED[kind].category in _HARMLESS)


def _is_lzma(source: FileSource) -> bool:
    """LZMA data, which have no signature: properties, a size of the dictionary, a length, and something to unpack."""
    head = source.head
    if len(head) < 14 or head[0] >= 225 or head[13] != 0:
        return False
    dictionary, length = int.from_bytes(head[1:5], "little"), int.from_bytes(head[5:13], "little")
    power = dictionary // 3 if dictionary % 3 == 0 else dictionary  # every program takes 2^n or 2^n + 2^(n-1)
    if dictionary < 4096 or power & (power - 1) or not (length == 0xFFFF_FFFF_FFFF_FFFF or 0 < length < 1 << 32):
        return False
    import lzma

    unpacking = lzma.LZMADecompressor(lzma.FORMAT_ALONE)
    try:
        content = unpacking.decompress(source.data[:_TRIED], _TRIED)
    except lzma.LZMAError:
        return False
    return unpacking.eof or len(content) >= min(length, _TRIED) or source.size > _TRIED


def _described(kind: str) -> str:
    return (
        DESCRIBED[kind].description if kind in DESCRIBED else "an LZMA archive" if kind == "lzma" else f"of type {kind}"
    )
