"""Files with malware in them of which clamd alone says OK, or said so once: none of them may be called clean."""

from __future__ import annotations

import base64
import gzip
import io
import lzma
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

from tests.clamd import BODY

Made = tuple[str, bytes]
"""(name, content)."""


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def office(members: dict[str, bytes]) -> bytes:
    """A Word document with further parts."""
    types = (
        b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        b'<Default Extension="bin" ContentType="application/octet-stream"/><Override PartName="/word/document.xml" '
        b'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    rels = (
        b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        b'Target="word/document.xml"/></Relationships>'
    )
    text = (
        b'<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        b"<w:body><w:p/></w:body></w:document>"
    )
    return zipped({"[Content_Types].xml": types, "_rels/.rels": rels, "word/document.xml": text, **members})


def noise(length: int) -> bytes:
    """Bytes that do not pack."""
    return random.Random(1).randbytes(length)


def large_member() -> Made:
    return "large.zip", zipped({"a.txt": BODY + bytes(100 << 20)})


def lzma_member() -> Made:
    return "method14.zip", zipped({"a.txt": BODY * 9}, zipfile.ZIP_LZMA)


def bzip2_member() -> Made:
    return "method12.zip", zipped({"a.txt": BODY * 9}, zipfile.ZIP_BZIP2)


def without_local_size() -> Made:
    archive = bytearray(zipped({"a.txt": BODY * 9}))
    archive[18:26] = bytes(8)
    return "size0.zip", bytes(archive)


def without_local_method() -> Made:
    archive = bytearray(zipped({"a.txt": BODY * 9}))
    archive[8:10] = bytes(2)
    return "method0.zip", bytes(archive)


def with_another_checksum() -> Made:
    archive = bytearray(zipped({"a.txt": b"nothing here" * 9}))
    archive[14:18] = b"\1\2\3\4"
    return "crc.zip", bytes(archive)


def large_archive_end() -> Made:
    """The end record points through that of large archives, and says nothing itself."""
    archive = zipped({"a.txt": BODY * 9})
    at = archive.rindex(b"PK\5\6")
    count, length, start = struct.unpack("<HLL", archive[at + 10 : at + 20])
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, length, start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, at, 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return "zip64.zip", archive[:at] + record + locator + end


def large_archive_end_plain() -> Made:
    """The same, with an end record that counts right."""
    archive = zipped({"a.txt": BODY * 9})
    at = archive.rindex(b"PK\5\6")
    count, length, start = struct.unpack("<HLL", archive[at + 10 : at + 20])
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, length, start)
    return "zip64b.zip", archive[:at] + record + struct.pack("<4sLQL", b"PK\6\7", 0, at, 1) + archive[at:]


def _hidden_entry() -> bytes:
    packed = zlib.compress(BODY * 9, 9)[2:-4]
    head = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, zlib.crc32(BODY * 9), len(packed), len(BODY) * 9, 5, 0)
    return head + b"b.txt" + packed


def _with_bytes(archive: bytes, at: int, more: bytes, *, shift: bool) -> bytes:
    """More bytes in an archive in front of its directory, and an end record that knows of it."""
    end = archive.rindex(b"PK\5\6")
    changed = bytearray(archive)
    if shift:
        (start,) = struct.unpack("<L", archive[end + 16 : end + 20])
        changed[end + 16 : end + 20] = struct.pack("<L", start + len(more))
    return bytes(changed[:at] + more + changed[at:])


def hidden_between() -> Made:
    archive = zipped({"a.txt": b"harmless"})
    return "between.zip", _with_bytes(archive, archive.index(b"PK\1\2"), _hidden_entry(), shift=True)


def hidden_in_front() -> Made:
    return "front.zip", _hidden_entry() + zipped({"a.txt": b"harmless"})


def hidden_behind() -> Made:
    return "behind.zip", zipped({"a.txt": b"harmless"}) + _hidden_entry()


def hidden_in_comment() -> Made:
    archive, more = bytearray(zipped({"a.txt": b"harmless"})), _hidden_entry()
    archive[-2:] = struct.pack("<H", len(more))
    return "comment.zip", bytes(archive) + more


def hidden_in_office() -> Made:
    archive = office({})
    return "between.docx", _with_bytes(archive, archive.index(b"PK\1\2"), _hidden_entry(), shift=True)


def without_directory() -> Made:
    archive = zipped({"a.txt": BODY * 9})
    return "nodir.zip", archive[: archive.index(b"PK\1\2")]


def cut_by_five() -> Made:
    return "cut.zip", zipped({"a.txt": BODY * 9})[:-5]


def nested_archives() -> Made:
    content = BODY * 9
    for number in range(20):
        content = zipped({f"{number}.zip": content})
    return "nested.zip", content


def many_members() -> Made:
    return "many.zip", zipped({f"{number}.txt": b"x" for number in range(12_000)} | {"last.txt": BODY})


def much_in_total() -> Made:
    filler = bytes(90_000_000)
    return "total.zip", zipped({**{f"{number}.txt": filler for number in range(2)}, "last.txt": BODY})


def encrypted_member() -> Made:
    from occ_media_cli.safety.antivirus import probes

    return "encrypted.zip", probes.encrypted()


def seven_zip() -> Made:
    import bz2

    packed = bz2.compress(BODY * 9)
    start = struct.pack("<QQL", len(packed), 0, 0)
    return "bzip2.7z", b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<L", zlib.crc32(start)) + start + packed


def rar() -> Made:
    return "a.rar", b"Rar!\x1a\x07\1\0" + noise(200)


def seven_zip_in_office() -> Made:
    return "inside.docx", office({"word/embeddings/a.bin": seven_zip()[1]})


def lzma_alone() -> Made:
    return "a.lzma", lzma.compress(BODY * 9, lzma.FORMAT_ALONE)


def lzma_in_office() -> Made:
    return "lzma.docx", office({"word/embeddings/a.bin": lzma.compress(BODY * 9, lzma.FORMAT_ALONE)})


def lzma_in_zip() -> Made:
    return "lzma.zip", zipped({"a": lzma.compress(BODY * 9, lzma.FORMAT_ALONE)})


def base64_text() -> Made:
    return "base64.txt", b"Open this:\n" + base64.encodebytes(noise(500) + BODY * 3) + b"\nthank you\n"


def base64_short() -> Made:
    return "short.txt", b"key: " + base64.b64encode(b"\0" + BODY) + b"\n"


def base64_quoted() -> Made:
    lines = base64.encodebytes(noise(500) + BODY * 3).splitlines()
    return "quoted.txt", b"He wrote:\n" + b"".join(b"> " + line + b"\r\n" for line in lines)


def base64_narrow() -> Made:
    letters = base64.b64encode(noise(500) + BODY * 3)
    return "narrow.txt", b"Open this:\n" + b"\n".join(letters[at : at + 8] for at in range(0, len(letters), 8)) + b"\n"


def base64_in_mail() -> Made:
    head = b"From: a@example.com\nTo: b@example.com\nSubject: x\n\nOpen this:\n\n"
    return "text.eml", head + base64.encodebytes(noise(500) + BODY * 3)


def wider_text() -> Made:
    return "wide.txt", ("word " + BODY.decode() + " word").encode("utf-32")


def lzma_in_office_member() -> Made:
    out = io.BytesIO(office({}))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("word/media/image1.png", BODY * 9)
    return "method14.docx", out.getvalue()


def mail_in_zip() -> Made:
    return "mail.zip", zipped({"a.eml": mail_with_archive()[1]})


def base64_archive() -> Made:
    return "archive.txt", base64.encodebytes(zipped({"a.txt": noise(400) + BODY * 2}))


def uu_text() -> Made:
    import binascii

    content = noise(200) + BODY
    lines = [binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45)]
    return "uu.txt", b"begin 644 a.bin\n" + b"".join(lines) + b"`\nend\n"


def wide_text() -> Made:
    return "wide.txt", ("word " + BODY.decode() + " word").encode("utf-16")


def wide_text_unmarked() -> Made:
    return "wide2.txt", ("word " + BODY.decode() + " word").encode("utf-16-le")


def wide_part() -> Made:
    text = '<?xml version="1.0" encoding="UTF-16"?><a>' + BODY.decode() + "</a>"
    return "wide.docx", office({"customXml/item1.xml": text.encode("utf-16")})


def archive_behind_picture() -> Made:
    from tests.unit.media.build import VALID

    return "picture.png", VALID["png"] + zipped({"a.txt": BODY * 9}, zipfile.ZIP_LZMA)


def archive_behind_pdf() -> Made:
    return "report.pdf", pdf_with(b"hello") + zipped({"a.txt": BODY * 9}, zipfile.ZIP_LZMA)


def pdf_with(content: bytes, *, password: str | None = None) -> bytes:
    """As pikepdf and qpdf write an attachment: its dictionary begins with its parameters. password: encrypted."""
    import pikepdf

    out = io.BytesIO()
    with pikepdf.new() as file:
        file.add_blank_page()
        file.attachments["a.txt"] = pikepdf.AttachedFileSpec(file, content, filename="a.txt", mime_type="text/plain")
        locked = pikepdf.Encryption(owner="o", user=password, R=6) if password is not None else False
        file.save(out, encryption=locked, compress_streams=True)
    return out.getvalue()


def pdf_attachment() -> Made:
    return "attachment.pdf", pdf_with(BODY * 9)


def pdf_archive() -> Made:
    return "archive.pdf", pdf_with(zipped({"a.txt": BODY * 9}, zipfile.ZIP_LZMA))


def pdf_open_password() -> Made:
    return "open.pdf", pdf_with(BODY * 9, password="")


def pdf_password() -> Made:
    return "locked.pdf", pdf_with(BODY * 9, password="secret")


def pdf_broken() -> Made:
    """Its table is gone, and the object that holds the attachment has no end."""
    whole = pdf_attachment()[1]
    return "broken.pdf", whole[: whole.rindex(b"startxref")].replace(b"endobj", b"endobx")


def pdf_lost() -> Made:
    """The dictionary that leads to the attachment has no end, so that the repair of a reader drops it."""
    whole = pdf_attachment()[1]
    at = whole.index(b"/Type /EmbeddedFile")
    begin = whole.rindex(b" obj", 0, at)
    return "lost.pdf", whole[:begin] + b" obx" + whole[
        begin + 4 : whole.rindex(b"startxref")
    ] + b"startxref\n5\n%%EOF\n"


def empty() -> Made:
    return "empty.txt", b""


def cut_gzip() -> Made:
    return "cut.gz", gzip.compress(noise(3000) + BODY)[:-500]


def gzip_bomb() -> Made:
    return "bomb.gz", gzip.compress(bytes(101 << 20) + BODY)


def gzip_and_more() -> Made:
    return "more.gz", gzip.compress(b"harmless") + b"\1\2\3" + lzma.compress(BODY)


def mail_of_unknown_transfer() -> Made:
    head = b"From: a@example.com\nTo: b@example.com\nSubject: x\nMIME-Version: 1.0\nContent-Type: application/zip\n"
    return "odd.eml", head + b"Content-Transfer-Encoding: x-secret\n\n" + noise(40).hex().encode()


def mail_with_archive() -> Made:
    head = b"From: a@example.com\nTo: b@example.com\nSubject: x\nMIME-Version: 1.0\nContent-Type: application/zip\n"
    packed = base64.encodebytes(zipped({"a.txt": BODY * 9}, zipfile.ZIP_LZMA))
    return "archive.eml", head + b"Content-Transfer-Encoding: base64\n\n" + packed


TRAPS: tuple[Callable[[], Made], ...] = (
    large_member, lzma_member, bzip2_member, without_local_size, without_local_method, with_another_checksum,
    large_archive_end, large_archive_end_plain, hidden_between, hidden_in_front, hidden_behind, hidden_in_comment,
    hidden_in_office, without_directory, cut_by_five, nested_archives, many_members, much_in_total, encrypted_member,
    seven_zip, rar, seven_zip_in_office, lzma_alone, lzma_in_office, lzma_in_zip, base64_text, base64_short,
    base64_quoted, base64_narrow, base64_in_mail, wider_text, lzma_in_office_member, mail_in_zip, base64_archive, uu_text, wide_text, wide_text_unmarked, wide_part, archive_behind_picture,
    archive_behind_pdf, pdf_attachment, pdf_archive, pdf_open_password, pdf_password, pdf_broken, pdf_lost, empty, cut_gzip,
    gzip_bomb, gzip_and_more, mail_of_unknown_transfer, mail_with_archive,
)  # fmt: skip
