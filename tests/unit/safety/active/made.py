"""Small files with something active in them, made in the shape of the public formats."""

from __future__ import annotations

import struct

from occ_media_cli.media.source import source_of
from occ_media_cli.safety.active.look import active_content
from occ_media_cli.safety.found import Looked
from tests.unit.media.build import compound

UNC_MONIKER = b"\x03\x03\x00\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"
URL_MONIKER = b"\xe0\xc9\xea\x79\xf9\xba\xce\x11\x8c\x82\x00\xaa\x00\x4b\xa9\x0b"


def looked(data: bytes, kind: str | None = None) -> Looked:
    return active_content(source_of(data), kind)


def said(data: bytes, kind: str | None = None) -> set[tuple[str, str]]:
    """(severity, code) of everything that is found, without the notes."""
    return {(each.severity, each.code) for each in looked(data, kind).found if each.severity != "note"}


def codes(data: bytes, kind: str | None = None) -> set[str]:
    return {each.code for each in looked(data, kind).found}


def packed(source: bytes) -> bytes:
    """Source of VBA as a container without copies ([MS-OVBA] 2.4.1)."""
    found = b"\1"
    for at in range(0, len(source), 3600):
        piece = source[at : at + 3600]
        body = b"".join(b"\0" + piece[place : place + 8] for place in range(0, len(piece), 8))
        found += struct.pack("<H", 0xB000 | (len(body) - 1)) + body
    return found


def _record(kind: int, value: bytes) -> bytes:
    return struct.pack("<HI", kind, len(value)) + value


def project(*modules: tuple[str, str], listed: bool = True) -> dict[str, bytes]:
    """The streams of a project of VBA."""
    directory = _record(0x0003, struct.pack("<H", 1252)) + struct.pack("<HI", 0x0009, 4) + b"\1\0\0\0\2\0"
    streams = {"_VBA_PROJECT": b"\xcc\x61\xff\xff\0\0\0"}
    for name, source in modules:
        directory += _record(0x0019, name.encode()) + _record(0x001A, name.encode()) + _record(0x0031, b"\3\0\0\0")
        streams[name] = b"pco" + packed(f'Attribute VB_Name = "{name}"\r\n{source}'.encode())
    if listed:
        streams["dir"] = packed(directory)
    return streams


def vba(*modules: tuple[str, str], listed: bool = True) -> bytes:
    """A compound file with a project of VBA, as `vbaProject.bin` is one."""
    return compound(project(*modules, listed=listed))


def rels(*lines: tuple[str, str], external: bool = True) -> bytes:
    """A part of relationships: (kind, target)."""
    mode = ' TargetMode="External"' if external else ""
    inside = "".join(
        f'<Relationship Id="r{number}" Type="http://x/relationships/{kind}" Target="{target}"{mode}/>'
        for number, (kind, target) in enumerate(lines)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'.encode()


def word(*runs: str) -> bytes:
    """A document whose field says these words, each in a run of its own."""
    inside = "".join(f"<w:r><w:instrText>{text}</w:instrText></w:r>" for text in runs)
    begin, end = '<w:fldChar w:fldCharType="begin"/>', '<w:fldChar w:fldCharType="end"/>'
    return f'<w:document xmlns:w="x"><w:body><w:p>{begin}{inside}{end}</w:p></w:body></w:document>'.encode()


def native(label: str, content: bytes) -> bytes:
    """A stream `Ole10Native`: a file as the Packager of Windows puts it into a document."""
    name = label.encode() + b"\0"
    path = b"C:\\Temp\\" + name
    inside = b"\2\0" + name + path + b"\0\0\3\0" + struct.pack("<I", len(path)) + path
    inside += struct.pack("<I", len(content)) + content
    return struct.pack("<I", len(inside)) + inside


def biff(*records: tuple[int, bytes]) -> bytes:
    """A stream `Workbook` of BIFF 8."""
    start = (0x0809, struct.pack("<HHHHII", 0x0600, 5, 1, 1996, 0, 0))
    return b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in (start, *records, (0x0A, b"")))


def pdf(*objects: bytes, catalog: bytes = b"") -> bytes:
    """A PDF with a table of its objects. The first three are the catalog, the pages and a page."""
    every = [b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
             b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>", *objects]  # fmt: skip
    found, places = b"%PDF-1.7\n", []
    for number, body in enumerate(every, start=1):
        places.append(len(found))
        found += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(found)
    found += b"xref\n0 %d\n0000000000 65535 f \n" % (len(every) + 1) + table
    return found + b"trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (len(every) + 1, start)
