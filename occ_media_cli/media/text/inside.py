"""The words of files that lie inside of others: what is attached to a mail or a PDF, parts and objects of a document.

Each is recognised by its bytes, whatever it is called, and read like a file of its own, within the budget of the whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from occ_media_cli.media.readers import cfb
from occ_media_cli.media.source import FileSource, source_of
from occ_media_cli.media.text.passage import Passage, Place, UnreadText
from occ_media_cli.media.types import extension_of, type_of_extension

if TYPE_CHECKING:
    from occ_media_cli.media.text.budget import Budget
    from occ_media_cli.media.unpack.room import Opened, Room

MOST_NESTED = 4
"""How deep a file that lies in another is read."""

_CONTAINERS = (b"PK\3\4", cfb.SIGNATURE, b"{\\rt")
_OLD = ("doc", "xls", "ppt")
_OFFICE = ("docx", "xlsx", "pptx")
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_CONTROLS = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f]")
_SNIFFED = 1024
_ENCODED_WORD = re.compile(r"=\?[^?\s]{1,40}\?[BbQq]\?[^?\s]{1,500}\?=(?:[ \t]*\r?\n?[ \t]+(?==\?))?")
_MOST_WORDS = 10_000
_MOST_PARTS = 4_000


def is_worth_reading(head: bytes) -> bool:
    """Whether bytes may begin a text or a document; pictures, sound, fonts and settings do not."""
    if head.startswith(_CONTAINERS) or b"%PDF-" in head[:_SNIFFED] or head.startswith(_WIDE):
        return True
    return bool(head) and _CONTROLS.search(head[:_SNIFFED]) is None


def read_inner(
    content: bytes, name: str, budget: Budget, nested: int, *, settings: bool = False
) -> Iterator[Passage | UnreadText]:
    """The words of a file inside of another; its places begin with its name.

    nested: how deep the file around it lies. settings: whether it may be of the format around it, such as a font, so
    that what is not known is nothing that a person wrote.
    """
    if nested >= MOST_NESTED:
        yield UnreadText(name, "it is nested too deeply")
        return
    budget.left -= len(content)
    if budget.left < 0:
        yield UnreadText(name, "the parts together have too many bytes")
        return
    from occ_media_cli.media.recognise import by_structure

    source = source_of(content, type_of_extension(extension_of(name)))
    found = by_structure(source)
    kind = found.type if found is not None else None
    if kind not in _OLD and source.head.startswith(cfb.SIGNATURE):
        kind = "doc"  # an object of any program: its streams are read alike
    elif kind in (None, "zip") and source.head.startswith(b"PK\3\4"):
        kind = source.claimed if source.claimed in _OFFICE else "zip"
    if kind is None and settings and not is_worth_reading(source.head):
        return
    for each in budget.read(source, kind, budget, nested + 1):
        if isinstance(each, UnreadText):
            yield UnreadText(f"{name}: {each.part}" if each.part else name, each.reason)
        else:
            yield each._replace(inside=f"{name}: {each.inside}" if each.inside else name)


def read_mail(source: FileSource, budget: Budget, nested: int) -> Iterator[Passage | UnreadText]:
    """What a mail holds in another form than its own bytes: decoded headers, bodies and attachments."""
    from occ_media_cli.media.unpack.mails import read_parts

    yield from _headers(source)
    for item in _opened(read_parts, source):
        if isinstance(item, UnreadText):
            yield item
        else:
            yield from read_inner(item[1], item[0], budget, nested)


def _headers(source: FileSource) -> Iterator[Passage]:
    from occ_media_cli.media.unpack.encoded_words import decode_words

    text = source.data[: source.size].decode("latin-1")
    joined = "".join(each.group() for each in islice(_ENCODED_WORD.finditer(text), _MOST_WORDS)) if "=?" in text else ""
    if joined:
        yield Passage(decode_words(joined), (Place(0, "the headers"),))


def read_attached(source: FileSource, budget: Budget, nested: int) -> Iterator[Passage | UnreadText]:
    """What is attached to a PDF, and its forms."""
    from occ_media_cli.media.unpack.pdfs import read_parts

    for item in _opened(read_parts, source):
        if isinstance(item, UnreadText):
            if item.part:  # what is said of the file itself is told where its pages are read
                yield item
        else:
            name, content = item
            yield from read_inner(content, name, budget, nested, settings="attachment" not in name)


def read_objects(source: FileSource, budget: Budget, nested: int) -> Iterator[Passage | UnreadText]:
    """Documents that lie in the streams of a compound file as they are; other text in them is read with the streams."""
    from occ_media_cli.media.unpack.compound import read_parts

    for item in _opened(read_parts, source):
        if not isinstance(item, UnreadText) and (item[1].startswith(_DOCUMENTS) or b"%PDF-" in item[1][:_SNIFFED]):
            yield from read_inner(item[1], item[0], budget, nested)


_DOCUMENTS = (b"PK\3\4", cfb.SIGNATURE)


def _opened(read: Callable[[FileSource, Room], Opened], source: FileSource) -> Iterator[tuple[str, bytes] | UnreadText]:
    from occ_media_cli.media.unpack.room import CAPS, Full, Room, Unread

    room = Room(CAPS._replace(parts=_MOST_PARTS), source.size)
    opened = read(source, room)
    while True:
        try:
            item = next(opened, None)
            if item is None:
                return
            if not isinstance(item, Unread):
                room.take(len(item[1]))
        except (ValueError, LookupError, ArithmeticError, EOFError, AttributeError, TypeError, OSError) as problem:
            yield UnreadText("", f"it cannot be unpacked ({problem.__class__.__name__})")
            return
        except Full as limit:
            yield UnreadText("", str(limit))
            return
        yield UnreadText(item.where, item.reason) if isinstance(item, Unread) else item
