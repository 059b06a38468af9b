"""Makes the sample files and the sample ledger, the same bytes at every run.

    python sample_configs/make.py

Every file is real: it opens in the program that its type is for, or is broken in the one way that its name says.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import struct
import zipfile
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).parent
START = datetime(2026, 1, 2, 8, 0, tzinfo=UTC)


def png(width: int, height: int, seed: int) -> bytes:
    """A small true-colour picture of diagonal stripes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(
        b"\0" + bytes(((x + y) * seed + channel * 60) % 256 for x in range(width) for channel in range(3))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def jpeg() -> bytes:
    """An 8 by 8 grey baseline JPEG: one block whose only coefficient is zero."""
    quantisation = b"\xff\xdb\x00\x43\x00" + bytes([16] * 64)
    frame = b"\xff\xc0\x00\x0b\x08\x00\x08\x00\x08\x01\x01\x11\x00"
    tables = (
        b"\xff\xc4\x00\x14\x00" + bytes([1] + [0] * 15) + b"\x00"  # DC: one code, for difference 0
        b"\xff\xc4\x00\x14\x10" + bytes([1] + [0] * 15) + b"\x00"  # AC: one code, for end of block
    )
    jfif = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x3f"  # the two codes, then ones as padding
    return b"\xff\xd8" + jfif + quantisation + frame + tables + scan + b"\xff\xd9"


def pdf(text: str) -> bytes:
    """A page with one line of text."""
    stream = f"BT /F1 18 Tf 40 100 Td ({text}) Tj ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(body)


OFFICE = "application/vnd.openxmlformats-officedocument"


def package(main: str, content_type: str, parts: dict[str, str]) -> bytes:
    """An Office Open XML file."""
    relations = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        f'Target="{main}"/></Relationships>'
    )
    types = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/{main}" '
        f'ContentType="{content_type}"/></Types>'
    )
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {"[Content_Types].xml": types, "_rels/.rels": relations, **parts}.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return memory.getvalue()


def word(text: str, *, macros: bool = False) -> bytes:
    """A Word document, or one whose content type says that it has macros."""
    kind = (
        "application/vnd.ms-word.document.macroEnabled.main+xml"
        if macros
        else f"{OFFICE}.wordprocessingml.document.main+xml"
    )
    document = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:document '
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
        f"<w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
    )
    return package("word/document.xml", kind, {"word/document.xml": document})


def sheet() -> bytes:
    """An Excel workbook with one cell."""
    workbook = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<workbook '
        'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
        '<sheet name="Prices" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    relations = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>'
    )
    cells = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet '
        'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        '<c r="A1"><v>42</v></c></row></sheetData></worksheet>'
    )
    parts = {"xl/workbook.xml": workbook, "xl/_rels/workbook.xml.rels": relations, "xl/worksheets/sheet1.xml": cells}
    return package("xl/workbook.xml", f"{OFFICE}.spreadsheetml.sheet.main+xml", parts)


def gif() -> bytes:
    """One black pixel."""
    return (
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00"
        b"\x02\x02D\x01\x00;"
    )


def mp3(frames: int) -> bytes:
    """Silence: MPEG 1 layer III frames of 128 kbit/s at 44.1 kHz whose side information is all zero."""
    return (b"\xff\xfb\x90\x64" + bytes(413)) * frames


def amr(frames: int) -> bytes:
    """Silence: AMR narrow-band frames of mode 0."""
    return b"#!AMR\n" + (b"\x04" + bytes(12)) * frames


FILES = {
    "approved/brochure.pdf": pdf("Spring brochure"),
    "approved/prices.xlsx": sheet(),
    "approved/terms.docx": word("Terms and conditions"),
    "approved/welcome.mp3": mp3(40),
    "contract.docx": word("Contract", macros=True),
    "invoice.pdf.exe": b"MZ" + bytes(62) + b"This program cannot be run in DOS mode.\r\n",
    "logo.png": png(32, 32, 7),
    "notes.txt": "Call back on Monday.\nGrüße\n".encode(),
    "photo.jpg": jpeg(),
    "scan.jpg": png(16, 16, 3),
    "smile.gif": gif(),
    "voice.amr": amr(50),
}

MEDIA = {
    "2026/01/receipt.pdf": pdf("Receipt"),
    "2026/01/damage.png": png(24, 24, 11),
    "2026/02/passport.jpg": jpeg(),
    "2026/02/order.xlsx": sheet(),
    "2026/03/voice.amr": amr(20),
    "2026/03/offer.docx": word("Offer"),
}

TYPES = {
    "pdf": ("application/pdf", 40_000, 2_000_000),
    "docx": (f"{OFFICE}.wordprocessingml.document", 12_000, 900_000),
    "xlsx": (f"{OFFICE}.spreadsheetml.sheet", 9_000, 700_000),
    "jpg": ("image/jpeg", 50_000, 4_000_000),
    "png": ("image/png", 20_000, 3_000_000),
    "mp4": ("video/mp4", 900_000, 15_000_000),
    "ogg": ("audio/ogg; codecs=opus", 8_000, 400_000),
    "mp3": ("audio/mpeg", 90_000, 5_000_000),
}
ACCOUNTS = {"inbox": "1054", "retail-de": "4930", "returns": "2040", "vip": "7711"}
AGENTS = {"retail-de": "kim", "returns": "kim", "vip": "mona"}
WORDS = ("receipt", "damage", "order", "offer", "passport", "invoice", "photo", "scan", "label", "warranty")
VIP_MESSAGE = "Sorry, the media you sent cannot be viewed by the business. Email it to vip@example.com."
VIP_OFF = datetime(2026, 2, 11, 8, 0, tzinfo=UTC)


def entry(
    number: int, time: datetime, inbox: str, direction: str, name: str, chance: random.Random
) -> dict[str, object]:
    """A ledger entry in the form that `ledger ingest ndjson` reads."""
    kind = TYPES.get(name.rsplit(".", 1)[-1])
    identity = "".join(chance.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") for _ in range(20))
    return {
        "id": f"wamid.{number:04d}{identity}",
        "time": time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "inbox": inbox,
        "channel": "web-widget:lab" if inbox == "lab" else f"whatsapp-cloud:{ACCOUNTS[inbox]}",
        "direction": direction,
        "agent": {"retail-de": "kim", "returns": "kim", "vip": "mona"}.get(inbox, "dana")
        if direction == "send"
        else None,
        "customer": f"1650555{chance.randrange(100, 160):04d}",
        "conversation": f"c-{chance.randrange(1, 90)}",
        "name": name,
        "declared": kind[0] if kind else None,
        "size": chance.randrange(kind[1], kind[2]) if kind else 20_000,
        "sha256": hashlib.sha256(f"{number}{name}".encode()).hexdigest(),
    }


def ledger() -> list[dict[str, object]]:
    """Three months in five inboxes: mostly clean, with at least one of every finding."""
    chance = random.Random(2026)  # noqa: S311  # sample data, the same at every run
    rows: list[dict[str, object]] = []
    allowed = {
        "inbox": ("send", "receive"),
        "retail-de": ("send", "receive"),
        "returns": ("receive",),
        "vip": ("receive",),
    }
    for number in range(1, 211):
        time = START + timedelta(minutes=chance.randrange(0, 85 * 24 * 60), milliseconds=chance.randrange(0, 60_000))
        inbox = chance.choice(("inbox", "retail-de", "retail-de", "returns", "vip"))
        if inbox == "vip" and time >= VIP_OFF:
            inbox = "retail-de"
        direction = chance.choice(allowed[inbox])
        kind = chance.choice(tuple(TYPES))
        rows.append(entry(number, time, inbox, direction, f"{chance.choice(WORDS)}-{number}.{kind}", chance))
    rows += troubles(chance)
    rows += stored(chance)
    return sorted(rows, key=lambda row: str(row["time"]))


def troubles(chance: random.Random) -> list[dict[str, object]]:
    """What an audit must find."""
    rows = []
    for day in (13, 14, 17, 20):
        time = VIP_OFF + timedelta(days=day - 11)
        rows.append(entry(300 + day, time, "vip", "receive", f"receipt-{day}.pdf", chance))
    rows.append(entry(330, VIP_OFF + timedelta(days=4), "lab", "receive", "try.png", chance))
    for day in (3, 9):
        rows.append(entry(340 + day, START + timedelta(days=day), "returns", "send", f"label-{day}.pdf", chance))
    rows.append(entry(350, START + timedelta(days=12), "inbox", "receive", "tool.exe", chance))
    rows.append(entry(351, START + timedelta(days=31), "retail-de", "receive", "photos.zip", chance))
    rows.append(entry(352, START + timedelta(days=66), "retail-de", "send", "tour.mp4", chance) | {"size": 21_400_000})
    rows.append(entry(353, START + timedelta(days=21), "inbox", "receive", "poster.png", chance) | {"size": 5_300_000})
    for day in range(6):
        refused = entry(360 + day, VIP_OFF + timedelta(days=8 + day), "vip", "receive", f"id-{day}.jpg", chance)
        rows.append(refused | {"outcome": "blocked", "reason": "media-off", "message": VIP_MESSAGE})
    failed = entry(370, START + timedelta(days=40), "retail-de", "send", "catalogue.pdf", chance)
    rows.append(failed | {"outcome": "failed", "reason": "131053: media upload error"})
    return rows


def stored(chance: random.Random) -> list[dict[str, object]]:
    """Entries whose bytes lie in `media/`, for retention."""
    rows = []
    inboxes = ("returns", "retail-de", "vip", "inbox", "retail-de", "inbox")
    for number, ((path, data), inbox) in enumerate(zip(MEDIA.items(), inboxes, strict=True), start=400):
        month = int(path[5:7])
        time = datetime(2026, month, 5, 9, 30, number - 400, tzinfo=UTC)
        row = entry(number, time, inbox, "receive", path.rsplit("/", 1)[-1], chance)
        rows.append(row | {"size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "path": path})
    return rows


def main() -> None:
    """Write everything."""
    for folder, files in (("files", FILES), ("media", MEDIA)):
        for name, data in files.items():
            target = HERE / folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    lines = "".join(json.dumps(row, ensure_ascii=True) + "\n" for row in ledger())
    (HERE / "ledger.ndjson").write_text(lines, encoding="ascii")


if __name__ == "__main__":
    main()
