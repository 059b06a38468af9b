"""What a container holds, part by part, as those who look into files take it.

Each kind of container is a module with a function `(source, room) -> parts`; this one decides what is a container,
follows parts into parts, and keeps to the limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from occ_media_cli.media import recognise
from occ_media_cli.media.kinds.text import may_be_text, wide_encoding
from occ_media_cli.media.patterns import Pattern
from occ_media_cli.media.readers import cfb
from occ_media_cli.media.source import FileSource, source_of
from occ_media_cli.media.types import extension_of, type_of_extension
from occ_media_cli.media.unpack.passed_over import UNKNOWN, behind, describe_kind, find_passed_over
from occ_media_cli.media.unpack.room import CAPS, Caps, Full, InnerPart, Opened, Room, Unread

INSIDE = " › "
"""What stands between the place of a part and the place of a part inside of it: `letter.eml › figures.xlsx › …`."""


_ANYTHING = "anything"
"""What stands for the family of a container around a part that somebody put in, whatever the format is."""

_FOREIGN_STREAM = Pattern(rb"(?i)(?:\A|/)(?:package|contents|__substg1\.0_37010102)\Z|(?:ole10native|package)/file\Z")
_OWN_OF_PACKAGE = Pattern(
    rb"(?i)(?:printersettings|customproperty|activex|vbadata|attachedtoolbars|xlmsheet)[^/]*\.(?:bin|dat)\Z|"
    rb"/fonts?/|\.(?:odttf|fntdata|ttf|otf)\Z|\Axl/(?!media/|embeddings/|drawings/).*\.bin\Z"
)
"""Bytes of no known type that belong to Office packages: settings, fonts, sheets of xlsb."""

_ENDING = frozenset(("zips", "compound", "pdfs"))
"""Containers whose structure says where they end."""

_LONGEST_NAME = 300

_TEXTS = frozenset(("txt", "html", "xml", "svg", "script"))
_OF_TEXT = frozenset(("txt",))


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
        yield Unread(where, f"it is {describe_kind('rtf')}, which is not unpacked")
        return
    family = "texts" if around == "ooxml" and _is_xml(source.head) else _family_of(source, type)
    wide_xml = around == "ooxml" and family == "texts" and _is_xml(source.head.replace(b"\0", b""))
    if family is None or (family == "texts" and not may_be_text(source.head) and not wide_xml):
        yield from (Unread(where, reason) for reason in find_passed_over(source, around, type))
        if family is None:
            return
    if around is None and family == "texts" and type not in _OF_TEXT:
        yield Unread(where, f"it is {describe_kind(type)}, which may hold more than text" if type else UNKNOWN)
    if family in _ENDING:
        yield from (Unread(where, reason) for reason in behind(source))
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
        structure = recognise.by_structure(source)
        type = structure.type if structure is not None else None  # noqa: A001 - as above
    if type not in _TEXTS:
        return None
    from occ_media_cli.media.readers.source_code import is_mail_or_box

    return "mails" if is_mail_or_box(head) else "texts"


def _is_xml(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<?xml")
