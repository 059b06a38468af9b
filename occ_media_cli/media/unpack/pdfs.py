"""What a PDF carries: attached files, scripts and forms. Its pictures and fonts are of its own format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from occ_media_cli.media.patterns import Pattern
from occ_media_cli.media.readers import signatures
from occ_media_cli.media.readers.pdf_filters import PdfFilters
from occ_media_cli.media.source import FileSource
from occ_media_cli.media.unpack import texts
from occ_media_cli.media.unpack.room import Opened, Room, Unread

_OBJECT = Pattern(rb"\b[0-9]{1,10}[ \t\r\n\f\0]{1,8}[0-9]{1,5}[ \t\r\n\f\0]{1,8}obj\b")
_ATTACHED = Pattern(rb"/Embedded(?:File|#46ile)\b")
_MOST_STEPS = 2_000_000
"""Values of all objects that are looked at."""

_MOST_DEEP = 64
_NAMES = ("/UF", "/F", "/DOS", "/Mac", "/Unix")


def read_parts(source: FileSource, room: Room) -> Opened:
    """Every attached file, script and form, of whatever object hangs it in."""
    try:
        import pikepdf
    except ImportError:
        yield Unread("", "its parts are read with pikepdf: pip install 'occ-media[safety]'")
        return
    import io

    if source.head.partition(b"%PDF-")[0].removeprefix(b"\xef\xbb\xbf").strip(b" \t\r\n\f\0"):
        yield Unread("", "something stands before its start")
    hidden = _between_objects(source.data[: source.size])
    if hidden is not None:
        yield Unread("", f"{hidden} stands between its objects")
    try:
        file = pikepdf.open(io.BytesIO(source.data[: source.size]), suppress_warnings=True)
    except pikepdf.PasswordError:
        yield Unread("", "it needs a password")
        return
    except (pikepdf.PdfError, RuntimeError):
        yield Unread("", "its structure is broken")
        return
    with file:
        if file.is_encrypted:
            yield Unread("", "it is encrypted")
        yield from _carried(file, room, pikepdf)
        if file.get_warnings() and sum(1 for _ in _ATTACHED.finditer(source.data[: source.size])) > _attached(
            file, pikepdf
        ):
            yield Unread("", "its structure is broken, and a file in it cannot be reached")


def _between_objects(data: bytes) -> str | None:
    """What is no object, table or mark of a PDF: readers pass over it, and others would open it."""
    outside, at = bytearray(), 0
    for begin in _OBJECT.finditer(data):
        if begin.start() < at:
            continue
        end = data.find(b"endobj", begin.end())
        if end < 0:
            break
        outside += data[at : begin.start()] + b"\n"
        at = end + len(b"endobj")
    outside += data[at:]
    hidden = signatures.archive_in(bytes(outside).replace(b"%PDF-", b""))
    if hidden is not None:
        return hidden
    return "a file written in letters" if texts.holds_file(bytes(outside)) else None


def _attached(file: Any, pikepdf: Any) -> int:
    """How many objects say that they are an attached file."""
    return sum(isinstance(each, pikepdf.Stream) and each.get("/Type") == "/EmbeddedFile" for each in file.objects)


def _carried(file: Any, room: Room, pikepdf: Any) -> Opened:
    """Streams that an object attaches or runs, each once, in the order of the objects."""
    filters, seen = PdfFilters(), set()
    number = 0
    scripts: list[bytes] = []
    steps = [_MOST_STEPS]
    for item in file.objects:
        for what, value in _hung_in(item, steps, pikepdf):
            if not isinstance(value, pikepdf.Stream):
                scripts.append(bytes(value))
                continue
            if value.objgen in seen:
                continue
            seen.add(value.objgen)
            number += 1
            yield _content(f"{number} {what}", value, room, filters, pikepdf)
    for item in file.objects:
        if isinstance(item, pikepdf.Stream) and item.get("/Type") == "/EmbeddedFile" and item.objgen not in seen:
            number += 1
            yield _content(f"{number} attachment", item, room, filters, pikepdf)
    if scripts:
        yield "scripts", b"\n".join(scripts)
    if steps[0] < 0:
        yield Unread("", "it has too many objects")


def _hung_in(item: Any, steps: list[int], pikepdf: Any) -> Iterator[tuple[str, Any]]:
    """(what it is, stream or string) of everything that one object attaches or runs, whatever it lies in directly."""
    waiting: list[tuple[Any, int]] = [(item, 0)]
    while waiting:
        value, depth = waiting.pop()
        steps[0] -= 1
        if steps[0] < 0:
            return
        if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
            for key, inner in value.items():
                if key == "/EF" and isinstance(inner, pikepdf.Dictionary):
                    name = next(
                        (str(value[each]) for each in _NAMES if isinstance(value.get(each), pikepdf.String)), ""
                    )
                    for each in inner.values():
                        if isinstance(each, pikepdf.Stream):
                            yield f"attachment {name[:200]}".rstrip(), each
                elif key == "/JS" and isinstance(inner, pikepdf.Stream | pikepdf.String):
                    yield "script", inner
                elif key == "/XFA":
                    forms = list(inner) if isinstance(inner, pikepdf.Array) else [inner]
                    yield from (("form", each) for each in forms if isinstance(each, pikepdf.Stream))
                if not getattr(inner, "is_indirect", False) and depth < _MOST_DEEP:
                    waiting.append((inner, depth + 1))
        elif isinstance(value, pikepdf.Array) and depth < _MOST_DEEP:
            waiting += [(each, depth + 1) for each in value if not getattr(each, "is_indirect", False)]


def _content(place: str, stream: Any, room: Room, filters: PdfFilters, pikepdf: Any) -> tuple[str, bytes] | Unread:
    try:
        raw = stream.read_raw_bytes()
        dictionary = pikepdf.Dictionary({key: stream[key] for key in ("/Filter", "/DecodeParms") if key in stream})
        content, left = filters.unpack(dictionary.unparse(resolved=True), raw, room.most)
    except (pikepdf.PdfError, RuntimeError):
        return Unread(place, "it cannot be unpacked")
    if content is None:
        return Unread(place, "it is packed in a way that is not undone")
    reason = room.refuses(len(content)) or ("it has too many bytes" if left else None)
    return Unread(place, reason) if reason is not None else (place, content)
