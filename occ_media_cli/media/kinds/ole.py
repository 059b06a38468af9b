"""Old Office documents: a compound file whose root streams say which program wrote it."""

from __future__ import annotations

from occ_media_cli.media.readers.cfb import SIGNATURE, CfbBroken, CfbEntry, CompoundFile
from occ_media_cli.media.readers.signatures import WINDOW, runs_at
from occ_media_cli.media.recognition import Structure
from occ_media_cli.media.source import FileSource

_MACROS = ("MACROS", "_VBA_PROJECT_CUR", "VBA", "_VBA_PROJECT")
_CLSIDS = {
    "0002090600000000c000000000000046": "doc",
    "0002090000000000c000000000000046": "doc",
    "0002081000000000c000000000000046": "xls",
    "0002082000000000c000000000000046": "xls",
    "64818d104f9b11cf86ea00aa00b929e8": "ppt",
    "64818d114f9b11cf86ea00aa00b929e8": "ppt",
    "000c108400000000c000000000000046": "msi",
    "000c108600000000c000000000000046": "msi",
    "000c108200000000c000000000000046": "msi",
    "00020d0b00000000c000000000000046": "msg",
    "0002120100000000c000000000000046": "pub",
    "00021a1300000000c000000000000046": "vsd",
    "00021a1400000000c000000000000046": "vsd",
}
_STREAMS = (
    ("__PROPERTIES_VERSION1.0", "msg"),
    ("VISIODOCUMENT", "vsd"),
    ("QUILL", "pub"),
    ("FILEHEADER", "hwp"),
    ("   114", "mpp"),
    ("MATOST", "wps"),
)
_EAST_ASIAN = (b"\x97\xa6", b"\x98\xa6", b"\x99\xa6")
"""Word 95 of Japan, Korea and China began its documents in a way of its own."""

_MAIN = {
    "doc": ("WORDDOCUMENT",),
    "xls": ("WORKBOOK", "BOOK"),
    "ppt": ("POWERPOINT DOCUMENT", "PP97_DUALSTORAGE", "PP40"),
}
"""The stream without which there is nothing to show."""

_OLD_WORD = b"\xdb\xa5\x2d\0"
_LONGEST_RECORD = 8228
_BIFF = {0x0009: 2, 0x0209: 3, 0x0409: 4, 0x0809: 5}

FIRST: frozenset[int] | None = frozenset(b"\xd0\xdb\x09")


def claims(source: FileSource) -> bool:
    """A compound file, or a workbook of the time before compound files."""
    return source.head.startswith((SIGNATURE, _OLD_WORD)) or _bof(source.head) is not None


def recognise(source: FileSource) -> Structure | None:
    """Open the directory and look at the root streams."""
    if source.head.startswith(_OLD_WORD):
        return _bare_document(source)
    if not source.head.startswith(SIGNATURE):
        return _bare_workbook(source)
    found = Structure(None, "ole")
    try:
        file = CompoundFile(source)
        streams = file.children(file.root)
        _decide(found, file, streams)
    except (CfbBroken, IndexError, ValueError, OverflowError) as error:
        found.type = None
        found.note("damaged", str(error) if isinstance(error, CfbBroken) else "its tables contradict each other")
        return found
    if found.type and file.end > source.size and all(seen.code != "cut-short" for seen in found.observations):
        found.note("cut-short", "it is cut off inside its last sector")
    found.end = min(file.end, source.size) if found.type else None
    return found


def _decide(found: Structure, file: CompoundFile, streams: dict[str, CfbEntry]) -> None:
    by_class = _CLSIDS.get(_guid(file.root.clsid))
    seen: list[str] = []
    if (word := streams.get("WORDDOCUMENT")) and _is_word(found, _start(file, word, 32)):
        seen.append("doc")
    if (book := streams.get("WORKBOOK") or streams.get("BOOK")) and (_is_workbook(found, _start(file, book, 4096))):
        seen.append("xls")
    slides, older = streams.get("POWERPOINT DOCUMENT"), streams.get("PP97_DUALSTORAGE") or streams.get("PP40")
    if older or (slides and _is_presentation(file, streams, _start(file, slides, WINDOW))):
        seen.append("ppt")
    if "ENCRYPTEDPACKAGE" in streams:
        _encrypted_package(found, streams)
    elif by_class in ("msi", "msg", "vsd", "pub"):
        found.type = by_class
    elif seen:
        found.type = by_class if by_class in seen else seen[0]
    else:
        found.type = next((name for stream, name in _STREAMS if stream in streams), "ole")
    if found.type == "ole" and by_class and any(file.missing(entry) for entry in file.streams):
        found.type = by_class  # what its program calls it; the stream that would show it is cut off
    if found.type in ("doc", "xls", "ppt", "encrypted-ooxml") and any(file.missing(entry) for entry in file.streams):
        main = [entry for name in _MAIN.get(found.type, ()) if (entry := streams.get(name))]
        if any(file.missing(entry) and file.lacks(entry) for entry in main):
            found.note("damaged", "it is cut off: the stream with its content is longer than the file")
            found.type = None
            return
        found.note("cut-short", "it is cut off: a part of its content is missing")
    if found.type == "ppt":
        _presentation(found, file, streams)
    if found.type in ("doc", "xls", "ppt") and any(name in streams for name in _MACROS):
        found.facts["macros"] = True
        found.note("active-content", "it has macros")
    if found.facts.get("encrypted"):
        found.note("password-protected", "it needs a password to open")


def _start(file: CompoundFile, entry: CfbEntry, most: int) -> bytes:
    """The first bytes of a stream, nothing where it is cut off before them."""
    try:
        return file.read(entry, most)
    except CfbBroken:
        return b""


def _guid(raw: bytes) -> str:
    return (raw[3::-1] + raw[5:3:-1] + raw[7:5:-1] + raw[8:]).hex()


def _is_word(found: Structure, head: bytes) -> bool:
    """The file information block: a magic number, and a flag for encryption ([MS-DOC] 2.5.2)."""
    if len(head) < 32 or head[:2] not in (
        b"\xec\xa5",
        b"\xdc\xa5",
        b"\x9b\xa5",
        b"\x31\xbe",
        b"\x32\xbe",
        *_EAST_ASIAN,
    ):
        return False
    if head[:2] == b"\xec\xa5" and not 0x65 <= int.from_bytes(head[2:4], "little") <= 0x0FFF:
        return False  # no version of Word of that time
    flags = int.from_bytes(head[10:12], "little")
    found.facts["encrypted"] = bool(flags & 0x0100)
    return True


def _bof(head: bytes) -> int | None:
    """The BIFF version of a record that begins a workbook, or None ([MS-XLS] 2.4.21)."""
    kind, length = int.from_bytes(head[:2], "little"), int.from_bytes(head[2:4], "little")
    if kind not in _BIFF or not 4 <= length <= 32 or len(head) < 4 + length:
        return None
    return _BIFF[kind]


def _is_workbook(found: Structure, head: bytes) -> bool:
    if _bof(head) is None:
        return False
    at, encrypted = 0, False
    if runs_at(head, 4 + int.from_bytes(head[2:4], "little")):
        return False
    for _ in range(16):
        kind, length = int.from_bytes(head[at : at + 2], "little"), int.from_bytes(head[at + 2 : at + 4], "little")
        if kind == 0x2F:  # FILEPASS
            encrypted = True
        if kind == 0x0A:
            break
        if length > _LONGEST_RECORD or not (kind or length):
            return False  # what follows the first record is none
        at += 4 + length
        if at + 4 > len(head):
            break
    found.facts["encrypted"] = encrypted
    return True


def _is_presentation(file: CompoundFile, streams: dict[str, CfbEntry], head: bytes) -> bool:
    """A stream of records of PowerPoint ([MS-PPT] 2.3.1), or one that is encrypted and begins with anything.

    PowerPoint 95 began it in its own way.
    """
    kind = int.from_bytes(head[2:4], "little")
    return (
        len(head) >= 8
        and not runs_at(head, 0)
        and (0x03E8 <= kind <= 0x2AFF or head.startswith(b"\3\0\0\0") or _locked(file, streams))
    )


def _locked(file: CompoundFile, streams: dict[str, CfbEntry]) -> bool:
    user = streams.get("CURRENT USER")
    return (_start(file, user, 20)[12:16] if user else b"") == b"\xdf\xc4\xd1\xf3"


def _presentation(found: Structure, file: CompoundFile, streams: dict[str, CfbEntry]) -> None:
    found.facts["encrypted"] = _locked(file, streams)


def _encrypted_package(found: Structure, streams: dict[str, CfbEntry]) -> None:
    """An encrypted OOXML file does not say which program it is for; its name does."""
    found.type = "encrypted-ooxml"
    found.also = ("docx", "xlsx", "pptx")
    found.facts["encrypted"] = True


def _bare_document(source: FileSource) -> Structure:
    """Word for Windows 2 wrote no compound file; its header says where the text begins and ends."""
    found = Structure(None, "ole")
    begin, end = int.from_bytes(source.head[24:28], "little"), int.from_bytes(source.head[28:32], "little")
    if 32 <= begin <= end <= source.size:
        found.type, found.end = "doc", source.size
        found.description = "a Word document of the years before 1993"
    else:
        found.note("damaged", "its text lies behind its end")
    return found


def _bare_workbook(source: FileSource) -> Structure | None:
    """Records of BIFF without a compound file around them: walk them to EOF."""
    version = _bof(source.head)
    found = Structure(None, "ole", facts={"biff": version})
    at, data, size, kind, records = 0, source.data, source.size, -1, 0
    while at + 4 <= size:
        kind, length = int.from_bytes(data[at : at + 2], "little"), int.from_bytes(data[at + 2 : at + 4], "little")
        if length > _LONGEST_RECORD:
            return None
        at += 4 + length
        records += 1
        if kind == 0x0A and (at + 4 > size or int.from_bytes(data[at : at + 2], "little") not in _BIFF):
            break
    if records < 3 or at > size:
        if records > 3:
            found.note("damaged", "it is cut off inside a record")
            return found
        return None
    if kind != 0x0A:
        found.note("damaged", "it ends before its end marker")
        return found
    found.type, found.end = "xls", at
    found.description = "an Excel workbook of the years before 1995"
    return found
