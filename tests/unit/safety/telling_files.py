"""Small files that tell something of themselves, and the words that no copy of them may hold."""

from __future__ import annotations

import struct
from io import BytesIO

from tests.unit.media import build

SECRET = b"Zita Geheim"
"""A name that stands in every one of them, in one coding or another."""

WIDE = SECRET.decode().encode("utf-16-le")
PATH = b"C:\\Users\\Zita Geheim\\letter.docx"
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>'
    + SECRET
    + b"</dc:creator><exif:GPSLatitude>52</exif:GPSLatitude>"
)
IPTC = b"Photoshop 3.0\0" + b"8BIM\4\4\0\0" + struct.pack(">I", 5 + len(SECRET)) + b"\x1c\2\x50\0\x0b" + SECRET + b"\0"


def exif(orientation: int = 6, place: bool = True) -> bytes:
    """An EXIF block with an author, an orientation, a place and a second picture."""
    entries = [(0x0112, 3, 1, orientation), (0x013B, 2, len(SECRET), 200)]
    if place:
        entries.append((0x8825, 4, 1, 120))
    first = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    first += struct.pack("<I", 160)
    place_table = struct.pack("<H", 1) + struct.pack("<HHII", 2, 5, 3, 0) + bytes(4)
    second = struct.pack("<H", 1) + struct.pack("<HHII", 0x0201, 4, 1, 220) + bytes(4)
    block = (b"II*\0\x08\0\0\0" + first).ljust(120, b"\0") + place_table
    return block.ljust(160, b"\0") + second.ljust(40, b"\0") + SECRET + b"\0" * 20


def segment(marker: int, body: bytes) -> bytes:
    """A segment of a JPEG."""
    return b"\xff" + bytes((marker,)) + struct.pack(">H", len(body) + 2) + body


def jpg(orientation: int = 6) -> bytes:
    plain = build.jpg()
    jfif = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\1\1" + b"\1\2\3")
    told = segment(0xE1, b"Exif\0\0" + exif(orientation)) + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)
    told += segment(0xED, IPTC) + segment(0xFE, SECRET) + segment(0xE7, SECRET) + segment(0xE2, b"MPF\0" + SECRET)
    kept = segment(0xE2, b"ICC_PROFILE\0\1\1profile") + segment(0xEE, b"Adobe\0\x64\0\0\0\0\1")
    return b"\xff\xd8" + jfif + told + kept + plain[20:] + SECRET


def png() -> bytes:
    plain = build.png()
    told = build.png_chunk(b"tEXt", b"Author\0" + SECRET) + build.png_chunk(b"tIME", bytes(7))
    told += build.png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP) + build.png_chunk(b"eXIf", exif())
    return plain[:33] + told + build.png_chunk(b"zzZz", SECRET) + plain[33:] + SECRET


def webp() -> bytes:
    picture = build.webp()[12:]
    chunks = b"VP8X" + struct.pack("<I", 10) + b"\x0c\0\0\0\5\0\0\4\0\0" + picture
    for kind, body in ((b"EXIF", exif()), (b"XMP ", XMP), (b"ZITA", SECRET)):
        chunks += kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


def gif() -> bytes:
    plain = build.gif(2)
    packet = XMP + b"\1" + bytes(range(255, -1, -1)) + b"\0"
    told = b"\x21\xfe\x0b" + SECRET + b"\0" + b"\x21\xff\x0bXMP DataXMP" + packet
    loop = b"\x21\xff\x0bNETSCAPE2.0\3\1\0\0\0"
    return plain[:19] + loop + told + plain[19:] + SECRET


def mp4() -> bytes:
    plain = build.mp4()
    place = build.box(b"\xa9xyz", b"\0\x12\x15\xc7+52.5200+013.4050/")
    told = build.box(b"udta", place, build.box(b"auth", bytes(6) + SECRET)) + build.box(b"uuid", bytes(16), XMP)
    dated = plain.replace(b"mvhd" + bytes(16), b"mvhd" + bytes(4) + b"\xd0\0\0\1\xd0\0\0\2" + bytes(4), 1)
    return dated + told + build.box(b"free", SECRET)


def mp3() -> bytes:
    body = b"TPE1" + struct.pack(">I", len(SECRET) + 1) + b"\0\0\0" + SECRET
    front = b"ID3\3\0\0" + bytes((0, 0, len(body) >> 7, len(body) & 127)) + body
    item = struct.pack("<II", len(SECRET), 0) + b"Artist\0" + SECRET
    ape = b"APETAGEX" + struct.pack("<IIII8x", 2000, len(item) + 32, 1, 0)
    return front + build.mp3(id3=False) + item + ape + (b"TAG" + SECRET).ljust(128, b"\0")


def ogg() -> bytes:
    entry = b"ARTIST=" + SECRET
    tags = b"OpusTags" + struct.pack("<I", 4) + b"libZ" + struct.pack("<II", 1, len(entry)) + entry
    head = b"OpusHead\1\1\0\0\x80\xbb\0\0\0\0\0"
    pages = build.ogg_page(2, 0, head) + build.ogg_page(0, 1, tags)
    return pages + build.ogg_page(0, 2, b"\2" * 200) + build.ogg_page(4, 3, b"\3" * 200)


_RELS = b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
_OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_W = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def link(number: bytes, kind: bytes, target: bytes, outside: bool = False) -> bytes:
    """A relationship."""
    mode = b' TargetMode="External"' if outside else b""
    return b'<Relationship Id="%s" Type="%s" Target="%s"%s/>' % (number, _OFFICE + kind, target, mode)


def rels(*links: bytes) -> bytes:
    """A part of relationships."""
    return _RELS + b"".join(links) + b"</Relationships>"


def package(kind: str, main: bytes, parts: dict[str, bytes], links: bytes = b"") -> bytes:
    """An Office document with properties that tell; links: those of its main part."""
    part = build.MAIN_PARTS[kind][0]
    folder, _, name = part.rpartition("/")
    core = b'<c:coreProperties xmlns:c="c" xmlns:dc="d"><dc:creator>%s</dc:creator></c:coreProperties>' % SECRET
    app = b"<Properties><Company>%s</Company><Manager>%s</Manager></Properties>" % (SECRET, SECRET)
    top = rels(link(b"r1", b"officeDocument", part.encode()), link(b"r2", b"extended-properties", b"docProps/app.xml"),
               link(b"r3", b"core-properties", b"docProps/core.xml"))  # fmt: skip
    extra = {part: main, "_rels/.rels": top, "docProps/core.xml": core, "docProps/app.xml": app,
             f"{folder}/_rels/{name}.rels": rels(links)}  # fmt: skip
    return build.office(kind, extra | parts)


def docx(body: bytes = b"") -> bytes:
    tracked = b'<w:del w:author="%s"><w:r><w:delText>%s</w:delText></w:r></w:del>' % (SECRET, SECRET)
    tracked += b'<w:ins w:author="%s"><w:r w:rsidR="00AB12CD"><w:t>new words</w:t></w:r></w:ins>' % SECRET
    hidden = b"<w:r><w:rPr><w:vanish/></w:rPr><w:t>%s</w:t></w:r>" % SECRET
    noted = b'<w:commentRangeStart w:id="1"/><w:r><w:t>plain</w:t></w:r><w:commentRangeEnd w:id="1"/>'
    noted += b'<w:r><w:commentReference w:id="1"/></w:r>'
    main = b'<?xml version="1.0"?><w:document %s><w:body><w:p>' % _W + tracked + hidden + noted + body
    main += b"</w:p></w:body></w:document>"
    comments = b'<w:comments %s><w:comment w:id="1" w:author="%s"/></w:comments>' % (_W, SECRET)
    links = link(b"c1", b"comments", b"comments.xml") + link(b"p1", b"image", b"media/image1.jpeg")
    links += link(b"h1", b"hyperlink", b"file:///" + PATH, outside=True)
    parts = {"word/comments.xml": comments, "word/media/image1.jpeg": jpg(), "word/left.xml": b"<a>%s</a>" % SECRET}
    return package("docx", main, parts, links)


def xlsx(hidden_used: bool = False) -> bytes:
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="r"'
    sheets = b'<sheet name="Open" sheetId="1" r:id="s1"/><sheet name="Secret" sheetId="2" state="hidden" r:id="s2"/>'
    names = b'<definedNames><definedName name="n" localSheetId="1">Secret!$A$1</definedName></definedNames>'
    path = b'<mc:AlternateContent xmlns:mc="m"><mc:Choice><a:absPath xmlns:a="a" url="%s"/></mc:Choice></mc:AlternateContent>'
    main = b"<workbook %s>" % space + path % PATH + b"<sheets>" + sheets + b"</sheets>" + names + b"</workbook>"
    formula = b"<f>Secret!A1</f>" if hidden_used else b""
    shown = b'<worksheet %s><sheetData><row><c r="A1" t="s">%s<v>0</v></c></row></sheetData></worksheet>' % (
        space,
        formula,
    )
    gone = b'<worksheet %s><sheetData><row><c r="A1" t="s"><v>1</v></c></row></sheetData></worksheet>' % space
    strings = b"<sst %s><si><t>shown</t></si><si><t>%s</t></si></sst>" % (space, SECRET)
    links = link(b"s1", b"worksheet", b"worksheets/sheet1.xml") + link(b"s2", b"worksheet", b"worksheets/sheet2.xml")
    links += link(b"s3", b"sharedStrings", b"sharedStrings.xml")
    parts = {"xl/worksheets/sheet1.xml": shown, "xl/worksheets/sheet2.xml": gone, "xl/sharedStrings.xml": strings}
    return package("xlsx", main, parts, links)


def pptx() -> bytes:
    space = b'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:r="r"'
    main = b'<p:presentation %s><p:sldIdLst><p:sldId id="256" r:id="s1"/><p:sldId id="257" r:id="s2"/>' % space
    main += b"</p:sldIdLst></p:presentation>"
    links = link(b"s1", b"slide", b"slides/slide1.xml") + link(b"s2", b"slide", b"slides/slide2.xml")
    links += link(b"s3", b"commentAuthors", b"commentAuthors.xml")
    named = b'<p:sld %s><p:cNvPr id="1" name="a" descr="%s"/></p:sld>' % (space, PATH)
    parts = {"ppt/slides/slide1.xml": named, "ppt/slides/slide2.xml": b'<p:sld %s show="0">%s</p:sld>' % (space, SECRET),
             "ppt/commentAuthors.xml": b"<p:cmAuthorLst %s>%s</p:cmAuthorLst>" % (space, SECRET)}  # fmt: skip
    return package("pptx", main, parts, links)


def summary(name: bytes = SECRET) -> bytes:
    """A property set with an author."""
    text = struct.pack("<II", 30, len(name) + 1) + name + b"\0"
    section = struct.pack("<II", 16 + len(text), 1) + struct.pack("<II", 4, 16) + text
    return b"\xfe\xff" + bytes(22) + struct.pack("<I", 1) + bytes(16) + struct.pack("<I", 48) + section


def xls() -> bytes:
    head = struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 5, 1, 1996, 0, 0)
    user = struct.pack("<HHHB", 0x5C, 112, len(SECRET), 0) + SECRET.ljust(109, b" ")
    note = struct.pack("<HHHHHHHB", 0x1C, 11 + len(SECRET) + 1, 0, 0, 0, 1, len(SECRET), 0) + SECRET + b"\0"
    return build.compound({"Workbook": head + user + note + b"\x0a\0\0\0", "\5SummaryInformation": summary()})


def ppt() -> bytes:
    atom = struct.pack("<HHIIIIHHBBH", 0, 0x0FF6, 24 + 3 * len(SECRET), 20, 0xE391C05F, 0, len(SECRET), 0x03F4, 3, 0, 0)
    user = atom + SECRET + struct.pack("<I", 8) + WIDE
    main = b"\x0f\0\xe8\x03" + b"\0" * 60
    return build.compound({"PowerPoint Document": main, "Current User": user, "\5SummaryInformation": summary()})


def pdf() -> bytes:
    """A page with a note, an author, XMP, an attachment with a date, a picture with EXIF, and a version before it."""
    import pikepdf

    document = pikepdf.new()
    page = document.add_blank_page(page_size=(100, 100))
    document.docinfo = document.make_indirect(pikepdf.Dictionary(Author=SECRET.decode()))
    document.Root.Metadata = pikepdf.Stream(document, XMP)
    picture = pikepdf.Stream(document, jpg(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=16, Height=8,
                             ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8)  # fmt: skip
    picture.write(jpg(), filter=pikepdf.Name.DCTDecode)
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=picture))
    page.PieceInfo = pikepdf.Dictionary(Z=pikepdf.Dictionary(Private=pikepdf.String(SECRET)))
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9],
                              Contents=SECRET.decode(), T=SECRET.decode())  # fmt: skip
    mark = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Highlight, Rect=[0, 0, 9, 9],
                              T=SECRET.decode(), Contents=SECRET.decode())  # fmt: skip
    page.Annots = pikepdf.Array([document.make_indirect(note), document.make_indirect(mark)])
    written = BytesIO()
    document.save(
        written, fix_metadata_version=False, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable
    )
    first = written.getvalue()
    at = len(first)
    trailer = b"xref\n0 0\ntrailer\n" + first[first.rfind(b"trailer") + 7 : first.rfind(b"startxref")].strip()
    before = int(first[first.rfind(b"startxref") + 9 :].split()[0])
    return first + trailer[:-2] + b"/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (before, at)


FILES = {"jpg": jpg, "png": png, "webp": webp, "gif": gif, "mp4": mp4, "mp3": mp3, "ogg": ogg, "docx": docx, "xlsx": xlsx,
         "pptx": pptx, "xls": xls, "ppt": ppt, "pdf": pdf}  # fmt: skip
PLAIN = {"jpg": build.jpg, "png": build.png, "webp": build.webp, "gif": build.gif, "mp4": build.mp4, "m4a": build.m4a,
         "3gp": build.threegp, "aac": build.aac, "amr": build.amr, "txt": build.txt}  # fmt: skip
