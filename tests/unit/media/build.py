"""Small whole files of every kind, made byte by byte, so that the tests need no sample from elsewhere."""

from __future__ import annotations

import io
import struct
import zlib

from occ_media_cli.media.kinds.ogg import page_checksum


def png(width: int = 4, height: int = 3) -> bytes:
    rows = b"".join(b"\0" + bytes([row % 256, 60, 90]) * width for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(kind, body) for kind, body in chunks)


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def jpg(width: int = 16, height: int = 8) -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0"
    segments = (
        (0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
        (0xDB, b"\0" + bytes(range(1, 65))),
        (0xC0, frame),
        (0xC4, b"\0" + b"\0\1\5\1\1\1\1\1\1\0\0\0\0\0\0\0" + bytes(range(12))),
        (0xC4, b"\x10" + b"\0\2\1" + b"\0" * 13 + b"\0\1\2"),
        (0xDA, b"\1\1\0\0\x3f\0"),
    )
    body = b"".join(b"\xff" + bytes([kind]) + struct.pack(">H", len(data) + 2) + data for kind, data in segments)
    return b"\xff\xd8" + body + b"\x12\x34\xff\x00\x56" * 8 + b"\xff\xd9"


def gif(frames: int = 1) -> bytes:
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 2, 2, 0) + b"\2\3\x84\x51\0\0"
    return b"GIF89a" + struct.pack("<HHBBB", 2, 2, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff" + frame * frames + b"\x3b"


def webp(animated: bool = False) -> bytes:
    picture = b"\xb0\0\0\x9d\x01\x2a" + struct.pack("<HH", 6, 5) + b"\0" * 6
    simple = b"VP8 " + struct.pack("<I", len(picture)) + picture
    if animated:
        frame = b"\0" * 16 + simple
        chunks = b"VP8X" + struct.pack("<I", 10) + b"\2\0\0\0" + b"\5\0\0" + b"\4\0\0"
        chunks += b"ANIM" + struct.pack("<I", 6) + b"\0" * 6
        chunks += b"ANMF" + struct.pack("<I", len(frame)) + frame
    else:
        chunks = simple
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


MAIN_PARTS = {
    "docx": ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
    "docm": ("word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml"),
    "dotx": ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"),
    "xlsx": ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
    "xlsm": ("xl/workbook.xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
    "xlsb": ("xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroEnabled.main"),
    "pptx": (
        "ppt/presentation.xml",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    ),
    "pptm": ("ppt/presentation.xml", "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"),
    "ppsx": (
        "ppt/presentation.xml",
        "application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml",
    ),
}
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"


def office(kind: str, extra: dict[str, bytes] | None = None, dtd: str = "") -> bytes:
    part, content_type = MAIN_PARTS[kind]
    types = (
        f'<?xml version="1.0"?>{dtd}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{part}" ContentType="{content_type}"/></Types>'
    )
    rels = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{_RELATION}" Target="{part}"/></Relationships>'
    )
    members = {"[Content_Types].xml": types.encode(), "_rels/.rels": rels.encode(), part: _body(kind)}
    return archive(members | (extra or {}))


def _body(kind: str) -> bytes:
    """A main part of the family, with little in it."""
    family, root, inside = {
        "d": ("wordprocessingml", "document", "<x:body><x:p/></x:body>"),
        "x": ("spreadsheetml", "workbook", '<x:sheets><x:sheet name="1" sheetId="1"/></x:sheets>'),
        "p": ("presentationml", "presentation", "<x:sldIdLst/>"),
    }[kind[0]]
    space = f"http://schemas.openxmlformats.org/{family}/2006/main"
    return f'<?xml version="1.0"?><x:{root} xmlns:x="{space}">{inside}</x:{root}>'.encode()


def archive(members: dict[str, bytes], comment: bytes = b"") -> bytes:
    import zipfile

    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
        file.comment = comment
    return target.getvalue()


def open_document() -> bytes:
    return archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<office/>"})


def compound(streams: dict[str, bytes], clsid: bytes = b"\0" * 16, storages: tuple[str, ...] = ()) -> bytes:
    """A compound file with every stream in full sectors (they are padded past the cutoff for small streams)."""
    sectors: list[bytes] = []
    table: list[int] = []
    entries: list[tuple[str, int, int, int]] = []

    def put(content: bytes) -> int:
        start = len(sectors)
        pages = [content[at : at + 512].ljust(512, b"\0") for at in range(0, len(content), 512)]
        sectors.extend(pages)
        table.extend([*range(start + 1, start + len(pages)), 0xFFFFFFFE])
        return start

    for name, content in streams.items():
        entries.append((name, 2, put(content.ljust(4096, b"\0")), max(len(content), 4096)))
    entries += [(name, 1, 0, 0) for name in storages]
    raw = _entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1 if entries else 0xFFFFFFFF, clsid=clsid)
    for number, (name, kind, start, size) in enumerate(entries, start=1):
        raw += _entry(name, kind, start, size, right=number + 1 if number < len(entries) else 0xFFFFFFFF)
    raw += _entry("", 0, 0, 0) * (-len(raw) // 128 % 4)
    directory = put(raw)
    table_sector = len(sectors)
    table.append(0xFFFFFFFD)
    sectors.append(b"".join(struct.pack("<I", value) for value in table).ljust(512, b"\xff"))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", table_sector, *([0xFFFFFFFF] * 108))
    return header + b"".join(sectors)


def _entry(
    name: str,
    kind: int,
    start: int,
    size: int,
    child: int = 0xFFFFFFFF,
    right: int = 0xFFFFFFFF,
    clsid: bytes = b"\0" * 16,
) -> bytes:
    text = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        text,
        len(text) + 2 if name else 0,
        kind,
        1,
        0xFFFFFFFF,
        right,
        child,
        clsid,
        0,
        0,
        0,
        start,
        size,
    )


def doc(macros: bool = False, encrypted: bool = False) -> bytes:
    head = b"\xec\xa5\xc1\0" + b"\0" * 6 + struct.pack("<H", 0x0100 if encrypted else 0) + b"\0" * 30
    return compound({"WordDocument": head, "1Table": b"t"}, storages=("Macros",) if macros else ())


def xls() -> bytes:
    return compound({"Workbook": struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 5, 1, 1996, 0, 0) + b"\x0a\0\0\0"})


def ppt() -> bytes:
    return compound({"PowerPoint Document": b"\x0f\0\xe8\x03" + b"\0" * 60, "Current User": b"\0" * 40})


def encrypted_office() -> bytes:
    return compound({"EncryptedPackage": b"\1" * 5000, "EncryptionInfo": b"\4\0\4\0"})


def pdf(extra: bytes = b"", trailer: bytes = b"") -> bytes:
    body = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog/Pages 2 0 R" + extra + b">>\nendobj\n"
    body += b"2 0 obj\n<</Type/Pages/Count 1/Kids[3 0 R]>>\nendobj\n3 0 obj\n<</Type/Page/Parent 2 0 R>>\nendobj\n"
    return body + b"xref\n0 4\ntrailer\n<</Root 1 0 R" + trailer + b">>\nstartxref\n%d\n%%%%EOF\n" % len(body)


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def film(
    brand: bytes = b"isom",
    compatible: tuple[bytes, ...] = (b"isom", b"mp41"),
    tracks: tuple[tuple[bytes, bytes], ...] = ((b"vide", b"avc1"), (b"soun", b"mp4a")),
    index_first: bool = True,
) -> bytes:
    """An MP4 (or 3GP, M4A, MOV by its brand) with tracks given as (handler, codec)."""
    start = box(b"ftyp", brand, b"\0\0\2\0", *compatible)
    first = b"\0\0\x80\2\x0c" if tracks[0][1] == b"s263" else b"\0\0\0\x3c\x65"
    content = box(b"mdat", first + b"\x65" * 59)

    def index(first: int) -> bytes:
        return box(b"moov", box(b"mvhd", b"\0" * 100), *(_track(handler, codec, first) for handler, codec in tracks))

    length = len(index(0))
    return start + (index(len(start) + length + 8) + content if index_first else content + index(len(start) + 8))


def _track(handler: bytes, codec: bytes, first: int) -> bytes:
    if handler == b"vide":
        inner = b"\0" * 6 + b"\0\1" + b"\0" * 16 + struct.pack(">HH", 320, 240) + b"\0" * 50
        if codec == b"avc1":
            inner += box(b"avcC", b"\1\x64\0\x1f\xff")
    else:
        inner = b"\0" * 6 + b"\0\1" + b"\0" * 8 + struct.pack(">HHHHI", 2, 16, 0, 0, 44100 << 16)
        if codec == b"mp4a":
            specific = b"\5\2\x12\x10"
            config = b"\4" + bytes([13 + len(specific)]) + b"\x40\x15" + b"\0" * 11 + specific
            inner += box(b"esds", b"\0" * 4, b"\3", bytes([3 + len(config)]), b"\0\1\0", config)
    stsd = box(b"stsd", b"\0" * 4, b"\0\0\0\1", box(codec, inner))
    place = box(b"stco", b"\0" * 4, struct.pack(">II", 1, first))
    stbl = box(b"stbl", stsd, box(b"stsz", b"\0" * 4, b"\0\0\0\x40", b"\0\0\0\1"), place)
    hdlr = box(b"hdlr", b"\0" * 8, handler, b"\0" * 13)
    return box(b"trak", box(b"tkhd", b"\0" * 84), box(b"mdia", box(b"mdhd", b"\0" * 24), hdlr, box(b"minf", stbl)))


def mp4() -> bytes:
    return film()


def m4a() -> bytes:
    return film(b"M4A ", (b"M4A ", b"mp42", b"isom"), ((b"soun", b"mp4a"),))


def threegp() -> bytes:
    return film(b"3gp4", (b"3gp4",), ((b"vide", b"s263"), (b"soun", b"samr")))


def mp3(frames: int = 12, id3: bool = True) -> bytes:
    tag = b"ID3\4\0\0\0\0\0\x0a" + b"\0" * 10 if id3 else b""
    return tag + (b"\xff\xfb\x90\xc4" + b"\0" * 413) * frames


def mp2(frames: int = 12) -> bytes:
    return (b"\xff\xfd\x90\x04" + b"\x22" * 518) * frames


def aac(frames: int = 12) -> bytes:
    return b"".join(b"\xff\xf1\x50\x80\x03\xff\xfc" + b"\x21\x10\x04\x60\x8c\x1c" * 4 for _ in range(frames))


def amr(wide: bool = False) -> bytes:
    return b"#!AMR-WB\n" + (b"\x44" + b"\1" * 60) * 10 if wide else b"#!AMR\n" + (b"\x3c" + b"\1" * 31) * 10


def ogg(codec: str = "opus", pages: int = 4) -> bytes:
    heads = {
        "opus": b"OpusHead\1\1\0\0\x80\xbb\0\0\0\0\0",
        "vorbis": b"\x01vorbis\0\0\0\0\2\x44\xac\0\0" + b"\0" * 12 + b"\xb8\1",
        "theora": b"\x80theora\3\2\1" + b"\0" * 30,
    }
    comments = {"opus": b"OpusTags", "vorbis": b"\x05vorbis\0BCV"}
    found = ogg_page(2, 0, heads[codec])
    for number in range(1, pages):
        body = comments.get(codec, b"\1").ljust(201, b"\2") if number == 1 else bytes([number]) * 201
        found += ogg_page(4 if number == pages - 1 else 0, number, body)
    return found


def ogg_page(flags: int, number: int, body: bytes) -> bytes:
    head = b"OggS\0" + bytes([flags]) + struct.pack("<qIII", number * 960, 77, number, 0)
    page = head + b"\1" + bytes([len(body)]) + body
    return page[:22] + struct.pack("<I", page_checksum(page)) + page[26:]


def txt() -> bytes:
    return "Grüße aus der Zentrale,\nbitte beachten Sie die Anlage.\n".encode()


def wav() -> bytes:
    return (
        b"RIFF"
        + struct.pack("<I", 36)
        + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
        + b"data\0\0\0\0"
    )


def bmp() -> bytes:
    return (
        b"BM"
        + struct.pack("<IHHI", 58, 0, 0, 54)
        + struct.pack("<IiiHHIIiiII", 40, 1, 1, 1, 24, 0, 4, 0, 0, 0, 0)
        + b"\0" * 4
    )


def matroska() -> bytes:
    return b"\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska" + b"\0" * 64


VALID: dict[str, bytes] = {
    "aac": aac(),
    "amr": amr(),
    "mp3": mp3(),
    "m4a": m4a(),
    "ogg": ogg(),
    "txt": txt(),
    "xls": xls(),
    "xlsx": office("xlsx"),
    "doc": doc(),
    "docx": office("docx"),
    "ppt": ppt(),
    "pptx": office("pptx"),
    "pdf": pdf(),
    "jpg": jpg(),
    "png": png(),
    "gif": gif(),
    "webp": webp(),
    "3gp": threegp(),
    "mp4": mp4(),
}
"""One whole file of each type of the product's table."""

FOREIGN: dict[str, bytes] = {
    "docm": office("docm"),
    "dotx": office("dotx"),
    "xlsm": office("xlsm"),
    "xlsb": office("xlsb"),
    "pptm": office("pptm"),
    "ppsx": office("ppsx"),
    "odt": open_document(),
    "zip": archive({"a.txt": b"text"}),
    "mov": film(b"qt  ", (b"qt  ",)),
    "3g2": film(b"3g2a", (b"3g2a", b"mp42")),
    "heic": box(b"ftyp", b"heic", b"\0" * 4, b"mif1") + box(b"meta", b"\0" * 20),
    "avif": box(b"ftyp", b"avif", b"\0" * 4, b"mif1") + box(b"meta", b"\0" * 20),
    "mp2": mp2(),
    "ogv": ogg("theora"),
    "wav": wav(),
    "bmp": bmp(),
    "mkv": matroska(),
    "flac": b"fLaC\0\0\0\x22" + b"\0" * 34,
    "rtf": b"{\\rtf1\\ansi text}",
    "ps": b"%!PS-Adobe-3.0\nshowpage\n",
    "html": b"<!DOCTYPE html>\n<html><body><p>text</p></body></html>\n",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>\n',
    "exe": b"MZ" + b"\0" * 62 + b"PE\0\0" + b"\0" * 100,
    "encrypted-ooxml": encrypted_office(),
    "msg": compound({"__properties_version1.0": b"\0" * 32}),
}
"""Files that are something else."""
