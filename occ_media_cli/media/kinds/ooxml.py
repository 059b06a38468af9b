"""ZIP archives that are documents: Office (ECMA-376), OpenDocument, EPUB, and those that are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.media.file_names import EXECUTABLE
from occ_media_cli.media.patterns import Pattern
from occ_media_cli.media.readers.signatures import hidden_in, kind_of
from occ_media_cli.media.readers.zipfiles import Archive, Member, TooLarge, ZipBroken
from occ_media_cli.media.recognition import Structure
from occ_media_cli.media.source import FileSource

if TYPE_CHECKING:
    from occ_media_cli.media.readers.opc import ContentTypes

MOST_XML = 8_000_000
MOST_PART = 16_000_000
_MOST_UNPACKED = 64_000_000
"""Bytes of one part, and of all parts together, that are unpacked to look at them."""

_ROOTS = {"docx": "document", "xlsx": "workbook", "pptx": "presentation"}
"""The name of the first element of a main part; its namespace was another one before 2007."""

_XML = frozenset(("xml", "rels", "vml"))
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DDE = Pattern(rb"DDE(?:AUTO)?\s")
_VBA = "_VBA_PROJECT".encode("utf-16-le")
_TYPES = b"[Content_Types].xml"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_MS = "application/vnd.ms-"
MAIN_TYPES: dict[str, str] = {
    _OFFICE + "wordprocessingml.document.main+xml": "docx",
    _MS + "word.document.macroenabled.main+xml": "docm",
    _OFFICE + "wordprocessingml.template.main+xml": "dotx",
    _MS + "word.template.macroenabledtemplate.main+xml": "dotm",
    _MS + "word.template.macroenabled.main+xml": "dotm",
    _OFFICE + "spreadsheetml.sheet.main+xml": "xlsx",
    _MS + "excel.sheet.macroenabled.main+xml": "xlsm",
    _OFFICE + "spreadsheetml.template.main+xml": "xltx",
    _MS + "excel.template.macroenabled.main+xml": "xltm",
    _MS + "excel.addin.macroenabled.main+xml": "xlam",
    _MS + "excel.sheet.binary.macroenabled.main": "xlsb",
    _OFFICE + "presentationml.presentation.main+xml": "pptx",
    _MS + "powerpoint.presentation.macroenabled.main+xml": "pptm",
    _OFFICE + "presentationml.template.main+xml": "potx",
    _MS + "powerpoint.template.macroenabled.main+xml": "potm",
    _OFFICE + "presentationml.slideshow.main+xml": "ppsx",
    _MS + "powerpoint.slideshow.macroenabled.main+xml": "ppsm",
    _MS + "powerpoint.addin.macroenabled.main+xml": "ppam",
    _OFFICE + "presentationml.slide.main+xml": "sldx",
    _MS + "powerpoint.slide.macroenabled.main+xml": "sldm",
    _OFFICE + "theme+xml": "thmx",
    _MS + "visio.drawing.main+xml": "vsdx",
    _MS + "visio.drawing.macroenabled.main+xml": "vsdm",
}
_MIMETYPES = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "application/vnd.oasis.opendocument.graphics": "odg",
    "application/vnd.oasis.opendocument.formula": "odf",
    "application/epub+zip": "epub",
}

FIRST: frozenset[int] | None = frozenset(b"P")


def claims(source: FileSource) -> bool:
    """A local header at the very start; also an archive that is empty or split."""
    return source.head.startswith((b"PK\3\4", b"PK\5\6", b"PK\7\x08"))


def recognise(source: FileSource) -> Structure | None:
    """Read the directory, then the two parts that say what the package is."""
    found = Structure(None, "ooxml")
    try:
        archive = Archive(source)
    except ZipBroken as error:
        found.note("damaged", str(error))
        return found
    except TooLarge as error:
        found.type = "zip"
        found.note("over-limit", str(error))
        return found
    found.end, found.type = archive.end, "zip"
    found.facts["members"] = len(archive.members)
    if archive.shift:
        found.note("damaged", "something stands before its first member")
    try:
        _decide(found, archive, source)
    except (ZipBroken, TooLarge) as error:
        found.type = None
        found.note("damaged", str(error))
    return found


def _decide(found: Structure, archive: Archive, source: FileSource) -> None:
    members = archive.members
    types_name, rels_name = archive.find_member(_TYPES), archive.find_member(b"_rels/.rels")
    if types_name is not None:
        from occ_media_cli.media.readers.opc import ContentTypes, Dtd, Malformed, main_part

        try:
            part = main_part(archive.read(rels_name, MOST_XML)) if rels_name is not None else None
            types = ContentTypes(archive.read(types_name, MOST_XML))
            content_type = types.type_of_part(part) if part is not None else None
        except (Dtd, Malformed) as error:
            found.type = None
            found.note("damaged", str(error))
            return
        found.facts["main_part"] = part
        kind = MAIN_TYPES.get((content_type or "").lower())
        if kind is None or part is None:
            if part is not None and part.lower().endswith(".fdseq"):
                found.type = "xps"
            return
        wanted = part.casefold()
        if wanted not in archive.keys:
            found.type = None
            found.note("damaged", "its main part is missing")
            return
        found.type = kind
        if source.claimed not in (None, kind):
            return  # refused for its name already, whatever is in its parts
        main = archive.entries[archive.keys.index(wanted)]
        if kind in _ROOTS and not _is_package(found, archive, types, kind, main):
            found.type = None
        return
    if b"mimetype" in members:
        declared = archive.read(b"mimetype", 1000).decode("latin-1").strip()
        found.type = _MIMETYPES.get(declared.removesuffix("-template"), "zip")
    elif b"AndroidManifest.xml" in members:
        found.type = "apk"
    elif b"META-INF/MANIFEST.MF" in members:
        found.type = "jar"
    if found.type == "zip":
        inside = {name.rpartition(b".")[2].decode("utf-8", "replace").casefold() for name in members if b"." in name}
        found.facts["inside"] = sorted(inside)[:200]  # for channels that block extensions inside archives too


def _is_package(found: Structure, archive: Archive, types: ContentTypes, kind: str, main: Member) -> bool:
    """Look at every part. False where the package is damaged; what is merely odd is noted."""
    keys = archive.keys
    if why := _names(archive.entries, keys):
        found.note("damaged", why)
        return False
    if any(b"\\" in member.name for member in archive.entries):
        found.note("odd-structure", "the names of its parts have backslashes")
    room = _MOST_UNPACKED
    for member, key in zip(archive.entries, keys, strict=True):
        if member.name.endswith((b"/", b"\\")) and not member.size:
            continue
        if member.size > min(MOST_PART, room):
            archive.begin_of(member)
            found.note("partly-checked", f"a part of {member.size:,} bytes was not looked into ({member.shown})")
            continue
        room -= member.size
        content = archive.unpack(member, MOST_PART)
        why = _part(found, key, content, types.type_of_part(key) or "")
        if why is None and member is main:
            why = _main(content, kind)
        if why is not None:
            found.note("damaged", f"{why} ({member.shown})")
            return False
    for content, behind in archive.gaps():
        _gap(found, content, f"{len(content):,} bytes that belong to no part follow {behind}")
    if archive.comment:
        inside = kind_of(archive.comment.lstrip()) or hidden_in(archive.comment, 0)
        if inside is not None:
            found.note("trailing-data", "a program, an archive or a script stands in its comment", bad=True)
    if any(seen.code == "active-content" and "macros" in seen.message for seen in found.observations):
        found.facts["macros"] = True
    return True


def _names(entries: list[Member], keys: list[str]) -> str | None:
    if len(set(keys)) < len(keys):
        seen: dict[str, bytes] = {}
        for member, key in zip(entries, keys, strict=True):
            if key in seen:
                one = "one name" if seen[key] == member.name else "one name in two ways of writing it"
                return f"two of its members have {one} ({member.shown})"
            seen[key] = member.name
    for member, key in zip(entries, keys, strict=True):
        if (".." in key and ".." in key.split("/")) or ":" in key.partition("/")[0]:
            return f"a member leaves the folder that it is unpacked to ({member.shown})"
    return None


def _main(content: bytes, kind: str) -> str | None:
    """Why the main part is none of its kind, or None."""
    from occ_media_cli.media.readers.opc import Dtd, Malformed, root_of

    if not content.strip():
        return "its main part is empty"
    try:
        name = root_of(content)
    except (Dtd, Malformed) as error:
        return f"its main part is not what it should be: {error}"
    if name != _ROOTS[kind]:
        return f"its main part holds no {_ROOTS[kind]}"
    return None


def _part(found: Structure, key: str, content: bytes, content_type: str) -> str | None:
    """Why a part may not be, or None; what may be active is noted."""
    from occ_media_cli.media.readers.opc import Dtd, Malformed, external_targets, refuse_dtd

    extension = key.rpartition(".")[2]
    runs: tuple[str, ...] = ("a program", "a script")
    if extension in _XML or (content_type.endswith(("+xml", "/xml")) and "svg" not in content_type):
        runs = ("a program",)
        if _asks_programs(content) or ("externallink" in content_type and b"ddeLink" in content):
            found.note("active-content", f"it asks other programs for data (DDE; {key})")
        try:
            refuse_dtd(content)
            if extension == "rels" and (b"TargetMode" in content or b"\0" in content):  # a NUL: in UTF-16
                for what in external_targets(content):
                    found.note("active-content", f"it fetches {what} from elsewhere ({key})")
        except (Dtd, Malformed) as error:
            return str(error)
    if "vbaproject" in content_type or key.endswith("vbaproject.bin"):
        found.note("active-content", f"it has macros, which its type does not allow ({key})")
    elif content.startswith(_COMPOUND) and _VBA in content:
        found.note("active-content", f"it has macros inside of a part ({key})")
    elif "macrosheet" in content_type or "intlmacrosheet" in content_type:
        found.note("active-content", f"it has macros of Excel 4 ({key})")
    elif extension in EXECUTABLE or (content[:1] != b"<" and kind_of(content[:1024]) in runs):
        found.note("active-content", f"a program is among its parts ({key})")
    return None


def _asks_programs(content: bytes) -> bool:
    """Whether a field of the document fetches its text from another program."""
    return any(b"nstr" in content[max(0, hit.start() - 60) : hit.start()] for hit in _DDE.finditer(content))


def _gap(found: Structure, content: bytes, words: str) -> None:
    inside = None if content.startswith(b"PK\3\4") else kind_of(content.lstrip(b"\0 \r\n\t"))
    hidden = hidden_in(content, 4)
    if inside or hidden:
        found.note("trailing-data", f"{words}, and {inside or (hidden and hidden[0])} is among them", bad=True)
    else:
        found.note("trailing-data", words)
